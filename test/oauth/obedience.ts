import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import { createAppSecret } from '../../src/apps/secrets.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { publicId } from '../../src/ids.ts'
import type { Server } from '../../src/server/server.ts'
import { hashToken } from '../../src/tokens/standing.ts'
import { mutate } from '../races/support.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, type Team, uuidOf } from '../support/team.ts'
import { basic, resourceServers } from './check/check-server.ts'
import { CALLBACK, type FlowBrowser, type Flows, insecure, type TestApp } from './flows.ts'

/** All that the apps of this table may ask for, as introspection tells it. */
export const SCOPES = ['openid', 'documents:read', 'documents:write', 'gatehouse:read']

/** The paths on which tokens, codes and the sign-in of a browser are worth something, in the words of the table. */
export const paths = {
  introspection: '`/oauth/introspect`',
  userinfo: '`/oauth/userinfo`',
  check: '`/oauth/check`',
  graphql: '`/graphql`',
  refresh: 'refresh',
  code: 'code exchange',
  device: 'device polling',
  silent: '`prompt=none`',
} as const
export type Path = keyof typeof paths

/** The same for a service app, which has neither users nor codes. */
export const servicePaths = {
  introspection: '`/oauth/introspect`',
  check: '`/oauth/check`',
  graphql: '`/graphql`',
  assertion: 'JWT bearer',
  credentials: 'client credentials',
} as const
export type ServicePath = keyof typeof servicePaths

/** Everything that can be presented, and none of which was. */
export interface Held {
  readonly access: string
  readonly refresh: string
  readonly code: Authorized
  readonly deviceCode: string
}
type Authorized = Awaited<ReturnType<Flows['authorize']>>

/** Asks about access tokens, at another node than the one that runs the mutations. */
class Questions {
  readonly #node: Server
  readonly #organizationId: string

  constructor(node: Server, organizationId: string) {
    this.#node = node
    this.#organizationId = organizationId
  }

  async introspection(token: string): Promise<string> {
    const { id, secret } = resourceServers[0] as (typeof resourceServers)[number]
    const { body } = await this.#ask('/oauth/introspect', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(id, secret) },
      body: new URLSearchParams({ token }).toString(),
    })
    return body.active ? worth('active', body.scope) : 'inactive'
  }

  async userinfo(token: string): Promise<string> {
    const { status, body } = await this.#ask('/oauth/userinfo', bearer(token))
    return status === 200 ? 'answers' : `${status} ${body.error}`
  }

  async check(token: string): Promise<string> {
    const { status, body, headers } = await this.#ask('/oauth/check', bearer(token))
    return status === 200
      ? worth('lets through', String(headers.get('x-auth-scopes')))
      : `${status} “${body.error_description}”`
  }

  async graphql(token: string): Promise<string> {
    const { status, body } = await this.#ask('/graphql', {
      method: 'POST',
      headers: { ...bearer(token).headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'query ($id: ID!) { organization(id: $id) { name } }',
        variables: { id: this.#organizationId },
      }),
    })
    return body.data?.organization?.name ? 'answers' : `${status} ${body.errors[0].extensions.code}`
  }

  async #ask(path: string, init: RequestInit) {
    const response = await fetch(new URL(path, this.#node.url), { redirect: 'manual', ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
  }
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** What is said of something that may be worth less than it was. */
const worth = (said: string, scopes: string): string =>
  SCOPES.every((scope) => scopes.split(' ').includes(scope)) ? said : `${said}, worth \`${scopes}\``

/** A WEB and a DEVICE app, one user of both in one organization, and two sets of all that they can hold there. */
export class Scene {
  readonly #flows: Flows
  readonly #questions: Questions
  readonly team: Team
  readonly user: Person
  readonly web: TestApp
  readonly device: TestApp
  readonly #browser: FlowBrowser
  /** A second secret of the WEB app, which nothing was obtained with. */
  readonly #otherSecret: string
  /** Presented first, and again where it was refused; and what is presented only after that. */
  readonly first: Held
  readonly second: Held

  private constructor(fields: {
    flows: Flows
    questions: Questions
    team: Team
    user: Person
    web: TestApp
    device: TestApp
    browser: FlowBrowser
    otherSecret: string
    first: Held
    second: Held
  }) {
    this.#flows = fields.flows
    this.#questions = fields.questions
    this.team = fields.team
    this.user = fields.user
    this.web = fields.web
    this.device = fields.device
    this.#browser = fields.browser
    this.#otherSecret = fields.otherSecret
    this.first = fields.first
    this.second = fields.second
  }

  static async create(flows: Flows, node: Server, publisher: Team, team: Team): Promise<Scene> {
    const { server } = flows
    const user = await team.join('MEMBER')
    const browser = await flows.browser(user)
    const [web, device] = [
      await flows.app(publisher, 'WEB', { scopes: SCOPES }),
      await flows.app(publisher, 'DEVICE', { scopes: SCOPES }),
    ]
    const viewer = await viewerOf(server.core, publisher.admin.id)
    const otherSecret = (await createAppSecret(server.core, viewer, uuidOf(web.id))).value.secret
    for (const { id } of [web, device]) await team.install(id)
    const hold = async (): Promise<Held> => {
      const organization = { organization_id: team.id }
      const tokens = await flows.redeem(web, await flows.authorize(web, browser, organization))
      return {
        access: tokens.access_token,
        refresh: tokens.refresh_token ?? '',
        code: await flows.authorize(web, browser, organization),
        deviceCode: await approvedDeviceCode(flows, device, browser, team),
      }
    }
    const [first, second] = [await hold(), await hold()]
    const questions = new Questions(node, team.id)
    return new Scene({ flows, questions, team, user, web, device, browser, otherSecret, first, second })
  }

  /** Presents all that is held, on every path, and tells what is answered. */
  async present(held: Held = this.first): Promise<Record<Path, string>> {
    const about = this.#questions
    const introspection = await about.introspection(held.access)
    // The app itself may also ask about its refresh tokens, and is told the same, for as long as there is the app.
    for (const token of [held.access, held.refresh]) {
      expect([introspection, 'invalid_client']).toContain(await this.#introspection(token))
    }
    return {
      introspection,
      userinfo: await about.userinfo(held.access),
      check: await about.check(held.access),
      graphql: await about.graphql(held.access),
      refresh: await this.#refresh(held),
      code: await this.#redeem(held),
      device: await this.#token({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: held.deviceCode,
        client_id: this.device.id,
      }),
      silent: await this.#silently(),
    }
  }

  /** Presents what takes the app's authentication with the secret that all was obtained with. */
  async presentWithOldSecret(): Promise<Pick<Record<Path, string>, 'refresh' | 'code'>> {
    const secret = this.web.secret ?? ''
    return { refresh: await this.#refresh(this.first, secret), code: await this.#redeem(this.first, secret) }
  }

  /** `ins_…` and `gra_…` of both apps, for the mutations that take them. */
  async installations(): Promise<string[]> {
    const rows = await this.#flows.server.prisma.installation.findMany({ where: this.#place() })
    return rows.map(({ id }) => publicId('Installation', id))
  }
  async grants(): Promise<string[]> {
    const rows = await this.#flows.server.prisma.grant.findMany({ where: this.#place() })
    return rows.map(({ id }) => publicId('Grant', id))
  }
  /** `sec_…` of the secret that everything was obtained with. */
  async secret(): Promise<string> {
    const where = { appId: uuidOf(this.web.id) }
    const [first] = await this.#flows.server.prisma.appSecret.findMany({ where, orderBy: { id: 'asc' } })
    return publicId('AppSecret', first?.id ?? '')
  }

  #place() {
    return {
      appId: { in: [this.web, this.device].map(({ id }) => uuidOf(id)) },
      organizationId: uuidOf(this.team.id),
    }
  }

  async #introspection(token: string): Promise<string> {
    const headers = { authorization: basic(this.web.id, this.#otherSecret) }
    const { body } = await this.#flows.post('/oauth/introspect', { token }, headers)
    return body.error ?? (body.active ? worth('active', body.scope) : 'inactive')
  }

  #refresh({ refresh }: Held, secret?: string): Promise<string> {
    return this.#token({ grant_type: 'refresh_token', refresh_token: refresh }, secret)
  }

  #redeem({ code: { callback, verifier } }: Held, secret?: string): Promise<string> {
    const code = callback.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }
    return this.#token(form, secret)
  }

  async #token(form: Record<string, string>, secret = this.#otherSecret): Promise<string> {
    const headers: Record<string, string> = form.client_id ? {} : { authorization: basic(this.web.id, secret) }
    const { status, body } = await this.#flows.post('/oauth/token', form, headers)
    return status === 200 ? worth('tokens', body.scope) : body.error
  }

  async #silently(): Promise<string> {
    const { path } = await this.#flows.request(this.web, { organization_id: this.team.id, prompt: 'none' })
    const { callback, status, page } = await this.#browser.follow(path)
    if (!callback) return `${status} ${/<code>([a-z_]+)<\/code>/.exec(page)?.[1] ?? 'page'}`
    return callback.searchParams.get('error') ?? 'a code'
  }
}

/** A device code whose user has consented, and which was never polled for. */
export async function approvedDeviceCode(
  flows: Flows,
  app: TestApp,
  browser: FlowBrowser,
  team: Team,
): Promise<string> {
  const begun = await oauth.deviceAuthorizationRequest(
    flows.as,
    app.client,
    app.auth,
    { organization_id: team.id },
    { ...insecure },
  )
  const device = await oauth.processDeviceAuthorizationResponse(flows.as, app.client, begun)
  let at = await browser.follow(`/oauth/device?user_code=${device.user_code}`)
  at = await browser.act(at, 'confirm', { user_code: device.user_code })
  await browser.act(at, 'grant')
  // These tests poll more often than a device may; polls of the same moment count as in time, too.
  const where = { hash: hashToken(device.device_code) }
  await flows.server.prisma.deviceCode.update({ where, data: { interval: -60 } })
  return device.device_code
}

/** A service app that is authorized in an organization, its access token, and an assertion that was not presented yet. */
export class ServiceScene {
  readonly #flows: Flows
  readonly #questions: Questions
  readonly team: Team
  readonly app: TestApp
  readonly access: string
  readonly assertion: string

  private constructor(fields: {
    flows: Flows
    questions: Questions
    team: Team
    app: TestApp
    access: string
    assertion: string
  }) {
    this.#flows = fields.flows
    this.#questions = fields.questions
    this.team = fields.team
    this.app = fields.app
    this.access = fields.access
    this.assertion = fields.assertion
  }

  static async create(flows: Flows, node: Server, publisher: Team, team: Team): Promise<ServiceScene> {
    const app = await flows.app(publisher, 'SERVICE', { scopes: SCOPES })
    await team.authorize(app.id)
    const assertion = () => signAssertion(flows, app)
    const { body } = await flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: await assertion() })
    const fields = { flows, team, app, access: body.access_token, assertion: await assertion() }
    return new ServiceScene({ ...fields, questions: new Questions(node, team.id) })
  }

  async present(): Promise<Record<ServicePath, string>> {
    const about = this.#questions
    const organization = { organization_id: this.team.id }
    return {
      introspection: await about.introspection(this.access),
      check: await about.check(this.access),
      graphql: await about.graphql(this.access),
      assertion: await this.#token({ grant_type: JWT_BEARER, assertion: this.assertion, ...organization }),
      credentials: await this.#token({
        grant_type: 'client_credentials',
        client_id: this.app.id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(this.#flows, this.app),
        ...organization,
      }),
    }
  }

  async installation(): Promise<string> {
    const row = await this.#flows.server.prisma.installation.findFirstOrThrow({ where: this.#place() })
    return publicId('Installation', row.id)
  }
  async grant(): Promise<string> {
    return publicId('Grant', (await this.#flows.server.prisma.grant.findFirstOrThrow({ where: this.#place() })).id)
  }
  async key(): Promise<string> {
    const where = { appId: uuidOf(this.app.id) }
    return publicId('AppKey', (await this.#flows.server.prisma.appKey.findFirstOrThrow({ where })).id)
  }

  #place() {
    return { appId: uuidOf(this.app.id), organizationId: uuidOf(this.team.id) }
  }

  async #token(form: Record<string, string>): Promise<string> {
    const { status, body } = await this.#flows.post('/oauth/token', form)
    return status === 200 ? worth('a token', body.scope) : body.error
  }
}

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** RFC 7523, good for five minutes. */
export const signAssertion = ({ server }: Pick<Flows, 'server'>, { id, privateKey, kid }: TestApp): Promise<string> =>
  new SignJWT({ iss: id, sub: id, aud: server.config.publicUrl, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey as Parameters<SignJWT['sign']>[0])

/** A mutation in somebody's name, which must succeed. */
export async function act(server: TestServer, by: Person, name: string, input: object): Promise<void> {
  const { code, result } = await mutate(server, by, name, input, '__typename')
  expect(code, `${name}: ${JSON.stringify(result)}`).toBe('ok')
}

/** What was observed, row by row, as a Markdown table. */
export class Observations<P extends string> {
  readonly #columns: Readonly<Record<P, string>>
  readonly #rows: { readonly what: string; readonly seen: Readonly<Record<P, string>> }[] = []

  constructor(columns: Readonly<Record<P, string>>) {
    this.#columns = columns
  }

  /** @returns what was seen, for the test to say what it should be. */
  note(what: string, seen: Readonly<Record<P, string>>): Readonly<Record<P, string>> {
    this.#rows.push({ what, seen })
    return seen
  }

  toString(): string {
    const names = Object.keys(this.#columns) as P[]
    const lines = [
      ['', ...names.map((name) => this.#columns[name])],
      ['---', ...names.map(() => '---')],
      ...this.#rows.map(({ what, seen }) => [what, ...names.map((name) => seen[name])]),
    ]
    return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  }
}
