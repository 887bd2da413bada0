import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const { PATH, NODE_COMPILE_CACHE } = process.env
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface SignIn {
  readonly email: string
  readonly password: string
}

/** A Gatehouse in a process of its own; disposing it kills it, if it still lives. */
export class GatehouseProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<[code: number | null, signal: string | null]>
  /** All that it has written so far, to either stream. */
  output = ''
  errors = ''

  private constructor(directory: string, env: Record<string, string>) {
    this.#child = spawn(process.execPath, [main], {
      env: { PATH, NODE_COMPILE_CACHE, DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'error', ...env },
    })
    this.#ended = once(this.#child, 'close') as never
    this.#child.stdout?.on('data', (data) => (this.output += data))
    this.#child.stderr?.on('data', (data) => (this.errors += data))
  }

  /** Starts it on a data folder, and waits until it says that it is ready, or ends. */
  static async start(directory: string, env: Record<string, string> = {}): Promise<GatehouseProcess> {
    const gatehouse = new GatehouseProcess(directory, env)
    const ready = new Promise<void>((resolve) => {
      // The sign-ins come last, and after them an empty line.
      gatehouse.#child.stdout?.on('data', () => /is ready.*example\.com.*\n\n$/s.test(gatehouse.output) && resolve())
    })
    await Promise.race([ready, gatehouse.#ended])
    return gatehouse
  }

  get url(): string {
    const [, url] = /(http:\/\/localhost:\d+)\/graphql/.exec(this.output) ?? []
    if (!url) throw new Error(`it never said where it is: ${this.output} ${this.errors}`)
    return url
  }

  /** The demo sign-ins, as it printed them. */
  get signIns(): SignIn[] {
    const lines = this.output.matchAll(/^ {4}(\S+@example\.com) +(\S+)/gm)
    return [...lines].map(([, email, password]) => ({ email, password }) as SignIn)
  }

  /** Sends it a signal, and waits for its end. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal)
    return this.code
  }

  /** The code that it ended with; null where a signal ended it. */
  get code(): Promise<number | null> {
    return this.#ended.then(([code]) => code)
  }

  async graphql(query: string, variables: object, token?: string) {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look at answers freely
    return (await response.json()) as { data: any; errors?: unknown }
  }

  async tokenOf(name: string): Promise<string> {
    const input = this.signIns.find(({ email }) => email.startsWith(`${name}@`))
    const { data } = await this.graphql(
      'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInSuccess { token } } }',
      { input },
    )
    return data.signIn.token
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL')
  }
}
