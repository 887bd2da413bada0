import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, TestClock, type TestServer, type TestUser } from '../support/server.ts'

const WHO = '{ viewer { user { email } } }'
const minute = 60_000

let server: TestServer
let clock: TestClock
let user: TestUser
let token: string

beforeAll(async () => {
  clock = new TestClock()
  server = await startTestServer({ clock })
  user = await server.createUser()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  token = await server.signIn(user)
})

const payloadOf = (jwt: string): JWTPayload => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The good token with something changed, signed with the server's own key. */
function resign(changes: JWTPayload, header: object = {}): Promise<string> {
  const { kid, algorithm, privateKey } = server.core.keys.current
  return new SignJWT({ ...payloadOf(token), ...changes })
    .setProtectedHeader({ typ: 'at+jwt', alg: algorithm, kid, ...header })
    .sign(privateKey)
}

async function expectRefused(bearer: string): Promise<void> {
  const answer = await server.request(WHO, {}, bearer)
  expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect(answer.data).toBeUndefined()
}

describe('a bearer token', () => {
  test('is an access token by RFC 9068', async () => {
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
    expect(header).toEqual({ typ: 'at+jwt', alg: 'RS256', kid: server.core.keys.current.kid })
    const { publicUrl } = server.config
    expect(payloadOf(token)).toMatchObject({
      iss: publicUrl,
      aud: `${publicUrl}/graphql`,
      sub: expect.stringMatching(/^usr_/),
      sid: expect.any(String),
    })
    expect((await server.request(WHO, {}, await resign({}))).status).toBe(200)
  })

  test('is refused without a signature', async () => {
    await expectRefused(`${encode({ typ: 'at+jwt', alg: 'none' })}.${encode(payloadOf(token))}.`)
  })

  test('is refused with HS256 under the public key', async () => {
    const [jwk] = server.core.keys.publicJwks.keys
    const pem = await exportSPKI((await importJWK(jwk as never, 'RS256', { extractable: true })) as never)
    const forged = new SignJWT(payloadOf(token)).setProtectedHeader({
      typ: 'at+jwt',
      alg: 'HS256',
      kid: jwk?.kid as string,
    })
    await expectRefused(await forged.sign(new TextEncoder().encode(pem)))
    await expectRefused(await forged.sign(new TextEncoder().encode(JSON.stringify(jwk))))
  })

  test("is refused under somebody else's key, also one that it brings along", async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const header = { typ: 'at+jwt', alg: 'RS256', kid: server.core.keys.current.kid }
    await expectRefused(await new SignJWT(payloadOf(token)).setProtectedHeader(header).sign(privateKey))
    const jwk = server.core.keys.publicJwks.keys[0]
    await expectRefused(await new SignJWT(payloadOf(token)).setProtectedHeader({ ...header, jwk }).sign(privateKey))
  })

  test.each(['JWT', 'id_token+jwt', 'logout+jwt', undefined])(
    'is refused with the type %s: an ID token is none',
    async (typ) => {
      await expectRefused(await resign({}, { typ }))
    },
  )

  test('is refused for another audience', async () => {
    await expectRefused(await resign({ aud: 'https://elsewhere.example.com/graphql' }))
    await expectRefused(await resign({ aud: server.config.publicUrl }))
  })

  test('is refused from another issuer', async () => {
    await expectRefused(await resign({ iss: 'https://elsewhere.example.com' }))
  })

  test('is refused when something in it was changed', async () => {
    const [head, , signature] = token.split('.')
    await expectRefused(
      `${head}.${encode({ ...payloadOf(token), sub: 'usr_0198c5d2000070008000000000000000' })}.${signature}`,
    )
  })

  test('is refused without an end, a session or a subject', async () => {
    for (const claim of ['exp', 'sid', 'sub', 'iat']) await expectRefused(await resign({ [claim]: undefined }))
  })

  test('is refused when it comes from the future', async () => {
    const later = Math.floor(clock.now().getTime() / 1000) + 600
    await expectRefused(await resign({ iat: later, exp: later + 900 }))
    await expectRefused(await resign({ nbf: later }))
  })

  test('is refused when its session never was', async () => {
    await expectRefused(await resign({ sid: '0198c5d2-0000-7000-8000-000000000000' }))
  })

  test('ends when it says so, to the second', async () => {
    clock.advance(15 * minute - 1000)
    expect((await server.request(WHO, {}, token)).status).toBe(200)
    clock.advance(1000)
    await expectRefused(token)
  })

  test('is refused when it is none', async () => {
    for (const bearer of ['', 'x', 'a.b.c', `${token}x`, `x${token}`, 'null', 'a.b.c.d.e']) await expectRefused(bearer)
  })

  test('is refused when it is too long to be one', async () => {
    await expectRefused(`${token}${'x'.repeat(10_000)}`)
  })

  test('of a megabyte does not even get past the HTTP parser', async () => {
    const response = await server
      .fetch('/graphql', { headers: { authorization: `Bearer ${'x'.repeat(1_000_000)}` } })
      .catch(() => undefined)
    expect(response?.status ?? 431).toBe(431)
    expect((await server.fetch('/healthz')).status).toBe(200)
  })

  test('is the only thing that the Authorization header may carry', async () => {
    for (const authorization of ['Basic YTpi', `Token ${token}`, `Bearer ${token}, Bearer ${token}`]) {
      expect((await server.request(WHO, {}, undefined, { authorization })).status).toBe(401)
    }
  })
})
