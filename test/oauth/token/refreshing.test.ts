import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { limits } from '../../../src/config/defaults.ts'
import { newId, publicId } from '../../../src/ids.ts'
import { successor } from '../../../src/oauth/storage/derive.ts'
import { hashToken } from '../../../src/tokens/standing.ts'
import { sweepRotations } from '../../../src/tokens/sweep.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { basic } from '../check/check-server.ts'
import { type FlowBrowser, Flows, type TestApp, type Tokens } from '../flows.ts'
import { act } from '../obedience.ts'

const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000]

let server: TestServer
let team: Team
let flows: Flows
let app: TestApp
let browser: FlowBrowser

beforeAll(async () => {
  server = await startTestServer({ config: { limits: { ...limits, refusedTokenRequestsPerAddress: 10_000 } } })
  team = await Team.create(server)
  flows = await Flows.discover(server)
  browser = await flows.browser(team.member)
})
afterAll(() => server[Symbol.asyncDispose]())

// The engine reads the computer's clock, so that is the one to move; everything else goes on as ever.
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  app = await flows.app(team, 'WEB')
  await team.install(app.id)
})
afterEach(() => void vi.useRealTimers())
const pass = (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds)

const authorize = () => flows.authorize(app, browser, { organization_id: team.id })
const begin = async (): Promise<Required<Tokens>> => (await flows.redeem(app, await authorize())) as Required<Tokens>

const token = (form: Record<string, string>, of = app) =>
  flows.post('/oauth/token', form, { authorization: basic(of.id, of.secret ?? '') })

/** The tokens, or the error. */
async function refresh(
  { refresh_token }: Pick<Tokens, 'refresh_token'>,
  more = {},
): Promise<Required<Tokens> & { error?: string }> {
  return (await token({ grant_type: 'refresh_token', refresh_token: refresh_token ?? '', ...more })).body
}
const refusal = async (tokens: Pick<Tokens, 'refresh_token'>) => (await refresh(tokens)).error

const revoke = async (value: string, of = app) =>
  (await flows.post('/oauth/revoke', { token: value }, { authorization: basic(of.id, of.secret ?? '') })).status

/** What the check says of an access token: its scopes, or why it is refused. */
async function check({ access_token }: Pick<Tokens, 'access_token'>): Promise<string | null> {
  const response = await server.fetch('/oauth/check', { headers: { authorization: `Bearer ${access_token}` } })
  if (response.status === 200) return response.headers.get('x-auth-scopes')
  return ((await response.json()) as { error_description: string }).error_description
}
const WORTH = 'openid documents:read documents:write'
const UNKNOWN = 'The token is unknown or revoked.'

/** Proofs of a new key for the token endpoint (RFC 9449). */
async function proofs(): Promise<() => Promise<string>> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return () =>
    new SignJWT({ htm: 'POST', htu: `${server.config.publicUrl}/oauth/token`, jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(privateKey)
}

/** How many of the app's grants there are, and reuses of its tokens in the history. */
async function aftermath(): Promise<{ grants: number; reuses: number }> {
  const appId = uuidOf(app.id)
  const grants = await server.prisma.grant.count({ where: { appId } })
  return { grants, reuses: await server.prisma.event.count({ where: { appId, type: 'TOKEN_REUSE_DETECTED' } }) }
}

test('a refresh token is exchanged for its successor, and the access tokens that came before live on', async () => {
  const first = await begin()
  pass(MINUTE)
  const second = await refresh(first)
  expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: WORTH })
  expect([second.refresh_token, second.access_token]).not.toContain(first.refresh_token)
  pass(MINUTE)
  const third = await refresh(second)
  expect([await check(first), await check(second), await check(third)]).toEqual([WORTH, WORTH, WORTH])
})

test('a refresh may ask for less than was granted, and the next for all of it again', async () => {
  const first = await begin()
  const less = await refresh(first, { scope: 'documents:read' })
  expect([less.scope, await check(less)]).toEqual(['documents:read', 'documents:read'])
  expect(await refresh(less)).toMatchObject({ scope: WORTH })
  expect(await refresh(less, { scope: 'documents:read email' })).toMatchObject({ error: 'invalid_scope' })
})

test('Recorded scopes do not change: what was obtained while they were narrowed is worth all of them after widening', async () => {
  const first = await begin()
  await act(server, team.admin, 'updateApp', { appId: app.id, scopes: ['openid', 'documents:read'] })
  const narrow = await refresh(first)
  expect([narrow.scope, await check(narrow)]).toEqual(['openid documents:read', 'openid documents:read'])
  await act(server, team.admin, 'updateApp', { appId: app.id, scopes: WORTH.split(' ') })
  expect(await check(narrow)).toBe(WORTH)
})

test('A refresh answer that got lost may be asked for once more within a short grace (10 s)', async () => {
  const first = await begin()
  pass(MINUTE)
  const lost = await refresh(first)
  pass(9 * SECOND)
  const again = await refresh(first)
  expect([again.access_token, again.refresh_token]).toEqual([lost.access_token, lost.refresh_token])
  expect(again.expires_in).toBe(3591)
  // Further presentations are refused, and nothing more.
  expect([await refusal(first), await refusal(first)]).toEqual(['invalid_grant', 'invalid_grant'])
  expect([await check(first), await check(again)]).toEqual([WORTH, WORTH])
  expect((await refresh(again)).access_token).toBeDefined()
  expect(await aftermath()).toEqual({ grants: 1, reuses: 0 })
})

describe('Each successor mixes in a random value from its parent', () => {
  /** What a thief of a refresh token and the secret tries: with no random value, and with those that are stored. */
  async function derivable({ refresh_token }: Pick<Tokens, 'refresh_token'>): Promise<string[]> {
    const randoms = (await server.prisma.rotation.findMany()).map(({ random }) => random)
    const { secret } = server.config
    return ['', ...randoms].flatMap((random) => {
      const rotating = { token: refresh_token ?? '', random }
      return [successor(secret, rotating), successor(secret, rotating, 'access', undefined, undefined)]
    })
  }

  test('so a refresh token that is no longer current, together with the secret, does not yield a current one', async () => {
    const first = await begin()
    const second = await refresh(first)
    const tokens = [second.refresh_token, second.access_token]
    expect(await derivable(first)).toEqual(expect.arrayContaining(tokens))
    pass(10 * SECOND)
    await sweepRotations(server.core)
    const third = await refresh(second)
    const known = await derivable(first)
    expect([...tokens, third.refresh_token, third.access_token].filter((token) => known.includes(token))).toEqual([])
    expect(await check(third)).toBe(WORTH)
  })

  test('which is another one where a refresh was refused and is tried again', async () => {
    const first = await begin()
    expect(await refresh(first, { organization_id: publicId('Organization', newId()) })).toMatchObject({
      error: 'invalid_request',
    })
    expect(await server.prisma.rotation.count({ where: { tokenHash: hashToken(first.refresh_token) } })).toBe(0)
    expect((await refresh(first)).scope).toBe(WORTH)
  })

  test('and what an earlier release derived without one may be asked for once more', async () => {
    const first = await begin()
    const second = await refresh(first)
    const old = (...what: (string | undefined)[]) =>
      successor(server.config.secret, { token: first.refresh_token, random: '' }, ...what)
    const rename = (from: string, to: string) =>
      server.prisma.token.update({ where: { hash: hashToken(from) }, data: { hash: hashToken(to) } })
    await rename(second.refresh_token, old())
    await rename(second.access_token, old('access', undefined, undefined))
    await server.prisma.rotation.update({ where: { tokenHash: hashToken(first.refresh_token) }, data: { random: '' } })
    const again = await refresh(first)
    expect([again.refresh_token, again.access_token]).toEqual([old(), old('access', undefined, undefined)])
    const third = await refresh(again)
    expect(third.refresh_token).not.toBe(successor(server.config.secret, { token: again.refresh_token, random: '' }))
    expect(await check(third)).toBe(WORTH)
  })
})

test('asking once more for something else is no repetition, and is refused', async () => {
  const first = await begin()
  const lost = await refresh(first)
  expect(await refresh(first, { scope: 'documents:read' })).toMatchObject({ error: 'invalid_grant' })
  expect((await refresh(first)).access_token).toBe(lost.access_token)
})

test('Reuse after the grace ends that family; the grant stays', async () => {
  const [first, other] = [await begin(), await begin()]
  const second = await refresh(first)
  pass(10 * SECOND + 1)
  expect(await refusal(first)).toBe('invalid_grant')
  expect([await check(first), await check(second), await refusal(second)]).toEqual([UNKNOWN, UNKNOWN, 'invalid_grant'])
  expect(await refusal(first)).toBe('invalid_grant')
  expect(await aftermath()).toEqual({ grants: 1, reuses: 1 })
  expect([await check(other), (await refresh(other)).scope]).toEqual([WORTH, WORTH])
})

test('Reuse once the successor was used ends that family, also within the grace', async () => {
  const first = await begin()
  const second = await refresh(first)
  const third = await refresh(second)
  expect(await refusal(first)).toBe('invalid_grant')
  expect([await check(third), await refusal(third)]).toEqual([UNKNOWN, 'invalid_grant'])
  expect(await aftermath()).toEqual({ grants: 1, reuses: 1 })
})

test('a code that is redeemed twice ends its family; the grant stays', async () => {
  const authorized = await authorize()
  const tokens = await flows.redeem(app, authorized)
  await expect(flows.redeem(app, authorized)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect([await check(tokens), await refusal(tokens)]).toEqual([UNKNOWN, 'invalid_grant'])
  await expect(flows.redeem(app, authorized)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(await aftermath()).toEqual({ grants: 1, reuses: 1 })
  expect(await check(await begin())).toBe(WORTH)
})

test('a redeemed code is reused also after it has expired', async () => {
  const authorized = await authorize()
  const tokens = await flows.redeem(app, authorized)
  pass(2 * MINUTE)
  await expect(flows.redeem(app, authorized)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect([await check(tokens), await refusal(tokens)]).toEqual([UNKNOWN, 'invalid_grant'])
  expect(await aftermath()).toEqual({ grants: 1, reuses: 1 })
})

test('asking once more with another key is refused: the answer would be bound to a key that is not its own', async () => {
  const first = await begin()
  const [key, another] = [await proofs(), await proofs()]
  const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  const by = async (proof?: () => Promise<string>) => {
    const headers = { authorization: basic(app.id, app.secret ?? ''), ...(proof && { dpop: await proof() }) }
    const { body } = await flows.post('/oauth/token', form, headers)
    return body.error ?? body.token_type
  }
  expect(await by(key)).toBe('DPoP')
  expect([await by(another), await by()]).toEqual(['invalid_grant', 'invalid_grant'])
  expect([await by(key), await aftermath()]).toEqual(['DPoP', { grants: 1, reuses: 0 }])
})

test('What is presented while the app is disabled is not counted as reuse', async () => {
  const first = await begin()
  const second = await refresh(first)
  await act(server, team.admin, 'disableApp', { appId: app.id })
  pass(MINUTE)
  expect([await refusal(first), await refusal(second)]).toEqual(['unauthorized_client', 'unauthorized_client'])
  await act(server, team.admin, 'enableApp', { appId: app.id })
  expect((await refresh(second)).scope).toBe(WORTH)
  expect(await aftermath()).toEqual({ grants: 1, reuses: 0 })
})

test('another app gets nothing for a refresh token, and does not use it up', async () => {
  const other = await flows.app(team, 'WEB')
  const first = await begin()
  const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  expect((await token(form, other)).body.error).toBe('invalid_grant')
  const second = await refresh(first)
  pass(MINUTE)
  expect((await token(form, other)).body.error).toBe('invalid_grant')
  expect([await check(second), await aftermath()]).toEqual([WORTH, { grants: 1, reuses: 0 }])
})

test('Revoking an access token ends that token', async () => {
  const first = await begin()
  const second = await refresh(first)
  expect(await revoke(first.access_token)).toBe(200)
  expect([await check(first), await check(second)]).toEqual([UNKNOWN, WORTH])
  expect((await refresh(second)).scope).toBe(WORTH)
  expect(await aftermath()).toEqual({ grants: 1, reuses: 0 })
})

test('Revoking a refresh token ends that family; the grant stays', async () => {
  const [first, other] = [await begin(), await begin()]
  const second = await refresh(first)
  expect(await revoke(second.refresh_token)).toBe(200)
  expect([await check(first), await check(second), await refusal(second)]).toEqual([UNKNOWN, UNKNOWN, 'invalid_grant'])
  expect(await check(other)).toBe(WORTH)
  // Nobody stole anything.
  expect(await aftermath()).toEqual({ grants: 1, reuses: 0 })
})

test('tokens of a disabled app can be revoked, too', async () => {
  const [first, other] = [await begin(), await begin()]
  await act(server, team.admin, 'disableApp', { appId: app.id })
  expect([await revoke(first.access_token), await revoke(other.refresh_token)]).toEqual([200, 200])
  await act(server, team.admin, 'enableApp', { appId: app.id })
  expect([await check(first), await check(other)]).toEqual([UNKNOWN, UNKNOWN])
  expect([(await refresh(first)).scope, await refusal(other)]).toEqual([WORTH, 'invalid_grant'])
})

test('a token of another app cannot be revoked, and one that never was is answered as one that was', async () => {
  const other = await flows.app(team, 'WEB')
  const tokens = await begin()
  expect([await revoke(tokens.refresh_token, other), await revoke('never issued', other)]).toEqual([400, 200])
  expect([await check(tokens), (await refresh(tokens)).scope]).toEqual([WORTH, WORTH])
})

test('an access token that was revoked does not come back by asking once more, and can still be ended with its grant', async () => {
  const first = await begin()
  const lost = await refresh(first)
  expect(await revoke(lost.access_token)).toBe(200)
  expect([await refusal(first), await check(lost)]).toEqual(['invalid_grant', UNKNOWN])
  const grant = await server.prisma.grant.findFirstOrThrow({ where: { appId: uuidOf(app.id) } })
  await act(server, team.member, 'revokeGrant', { grantId: publicId('Grant', grant.id) })
  expect([await check(first), await aftermath()]).toEqual([UNKNOWN, { grants: 0, reuses: 0 }])
})

test('Signing out of the browser ends no token', async () => {
  const own = await flows.browser(team.member)
  const tokens = (await flows.redeem(
    app,
    await flows.authorize(app, own, { organization_id: team.id }),
  )) as Required<Tokens>
  const { response } = await own.submit('/', {}, {})
  expect(response.status).toBeLessThan(400)
  const { path } = await flows.request(app, { organization_id: team.id, prompt: 'none' })
  expect((await own.follow(path)).callback?.searchParams.get('error')).toBe('login_required')
  expect([await check(tokens), (await refresh(tokens)).scope]).toEqual([WORTH, WORTH])
})

test('codes live for 60 s, access tokens for 1 h, refresh tokens for 30 days', async () => {
  const [late, tokens] = [await authorize(), await begin()]
  pass(MINUTE)
  await expect(flows.redeem(app, late)).rejects.toMatchObject({ error: 'invalid_grant' })
  pass(58 * MINUTE)
  expect(await check(tokens)).toBe(WORTH)
  pass(MINUTE)
  expect(await check(tokens)).toBe('The token has expired.')
  pass(30 * DAY - 61 * MINUTE)
  const next = await refresh(tokens)
  expect(await check(next)).toBe(WORTH)
  // Each has a life of its own, from its issue on.
  pass(30 * DAY)
  expect(await refusal(next)).toBe('invalid_grant')
  const rows = await server.prisma.token.findMany({ where: { hash: hashToken(next.refresh_token) } })
  expect(rows.map(({ rotatedAt }) => rotatedAt)).toEqual([null])
})

test('a refresh for what is worth nothing at present is refused, and uses nothing up', async () => {
  const tokens = await begin()
  await server.prisma.installation.updateMany({
    where: { appId: uuidOf(app.id) },
    data: { approvedScopes: ['openid'] },
  })
  expect(await refresh(tokens, { scope: 'documents:read' })).toMatchObject({ error: 'invalid_scope' })
  const before = await server.prisma.token.count()
  expect((await refresh(tokens, { scope: 'documents:read documents:write' })).error).toBe('invalid_scope')
  expect(await server.prisma.token.count()).toBe(before)
  pass(MINUTE)
  expect(await refresh(tokens, { scope: 'openid documents:read' })).toMatchObject({ scope: 'openid' })
})
