import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as oauth from 'oauth4webapi'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { launchBrowser } from '../../console/browser.ts'
import { startProvider, type TestProvider } from '../../sign-in/external/provider.ts'
import { startTestServer, type TestUser } from '../../support/server.ts'
import { type Person, personalOrganizationOf, signedIn, Team } from '../../support/team.ts'
import { World } from '../../support/world.ts'
import { Flows, type TestApp } from '../flows.ts'

/** The scheme of an app that is installed on the device. No program answers to it here. */
export const PRIVATE_USE = 'com.example.app:/arrived'

/** One server, one Chromium, one app server and one external issuer, for all tests of a file. */
export class Stage {
  readonly world = new World()
  /** Who sits at the external issuer, it signs in without a question. */
  issuer!: TestProvider
  flows!: Flows
  team!: Team
  /** Somebody with nothing but a personal organization. */
  person!: Person
  organizationId!: string
  context!: BrowserContext
  /** Where the app servers listen: over http on loopback, and over https as `app.example`. */
  http!: string
  https!: string
  /** What pages of ours complained of: what their own policies forbid. */
  readonly complaints: string[] = []
  /** `GET /sign-in` and so on: what Chromium asked the server for as a document. */
  readonly visited = new Set<string>()
  readonly #servers: Server[] = []
  #browser!: Browser

  async start(): Promise<void> {
    this.issuer = await startProvider()
    const env = {
      OIDC_ISSUER: this.issuer.url,
      OIDC_CLIENT_ID: 'gatehouse',
      OIDC_NAME: 'Example',
      OIDC_PROVISION: '1',
    }
    const server = await startTestServer({ clock: systemClock, env })
    this.world.server = server
    const redirect_uris = [`${server.config.publicUrl}/sign-in/callback`]
    await this.issuer.serve([{ client_id: 'gatehouse', redirect_uris, token_endpoint_auth_method: 'none' }])
    this.flows = await Flows.discover(server)
    this.team = await Team.create(server)
    this.person = await signedIn(server)
    this.organizationId = await personalOrganizationOf(server, this.person)
    this.http = `http://127.0.0.1:${await this.#listen(createServer(appServer))}`
    const pem = certificate()
    this.https = `https://app.example:${await this.#listen(createTlsServer({ key: pem, cert: pem }, appServer))}`
    this.#browser = await launchBrowser([
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      // Starting a process for each site takes longer than all else.
      '--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess',
      '--renderer-process-limit=1',
    ])
    this.context = await this.#browser.newContext({
      baseURL: server.config.publicUrl,
      ignoreHTTPSErrors: true,
      locale: 'en-US',
    })
    this.context.on('request', (request) => {
      const { origin, pathname } = new URL(request.url())
      const isPage = request.resourceType() === 'document' && origin === server.config.publicUrl
      if (isPage) this.visited.add(`${request.method()} ${pathname}`)
    })
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
    await this.world.server?.[Symbol.asyncDispose]()
    await this.issuer?.close()
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
  }

  /** The browser with one tab, in which nobody is signed in. */
  async open(): Promise<Page> {
    const { context } = this
    await context.clearCookies()
    const others = context.pages()
    // A new one: Chromium may be asking, in the old one, whether a program on the device is to be started.
    const page = await this.tab()
    for (const other of others) await other.close()
    return page
  }

  async tab(): Promise<Page> {
    const page = await this.context.newPage()
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.complaints.push(message.text())
    })
    return page
  }

  /** The browser with one tab, in which somebody is signed in. */
  async openAs(person: Pick<TestUser, 'email' | 'password'>): Promise<Page> {
    const page = await this.open()
    const { cookies } = await this.flows.browser(person)
    const url = this.world.server.config.publicUrl
    await this.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url })))
    return page
  }

  /** An app of the team, open to all, that may be answered at all of these, and its user sent there after signing out. */
  async app(...redirectUris: string[]): Promise<TestApp> {
    const isNative = redirectUris.some((uri) => uri.startsWith('com.'))
    return this.flows.app(this.team, isNative ? 'PUBLIC' : 'WEB', {
      redirectUris,
      postLogoutRedirectUris: redirectUris,
      scopes: ['openid'],
    })
  }

  /** The path that the app sends its user to, who is to use it in their personal organization. */
  async begin(app: TestApp, redirectUri: string, more: Record<string, string> = {}): Promise<string> {
    return (await this.request(app, redirectUri, more)).path
  }

  request(app: TestApp, redirectUri: string, more: Record<string, string> = {}) {
    return this.flows.request(app, { redirect_uri: redirectUri, organization_id: this.organizationId, ...more })
  }

  /** Exchanges the code that came to the app: throws where it is no good one. */
  async redeem(
    app: TestApp,
    redirectUri: string,
    { verifier, state }: { verifier: string; state: string },
    at: string,
  ) {
    const { as, http } = this.flows
    const parameters = oauth.validateAuthResponse(as, app.client, new URL(at), state)
    const given = [parameters, redirectUri, verifier, http] as const
    const response = await oauth.authorizationCodeGrantRequest(as, app.client, app.auth, ...given)
    return oauth.processAuthorizationCodeResponse(as, app.client, response)
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
}

/** An app: where its user arrives, it shows a page, or sends them on to where `to` says. */
const appServer: RequestListener = (request, response) => {
  const to = new URL(request.url ?? '', 'http://app.example').searchParams.get('to')
  request.resume()
  if (to === null) response.writeHead(200, { 'content-type': 'text/html' }).end('<title>The app</title>')
  else response.writeHead(302, { location: to }).end()
}

function certificate(): string {
  return execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...['-keyout', '-', '-out', '-', '-subj', '/CN=app.example'],
  ]).toString()
}

/** Presses the button that says this, and waits for nothing. */
export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click({ noWaitAfter: true })

export async function signIn(page: Page, { email, password }: Pick<TestUser, 'email' | 'password'>): Promise<void> {
  await page.fill('#email', email)
  await page.fill('#password', password)
  await press(page, 'Sign in')
}

/** That the browser comes to this address while it does that; the address that it comes to. */
export async function arrivesAt(page: Page, address: string, work: () => Promise<unknown>): Promise<string> {
  const [request] = await Promise.all([page.waitForRequest((one) => one.url().startsWith(address)), work()])
  // What goes to a program on the device leaves the page where it is.
  if (address.startsWith('http')) await page.waitForURL((url) => url.href.startsWith(address))
  return request.url()
}

export function useStage(): Stage {
  const stage = new Stage()
  beforeAll(() => stage.start())
  afterAll(() => stage.stop())
  return stage
}
