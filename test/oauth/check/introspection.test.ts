import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { introspection } from '../../../src/oauth/check/introspection.ts'
import { findStanding } from '../../../src/tokens/standing.ts'
import { idOf, Team } from '../../support/team.ts'
import { issueToken, type TokenOptions } from '../../support/tokens.ts'
import { useWorld } from '../../support/world.ts'
import { basic, type CheckServer, resourceServers, serveChecks } from './check-server.ts'

const lines: string[] = []
const statements: string[] = []
const world = useWorld({
  config: { resourceServers },
  onLog: (line) => lines.push(line),
  onQuery: (sql) => statements.push(sql),
})
const [documents, mail] = resourceServers as [(typeof resourceServers)[0], (typeof resourceServers)[0]]
let checks: CheckServer
let publisher: Team
let team: Team
let appId: string
let installationId: string
let grantId: string

beforeAll(async () => {
  checks = await serveChecks(world.server.core)
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

afterAll(() => checks[Symbol.asyncDispose]())

beforeEach(async () => {
  appId = await publisher.app({ name: 'Reader' })
  installationId = await team.install(appId)
  grantId = await team.grant(appId)
})

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${checks.url}/oauth/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })

const form = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString()

async function ask(token: string, server = documents) {
  const response = await post(form({ token }), { authorization: basic(server.id, server.secret) })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return (await response.json()) as Record<string, unknown>
}

const issue = async (options?: TokenOptions) => (await issueToken(world.server, grantId, options)).token

/** What a service app of the team may do as itself, as a token that is worth these scopes. */
async function serviceToken(scopes: string[]): Promise<string> {
  const service = await team.app({ type: 'SERVICE', scopes: ['openid', 'gatehouse:introspect'] })
  return (await issueToken(world.server, await team.authorize(service), { scopes })).token
}

describe('a resource server', () => {
  test('is told all that a token is worth, for whom, where, for how long and for which audience', async () => {
    const now = Math.floor(world.clock.now().getTime() / 1000)
    expect(await ask(await issue())).toEqual({
      active: true,
      scope: 'openid',
      client_id: appId,
      sub: idOf('User', team.member),
      token_type: 'Bearer',
      exp: now + 3600,
      iat: now,
      iss: world.server.config.publicUrl,
      aud: ['https://documents.example/', 'urn:example:mail', world.server.config.publicUrl],
      organization_id: team.id,
    })
  })

  test('may send its id and secret in the body, or encoded in the header', async () => {
    const token = await issue()
    const inBody = await post(form({ token, client_id: mail.id, client_secret: mail.secret }))
    expect(await inBody.json()).toMatchObject({ active: true })
    expect(await ask(token, mail)).toMatchObject({ active: true })
  })

  test('is told of no user where the app acts as itself', async () => {
    const answer = await ask(await serviceToken(['openid']))
    expect(answer).toMatchObject({ active: true, organization_id: team.id })
    expect(answer).not.toHaveProperty('sub')
  })

  test('is told the key that a token is bound to', async () => {
    expect(await ask(await issue({ keyThumbprint: 'thumb' }))).toMatchObject({
      token_type: 'DPoP',
      cnf: { jkt: 'thumb' },
    })
  })

  test('is told nothing of refresh tokens: they are for their app alone', async () => {
    expect(await ask(await issue({ kind: 'REFRESH' }))).toEqual({ active: false })
  })

  test('is told nothing of tokens that name other audiences', async () => {
    const token = await issue({ audience: [mail.audience] })
    expect(await ask(token)).toEqual({ active: false })
    expect(await ask(token, mail)).toMatchObject({ aud: [mail.audience] })
  })

  test('costs one statement for each question, and no write', async () => {
    const token = await issue()
    await world.server.core.lastUse.flush()
    statements.length = 0
    await ask(token)
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^\s*(\/\* prepared \*\/ )?SELECT/)
  })

  test('uses the token and its grant by asking, and no refresh token', async () => {
    const [access, refresh] = [
      await issueToken(world.server, grantId),
      await issueToken(world.server, grantId, { kind: 'REFRESH' }),
    ]
    await ask(access.token)
    await ask(refresh.token)
    await world.server.core.lastUse.flush()
    const lastUsedAt = async (hash: string) =>
      (await world.server.prisma.token.findUniqueOrThrow({ where: { hash } })).lastUsedAt
    expect(await lastUsedAt(access.hash)).toEqual(world.clock.now())
    expect(await lastUsedAt(refresh.hash)).toBe(null)
  })
})

describe('the moment something takes a token away, it is inactive, and nothing else is said', () => {
  test('when an admin disables the app, until it is enabled again', async () => {
    const token = await issue()
    await world.does(publisher.admin, 'disableApp', { appId })
    expect(await ask(token)).toEqual({ active: false })
    await world.does(publisher.admin, 'enableApp', { appId })
    expect(await ask(token)).toMatchObject({ active: true })
  })

  test('when the app becomes internal to its publisher, until it is external again', async () => {
    const token = await issue()
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    expect(await ask(token)).toEqual({ active: false })
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'EXTERNAL' })
    expect(await ask(token)).toMatchObject({ active: true })
  })

  test.each<[name: string, input: () => object, by: () => typeof team.admin]>([
    ['uninstallApp', () => ({ installationId }), () => team.admin],
    ['revokeGrant', () => ({ grantId }), () => team.member],
    ['deleteApp', () => ({ appId, confirmation: 'Reader' }), () => publisher.admin],
  ])('by %s, for good', async (name, input, by) => {
    const token = await issue()
    await world.does(by(), name, input())
    expect(await ask(token)).toEqual({ active: false })
  })

  test('when it expires, and when a refresh token is exchanged', async () => {
    expect(await ask(await issue({ lifetime: 0 }))).toEqual({ active: false })
    expect(await ask(await issue({ kind: 'REFRESH', rotatedAt: world.clock.now() }))).toEqual({ active: false })
  })

  test('where it was never issued', async () => {
    for (const token of ['never', 'x'.repeat(5000), '\0\ud800', 'a.b.c']) {
      expect(await ask(token)).toEqual({ active: false })
    }
  })
})

describe('narrowing', () => {
  test('what the app may ask for narrows what every token is worth at once; widening back restores it', async () => {
    await world.server.prisma.grant.updateMany({ data: { scopes: ['openid', 'documents:read'] } })
    const token = await issue({ scopes: ['openid', 'documents:read'] })
    expect(await ask(token)).toMatchObject({ scope: 'openid documents:read' })
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['documents:read'] })
    expect(await ask(token)).toMatchObject({ scope: 'documents:read' })
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['documents:write'] })
    expect(await ask(token)).toEqual({ active: false })
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'documents:read'] })
    expect(await ask(token)).toMatchObject({ scope: 'openid documents:read' })
  })

  test('what the organization approves does, too', async () => {
    const token = await issue()
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['documents:read'] })
    expect(await ask(token)).toEqual({ active: false })
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['openid'] })
    expect(await ask(token)).toMatchObject({ active: true })
  })
})

describe('a service app with gatehouse:introspect', () => {
  const askAs = async (bearer: string, token: string) => {
    const response = await post(form({ token }), { authorization: `Bearer ${bearer}` })
    return { status: response.status, challenge: response.headers.get('www-authenticate'), ...(await response.json()) }
  }

  test('is told of the access tokens in its own organization, whatever their audience', async () => {
    const bearer = await serviceToken(['gatehouse:introspect'])
    expect(await askAs(bearer, await issue())).toMatchObject({ status: 200, active: true, client_id: appId })
    expect(await askAs(bearer, await issue({ kind: 'REFRESH' }))).toEqual({
      status: 200,
      challenge: null,
      active: false,
    })
    expect(await askAs(bearer, await issue({ audience: [mail.audience] }))).toMatchObject({ active: true })
  })

  test('is told nothing of the tokens of other organizations', async () => {
    const other = await Team.create(world.server)
    await other.install(appId)
    const foreign = await issueToken(world.server, await other.grant(appId))
    const answer = await askAs(await serviceToken(['gatehouse:introspect']), foreign.token)
    expect(answer).toEqual({ status: 200, challenge: null, active: false })
  })

  test('is refused without that scope, and so is an app that acts for a user with it', async () => {
    const obo = await publisher.app({ scopes: ['gatehouse:introspect'] })
    await team.install(obo)
    const grant = await team.grant(obo)
    await world.server.prisma.grant.updateMany({
      where: { app: { scopes: { has: 'gatehouse:introspect' } } },
      data: { scopes: ['gatehouse:introspect'] },
    })
    const ofUser = await issueToken(world.server, grant, { scopes: ['gatehouse:introspect'] })
    expect(await ask(ofUser.token)).toMatchObject({ active: true, scope: 'gatehouse:introspect' })
    for (const bearer of [await serviceToken(['openid']), ofUser.token]) {
      const answer = await askAs(bearer, await issue())
      expect(answer).toMatchObject({ status: 403, error: 'insufficient_scope' })
      expect(answer.challenge).toMatch(/^Bearer realm=".*", error="insufficient_scope".*scope="gatehouse:introspect"$/)
    }
  })

  test('is refused with a token that is none, is ended, or is bound to a key', async () => {
    const token = await issue()
    const service = await team.app({ type: 'SERVICE', scopes: ['gatehouse:introspect'] })
    const grant = await team.authorize(service)
    const scopes = ['gatehouse:introspect']
    const bound = await issueToken(world.server, grant, { scopes, keyThumbprint: 'thumb' })
    const ended = await issueToken(world.server, grant, { scopes })
    expect(await askAs(ended.token, token)).toMatchObject({ active: true })
    expect(await askAs(bound.token, token)).toMatchObject({ status: 401, error: 'invalid_token' })
    await world.does(team.admin, 'revokeGrant', { grantId: grant })
    for (const bearer of [ended.token, 'never', 'two tokens', '']) {
      const answer = await askAs(bearer, token)
      expect(answer).toMatchObject({ status: 401, error: 'invalid_token' })
      expect(answer.challenge).toMatch(/^Bearer realm=".*", error="invalid_token"/)
    }
  })
})

describe('errors are the RFCs’ own', () => {
  const good = basic(documents.id, documents.secret)

  test.each([
    ['a wrong secret', basic(documents.id, 'wrong')],
    ['the secret of another', basic(documents.id, mail.secret)],
    ['no secret', basic(documents.id, '')],
    ['a header that is no Basic', 'Basic !!!'],
    ['a header with bad encoding', `Basic ${Buffer.from('documents:%zz').toString('base64')}`],
    ['an empty header', 'Basic'],
  ])('%s is 401 invalid_client', async (_what, authorization) => {
    const response = await post('token=x', { authorization })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(`Basic realm="${world.server.config.publicUrl}"`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })

  test('a wrong secret in the body is 401 invalid_client', async () => {
    for (const secret of ['', 'wrong']) {
      const body = form({ token: 'x', client_id: documents.id, client_secret: secret })
      expect((await post(body)).status).toBe(401)
    }
  })

  test.each([
    ['no token', '', good],
    ['an empty token', 'token=', good],
    ['two tokens', 'token=x&token=y', good],
    ['a hint twice', 'token=x&token_type_hint=a&token_type_hint=b', good],
    ['two ways to authenticate', `token=x&client_secret=${documents.secret}`, good],
    ['an assertion besides', 'token=x&client_assertion=y', good],
    ['the id of another client besides', 'token=x&client_id=mail', good],
    ['an id that stands there twice', 'token=x&client_id=documents&client_id=mail', undefined],
  ])('%s is 400 invalid_request', async (_what, body, authorization) => {
    const response = await post(body, authorization ? { authorization } : {})
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('so is a body that is no form', async () => {
    const headers = { authorization: good, 'content-type': 'application/json' }
    expect((await post('{"token":"x"}', headers)).status).toBe(400)
  })

  test('its own id besides the header is none, nor an unknown hint', async () => {
    const body = form({ token: await issue(), client_id: documents.id, token_type_hint: 'rubbish', more: 'x' })
    expect(await (await post(body, { authorization: good })).json()).toMatchObject({ active: true })
  })
})

describe('apps authenticate to the engine, which can read the body again', () => {
  test.each([
    ['by a secret in the header', 'token=x', { authorization: basic('app_0', 'secret') }],
    ['by a secret in the body', 'token=x&client_id=app_0&client_secret=y', {}],
    ['by an assertion', 'token=x&client_assertion=y', {}],
    ['as a public client', 'token=x&client_id=app_0', {}],
    ['by anything else', 'token=x', { authorization: 'DPoP y' }],
    ['not at all', 'token=x', {}],
  ])('%s', async (_how, body, headers) => {
    expect(await (await post(body, headers)).json()).toEqual({ engine: body })
  })
})

test('the body can be made from a standing alone, for other ways to introspect', async () => {
  const { token, hash } = await issueToken(world.server, grantId)
  const standing = await findStanding(world.server.prisma, hash, world.clock.now())
  expect(introspection(world.server.core, standing)).toEqual(await ask(token))
  expect(introspection(world.server.core, null)).toEqual({ active: false })
})

test('of a refresh token it says all but a token type, which says how to present it to an API', async () => {
  const { hash } = await issueToken(world.server, grantId, { kind: 'REFRESH', keyThumbprint: 'thumb' })
  const body = introspection(world.server.core, await findStanding(world.server.prisma, hash, world.clock.now()))
  expect(body).toMatchObject({ active: true, scope: 'openid', cnf: { jkt: 'thumb' } })
  expect(body).not.toHaveProperty('token_type')
})

test('all of this is there on the server itself', async () => {
  const body = new URLSearchParams({ token: await issue() })
  const headers = { authorization: basic(documents.id, documents.secret) }
  const response = await world.server.fetch('/oauth/introspect', { method: 'POST', headers, body })
  expect(await response.json()).toMatchObject({ active: true, client_id: appId })
})

test('no token and no secret is in the log', async () => {
  const token = await issue()
  lines.length = 0
  await ask(token)
  await post(form({ token, client_id: mail.id, client_secret: mail.secret }))
  await post(form({ token }), { authorization: `Bearer ${token}` })
  await post(form({ token }), { authorization: basic(documents.id, 'wrong wrong wrong') })
  expect(lines.length).toBeGreaterThanOrEqual(4)
  const log = lines.join('\n')
  for (const secret of [token, mail.secret, documents.secret, 'wrong wrong']) expect(log).not.toContain(secret)
})
