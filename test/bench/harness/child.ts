import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** In milliseconds. */
const LONGEST_START = 60_000
const LOOK = 10

interface ChildOptions {
  /** What its log, and its connections to the database, are called. */
  readonly name: string
  /** The program, which listens on 127.0.0.1 at PORT and answers `/healthz` once it is ready. */
  readonly script: URL
  readonly env: Readonly<Record<string, string>>
  /** Where its output is written. */
  readonly folder: string
}

/** A server in a process of its own. Disposing ends it. */
export class Child implements AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly pid: number
  readonly #process: ChildProcess

  private constructor(name: string, url: string, process: ChildProcess) {
    this.name = name
    this.url = url
    this.pid = process.pid ?? 0
    this.#process = process
  }

  /** Starts it, and waits until it is ready. */
  static async start({ name, script, env, folder }: ChildOptions): Promise<Child> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const file = join(folder, `${name}.log`)
    const log = openSync(file, 'w')
    // Nothing of this process' own environment: what is measured is configured here alone.
    const { PATH = '', TMPDIR = '', USER = '' } = process.env
    const child = spawn(process.execPath, [fileURLToPath(script)], {
      env: { PATH, TMPDIR, USER, NODE_ENV: 'production', PORT: String(port), PUBLIC_URL: url, ...env },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    const started = new Child(name, url, child)
    try {
      await started.#untilReady()
    } catch (error) {
      await started[Symbol.asyncDispose]()
      throw new Error(`${name} does not start:\n${readFileSync(file, 'utf8')}`, { cause: error })
    }
    return started
  }

  async #untilReady(): Promise<void> {
    const last = performance.now() + LONGEST_START
    while (performance.now() < last) {
      if (this.#process.exitCode !== null) throw new Error(`exit code ${this.#process.exitCode}`)
      const { ok } = await fetch(`${this.url}/healthz`).catch(() => ({ ok: false }))
      if (ok) return
      await pause(LOOK)
    }
    throw new Error('it takes too long')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
