import { createHash, sign } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { basic } from './check/check-server.ts'
import { CALLBACK, type FlowBrowser, Flows, type TestApp, type Tokens } from './flows.ts'

// What client libraries in wide use send and expect at the edges of the protocol.

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

let server: TestServer
let team: Team
let flows: Flows
let browser: FlowBrowser
const apps: Record<string, TestApp> = {}
const app = (name: string): TestApp => apps[name] as TestApp

const withOffline = ['openid', 'offline_access', 'documents:read']
beforeAll(async () => {
  server = await startTestServer()
  team = await Team.create(server)
  flows = await Flows.discover(server)
  browser = await flows.browser(team.member)
  apps.web = await flows.app(team, 'WEB', { scopes: withOffline })
  apps.spa = await flows.app(team, 'PUBLIC', {
    scopes: withOffline,
    redirectUris: ['https://app.example.com/cb', CALLBACK],
  })
  apps.device = await flows.app(team, 'DEVICE', { scopes: withOffline })
  apps.plain = await flows.app(team, 'WEB', { scopes: ['openid', 'documents:read'] })
  apps.plainDevice = await flows.app(team, 'DEVICE', { scopes: ['openid', 'documents:read'] })
  apps.service = await flows.app(team, 'SERVICE', { scopes: ['documents:read', 'offline_access'] })
  apps.plainService = await flows.app(team, 'SERVICE', { scopes: ['documents:read'] })
  for (const name of ['web', 'spa', 'device', 'plain', 'plainDevice']) await team.install(app(name).id)
  await team.authorize(app('service').id)
  await team.authorize(app('plainService').id)
})
afterAll(() => server[Symbol.asyncDispose]())
afterEach(() => void vi.useRealTimers())

const sorted = (scope: string | undefined) => scope?.split(' ').sort().join(' ')
const authenticated = (of: TestApp) => (of.secret ? { authorization: basic(of.id, of.secret) } : undefined)
const post = (of: TestApp, path: string, form: Record<string, string>) =>
  flows.post(path, of.secret ? form : { client_id: of.id, ...form }, authenticated(of))

async function byCode(of: TestApp, parameters: Record<string, string>): Promise<Tokens> {
  return flows.redeem(of, await flows.authorize(of, browser, { organization_id: team.id, ...parameters }))
}

async function byPushedRequest(of: TestApp, parameters: Record<string, string>): Promise<Tokens> {
  const { path, verifier, state } = await flows.request(of, { organization_id: team.id, ...parameters })
  const form = Object.fromEntries(new URLSearchParams(path.split('?')[1]))
  const { body } = await post(of, '/oauth/par', form)
  const query = new URLSearchParams({ client_id: of.id, request_uri: body.request_uri })
  let at = await browser.follow(`/oauth/authorize?${query}`)
  if (!at.callback) at = await browser.act(at, 'grant')
  return flows.redeem(of, { callback: at.callback as URL, verifier, state })
}

async function byDevice(of: TestApp, parameters: Record<string, string>): Promise<Tokens> {
  const { body } = await flows.post('/oauth/device_authorization', {
    client_id: of.id,
    organization_id: team.id,
    ...parameters,
  })
  let at = await browser.follow(`/oauth/device?user_code=${body.user_code}`)
  at = await browser.act(at, 'confirm', { user_code: body.user_code })
  if (at.page.includes('value="grant"')) at = await browser.act(at, 'grant')
  const answer = await flows.post('/oauth/token', {
    grant_type: DEVICE_CODE,
    client_id: of.id,
    device_code: body.device_code,
  })
  if (answer.status !== 200) throw new Error(`${JSON.stringify(answer.body)} ${at.page}`)
  return answer.body
}

const flowsOfUsers = {
  'a code': ['web', byCode, {}],
  'a code, with prompt=consent': ['web', byCode, { prompt: 'consent' }],
  'a code of a public app': ['spa', byCode, {}],
  'a pushed request': ['web', byPushedRequest, {}],
  'a pushed request with prompt=consent': ['web', byPushedRequest, { prompt: 'consent' }],
  'a device code': ['device', byDevice, {}],
} as const

describe('offline_access', () => {
  test.each(Object.entries(flowsOfUsers))(
    'is in the answer to %s, and to its refresh',
    async (_, [name, flow, more]) => {
      const scope = withOffline.join(' ')
      const tokens = await flow(app(name), { scope, ...more })
      expect(sorted(tokens.scope)).toBe(sorted(scope))
      const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', scope }
      const { status, body } = await post(app(name), '/oauth/token', form)
      expect([status, sorted(body.scope)]).toEqual([200, sorted(scope)])
    },
  )

  test.each([
    ['a code', 'plain', byCode],
    ['a pushed request', 'plain', byPushedRequest],
    ['a device code', 'plainDevice', byDevice],
  ] as const)('is left out of the answer to %s of an app that may not ask for it', async (_, name, flow) => {
    const scope = withOffline.join(' ')
    const tokens = await flow(app(name), { scope })
    expect(sorted(tokens.scope)).toBe('documents:read openid')
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', scope }
    const { status, body } = await post(app(name), '/oauth/token', form)
    expect([status, sorted(body.scope)]).toEqual([200, 'documents:read openid'])
  })

  test('is part of what an app asks for that names no scope', async () => {
    expect(sorted((await byCode(app('web'), {})).scope)).toBe(sorted(withOffline.join(' ')))
  })

  test('alone is enough for an app that may ask for it, and nothing for one that may not', async () => {
    expect((await byCode(app('web'), { scope: 'offline_access' })).scope).toBe('offline_access')
    const { path } = await flows.request(app('plain'), { organization_id: team.id, scope: 'offline_access' })
    const { callback } = await browser.follow(path)
    expect(callback?.searchParams.get('error')).toBe('invalid_scope')
  })

  test('does not refuse a service app', async () => {
    const scope = 'documents:read offline_access'
    const granted = async (of: TestApp, asked: string) =>
      (await flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: assertion(of), scope: asked })).body
    expect(sorted((await granted(app('service'), scope)).scope)).toBe(scope)
    expect((await granted(app('plainService'), scope)).scope).toBe('documents:read')
    expect((await granted(app('plainService'), 'offline_access')).error).toBe('invalid_scope')
  })
})

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An assertion of the app; without claims of its own, one has a `jti`. */
function assertion(of: TestApp, claims: Record<string, unknown> = { jti: crypto.randomUUID() }, header = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const right = { iss: of.id, aud: server.config.publicUrl, iat: now, exp: now + 300 }
  const input = `${encode({ alg: 'ES256', kid: of.kid, ...header })}.${encode({ ...right, ...claims })}`
  return `${input}.${signatureOf(of, input)}`
}

const signatureOf = ({ privateKey }: TestApp, input: string): string =>
  sign('sha256', Buffer.from(input), { key: privateKey as never, dsaEncoding: 'ieee-p1363' }).toString('base64url')

describe('an assertion without jti', () => {
  const ask = (jwt: string) => flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: jwt })
  const ofService = (claims: Record<string, unknown>) => assertion(app('service'), claims)

  test('is good, and again for 10 s after its first use', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const jwt = ofService({})
    const answers = await Promise.all([ask(jwt), ask(jwt), ask(jwt)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    vi.setSystemTime(Date.now() + 10_000)
    expect((await ask(jwt)).status).toBe(200)
    vi.setSystemTime(Date.now() + 1_000)
    const late = await ask(jwt)
    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant'])
  })

  test('is known by what its signature covers, however the signature is written', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const jwt = ofService({})
    expect((await ask(jwt)).status).toBe(200)
    vi.setSystemTime(Date.now() + 11_000)
    const input = jwt.slice(0, jwt.lastIndexOf('.'))
    const another = `${input}.${signatureOf(app('service'), input)}`
    expect(another).not.toBe(jwt)
    expect((await ask(another)).body.error).toBe('invalid_grant')
    expect((await ask(ofService({}))).status).toBe(200)
  })

  test('is none where the jti is there, but no text', async () => {
    for (const jti of ['', 1, null, [], {}]) expect((await ask(ofService({ jti }))).body.error).toBe('invalid_grant')
  })

  test('cannot be passed off as the jti of another', async () => {
    const jwt = ofService({})
    const covered = createHash('sha256')
      .update(jwt.slice(0, jwt.lastIndexOf('.')))
      .digest('base64url')
    expect((await ask(ofService({ jti: covered }))).status).toBe(200)
    expect((await ask(jwt)).status).toBe(200)
  })
})

test('a client assertion may not leave its payload unencoded, or have what is critical', async () => {
  const client = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
  for (const header of [
    { b64: false, crit: ['b64'] },
    { b64: true, crit: ['b64'] },
    { b64: false },
    { crit: ['exp'] },
  ]) {
    const jwt = assertion(app('service'), undefined, header)
    const asked = await flows.post('/oauth/token', {
      grant_type: 'client_credentials',
      client_assertion: jwt,
      ...client,
    })
    expect([header, asked.status, asked.body.error]).toEqual([header, 401, 'invalid_client'])
    const bearer = await flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: jwt })
    expect([header, bearer.status]).toEqual([header, 400])
  }
})

describe('an Authorization header', () => {
  test.each(['Bearer ', 'bearer   ', 'BEARER     '])(
    'takes any number of spaces behind its scheme: %j',
    async (scheme) => {
      const { access_token } = await byCode(app('web'), {})
      const authorization = scheme + access_token
      const token = await team.admin.token
      const at = async (path: string, init: RequestInit = {}) =>
        (await server.fetch(path, { headers: { authorization }, ...init })).status
      expect(await at('/oauth/userinfo')).toBe(200)
      expect(await at('/oauth/check')).toBe(200)
      const graphql = await server.fetch('/graphql?query={viewer{user{id}}}', {
        headers: { authorization: scheme + token },
      })
      expect(graphql.status).toBe(200)
    },
  )

  test.each(['Basic ', 'basic  ', 'BASIC    '])('authenticates a client: %j', async (scheme) => {
    const { id, secret = '' } = app('web')
    const authorization = scheme + basic(id, secret).replace(/^Basic /, '')
    const { access_token: token } = await byCode(app('web'), {})
    expect((await flows.post('/oauth/introspect', { token }, { authorization })).body.active).toBe(true)
    expect((await flows.post('/oauth/revoke', { token }, { authorization })).status).toBe(200)
    const refused = await flows.post(
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { authorization },
    )
    expect(refused.body.error).toBe('invalid_grant')
  })
})
