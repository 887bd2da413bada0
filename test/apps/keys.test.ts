import {
  checkPrimeSync,
  createECDH,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { faultOf } from '../../src/keys/key-strength.ts'
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

const limitOf: Record<string, number> = { TOO_LONG: 10_000, KEY_TOO_SHORT: 2048, KEY_TOO_LONG: 4096 }

const base64url = (value: bigint) => {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}
const prime = (bits: number) => generatePrimeSync(bits, { bigint: true })
const modulus = BigInt(`0x${Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`)
const rsaOf = (n: bigint, e = 65_537n) => JSON.stringify({ kty: 'RSA', n: base64url(n), e: base64url(e) })
/** The next prime, with none in between to make it too far for Fermat. */
const neighbour = (p: bigint) => {
  for (let next = p + 2n; ; next += 2n) if (checkPrimeSync(next)) return next
}
/** A factor as Infineon's RSALib made them: a power of 65537 modulo the product of the first primes. */
const rocaFactor = (exponent: bigint) => {
  const primes = Array.from({ length: 700 }, (_, at) => BigInt(at + 2)).filter((one) => checkPrimeSync(one))
  const product = primes.reduce((all, one) => all * one, 1n)
  let power = 1n
  for (let bit = 1n << 64n; bit > 0n; bit >>= 1n) power = (power * power * (exponent & bit ? 65_537n : 1n)) % product
  return (1n << 64n) * product + power
}
const closeModulus = () => {
  const p = prime(1024)
  return p * neighbour(p)
}
/** Base64 DER. */
const der = certificate.replace(/-----[^-]+-----|\s/g, '')
/** An Ed25519 point by its y, in little endian. */
/** 4/5 modulo P (RFC 8032 section 5.1). */
const BASE_Y = 46_316_835_694_926_478_169_428_394_003_475_163_141_307_993_866_256_225_615_783_033_603_165_251_855_960n

/** The public half, as a JWK, of a private key that is a small number. */
function p256Of(d: number): string {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(Buffer.from([d]))
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'))
  return JSON.stringify({ kty: 'EC', crv: 'P-256', x, y })
}

const pointOf = (y: bigint) =>
  JSON.stringify({
    kty: 'OKP',
    crv: 'Ed25519',
    x: Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse().toString('base64url'),
  })
const P = 2n ** 255n - 19n
const SIGN = 1n << 255n
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n

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
    for (const text of [
      spki(key),
      jwk(key),
      jwk(key, { kid: 'mine', use: 'sig', alg: algorithm, key_ops: ['verify'], x5t: 'x' }),
    ]) {
      const { appKey } = await add(await team.app({ type: 'SERVICE' }), text)
      expect(appKey).toEqual({ id: appKey.id, ...expected })
    }
  })

  test('RSA in the older PEM form, and with white space around it', async () => {
    const pem = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const { appKey } = await add(await team.app({ type: 'SERVICE' }), `\n  ${pem}\n`)
    expect(appKey.kid).toBe(await calculateJwkThumbprint(rsa.publicKey.export({ format: 'jwk' })))
  })

  type Case = [what: string, key: string, code: string, message: RegExp]
  test.each<Case>([
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
      'KEY_TOO_SHORT',
      /is RSA of 1024 bits: it must have 2048 or more/,
    ],
    [
      'RSA of 1024 bits as JWK',
      jwk(smallRsa.publicKey),
      'KEY_TOO_SHORT',
      /is RSA of 1024 bits: it must have 2048 or more/,
    ],
    [
      'RSA that is for PSS alone',
      spki(pssRsa.publicKey),
      'UNSUPPORTED_KEY',
      /must be RSA of 2048 to 4096 bits, P-256 or Ed25519/,
    ],
    ['P-384', jwk(p384.publicKey), 'UNSUPPORTED_KEY', /must be RSA of 2048 to 4096 bits, P-256 or Ed25519/],
    ['X25519', spki(x25519.publicKey), 'UNSUPPORTED_KEY', /must be RSA of 2048 to 4096 bits, P-256 or Ed25519/],
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
    ...[1n, 3n, 17n, 65_535n].map(
      (e): Case => [`RSA with the exponent ${e}`, rsaOf(modulus, e), 'WEAK_KEY', /exponent \d+: it must be 65537/],
    ),
    ['RSA with an even exponent', rsaOf(modulus, 65_538n), 'WEAK_KEY', /even public exponent/],
    ['RSA with a huge exponent', rsaOf(modulus, modulus - 2n), 'WEAK_KEY', /more than 32 bits/],
    ['RSA with an even modulus', rsaOf(modulus + 1n), 'WEAK_KEY', /even modulus/],
    ['RSA with a small factor', rsaOf(((modulus / 751n) | 1n) * 751n), 'WEAK_KEY', /small factor/],
    ['RSA of one prime, squared', rsaOf(prime(1024) ** 2n), 'WEAK_KEY', /too close/],
    ['RSA of two neighbours', rsaOf(closeModulus()), 'WEAK_KEY', /too close/],
    ['RSA of one prime, cubed', rsaOf(prime(690) ** 3n), 'WEAK_KEY', /power of one prime/],
    ['RSA with a prime for a modulus', rsaOf(prime(2048)), 'WEAK_KEY', /is a prime/],
    ['RSA of a broken chip', rsaOf(rocaFactor(123_456_789n) * rocaFactor(987_654_321n)), 'WEAK_KEY', /CVE-2017-15361/],
    ['RSA of 20,480 bits', rsaOf((1n << 20_479n) + 1n), 'KEY_TOO_LONG', /is RSA of 20480 bits/],
    ['RSA of 4,104 bits', rsaOf((1n << 4_103n) + 1n), 'KEY_TOO_LONG', /is RSA of 4104 bits/],
    [
      'weak RSA as PEM',
      spki(createPublicKey({ key: JSON.parse(rsaOf(modulus, 1n)), format: 'jwk' })),
      'WEAK_KEY',
      /exponent 1/,
    ],
    ...[0n, 1n, 1n + SIGN, P - 1n, ORDER_8, P - ORDER_8, ORDER_8 + SIGN, P, P + 1n].map(
      (y): Case => [`an Ed25519 point of small order (${y})`, pointOf(y), 'WEAK_KEY', /small order/],
    ),
    ['the Ed25519 point with which the curve begins', pointOf(BASE_Y), 'WEAK_KEY', /curve begins/],
    ...[1, 2, 100].map(
      (d): Case => [`the P-256 key whose private half is ${d}`, p256Of(d), 'WEAK_KEY', /everybody can guess/],
    ),
    // No point of the curve has these; P + 5 would be 5, which one has.
    ...[2n, 7n, 2n + SIGN, P - 2n, P - 8n, P + 5n].map(
      (y): Case => [
        `an Ed25519 point that is none (${y})`,
        pointOf(y),
        'UNSUPPORTED_KEY',
        /not the encoding of a point/,
      ],
    ),
    [
      'a P-256 point beside the curve',
      jwk(p256.publicKey, { y: Buffer.alloc(32, 7).toString('base64url') }),
      'NOT_A_PUBLIC_KEY',
      /is not a public key as a JWK/,
    ],
    ['a JWK for encryption', jwk(rsa.publicKey, { use: 'enc' }), 'KEY_FOR_OTHER_USE', /use must be sig/],
    ['a JWK for another algorithm', jwk(rsa.publicKey, { alg: 'PS256' }), 'KEY_FOR_OTHER_USE', /alg must be RS256/],
    ['a JWK for signing', jwk(p256.publicKey, { key_ops: ['sign'] }), 'KEY_FOR_OTHER_USE', /key_ops must have verify/],
    ['a JWK whose key_ops are no list', jwk(p256.publicKey, { key_ops: 'verify' }), 'KEY_FOR_OTHER_USE', /key_ops/],
    ['a JWK with the certificate of another key', jwk(p256.publicKey, { x5c: [der] }), 'NOT_A_PUBLIC_KEY', /x5c/],
    ['a JWK with no certificate in x5c', jwk(p256.publicKey, { x5c: [null] }), 'NOT_A_PUBLIC_KEY', /x5c/],
    ['two keys as PEM', spki(p256.publicKey) + spki(rsa.publicKey), 'NOT_A_PUBLIC_KEY', /must be one key/],
    ['nothing', '', 'REQUIRED', /must be a public key/],
    ['10,001 characters', 'x'.repeat(10_001), 'TOO_LONG', /is too long/],
  ])('%s is refused', async (_what, key, code, message) => {
    const appId = await team.app({ type: 'SERVICE' })
    const told = await world.listen()
    expect(await world.refused(team.admin, 'addAppKey', { appId, key })).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        {
          path: ['key'],
          code,
          message: expect.stringMatching(message),
          ...(code in limitOf && { limit: limitOf[code] }),
        },
      ],
    })
    expect(await told()).toEqual({})
  })

  test('a JWK may come with its certificate, and an RSA key have another exponent, or 4,096 bits', async () => {
    const { publicKey } = new X509Certificate(certificate)
    await add(await team.app({ type: 'SERVICE' }), jwk(publicKey, { x5c: [der] }))
    await add(await team.app({ type: 'SERVICE' }), rsaOf(modulus, 65_539n))
    const { publicKey: long } = generateKeyPairSync('rsa', { modulusLength: 4096 })
    await add(await team.app({ type: 'SERVICE' }), spki(long))
  })

  test('of the points of Ed25519 none is taken for weak, or for none', async () => {
    const keys = Array.from({ length: 50 }, () => generateKeyPairSync('ed25519').publicKey)
    expect(await Promise.all(keys.map(faultOf))).toEqual(keys.map(() => undefined))
    expect(await faultOf(createPublicKey({ key: JSON.parse(pointOf(3n)), format: 'jwk' }))).toBeUndefined()
  })

  test('moduli that are primes are checked one by one, which leaves threads to all else', async () => {
    const key = createPublicKey({ key: JSON.parse(rsaOf(2n ** 2203n - 1n)), format: 'jwk' })
    const finished: string[] = []
    const checks = Array.from({ length: 4 }, () => faultOf(key).then(() => finished.push('modulus')))
    await crypto.subtle.digest('SHA-256', Buffer.from('a token')).then(() => finished.push('token'))
    expect(finished).toEqual(['token'])
    await checks[0]
  })

  test('a key of another app or team is no different: who else has it is not told', async () => {
    const other = await Team.create(world.server)
    const [appId, key] = [await other.app({ type: 'SERVICE' }), spki(ed25519.publicKey)]
    await add(await team.app({ type: 'SERVICE' }), key)
    await world.does(other.admin, 'addAppKey', { appId, key })
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

test('the keys of an app do not exist for users who do not manage it', async () => {
  const keyId = await team.key(await team.app({ type: 'SERVICE' }), spki(p256.publicKey))
  const outsider = (await Team.create(world.server)).admin
  for (const person of [outsider, team.member]) {
    expect(await world.refused(person, 'removeAppKey', { keyId })).toEqual({ code: 'NOT_FOUND' })
    expect(await world.query(person, 'query ($id: ID!) { node(id: $id) { id } }', { id: keyId })).toEqual({
      node: null,
    })
  }
})
