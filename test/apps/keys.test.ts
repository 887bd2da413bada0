import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/config.ts'
import { addToken, fateOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({ config: { limits: { ...limits, keysPerApp: 2 } } })
let team: Team

beforeAll(async () => {
  team = await Team.create(world.server)
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const smallRsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pssRsa = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const ed25519 = generateKeyPairSync('ed25519')
const x25519 = generateKeyPairSync('x25519')

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const jwk = (key: KeyObject, more: object = {}) => JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })
/** Self-signed, for P-256. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBbjCCARWgAwIBAgIUBvHhJo0+1uJb7PCjY9ueQLvkG2swCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjIyMTAzMzlaGA8yMTI2MTAyOTIxMDMzOVow
DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNk6zuCCFCNk
2IUPW2O57uFDujCLNklcug7L9S1l8/Hi1FWnB/Jgm7JOJKFnNuhnSnpnbzy6/Eqf
k7g/yrgIklOjUzBRMB0GA1UdDgQWBBTQaNBjTjAHOHDqZXjxFm7Xks82hTAfBgNV
HSMEGDAWgBTQaNBjTjAHOHDqZXjxFm7Xks82hTAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0cAMEQCIHqN6gv8FUCfByjYFauQ0XWQwzqeudhsj4eRW+rDDWoF
AiAmk+8dMwxjzkBXAZJzvwA7qCUxAXXwHFN2M9FvNl7grg==
-----END CERTIFICATE-----`

const add = (appId: string, key: string) =>
  world.does(team.admin, 'addAppKey', { appId, key }, 'appKey { id kid algorithm jwk createdBy { name } removedAt }')

describe('a SERVICE app has public keys', () => {
  test.each([
    ['RSA of 2048 bits', rsa.publicKey, 'RS256'],
    ['P-256', p256.publicKey, 'ES256'],
    ['Ed25519', ed25519.publicKey, 'EdDSA'],
  ])('%s, as JWK or as PEM; the kid is the RFC 7638 thumbprint', async (_kind, key, algorithm) => {
    const exported = key.export({ format: 'jwk' })
    const expected = {
      kid: await calculateJwkThumbprint(exported),
      algorithm,
      jwk: exported,
      createdBy: { name: team.admin.name },
      removedAt: null,
    }
    for (const text of [spki(key), jwk(key), jwk(key, { kid: 'mine', use: 'sig', alg: 'x' })]) {
      const { appKey } = await add(await team.app({ type: 'SERVICE' }), text)
      expect(appKey).toEqual({ id: appKey.id, ...expected })
    }
  })

  test('RSA in the older PEM form, and with white space around it', async () => {
    const pem = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const { appKey } = await add(await team.app({ type: 'SERVICE' }), `\n  ${pem}\n`)
    expect(appKey.kid).toBe(await calculateJwkThumbprint(rsa.publicKey.export({ format: 'jwk' })))
  })

  test.each([
    ['a private key as PEM', pkcs8(p256.privateKey), 'PRIVATE_KEY', /replace it where it may have been seen/],
    [
      'a private RSA key in the older PEM form',
      rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'PRIVATE_KEY',
      /replace it where it may have been seen/,
    ],
    [
      'a private key beside the public one',
      spki(p256.publicKey) + pkcs8(p256.privateKey),
      'PRIVATE_KEY',
      /replace it where it may have been seen/,
    ],
    ['a private key as JWK', jwk(ed25519.privateKey), 'PRIVATE_KEY', /replace it where it may have been seen/],
    ['a private RSA key as JWK', jwk(rsa.privateKey), 'PRIVATE_KEY', /replace it where it may have been seen/],
    [
      'a symmetric JWK',
      JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }),
      'PRIVATE_KEY',
      /replace it where it may have been seen/,
    ],
    [
      'RSA of 1024 bits as PEM',
      spki(smallRsa.publicKey),
      'UNSUPPORTED_KEY',
      /must be RSA of 2048 bits or more, P-256 or Ed25519/,
    ],
    [
      'RSA of 1024 bits as JWK',
      jwk(smallRsa.publicKey),
      'UNSUPPORTED_KEY',
      /must be RSA of 2048 bits or more, P-256 or Ed25519/,
    ],
    [
      'RSA that is for PSS alone',
      spki(pssRsa.publicKey),
      'UNSUPPORTED_KEY',
      /must be RSA of 2048 bits or more, P-256 or Ed25519/,
    ],
    ['P-384', jwk(p384.publicKey), 'UNSUPPORTED_KEY', /must be RSA of 2048 bits or more, P-256 or Ed25519/],
    ['X25519', spki(x25519.publicKey), 'UNSUPPORTED_KEY', /must be RSA of 2048 bits or more, P-256 or Ed25519/],
    ['a certificate', certificate, 'NOT_A_PUBLIC_KEY', /must be a public key/],
    [
      'a JWK set',
      JSON.stringify({ keys: [p256.publicKey.export({ format: 'jwk' })] }),
      'NOT_A_PUBLIC_KEY',
      /is not a public key as a JWK/,
    ],
    ['half of a JWK', jwk(p256.publicKey).slice(0, 40), 'NOT_A_PUBLIC_KEY', /is not JSON/],
    ['an empty JWK', '{}', 'NOT_A_PUBLIC_KEY', /is not a public key as a JWK/],
    [
      'a P-256 point that is not on the curve',
      jwk(p256.publicKey, { y: 'AAAA' }),
      'NOT_A_PUBLIC_KEY',
      /is not a public key as a JWK/,
    ],
    [
      'rubbish in PEM',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      'NOT_A_PUBLIC_KEY',
      /is not a public key as PEM/,
    ],
    ['rubbish', 'ssh-ed25519 AAAA me@home', 'NOT_A_PUBLIC_KEY', /must be a public key/],
    ['nothing', '', 'REQUIRED', /must be a public key/],
    ['10,001 characters', 'x'.repeat(10_001), 'TOO_LONG', /is too long/],
  ])('%s is refused', async (_what, key, code, message) => {
    const appId = await team.app({ type: 'SERVICE' })
    const told = await world.listen()
    expect(await world.refused(team.admin, 'addAppKey', { appId, key })).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['key'], code, message: expect.stringMatching(message), ...(code === 'TOO_LONG' && { limit: 10_000 }) },
      ],
    })
    expect(await told()).toEqual({})
  })

  test('one key stands once; removed, it may be added again', async () => {
    const appId = await team.app({ type: 'SERVICE', name: 'Robot' })
    const told = await world.listen()
    const { appKey } = await add(appId, spki(p256.publicKey))
    expect(await world.refused(team.admin, 'addAppKey', { appId, key: jwk(p256.publicKey) })).toEqual({
      code: 'INVALID_INPUT',
      issues: [{ path: ['key'], code: 'DUPLICATE', message: 'is a key of this app already' }],
    })
    const removed = await world.does(team.admin, 'removeAppKey', { keyId: appKey.id }, 'appKey { id removedAt }')
    expect(removed.appKey).toEqual({ id: appKey.id, removedAt: world.clock.now().toISOString() })
    await world.does(team.admin, 'removeAppKey', { keyId: appKey.id })
    const again = await add(appId, spki(p256.publicKey))
    expect(again.appKey.id).not.toBe(appKey.id)

    const entry = { actor: `USER ${team.admin.name}`, app: 'Robot' }
    const added = { ...entry, type: 'APP_KEY_ADDED', changes: { key: [null, appKey.kid] } }
    expect(await told()).toEqual({
      [team.id]: [
        added,
        { ...entry, type: 'APP_KEY_REMOVED', changes: { key: [appKey.kid, null], revokeTokens: [null, false] } },
        added,
      ],
    })
    const document = 'query ($id: ID!) { node(id: $id) { ... on App { keys { totalCount edges { node { id } } } } } }'
    expect((await world.query(team.admin, document, { id: appId })).node.keys).toEqual({
      totalCount: 2,
      edges: [{ node: { id: again.appKey.id } }, { node: { id: appKey.id } }],
    })
  })

  test('at most so many; removed ones do not count', async () => {
    const appId = await team.app({ type: 'SERVICE' })
    const { appKey } = await add(appId, spki(p256.publicKey))
    await add(appId, spki(ed25519.publicKey))
    expect(await world.refused(team.admin, 'addAppKey', { appId, key: spki(rsa.publicKey) })).toEqual({
      code: 'QUOTA_REACHED',
      quota: 'keysPerApp',
      limit: 2,
    })
    await world.does(team.admin, 'removeAppKey', { keyId: appKey.id })
    await add(appId, spki(rsa.publicKey))
  })
})

test.each(['WEB', 'PUBLIC', 'DEVICE'] as const)('a %s app has no keys', async (type) => {
  const input = { appId: await team.app({ type }), key: spki(p256.publicKey) }
  expect(await world.refused(team.admin, 'addAppKey', input)).toEqual({ code: 'WRONG_APP_TYPE' })
})

test('tokens obtained with a key live on unless revokeTokens says otherwise, which may be said later', async () => {
  const appId = await team.app({ type: 'SERVICE' })
  const [keyId, otherKey] = [await team.key(appId, spki(p256.publicKey)), await team.key(appId, spki(rsa.publicKey))]
  const grantId = await team.authorize(appId)
  const tokens = [
    await addToken(world.server, grantId, { beganWithKey: keyId }),
    await addToken(world.server, grantId, { beganWithKey: otherKey }),
  ]
  await world.does(team.admin, 'removeAppKey', { keyId })
  expect(await fateOf(world.server, tokens)).toEqual(['live', 'live'])
  await world.does(team.admin, 'removeAppKey', { keyId, revokeTokens: true })
  expect(await fateOf(world.server, tokens)).toEqual([`APP_KEY_REMOVED ${team.id}`, 'live'])

  const told = await world.listen()
  await world.does(team.admin, 'removeAppKey', { keyId, revokeTokens: true })
  expect(await told()).toEqual({})
})

test('to whoever does not manage the app its keys do not exist', async () => {
  const keyId = await team.key(await team.app({ type: 'SERVICE' }), spki(p256.publicKey))
  const outsider = (await Team.create(world.server)).admin
  for (const person of [outsider, team.member]) {
    expect(await world.refused(person, 'removeAppKey', { keyId })).toEqual({ code: 'NOT_FOUND' })
    expect(await world.query(person, 'query ($id: ID!) { node(id: $id) { id } }', { id: keyId })).toEqual({
      node: null,
    })
  }
})
