import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { getPKCEAuthenticationUrl, getWebAuthenticationUrl } from '@coze/api'
import { addAppKey } from '../../../src/apps/keys.ts'
import type { NewApp } from '../../../src/apps/service.ts'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import type { TestServer, TestUser } from '../../support/server.ts'
import { type Team, uuidOf } from '../../support/team.ts'
import { CALLBACK, Flows, type TestApp } from '../flows.ts'

export const TOKEN = '/api/permission/oauth2/token'
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** A SERVICE app with the RSA key that all of the SDKs sign with. */
export interface ServiceApp {
  readonly id: string
  /** PKCS #8, as PEM. */
  readonly privateKey: string
  /** What the console shows as the key's id: its RFC 7638 thumbprint. */
  readonly kid: string
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers freely.
type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

/** Apps that come from Coze: what their SDKs need to be told, and requests as they send them. */
export class Coze {
  readonly server: TestServer
  readonly flows: Flows

  constructor(server: TestServer, flows: Flows) {
    this.server = server
    this.flows = flows
  }

  static async on(server: TestServer): Promise<Coze> {
    return new Coze(server, await Flows.discover(server))
  }

  get baseURL(): string {
    return this.server.url
  }

  /** An app of the team that is installed there. */
  async installed(team: Team, type: 'WEB' | 'PUBLIC' | 'DEVICE', rest: Partial<NewApp> = {}): Promise<TestApp> {
    const app = await this.flows.app(team, type, rest)
    await team.install(app.id)
    return app
  }

  /** @param organizations that authorize it, beside the team that publishes it. */
  async service(team: Team, ...organizations: Team[]): Promise<ServiceApp> {
    const id = await team.app({ type: 'SERVICE', scopes: ['documents:read', 'documents:write'] })
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const viewer = await viewerOf(this.server.core, team.admin.id)
    const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string
    const { value: keyId } = await addAppKey(this.server.core, viewer, uuidOf(id), pem)
    const { kid } = await this.server.prisma.appKey.findUniqueOrThrow({ where: { id: keyId } })
    for (const one of [team, ...organizations]) await one.authorize(id)
    return { id, kid, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string }
  }

  /** Where an SDK's address leads a person who consents to everything; the code that the app gets. */
  async code(
    url: string,
    person: Pick<TestUser, 'email' | 'password'>,
    { organization }: { organization?: string } = {},
  ): Promise<{ code: string; callback: URL; pages: string[] }> {
    const browser = await this.flows.browser(person)
    const { pathname, search } = new URL(url)
    let at = await browser.follow(pathname + search)
    const pages = [at.page]
    if (organization && !at.page.includes('value="grant"')) {
      at = await browser.act(at, 'choose', { organization_id: organization })
      pages.push(at.page)
    }
    if (!at.callback) at = await browser.act(at, 'grant')
    const code = at.callback?.searchParams.get('code')
    if (!at.callback || !code) throw new Error(`no code came back, but ${at.callback ?? at.page}`)
    return { code, callback: at.callback, pages }
  }

  webUrl(app: TestApp, rest: { state?: string; workspaceId?: string } = {}): string {
    return getWebAuthenticationUrl({ baseURL: this.baseURL, clientId: app.id, redirectUrl: CALLBACK, ...rest })
  }

  pkceUrl(app: TestApp, rest: { state?: string; workspaceId?: string } = {}) {
    return getPKCEAuthenticationUrl({ baseURL: this.baseURL, clientId: app.id, redirectUrl: CALLBACK, ...rest })
  }

  /** The address that coze-go and coze-java make: with a verifier of 16 hex characters. */
  shortPkce(app: TestApp, method: 'plain' | 'S256' | undefined): { url: string; verifier: string } {
    const verifier = randomBytes(8).toString('hex')
    const challenge = method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: app.id,
      redirect_uri: CALLBACK,
      state: 'a state',
      code_challenge: challenge,
      ...(method && { code_challenge_method: method }),
    })
    return { url: `${this.baseURL}/api/permission/oauth2/authorize?${query}`, verifier }
  }

  /** Posts a body as it is. `bearer` is what follows the word, also where that is nothing. */
  async post(path: string, body: unknown, bearer?: string): Promise<Answer> {
    const response = await this.server.fetch(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  async get(path: string, bearer?: string): Promise<Answer> {
    const headers: HeadersInit = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
    const response = await this.server.fetch(path, { headers })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  /** A JWT as the SDKs make it: no `sub`, and the audience by host and port. */
  jwt(app: ServiceApp, claims: Record<string, unknown> = {}): string {
    const now = Math.floor(this.server.core.clock.now().getTime() / 1000)
    const aud = new URL(this.baseURL).host
    const payload = { iss: app.id, aud, iat: now, exp: now + 3600, jti: randomBytes(8).toString('hex'), ...claims }
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: app.kid })}.${encode(payload)}`
    return `${text}.${sign('sha256', Buffer.from(text), app.privateKey).toString('base64url')}`
  }

  /** The status of the standard token check: whether the token works where it is used. */
  async check(accessToken: string): Promise<{ status: number; organization: string | null; scopes: string | null }> {
    const { status, headers } = await this.server.fetch('/oauth/check', {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    return { status, organization: headers.get('x-auth-organization'), scopes: headers.get('x-auth-scopes') }
  }
}

/** Whether an absolute time in Unix seconds is in so many seconds, give or take those that a test takes. */
export const isIn = (time: number, seconds: number): boolean =>
  Math.abs(time - Math.floor(Date.now() / 1000) - seconds) < 30
