import type { ServerResponse } from 'node:http'
import { exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { durations } from '../../../src/config/defaults.ts'
import { sweep } from '../../../src/server/housekeeping.ts'
import { startTestServer, TestClock, type TestServer } from '../../support/server.ts'
import { makeKey, signToken, startIssuer, type TestIssuer, type TestKey } from './issuer.ts'

const WHO = '{ viewer { user { name email } } }'
const SIGN_OUT = 'mutation { signOut(input: {}) { ... on SignOutSuccess { endedSessions } } }'
const minute = 60_000
/** How long slow issuers are waited for here, in milliseconds. */
const issuerTimeout = 1_000

let issuer: TestIssuer
let key: TestKey
let clock: TestClock
let server: TestServer
let subjects = 0
let subject: string

beforeAll(async () => {
  key = await makeKey('first')
})
beforeEach(async () => {
  subject = `subject ${++subjects}`
})

async function start(env: Record<string, string> = {}): Promise<void> {
  issuer = await startIssuer()
  issuer.reset(key.jwk)
  clock = new TestClock()
  server = await startTestServer({
    clock,
    env: {
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: 'gatehouse',
      OIDC_NAME: 'Example',
      OIDC_AUDIENCE: 'gatehouse',
      OIDC_PROVISION: '1',
      ...env,
    },
    config: { durations: { ...durations, issuerTimeout } },
  })
}

async function stop(): Promise<void> {
  await server[Symbol.asyncDispose]()
  await issuer.close()
}

const sign = (claims: JWTPayload = {}, header: object = {}, signer = key): Promise<string> =>
  signToken(issuer, signer, clock.now(), { sub: subject, ...claims }, header)

const ask = (token: string) => server.request(WHO, {}, token)

async function expectRefused(token: string): Promise<void> {
  const answer = await ask(token)
  expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
}

async function expectUnavailable(token: string): Promise<void> {
  const answer = await ask(token)
  expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'ISSUER_UNAVAILABLE' } }] })
  expect(answer.headers.get('retry-after')).toBe('30')
}

describe('a JWT of an external issuer', () => {
  beforeAll(() => start())
  afterAll(stop)

  test('is a credential for the API, and an unknown subject gets an account', async () => {
    const answer = await ask(await sign({ name: 'Alice Archer', email: 'alice@example.com', email_verified: true }))
    expect(answer.data).toEqual({ viewer: { user: { name: 'Alice Archer', email: null } } })
    expect((await ask(await sign({ name: 'Alice Baker' }))).data.viewer.user.name).toBe('Alice Archer')
    expect(await server.prisma.externalIdentity.count({ where: { subject } })).toBe(1)
  })

  test.each([
    [undefined, 'subject'],
    ['', 'subject'],
    [' \u0000\n', 'subject'],
    [42, 'subject'],
    [{ a: 1 }, 'subject'],
    ['\ud800', 'subject'],
    ['x'.repeat(500), 'x'.repeat(100)],
    [`${'x'.repeat(99)}😀`, 'x'.repeat(99)],
    ['Zoë\u0000 B\nC', 'Zoë B C'],
  ])('gives its account a name in any case: %j', async (name, expected) => {
    const { data } = await ask(await sign({ name }))
    expect(data.viewer.user.name).toBe(expected === 'subject' ? subject : expected)
  })

  test('is never matched by e-mail address', async () => {
    const { email } = await server.createUser()
    const { data } = await ask(await sign({ name: 'Mallory', email, email_verified: true }))
    expect(data.viewer.user).toEqual({ name: 'Mallory', email: null })
  })

  test('is refused with any other type: an ID token is none', async () => {
    for (const typ of ['JWT', 'id_token+jwt', undefined]) await expectRefused(await sign({}, { typ }))
    expect((await ask(await sign({}, { typ: 'application/at+jwt' }))).status).toBe(200)
  })

  test('is refused for another audience, from another issuer, or for nobody in particular', async () => {
    await expectRefused(await sign({ aud: 'elsewhere' }))
    await expectRefused(await sign({ aud: `${server.config.publicUrl}/graphql` }))
    await expectRefused(await sign({ aud: undefined }))
    await expectRefused(await sign({ iss: 'https://elsewhere.example.com' }))
    await expectRefused(await sign({ iss: `${issuer.url}/` }))
    await expectRefused(await sign({ iss: undefined }))
    for (const sub of [undefined, '', 'x'.repeat(256), 'a\u0000b', '\ud800', 7 as never]) {
      await expectRefused(await sign({ sub }))
    }
    expect((await ask(await sign({ aud: ['elsewhere', 'gatehouse'] }))).status).toBe(200)
  })

  test('is refused when a client got it for itself', async () => {
    await expectRefused(await sign({ client_id: subject }))
  })

  test('is refused without a signature, and with one that others can make', async () => {
    const [, payload = ''] = (await sign()).split('.')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    await expectRefused(`${encode({ typ: 'at+jwt', alg: 'none' })}.${payload}.`)
    await expectRefused(`${encode({ typ: 'at+jwt', alg: 'none', kid: key.kid })}.${payload}.x`)
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forged = new SignJWT(claims).setProtectedHeader({ typ: 'at+jwt', alg: 'HS256', kid: key.kid })
    const pem = await exportSPKI((await importJWK(key.jwk, key.alg, { extractable: true })) as never)
    for (const secret of [pem, JSON.stringify(key.jwk), key.jwk.x ?? '']) {
      await expectRefused(await forged.sign(new TextEncoder().encode(secret)))
    }
    const other = await makeKey(key.kid)
    await expectRefused(await sign({}, { jwk: other.jwk }, other))
  })

  test('is refused when it has expired or comes from the future, but for what clocks may be off', async () => {
    const now = Math.floor(clock.now().getTime() / 1000)
    await expectRefused(await sign({ exp: now - 31 }))
    await expectRefused(await sign({ exp: undefined }))
    await expectRefused(await sign({ exp: 'tomorrow' as never }))
    await expectRefused(await sign({ nbf: now + 40 }))
    await expectRefused(await sign({ iat: now + 40 }))
    await expectRefused(await sign({ iat: undefined }))
    await expectRefused(await sign({ iat: now - 8 * 24 * 3600 }))
    expect((await ask(await sign({ exp: now - 20 }))).status).toBe(200)
    expect((await ask(await sign({ iat: now + 20, nbf: now + 20 }))).status).toBe(200)
  })

  test('is good for seven days at most, however long it says', async () => {
    const token = await sign({ exp: 1e300 })
    expect((await ask(token)).status).toBe(200)
    const { userId } = await server.prisma.externalIdentity.findFirstOrThrow({ where: { subject } })
    const { expiresAt } = await server.prisma.session.findFirstOrThrow({ where: { userId } })
    expect(expiresAt.getTime() - clock.now().getTime()).toBeLessThanOrEqual(durations.sessionLifetime + minute)
  })

  test('may be as long as a header of HTTP', async () => {
    expect((await ask(await sign({ groups: ['x'.repeat(10_000)] }))).status).toBe(200)
    for (const length of [13_000, 1_000_000]) {
      const authorization = `Bearer ${await sign({ groups: ['x'.repeat(length)] })}`
      const response = await server.fetch('/graphql', { headers: { authorization } }).catch(() => undefined)
      expect(response?.status ?? 431).toBe(431)
    }
  })

  test('is accepted over WebSocket, and one of a megabyte only closes that', async () => {
    expect(await greet(await sign({ name: 'Wanda' }))).toBe('connection_ack')
    expect(await greet(await sign({ aud: 'elsewhere' }))).toBe(4403)
    expect(await greet(await sign({ filler: 'x'.repeat(700_000) }))).toBe(4403)
    expect((await server.fetch('/healthz')).status).toBe(200)
  })
})

describe('the session of such a JWT', () => {
  beforeEach(() => start())
  afterEach(stop)

  test('begins once, and is kept as a hash', async () => {
    const token = await sign()
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await server.prisma.session.count()).toBe(1)
    expect(await server.prisma.user.count()).toBe(1)
    expect(JSON.stringify(await server.prisma.externalToken.findMany())).not.toContain(token.split('.')[2])
  })

  test('is the account of one person, however many tokens come at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, (_, jti) => sign({ jti: String(jti) })))
    const answers = await Promise.all(tokens.map(ask))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await server.prisma.user.count()).toBe(1)
    expect(await server.prisma.organization.count()).toBe(1)
    expect(await server.prisma.session.count()).toBe(8)
  })

  test('ends with signOut, and neither the token nor another spelling of it begins it again', async () => {
    const token = await sign()
    const { data } = await server.request(SIGN_OUT, {}, token)
    expect(data).toEqual({ signOut: { endedSessions: 1 } })
    await expectRefused(token)
    // ES256 signatures are 64 bytes: the last character has bits to spare.
    const last = token.at(-1) as string
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    await expectRefused(token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1])
    await sweep(server.core)
    await expectRefused(token)
    expect((await ask(await sign({ jti: 'next' }))).status).toBe(200)
  })

  test('ends with the token, and housekeeping leaves nothing of it', async () => {
    const token = await sign()
    expect((await ask(token)).status).toBe(200)
    clock.advance(10 * minute + durations.issuerClockTolerance + 1000)
    await expectRefused(token)
    await sweep(server.core)
    expect(await server.prisma.session.count()).toBe(0)
    expect(await server.prisma.externalToken.count()).toBe(0)
  })

  test('does not idle out before the token ends', async () => {
    const now = Math.floor(clock.now().getTime() / 1000)
    const token = await sign({ exp: now + 2 * 24 * 3600 })
    expect((await ask(token)).status).toBe(200)
    clock.advance(13 * 60 * minute)
    await sweep(server.core)
    expect((await ask(token)).status).toBe(200)
  })

  test('ends with the account, which the same token does not make again', async () => {
    const token = await sign({ name: 'Gone Girl' })
    const { data } = await server.request(
      'mutation { deleteAccount(input: { confirmation: "Gone Girl" }) { __typename } }',
      {},
      token,
    )
    expect(data).toEqual({ deleteAccount: { __typename: 'DeleteAccountSuccess' } })
    await expectRefused(token)
    expect(await server.prisma.user.count()).toBe(0)
  })
})

describe('an issuer', () => {
  beforeAll(() => start())
  beforeEach(forget)
  afterAll(stop)

  /** As after a start: what the server knew of the issuer is gone. */
  async function forget(): Promise<void> {
    issuer.reset(key.jwk)
    await server.restart()
  }

  test('is asked once for all tokens that come at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, (_, jti) => sign({ jti: String(jti) })))
    for (const { status } of await Promise.all(tokens.map(ask))) expect(status).toBe(200)
    expect(issuer.asked).toMatchObject({ discovery: 1, jwks: 1 })
  })

  test('may rotate its keys', async () => {
    expect((await ask(await sign())).status).toBe(200)
    const next = await makeKey('next', 'RS256')
    issuer.keys.splice(0, 1, next.jwk)
    clock.advance(durations.issuerCooldown)
    expect((await ask(await sign({ jti: '2' }, {}, next))).status).toBe(200)
    await expectRefused(await sign({ jti: '3' }))
    expect(issuer.asked.jwks).toBe(2)
  })

  test('is not asked again and again for keys that nobody has', async () => {
    const other = await makeKey('other')
    for (let jti = 0; jti < 5; jti++) await expectRefused(await sign({ jti: String(jti) }, {}, other))
    expect(issuer.asked.jwks).toBe(1)
    clock.advance(durations.issuerCooldown)
    for (let jti = 0; jti < 5; jti++) await expectRefused(await sign({ jti: String(jti) }, {}, other))
    expect(issuer.asked.jwks).toBe(2)
  })

  const rubbish: [string, (response: ServerResponse) => void][] = [
    ['is slow', () => {}],
    ['begins and does not end', (response) => void response.writeHead(200).write('{"keys":[')],
    ['hangs up', (response) => void response.destroy()],
    ['answers with an error', (response) => void response.writeHead(500).end()],
    ['redirects', (response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['answers with a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    [
      'answers with null',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('null'),
    ],
    [
      'answers with no keys',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    ],
    ['answers without end', (response) => void response.writeHead(200).end(Buffer.alloc(2_000_000, ' '))],
  ]

  test.each(rubbish)('that %s is a 503, is left alone for a while, and blocks nobody else', async (_, answer) => {
    for (const document of ['jwks', 'discovery'] as const) {
      await forget()
      const good = issuer.answers[document]
      issuer.answers[document] = answer
      const local = await server.createUser()
      const [, token] = await Promise.all([expectUnavailable(await sign()), server.signIn(local)])
      for (let n = 0; n < 3; n++) await expectUnavailable(await sign())
      expect(issuer.asked[document]).toBe(1)
      expect((await server.request(WHO, {}, token)).status).toBe(200)
      expect(await greet(await sign())).toBe(1013)

      issuer.answers[document] = good
      clock.advance(durations.issuerCooldown)
      expect((await ask(await sign())).status).toBe(200)
    }
  })

  test.each([
    ['no keys', []],
    ['a key without anything in it', [{ kid: 'first', kty: 'EC', alg: 'ES256' }]],
    ['a key that is none', [{ kid: 'first', kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }]],
    ['not even objects', [1, null]],
    ['a short key', [{ kid: 'first', kty: 'RSA', alg: 'RS256', n: 'wH8', e: 'AQAB' }]],
  ])('whose key set has %s lets nobody in', async (_, keys) => {
    issuer.answers.jwks = issuer.json(() => ({ keys }))
    const { status } = await ask(await sign())
    expect([401, 503]).toContain(status)
    expect((await server.fetch('/healthz')).status).toBe(200)
  })

  test.each([
    ['is another', () => ({ issuer: 'https://elsewhere.example.com' })],
    ['has no keys', () => ({ jwks_uri: undefined })],
    ['has its keys nowhere', () => ({ jwks_uri: 'nowhere' })],
    ['has a number for keys', () => ({ jwks_uri: 7 })],
  ])('that says it %s is a 503', async (_, said) => {
    Object.assign(issuer.metadata, said())
    await expectUnavailable(await sign())
  })
})

describe('a server', () => {
  afterEach(stop)

  test('that provisions nobody leaves unknown subjects outside', async () => {
    await start({ OIDC_PROVISION: '0' })
    await expectRefused(await sign())
    expect(await server.prisma.user.count()).toBe(0)
    const user = await server.createUser()
    await server.prisma.externalIdentity.create({
      data: { issuer: issuer.url, subject, userId: user.id, createdAt: clock.now() },
    })
    expect((await ask(await sign())).data.viewer.user.name).toBe(user.name)
  })

  test('without an audience in the configuration accepts no JWTs of the issuer', async () => {
    await start({ OIDC_AUDIENCE: undefined as never })
    await expectRefused(await sign())
    await expectRefused(await sign({ aud: undefined }))
    expect(issuer.asked).toMatchObject({ discovery: 0, jwks: 0 })
  })

  test('whose issuer is down goes on with the keys that it knows, for their time', async () => {
    await start()
    expect((await ask(await sign())).status).toBe(200)
    await issuer.close()
    expect((await ask(await sign({ jti: '2' }))).status).toBe(200)
    clock.advance(durations.issuerRefresh)
    await expectUnavailable(await sign({ jti: '3' }))
  })
})

/** What comes of a connection with this token: the first message's type, or the code that it is closed with. */
function greet(token: string): Promise<string | number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const { promise, resolve, reject } = Promise.withResolvers<string | number>()
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  )
  socket.on('message', (data) => {
    resolve(JSON.parse(String(data)).type)
    socket.close()
  })
  socket.on('close', resolve)
  socket.on('error', reject)
  return promise
}
