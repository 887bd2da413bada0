import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { addAppKey } from '../../src/apps/keys.ts'
import { createAppSecret } from '../../src/apps/secrets.ts'
import type { NewApp } from '../../src/apps/service.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { Browser } from '../sign-in/browser.ts'
import type { TestServer, TestUser } from '../support/server.ts'
import { type Team, uuidOf } from '../support/team.ts'

/** Plain http is for loopback only, and said to the client library each time. */
export const insecure = { [oauth.allowInsecureRequests]: true } as const

/** Where the apps of these tests are answered. */
export const CALLBACK = 'http://127.0.0.1:9999/callback'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly id_token?: string
  readonly scope?: string
  readonly expires_in?: number
  readonly token_type: string
}

export interface TestApp {
  readonly id: string
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  readonly secret?: string
  readonly privateKey?: KeyObject
  readonly kid?: string
}

/** What a real client knows of the server, and the flows as it runs them. */
export class Flows {
  readonly server: TestServer
  readonly as: oauth.AuthorizationServer

  private constructor(server: TestServer, as: oauth.AuthorizationServer) {
    this.server = server
    this.as = as
  }

  /** The options of every request: plain http, and to where the server is after a restart. */
  get http() {
    const { url, config } = this.server
    const found = (wanted: string, init: object) => fetch(wanted.replace(config.publicUrl, url), init)
    return { ...insecure, [oauth.customFetch]: found } as const
  }

  /** @param customFetch reaches PUBLIC_URL where `fetch` does not. */
  static async discover(server: TestServer, customFetch = fetch): Promise<Flows> {
    const issuer = new URL(server.config.publicUrl)
    const response = await oauth.discoveryRequest(issuer, { ...insecure, [oauth.customFetch]: customFetch })
    return new Flows(server, await oauth.processDiscoveryResponse(issuer, response))
  }

  /** An app of the team with what its type authenticates with. */
  async app(team: Team, type: 'WEB' | 'PUBLIC' | 'DEVICE' | 'SERVICE', rest: Partial<NewApp> = {}): Promise<TestApp> {
    const redirectUris = type === 'WEB' || type === 'PUBLIC' ? [CALLBACK] : []
    const id = await team.app({ type, redirectUris, ...rest })
    const viewer = await viewerOf(this.server.core, team.admin.id)
    const client = { client_id: id }
    if (type === 'WEB') {
      const { value } = await createAppSecret(this.server.core, viewer, uuidOf(id))
      return { id, client, secret: value.secret, auth: oauth.ClientSecretBasic(value.secret) }
    }
    if (type === 'SERVICE') {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const key = publicKey.export({ format: 'pem', type: 'spki' }) as string
      const { value: keyId } = await addAppKey(this.server.core, viewer, uuidOf(id), key)
      const { kid } = await this.server.prisma.appKey.findUniqueOrThrow({ where: { id: keyId } })
      const cryptoKey = await crypto.subtle.importKey(
        'pkcs8',
        privateKey.export({ format: 'der', type: 'pkcs8' }),
        { name: 'ECDSA', namedCurve: 'P-256' },
        true,
        ['sign'],
      )
      return { id, client, privateKey, kid, auth: oauth.PrivateKeyJwt({ key: cryptoKey, kid }) }
    }
    return { id, client, auth: oauth.None() }
  }

  /** A browser in which this person is signed in. */
  async browser(person: Pick<TestUser, 'email' | 'password'>): Promise<FlowBrowser> {
    const browser = new FlowBrowser(this.server)
    await browser.signIn(person)
    return browser
  }

  /** The address that an app sends a browser to, and what it has to remember. */
  async request(
    app: TestApp,
    parameters: Record<string, string> = {},
  ): Promise<{ path: string; verifier: string; state: string }> {
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const query = new URLSearchParams({
      client_id: app.id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    return { path: `/oauth/authorize?${query}`, verifier, state }
  }

  /** The code flow, in a browser that has nothing to do but consent (and choose, where `organization` is given). */
  async authorize(
    app: TestApp,
    browser: FlowBrowser,
    parameters: Record<string, string> = {},
    options: { organization?: string } = {},
  ): Promise<{ callback: URL; verifier: string; state: string }> {
    const { path, verifier, state } = await this.request(app, parameters)
    let at = await browser.follow(path)
    if (options.organization && at.page.includes('name="organization_id"') && !at.page.includes('value="grant"')) {
      at = await browser.act(at, 'choose', { organization_id: options.organization })
    }
    if (!at.callback) at = await browser.act(at, 'grant')
    if (!at.callback) throw new Error(`the browser did not come back, but to ${at.path}: ${at.page}`)
    return { callback: at.callback, verifier, state }
  }

  async redeem(
    app: TestApp,
    { callback, verifier, state }: { callback: URL; verifier: string; state: string },
  ): Promise<Tokens> {
    const parameters = oauth.validateAuthResponse(this.as, app.client, callback, state)
    const response = await oauth.authorizationCodeGrantRequest(
      this.as,
      app.client,
      app.auth,
      parameters,
      CALLBACK,
      verifier,
      { ...this.http },
    )
    return (await oauth.processAuthorizationCodeResponse(this.as, app.client, response)) as Tokens
  }

  /** Tokens of a person, from beginning to end. */
  async tokens(
    app: TestApp,
    person: Pick<TestUser, 'email' | 'password'>,
    options: { organization?: string; scope?: string } = {},
  ): Promise<Tokens> {
    const browser = await this.browser(person)
    const { scope, organization } = options
    return this.redeem(app, await this.authorize(app, browser, scope ? { scope } : {}, { organization }))
  }

  async refresh(
    app: TestApp,
    refreshToken: string,
    additionalParameters: Record<string, string> = {},
  ): Promise<Tokens> {
    const response = await oauth.refreshTokenGrantRequest(this.as, app.client, app.auth, refreshToken, {
      ...this.http,
      additionalParameters,
    })
    return (await oauth.processRefreshTokenResponse(this.as, app.client, response)) as Tokens
  }

  /** A token request as it is, for what no client library would send. */
  async post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await this.server.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
  }

  async userinfo(accessToken: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await this.server.fetch('/oauth/userinfo', { headers: { authorization: `Bearer ${accessToken}` } })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

/** Where a browser has come to: a page of ours, or back at an app. */
export interface Arrival {
  readonly path: string
  readonly page: string
  readonly status: number
  readonly headers: Headers
  readonly callback?: URL
}

/** A browser that follows redirects as far as they stay here. */
export class FlowBrowser extends Browser {
  async follow(path: string, init?: RequestInit): Promise<Arrival> {
    let { response, page } = await this.open(path, init)
    let at = path
    for (let hop = 0; response.status >= 300 && response.status < 400; hop++) {
      if (hop > 10) throw new Error(`redirected without end, last to ${at}`)
      const url = new URL(response.headers.get('location') ?? '', this.origin)
      if (url.origin !== this.origin) {
        return { path: at, page, status: response.status, headers: response.headers, callback: url }
      }
      at = url.pathname + url.search
      ;({ response, page } = await this.open(at))
    }
    return { path: at, page, status: response.status, headers: response.headers }
  }

  /** Presses the button of a page that stands for this action. */
  act(at: Pick<Arrival, 'path' | 'page'>, action: string, fields: Record<string, string> = {}): Promise<Arrival> {
    if (!at.page.includes(`value="${action}"`)) throw new Error(`no button ${action} on ${at.path}: ${textOf(at.page)}`)
    const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
    const path = /<form[^>]* action="(\/oauth\/[^"]*)"/.exec(at.page)?.[1] ?? at.path
    return this.follow(path, { method: 'POST', body: new URLSearchParams({ form_token: token, action, ...fields }) })
  }
}

/** What a page says, without its markup. */
export const textOf = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
