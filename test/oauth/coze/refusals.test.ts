import { afterAll, beforeAll, expect, test } from 'vitest'
import { setAppStatus } from '../../../src/apps/service.ts'
import { limits } from '../../../src/config/defaults.ts'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { Coze, DEVICE_CODE, JWT_BEARER, TOKEN } from './coze.ts'

const logged: string[] = []
let server: TestServer
let team: Team
let coze: Coze
beforeAll(async () => {
  const config = { limits: { ...limits, refusedTokenRequestsPerAddress: 10_000 } }
  server = await startTestServer({ config, onLog: (line) => logged.push(line) })
  team = await Team.create(server)
  coze = await Coze.on(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const refused = (code: string, message: unknown = expect.any(String)) => ({
  status: 400,
  body: { error: code, error_description: message, error_code: code, error_message: message },
})

test.each(['', 'null', '[]', '"text"', '{', '7', 'grant_type=refresh_token', '{"grant_type":7}', '{"grant_type":{}}'])(
  'the body %s is refused',
  async (body) => {
    expect(await coze.post(TOKEN, body)).toMatchObject(refused('invalid_request'))
  },
)

test('what is missing or unknown is named', async () => {
  expect(await coze.post(TOKEN, {})).toMatchObject(refused('invalid_request', 'The field grant_type is missing.'))
  for (const grant_type of ['client_credentials', 'password', '__proto__']) {
    expect(await coze.post(TOKEN, { grant_type })).toMatchObject(refused('unsupported_grant_type'))
  }
  expect(await coze.post(TOKEN, { grant_type: 'refresh_token' })).toMatchObject(refused('invalid_request'))
  const { id: client_id } = await coze.installed(team, 'PUBLIC')
  const refresh = { grant_type: 'refresh_token', client_id }
  expect(await coze.post(TOKEN, refresh)).toMatchObject(
    refused('invalid_request', expect.stringContaining('refresh_token')),
  )
  const unknown = { ...refresh, refresh_token: 'unknown', more: { of: ['this'] } }
  expect(await coze.post(TOKEN, unknown)).toMatchObject(refused('invalid_grant'))
  expect(await coze.post(TOKEN, { ...unknown, client_id: team.id })).toMatchObject(refused('invalid_client'))
  expect(await coze.post(TOKEN, unknown, 'two words')).toMatchObject(refused('invalid_client'))
  expect(await coze.post(TOKEN, { grant_type: JWT_BEARER }, '')).toMatchObject(
    refused('invalid_request', expect.stringContaining('JWT is missing')),
  )
})

test('a grant that is not of the type of the app: access_deny, invalid app type', async () => {
  const app = await coze.installed(team, 'PUBLIC')
  const invalidType = refused('access_deny', 'invalid app type')
  const poll = { grant_type: DEVICE_CODE, client_id: app.id, device_code: 'none' }
  expect(await coze.post(TOKEN, poll)).toMatchObject(invalidType)
  expect(await coze.post('/api/permission/oauth2/device/code', { client_id: app.id })).toMatchObject(invalidType)
})

test('a JWT must be for this server, signed by the app, of limited life, and used once', async () => {
  const [app, other] = [await coze.service(team), await coze.service(team)]
  const ask = (jwt: string, more = {}) => coze.post(TOKEN, { grant_type: JWT_BEARER, ...more }, jwt)
  const now = Math.floor(Date.now() / 1000)
  const wrong = [
    { aud: 'api.coze.com' },
    { aud: `${new URL(coze.baseURL).hostname}:1` },
    { iss: other.id },
    { exp: now - 60 },
    { exp: now + 90_000 },
    { iat: now + 600 },
  ]
  for (const claims of wrong) expect(await ask(coze.jwt(app, claims))).toMatchObject(refused('invalid_grant'))
  // RFC 7523 section 3 leaves its id to the client.
  expect(await ask(coze.jwt(app, { jti: undefined }))).toMatchObject({ status: 200 })
  expect(await ask(coze.jwt(app), { client_id: other.id })).toMatchObject(refused('invalid_grant'))
  for (const jwt of ['no-jwt', 'a.b.c', `${coze.jwt(app).split('.').slice(0, 2).join('.')}.`]) {
    expect((await ask(jwt)).status).toBe(400)
  }
  for (const duration_seconds of [0, -1, 1.5, 'soon', {}, [900], true]) {
    expect(await ask(coze.jwt(app), { duration_seconds })).toMatchObject(refused('invalid_request'))
  }
  const long = await ask(coze.jwt(app), { duration_seconds: 1e9 })
  expect(long.body.expires_in).toBeLessThanOrEqual(now + 86_399 + 30)
})

test.each([
  [{ account_permission: { permission_list: ['contacts:read'] } }, 'invalid_scope'],
  [{ account_permission: { permission_list: 'documents:read' } }, 'invalid_request'],
  [{ account_permission: { permission_list: [7] } }, 'invalid_request'],
  [{ account_permission: { permission_list: ['documents:read documents:write'] } }, 'invalid_request'],
  [{ account_permission: [] }, 'invalid_request'],
  ['documents:read', 'invalid_request'],
  [[], 'invalid_request'],
  [{ workspace_permission: { workspace_id_list: ['7'], permission_list: ['documents:read'] } }, 'invalid_request'],
  [{ workflow_permission: { workflow_id_list: ['7'] } }, 'invalid_request'],
  [{ attribute_constraint: { connector_bot_chat_attribute: { bot_id_list: ['7'] } } }, 'invalid_request'],
  [{ attribute_constraint: { another: { limit: false } } }, 'invalid_request'],
])('the scope %j is refused with %s', async (scope, code) => {
  const app = await coze.service(team)
  const body = { grant_type: JWT_BEARER, scope }
  expect(await coze.post(TOKEN, body, coze.jwt(app))).toMatchObject(refused(code))
})

test('a scope as deep as a body can be is refused like any other', async () => {
  const app = await coze.service(team)
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
  const body = `{"grant_type":"${JWT_BEARER}","scope":{"attribute_constraint":${deep}}}`
  expect(await coze.post(TOKEN, body, coze.jwt(app))).toMatchObject(refused('invalid_request'))
})

test('whatever a client sends, it is not a 500, and no secret is logged', async () => {
  const app = await coze.installed(team, 'WEB')
  const service = await coze.service(team)
  const odd = ['\0', '\ud800', 'x'.repeat(100_000), '{}', "'; --", '../..', ['a'], { a: 1 }, 7, true, null, '']
  const fields = ['client_id', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'device_code', 'scope']
  const grants = ['authorization_code', 'refresh_token', DEVICE_CODE]
  for (const value of odd) {
    for (const field of fields) {
      const good = { client_id: app.id, code: 'code', refresh_token: 'refresh', device_code: 'device' }
      const bodies = grants.map((grant_type) => ({ grant_type, ...good, [field]: value }))
      const answers = await Promise.all(bodies.map((body) => coze.post(TOKEN, body, app.secret)))
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
    }
    const jwt = coze.jwt(service, { jti: value ?? undefined, iss: value })
    expect(await coze.post(TOKEN, { grant_type: JWT_BEARER }, jwt.slice(0, 8000))).toMatchObject({ status: 400 })
    expect(await coze.post('/api/permission/oauth2/device/code', { client_id: value })).toMatchObject({ status: 400 })
  }
  const lines = logged.join('\n')
  expect(lines).toContain(TOKEN)
  expect(lines).not.toContain(app.secret)
  expect(lines).not.toMatch(/"level":50/)
})

test('bodies have the limit that they have everywhere, and the paths take POST alone', async () => {
  expect((await coze.post(TOKEN, { filler: 'x'.repeat(limits.bodyBytes) })).status).toBe(413)
  const { status, headers, body } = await coze.get(TOKEN)
  expect({ status, allow: headers.get('allow'), error: body.error_code }).toEqual({
    status: 405,
    allow: 'POST, OPTIONS',
    error: 'invalid_request',
  })
})

test('an address that keeps being refused has to wait', async () => {
  const config = { limits: { ...limits, refusedTokenRequestsPerAddress: 2 } }
  await using strict = await startTestServer({ config })
  const there = await Coze.on(strict)
  const app = await there.service(await Team.create(strict))
  // What is no guess does not count, and of what counts, other apps notice nothing.
  for (const _ of [1, 2, 3]) expect((await there.post(TOKEN, {})).status).toBe(400)
  const guess = () => there.post(TOKEN, { grant_type: 'refresh_token', client_id: app.id, refresh_token: 'x' })
  for (const _ of [1, 2]) expect((await guess()).status).toBe(400)
  const { status, headers, body } = await guess()
  expect({ status, error: body.error_code }).toEqual({ status: 429, error: 'slow_down' })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await there.post(TOKEN, {})).status).toBe(400)
  const api = await there.get(`/v1/oauth-apps/${app.id}/authorizations`, 'x')
  expect(api).toMatchObject({ status: 429, body: { code: 4013 } })
})

test('users/me: no token, another scheme, a refresh token and one bound to a key are 4100', async () => {
  const app = await coze.installed(team, 'WEB', { scopes: ['documents:read'] })
  const tokens = await coze.flows.tokens(app, team.member, { organization: team.id })
  const notAccepted = { status: 401, body: { code: 4100, msg: expect.any(String) } }
  for (const bearer of [undefined, '', 'a b', 'x'.repeat(5000), tokens.refresh_token]) {
    expect(await coze.get('/v1/users/me', bearer)).toMatchObject(notAccepted)
  }
  // Without `profile` the user did not agree to having their name told.
  const { body } = await coze.get('/v1/users/me', tokens.access_token)
  expect(body).toMatchObject({ code: 0, msg: '', data: { user_id: expect.stringMatching(/^usr_/), user_name: '' } })
  await server.prisma.token.updateMany({ data: { keyThumbprint: 'a key' } })
  expect(await coze.get('/v1/users/me', tokens.access_token)).toMatchObject(notAccepted)
})

test('authorizations: a service app learns page by page who authorized it, by a JWT for each', async () => {
  const others = [await Team.create(server), await Team.create(server)]
  const app = await coze.service(team, ...others)
  const path = `/v1/oauth-apps/${app.id}/authorizations`
  const first = await coze.get(`${path}?page_num=1&page_size=2`, coze.jwt(app))
  expect(first).toMatchObject({ status: 200, body: { code: 0, msg: '', data: { has_more: true } } })
  expect(first.body.data.items[0]).toEqual({
    id: expect.stringMatching(/^gra_/),
    account: { id: team.id, name: expect.any(String) },
    permission: { account_permission: { permission_list: ['documents:read', 'documents:write'] } },
  })
  const { body: second } = await coze.get(`${path}?page_num=2&page_size=2`, coze.jwt(app))
  const accounts = [...first.body.data.items, ...second.data.items].map(({ account }) => account.id)
  expect([accounts, second.data.has_more]).toEqual([[team.id, ...others.map(({ id }) => id)], false])

  const other = await coze.service(team)
  const jwt = coze.jwt(app)
  expect((await coze.get(path, jwt)).body.data.items).toHaveLength(3)
  const bearers = [jwt, undefined, 'nothing', coze.jwt(other), coze.jwt({ ...other, id: app.id })]
  for (const bearer of bearers)
    expect(await coze.get(path, bearer)).toMatchObject({ status: 401, body: { code: 4100 } })
  for (const query of ['page_num=0', 'page_num=x', 'page_size=101', 'page_size=-1', 'page_num=99999999999']) {
    const answer = await coze.get(`${path}?${query}`, coze.jwt(app))
    expect(answer).toMatchObject({ status: 400, body: { code: 4000 } })
  }
  await setAppStatus(server.core, await viewerOf(server.core, team.admin.id), uuidOf(app.id), 'DISABLED')
  expect(await coze.get(path, coze.jwt(app))).toMatchObject({ status: 403, body: { code: 4101 } })
})

const authorizationsOf = (id: string) => `/v1/oauth-apps/${id}/authorizations`

test.each(['garbage', 'app_', 'usr_00000000000000000000000000000000', 'a%00b', '%F0%9F%98%80'])(
  'the authorizations of %s are nobody’s',
  async (id) => {
    const app = await coze.service(team)
    logged.length = 0
    for (const jwt of [coze.jwt(app), coze.jwt(app, { iss: id })]) {
      const { status, body } = await coze.get(authorizationsOf(id), jwt)
      expect([status, body]).toMatchObject([401, { code: 4100, msg: expect.any(String) }])
    }
    expect(logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  },
)

test('what goes wrong inside is told in the shape of the path, with the request’s id', async () => {
  const app = await coze.service(team)
  const jwt = coze.jwt(app)
  await server.prisma.$executeRaw`ALTER TABLE "AppKey" RENAME TO "Elsewhere"`
  try {
    const { status, headers, body } = await coze.get(authorizationsOf(app.id), jwt)
    const logid = headers.get('x-tt-logid')
    expect([status, body]).toEqual([500, { code: 5000, msg: expect.any(String), detail: { logid } }])
    expect(body.msg).not.toMatch(/AppKey|prisma/i)
    expect(await coze.post(TOKEN, { grant_type: JWT_BEARER }, coze.jwt(app))).toMatchObject({
      status: 500,
      body: { error: 'internal_error', error_code: 'internal_error' },
    })
    expect(logged.some((line) => JSON.parse(line).requestId === logid && JSON.parse(line).level >= 50)).toBe(true)
  } finally {
    await server.prisma.$executeRaw`ALTER TABLE "Elsewhere" RENAME TO "AppKey"`
  }
})
