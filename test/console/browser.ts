import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { Browser as PlainBrowser } from '../sign-in/browser.ts'
import { startTestServer, type TestServer, type TestServerOptions, type TestUser } from '../support/server.ts'

const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const build = new URL('../../client-demo/build.ts', import.meta.url)

/**
 * Whether tests in a browser are left out: where there is none, or on the second database, which makes
 * no difference to a browser. In CI they never are.
 */
export function withoutBrowser(what = 'The console is'): boolean {
  if (process.env.TEST_DATABASE === 'postgres') return true
  if (existsSync(chromiumPath) || process.env.CI) return false
  console.warn(`${what} not tested in a browser: there is none at ${chromiumPath}. Set CHROMIUM_PATH.`)
  return true
}

// Chromium does not run sandboxed as root, as in containers.
export const launchBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu', ...args] })

type Credentials = Pick<TestUser, 'email' | 'password'>

interface OpenOptions extends BrowserContextOptions {
  /** Its WebSocket says nothing: what happens elsewhere does not arrive. */
  readonly deaf?: boolean
}

/** A server with the console as it is built now, and a browser to open it in. */
export class ConsoleInBrowser implements AsyncDisposable {
  readonly server: TestServer
  /** What browsers complained about: errors of scripts, and what the policy of the pages forbids. */
  readonly complaints: string[] = []
  readonly #browser: Browser
  readonly #resources: AsyncDisposableStack

  constructor(server: TestServer, browser: Browser, resources: AsyncDisposableStack) {
    this.server = server
    this.#browser = browser
    this.#resources = resources
  }

  static async start(options?: TestServerOptions): Promise<ConsoleInBrowser> {
    await promisify(execFile)(process.execPath, [build.pathname, '--if-changed'])
    await using resources = new AsyncDisposableStack()
    const server = resources.use(await startTestServer(options))
    const browser = await launchBrowser()
    resources.defer(() => browser.close())
    return new ConsoleInBrowser(server, browser, resources.move())
  }

  /** A browser of its own, in which nobody is signed in. */
  async browse({ deaf = false, ...options }: OpenOptions = {}): Promise<Page> {
    const settings = { baseURL: this.server.url, locale: 'en-US', reducedMotion: 'reduce', ...options } as const
    const context = await this.#browser.newContext(settings)
    const page = await context.newPage()
    if (deaf) await page.routeWebSocket('**/graphql', () => {})
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    return page
  }

  /** A browser of its own for somebody who is signed in, at a page of the console. */
  async open(who: Credentials, path = '/console/', options?: OpenOptions): Promise<Page> {
    const page = await this.browse(options)
    const session = new PlainBrowser(this.server)
    await session.signIn(who)
    const { url } = this.server
    await page.context().addCookies([...session.cookies].map(([name, value]) => ({ name, value, url })))
    await page.goto(path)
    return page
  }

  /** Closes all browsers that were opened. One that is left open follows whatever the next test does. */
  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}

/** One server for all tests of the block that calls this, and for each test browsers of its own. */
export function useConsole(prepare: (running: ConsoleInBrowser) => Promise<void>, options?: TestServerOptions) {
  let running: ConsoleInBrowser | undefined
  beforeAll(async () => {
    running = await ConsoleInBrowser.start(options)
    await prepare(running)
  })
  afterEach(() => running?.closePages())
  afterAll(() => running?.[Symbol.asyncDispose]())
}

/** Fills in the sign-in page, to which signed-out users are led, and waits for the page that it leads back to. */
export async function signIn(page: Page, { email, password }: Credentials, back = '**/console/**'): Promise<void> {
  await page.waitForURL('**/sign-in?**')
  await page.fill('#email', email)
  await page.fill('#password', password)
  await page.click('button[type=submit]')
  await page.waitForURL(back)
}
