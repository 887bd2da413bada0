import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { addAppKey, removeAppKey } from '../../../src/apps/keys.ts'
import { limits } from '../../../src/config/defaults.ts'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import { Team, uuidOf } from '../../support/team.ts'
import type { TestApp } from '../flows.ts'
import { useScene } from './scene.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const scene = useScene({ config: { limits: { ...limits, refusedTokenRequestsPerAddress: 100_000 } } })
let app: TestApp
let other: TestApp
beforeAll(async () => {
  app = await scene.flows.app(scene.team, 'SERVICE', { scopes: ['documents:read', 'documents:write'] })
  other = await scene.flows.app(scene.team, 'SERVICE', { scopes: ['documents:read'] })
  await scene.team.authorize(app.id, ['documents:read'])
  await scene.team.authorize(other.id)
})

const encode = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A signed JWT of the app, as it should be but for these claims and header fields. */
function assertion(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signature: (input: string) => Buffer = bySigning(app.privateKey as KeyObject),
): string {
  const now = Math.floor(Date.now() / 1000)
  const right = {
    iss: app.id,
    sub: app.id,
    aud: scene.server.config.publicUrl,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 60,
  }
  const input = `${encode({ alg: 'ES256', kid: app.kid, ...header })}.${encode({ ...right, ...claims })}`
  return `${input}.${signature(input).toString('base64url')}`
}

const bySigning = (key: KeyObject) => (input: string) =>
  sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })

/** The same JWT by each of the two grants that take one. */
const grants = {
  'JWT bearer grant (RFC 7523 section 2.1)': {
    ask: (jwt: string, rest: Record<string, string> = {}) =>
      scene.flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: jwt, ...rest }),
    refusal: [400, 'invalid_grant'],
  },
  'client authentication (RFC 7523 section 2.2)': {
    ask: (jwt: string, rest: Record<string, string> = {}) =>
      scene.flows.post('/oauth/token', {
        grant_type: 'client_credentials',
        client_assertion: jwt,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        ...rest,
      }),
    refusal: [401, 'invalid_client'],
  },
}

describe.each(Object.entries(grants))('the assertion of the %s', (_, { ask, refusal }) => {
  const refusedAs = async (jwt: string, rest?: Record<string, string>) => {
    const { status, body } = await ask(jwt, rest)
    expect(body.access_token).toBeUndefined()
    return [status, body.error]
  }

  test('is good once', async () => {
    const jwt = assertion()
    const { status, body } = await ask(jwt)
    expect([status, body.scope]).toEqual([200, 'documents:read'])
    expect(await refusedAs(jwt)).toEqual(refusal)
    const both = assertion()
    const answers = await Promise.all([ask(both), ask(both), ask(both), ask(both)])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('may name the issuer or the token endpoint as its audience, and no other', async () => {
    const { publicUrl } = scene.server.config
    for (const aud of [publicUrl, `${publicUrl}/oauth/token`, ['https://x.example', publicUrl]]) {
      expect((await ask(assertion({ aud }))).status).toBe(200)
    }
    for (const aud of [
      'https://x.example',
      `${publicUrl}.evil.example`,
      `${publicUrl}/oauth/introspect`,
      '',
      [],
      undefined,
    ]) {
      expect([aud, ...(await refusedAs(assertion({ aud })))]).toEqual([aud, ...refusal])
    }
  })

  test('has to be in its time: not expired, not from the future, not old, and not for long', async () => {
    const now = Math.floor(Date.now() / 1000)
    for (const claims of [
      { exp: now - 60 },
      { exp: undefined },
      { exp: null },
      { exp: String(now + 60) },
      { exp: now + 7_200 },
      { exp: 1e308 },
      { nbf: now + 600 },
      { iat: now + 600 },
      { iat: now - 7_200 },
      { iat: 1 },
    ]) {
      expect([claims, ...(await refusedAs(assertion(claims)))]).toEqual([claims, ...refusal])
    }
  })

  test('has to be by the app and about it, and its jti a text', async () => {
    for (const claims of [{ jti: '' }, { iss: undefined }, { iss: other.id }, { sub: other.id }, { iss: 'x' }]) {
      const [status, error] = await refusedAs(assertion(claims))
      expect([400, 401]).toContain(status)
      expect([...refusal, 'invalid_client', 'invalid_request']).toContain(error)
    }
    expect((await ask(assertion(), { client_id: other.id })).status).toBeGreaterThanOrEqual(400)
  })

  test('has to be signed by a key of the app, whatever its header says', async () => {
    const viewer = await viewerOf(scene.server.core, scene.team.admin.id)
    const { jwk } = await scene.server.prisma.appKey.findFirstOrThrow({ where: { appId: uuidOf(app.id) } })
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const hmacs = [JSON.stringify(jwk), (jwk as { x: string }).x, '', app.id, 'stored as a hash']
    for (const jwt of [
      assertion({}, { alg: 'none' }, () => Buffer.alloc(0)),
      assertion({}, { alg: 'NONE' }, () => Buffer.alloc(0)),
      assertion({}, {}, () => Buffer.alloc(0)),
      assertion({}, {}, () => Buffer.alloc(64)),
      ...hmacs.map((secret) =>
        assertion({}, { alg: 'HS256' }, (input) => createHmac('sha256', secret).update(input).digest()),
      ),
      assertion({}, {}, bySigning(stranger.privateKey)),
      assertion({}, { kid: 'x' }, bySigning(stranger.privateKey)),
      assertion({}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, bySigning(stranger.privateKey)),
      assertion({}, { jku: 'https://evil.example/jwks' }, bySigning(stranger.privateKey)),
      assertion({}, { alg: 'RS256' }, (input) => sign('sha256', Buffer.from(input), rsa.privateKey)),
      assertion({}, { kid: other.kid }, bySigning(other.privateKey as KeyObject)),
      assertion({}, { crit: ['x'], x: 1 }),
      assertion({}, { alg: 'ES384' }),
    ]) {
      expect(await refusedAs(jwt)).toEqual(refusal)
    }
    const removed = await scene.flows.app(scene.team, 'SERVICE', { scopes: ['documents:read'] })
    await scene.team.authorize(removed.id)
    const claims = () => ({ iss: removed.id, sub: removed.id })
    const by = bySigning(removed.privateKey as KeyObject)
    expect((await ask(assertion(claims(), { kid: removed.kid }, by))).status).toBe(200)
    const key = await scene.server.prisma.appKey.findFirstOrThrow({ where: { appId: uuidOf(removed.id) } })
    await removeAppKey(scene.server.core, viewer, key.id, { revokeTokens: false })
    expect(await refusedAs(assertion(claims(), { kid: removed.kid }, by))).toEqual(refusal)
    expect(await refusedAs(assertion(claims(), { kid: undefined }, by))).toEqual(refusal)
  })

  test('names its key by a text, and by nothing that a query could be made of', async () => {
    for (const kid of [{ equals: app.kid }, { not: 'x' }, [app.kid], [], {}, 5, true, null, '']) {
      expect([kid, ...(await refusedAs(assertion({}, { kid })))]).toEqual([kid, ...refusal])
    }
  })

  test('gets tokens that end with the key that signed it', async () => {
    const several = await scene.flows.app(scene.team, 'SERVICE', { scopes: ['documents:read'] })
    await scene.team.authorize(several.id)
    const viewer = await viewerOf(scene.server.core, scene.team.admin.id)
    const second = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = second.publicKey.export({ format: 'pem', type: 'spki' }) as string
    const { value: id } = await addAppKey(scene.server.core, viewer, uuidOf(several.id), pem)
    const { kid } = await scene.server.prisma.appKey.findUniqueOrThrow({ where: { id } })
    const claims = () => ({ iss: several.id, sub: several.id })
    const bySecond = bySigning(second.privateKey)
    for (const odd of [{ equals: several.kid }, { not: kid }, several.kid, undefined]) {
      expect([odd, ...(await refusedAs(assertion(claims(), { kid: odd }, bySecond)))]).toEqual([odd, ...refusal])
    }
    const { body } = await ask(assertion(claims(), { kid }, bySecond))
    const check = async () =>
      (await scene.server.fetch('/oauth/check', { headers: { authorization: `Bearer ${body.access_token}` } })).status
    expect(await check()).toBe(200)
    await removeAppKey(scene.server.core, viewer, id, { revokeTokens: true })
    expect(await check()).toBe(401)
  })

  test('that is no JWT at all is refused, too', async () => {
    const whole = assertion()
    for (const jwt of [
      'x',
      '..',
      'a.b.c',
      'e30.e30.',
      `${encode('null')}.${encode('null')}.x`,
      `${encode({ alg: 'ES256' })}.${encode('[]')}.x`,
      `${encode({ alg: 'ES256' })}.${encode('null')}.x`,
      `${encode({ alg: 'ES256', kid: 'a\u0000b' })}.${encode({ iss: app.id, sub: app.id })}.x`,
      `${encode('{"alg":"ES256","kid":"\\ud800"}')}.${encode({ iss: app.id, sub: app.id })}.x`,
      `${encode('"')}.${encode({ iss: app.id })}.x`,
      whole.slice(0, -4),
      `${whole}.${whole}`,
      'x'.repeat(40_000),
    ]) {
      const { status, body } = await ask(jwt, { client_id: app.id })
      expect([400, 401]).toContain(status)
      expect(['invalid_grant', 'invalid_client', 'invalid_request']).toContain(body.error)
    }
    for (const claims of [
      { sub: { a: 1 } },
      { sub: [app.id] },
      { iss: [app.id] },
      { jti: { a: 1 } },
      { jti: '\u0000' },
      { jti: '\ud800' },
    ]) {
      expect((await ask(assertion(claims))).status).toBeLessThan(500)
    }
  })

  test('gives what the organization authorized, and nothing else', async () => {
    const elsewhere = await Team.create(scene.server)
    for (const [rest, error] of [
      [{ scope: 'documents:write' }, 'invalid_scope'],
      [{ scope: 'documents:read unknown' }, 'invalid_scope'],
      [{ scope: 'documents:read gatehouse:manage' }, 'invalid_scope'],
      [{ scope: 'openid' }, 'invalid_scope'],
      [{ organization_id: elsewhere.id }, 'invalid_grant'],
      [{ organization_id: 'x' }, 'invalid_request'],
      [{ resource: 'https://unknown.example' }, 'invalid_target'],
      [{ requested_expiry: '-1' }, 'invalid_request'],
      [{ requested_expiry: 'x' }, 'invalid_request'],
      [{ requested_expiry: '0x10' }, 'invalid_request'],
      [{ requested_expiry: '1e3' }, 'invalid_request'],
      [{ requested_expiry: ' 5' }, 'invalid_request'],
      [{ requested_expiry: '0' }, 'invalid_request'],
    ] as [Record<string, string>, string][]) {
      expect([rest, ...(await refusedAs(assertion(), rest))]).toEqual([rest, 400, error])
    }
    expect((await ask(assertion(), { requested_expiry: '999999999' })).body.expires_in).toBe(86_400)
    expect((await ask(assertion(), { scope: '' })).body.scope).toBe('documents:read')
  })
})

test('the JWT with which a service app asks for its organizations names its key by a text, too', async () => {
  const leeway = scene.server.config.publicUrl
  const ask = async (kid: unknown) =>
    (
      await scene.server.fetch(`/v1/oauth-apps/${app.id}/authorizations`, {
        headers: { authorization: `Bearer ${assertion({ aud: leeway }, { kid })}` },
      })
    ).status
  for (const kid of [{ equals: app.kid }, { not: 'x' }, [app.kid], 5]) expect([kid, await ask(kid)]).toEqual([kid, 401])
  expect(await ask(app.kid)).toBe(200)
  for (const path of ['/oauth/introspect', '/oauth/revoke']) {
    const { status } = await scene.flows.post(path, {
      token: 'x',
      client_assertion: assertion({}, { kid: { equals: app.kid } }),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    expect(status).toBe(401)
  }
})

test('a service app that may ask about the tokens of its organization learns nothing of refresh tokens', async () => {
  const asking = await scene.flows.app(scene.team, 'SERVICE', { scopes: ['gatehouse:introspect'] })
  await scene.team.authorize(asking.id)
  const web = await scene.flows.app(scene.team, 'WEB')
  await scene.team.install(web.id)
  const tokens = await scene.flows.tokens(web, scene.team.member, { organization: scene.team.id })
  const ask = async (token = '') => {
    const claims = { iss: asking.id, sub: asking.id }
    const { body } = await scene.flows.post('/oauth/introspect', {
      token,
      client_assertion: assertion(claims, { kid: asking.kid }, bySigning(asking.privateKey as KeyObject)),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    return body.active
  }
  expect([await ask(tokens.access_token), await ask(tokens.refresh_token)]).toEqual([true, false])
})

test('what authenticated a client is not an authorization grant as well, nor the other way round', async () => {
  const [bearer, authentication] = Object.values(grants)
  for (const [first, second] of [
    [bearer, authentication],
    [authentication, bearer],
  ]) {
    const jwt = assertion()
    expect((await first?.ask(jwt))?.status).toBe(200)
    const { status, body } = (await second?.ask(jwt)) ?? {}
    expect([status, body.error]).toEqual(second?.refusal)
  }
})

test('a client that authenticates otherwise still has to bring a good assertion to the JWT bearer grant', async () => {
  const client = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    grant_type: JWT_BEARER,
  }
  const { body } = await scene.flows.post('/oauth/token', { ...client, client_assertion: assertion(), assertion: 'x' })
  expect(body.error).toBe('invalid_grant')
  const missing = await scene.flows.post('/oauth/token', { ...client, client_assertion: assertion() })
  expect(missing.body.error).toBe('invalid_request')
  const both = { ...client, client_assertion: assertion(), assertion: assertion() }
  expect((await scene.flows.post('/oauth/token', both)).status).toBe(200)
})

test('an app of another type gets nothing by an assertion, and a SERVICE app nothing without', async () => {
  const web = await scene.flows.app(scene.team, 'WEB')
  const forms: Record<string, string>[] = [
    { grant_type: JWT_BEARER, assertion: assertion({ iss: web.id, sub: web.id }) },
    { grant_type: JWT_BEARER, assertion: assertion(), client_id: web.id, client_secret: web.secret ?? '' },
    { grant_type: 'client_credentials', client_id: web.id, client_secret: web.secret ?? '' },
    { grant_type: 'client_credentials', client_id: app.id },
    { grant_type: 'client_credentials', client_id: app.id, client_secret: 'x' },
    { grant_type: JWT_BEARER, client_id: app.id },
    { grant_type: 'authorization_code', client_id: app.id, code: 'x', assertion: assertion() },
  ]
  for (const form of forms) {
    const { status, body } = await scene.flows.post('/oauth/token', form)
    expect([400, 401]).toContain(status)
    expect(['invalid_client', 'invalid_request', 'invalid_grant', 'unauthorized_client']).toContain(body.error)
  }
  for (const path of ['/oauth/introspect', '/oauth/revoke', '/oauth/par']) {
    const { status } = await scene.flows.post(path, {
      grant_type: JWT_BEARER,
      client_id: app.id,
      assertion: assertion(),
      token: 'x',
    })
    expect([400, 401]).toContain(status)
  }
})
