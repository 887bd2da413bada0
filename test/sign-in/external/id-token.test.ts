import { createHash, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { importPKCS8, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Browser } from '../browser.ts'
import { makeKey, signToken, startIssuer, type TestIssuer, type TestKey } from './issuer.ts'

let issuer: TestIssuer
let key: TestKey
let server: TestServer
let browser: Browser

beforeAll(async () => {
  issuer = await startIssuer()
  key = await makeKey('first')
  issuer.reset(key.jwk)
  server = await startTestServer({
    env: { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: 'gatehouse', OIDC_PROVISION: '1' },
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer.close()
})
beforeEach(() => {
  browser = new Browser(server)
  issuer.reset(key.jwk)
})

const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

type Sign = (nonce: string) => Promise<string | undefined>

/** A sign-in whose code brings this ID token. */
async function signInWith(sign: Sign, endpoint = issuer.answers.token) {
  const { response } = await browser.open('/sign-in/1')
  const { searchParams } = new URL(response.headers.get('location') ?? '')
  const id_token = await sign(searchParams.get('nonce') ?? '')
  issuer.answers.token = id_token
    ? issuer.json(() => ({ access_token: 'opaque', token_type: 'Bearer', id_token }))
    : endpoint
  return browser.open(`/sign-in/callback?code=code&state=${searchParams.get('state')}`)
}

const now = () => Math.floor(Date.now() / 1000)
const idToken = (nonce: string, claims: object = {}, header: object = {}, signer = key): Promise<string> =>
  signToken(issuer, signer, new Date(), { nonce, ...claims }, { typ: 'JWT', ...header })

describe('an ID token', () => {
  test('that is right signs in', async () => {
    const { response } = await signInWith((nonce) => idToken(nonce, { name: 'Alice' }))
    expect(response.status).toBe(303)
    expect(browser.cookies.has('gatehouse_session')).toBe(true)
  })

  test('is looked up in rotated keys', async () => {
    const next = await makeKey('next', 'PS256')
    issuer.reset(next.jwk)
    await server.restart()
    const { response } = await signInWith((nonce) => idToken(nonce, {}, {}, next))
    expect(response.status).toBe(303)
    issuer.reset(key.jwk)
    await server.restart()
  })

  const wrong: [string, Sign][] = [
    ['of another sign-in', () => idToken('another nonce')],
    ['without a nonce', () => idToken(undefined as never)],
    ['for another client', (nonce) => idToken(nonce, { aud: 'elsewhere' })],
    ['for several, of which another asked', (nonce) => idToken(nonce, { aud: ['gatehouse', 'b'], azp: 'b' })],
    ['of another issuer', (nonce) => idToken(nonce, { iss: 'https://elsewhere.example.com' })],
    ['that has expired', (nonce) => idToken(nonce, { exp: now() - 60 })],
    ['from the future', (nonce) => idToken(nonce, { nbf: now() + 60 })],
    ['without an end', (nonce) => idToken(nonce, { exp: undefined })],
    ['about nobody', (nonce) => idToken(nonce, { sub: undefined })],
    ['about somebody who cannot be', (nonce) => idToken(nonce, { sub: 'a\u0000b' })],
    ['under a key that nobody has', async (nonce) => idToken(nonce, {}, {}, await makeKey('other'))],
    ["under somebody else's key", async (nonce) => idToken(nonce, {}, {}, await makeKey('first'))],
    [
      'that anybody can sign',
      (nonce) =>
        new SignJWT({ iss: issuer.url, aud: 'gatehouse', sub: 'alice', iat: now(), exp: now() + 60, nonce })
          .setProtectedHeader({ alg: 'HS256', kid: 'first' })
          .sign(new TextEncoder().encode(JSON.stringify(key.jwk))),
    ],
    [
      'without a signature',
      async (nonce) => {
        const [, payload] = (await idToken(nonce)).split('.')
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
      },
    ],
    ['that is none', async () => 'nonsense'],
  ]
  test.each(wrong)('%s signs nobody in', async (_, sign) => {
    const { response, page } = await signInWith(sign)
    expect(response.status).toBe(502)
    expect(page).toContain('was not as it should be')
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
  })
})

describe('a key of the issuer that others could sign with', () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const strong = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })

  /** With the exponent 1, a signature is the padded hash itself (RFC 8017 section 9.2). */
  function padded(input: Buffer): Buffer {
    const algorithm = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const digest = Buffer.concat([algorithm, createHash('sha256').update(input).digest()])
    return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(253 - digest.length, 255), Buffer.from([0]), digest])
  }

  test('RSA with the exponent 1 signs nobody in, although what anybody makes verifies', async () => {
    const weak: JWK = { ...strong, e: 'AQ', kid: 'weak', alg: 'RS256', use: 'sig' }
    const header = encode({ alg: 'RS256', typ: 'JWT', kid: 'weak' })
    const forge = (nonce: string) => {
      const claims = { iss: issuer.url, aud: 'gatehouse', sub: 'alice', iat: now(), exp: now() + 60, nonce }
      const input = `${header}.${encode(claims)}`
      return `${input}.${padded(Buffer.from(input)).toString('base64url')}`
    }
    const [, payload, signature = ''] = forge('nonce').split('.')
    const key = createPublicKey({ key: weak as JsonWebKey, format: 'jwk' })
    const input = Buffer.from(`${header}.${payload}`)
    expect(verify('sha256', input, key, Buffer.from(signature, 'base64url'))).toBe(true)

    issuer.reset(weak)
    await server.restart()
    const { response, page } = await signInWith(async (nonce) => forge(nonce))
    expect(response.status).toBe(502)
    expect(page).toContain('was not as it should be')
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
  })

  test('RSA with the exponent 3 signs nobody in, although its owner signed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    issuer.reset({ ...publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' } as JWK)
    await server.restart()
    const weak = { kid: 'weak', alg: 'RS256', privateKey: await importPKCS8(pkcs8(privateKey), 'RS256') }
    const { response } = await signInWith((nonce) => idToken(nonce, {}, {}, weak as TestKey))
    expect(response.status).toBe(502)
    // For the tests that follow.
    issuer.reset(key.jwk)
    await server.restart()
  })
})

describe('a token endpoint', () => {
  test.each([
    ['is down', (response: ServerResponse) => void response.destroy(), 503],
    ['fails', (response: ServerResponse) => void response.writeHead(500).end(), 503],
    ['speaks of something else', (response: ServerResponse) => void response.end('<p>'), 502],
    [
      'brings no ID token',
      (response: ServerResponse) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"access_token":"x","token_type":"Bearer"}'),
      502,
    ],
  ])('that %s signs nobody in', async (_, answer, status) => {
    const { response } = await signInWith(async () => undefined, answer)
    expect(response.status).toBe(status)
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
  })
})
