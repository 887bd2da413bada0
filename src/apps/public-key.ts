import { createPublicKey, type KeyObject, type JsonWebKey as NodeJsonWebKey, X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { type Fault, InvalidInput } from '../errors.ts'
import { faultOf } from '../keys/key-strength.ts'

/** In characters. */
const MAX_LENGTH = 10_000

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

export interface PublicKey {
  /** The RFC 7638 thumbprint: the `kid` that the app's assertions carry. */
  readonly kid: string
  readonly algorithm: 'RS256' | 'ES256' | 'EdDSA'
  readonly jwk: JWK
}

/**
 * Reads a public key given as a JWK or as PEM (SPKI): RSA of 2048 to 4096 bits, P-256, or Ed25519. Of a JWK
 * nothing is kept but the key itself; what else it says must agree with what the key is for here.
 *
 * @throws {InvalidInput} at `key` for anything else, a private key above all, and for weak keys.
 */
export async function readPublicKey(text: string): Promise<PublicKey> {
  if (text.length > MAX_LENGTH) throw refuse({ code: 'TOO_LONG', message: 'is too long for a key', limit: MAX_LENGTH })
  const trimmed = text.trim()
  if (trimmed === '') throw refuse({ code: 'REQUIRED', message: 'must be a public key as a JWK or as PEM' })
  const stated = trimmed.startsWith('{') ? readJwk(trimmed) : undefined
  const key = stated ? importJwk(stated) : importPem(trimmed)
  const algorithm = algorithmOf(key)
  const fault = (await faultOf(key)) ?? (stated && misstatementOf(stated, key, algorithm))
  if (fault) throw refuse(fault)
  const jwk = key.export({ format: 'jwk' }) as JWK
  return { kid: await calculateJwkThumbprint(jwk), algorithm, jwk }
}

function readJwk(text: string): JWK {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(notAKey('looks like a JWK, but is not JSON'))
  }
}

function importJwk(jwk: JWK): KeyObject {
  if (privateMembers.some((member) => Object.hasOwn(jwk, member))) throw refuse(isPrivate)
  try {
    return createPublicKey({ key: jwk as NodeJsonWebKey, format: 'jwk' })
  } catch {
    throw refuse(notAKey('is not a public key as a JWK'))
  }
}

function importPem(text: string): KeyObject {
  // Node would derive the public half of a private key without a word; the admin who pastes one must be told.
  if (/PRIVATE KEY/.test(text)) throw refuse(isPrivate)
  if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) throw refuse(notAKey('must be a public key as a JWK or as PEM'))
  if (text.split('-----BEGIN ').length > 2) throw refuse(notAKey('must be one key'))
  try {
    return createPublicKey({ key: text, format: 'pem' })
  } catch {
    throw refuse(notAKey('is not a public key as PEM'))
  }
}

function algorithmOf(key: KeyObject): PublicKey['algorithm'] {
  const { namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return 'RS256'
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256'
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA'
  throw refuse({ code: 'UNSUPPORTED_KEY', message: 'must be RSA of 2048 to 4096 bits, P-256 or Ed25519' })
}

/** The fault of a JWK whose members are false, or that is for another use than signatures (RFC 7517 section 4). */
function misstatementOf(jwk: JWK, key: KeyObject, algorithm: PublicKey['algorithm']): Fault | undefined {
  const { alg, use, key_ops: operations, x5c } = jwk as Record<string, unknown>
  const others = (what: string): Fault => ({ code: 'KEY_FOR_OTHER_USE', message: `is for something else: ${what}` })
  const known = algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm]
  if (alg !== undefined && !known.includes(String(alg)))
    return others(`its alg must be ${known.join(' or ')}, or left out`)
  if (use !== undefined && use !== 'sig') return others('its use must be sig, or left out')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return others('its key_ops must have verify, or be left out')
  }
  return x5c === undefined || certifies(x5c, key) ? undefined : notAKey('has an x5c that is not for this key')
}

function certifies(x5c: unknown, key: KeyObject): boolean {
  try {
    const [first] = x5c as string[]
    return new X509Certificate(Buffer.from(first ?? '', 'base64')).publicKey.equals(key)
  } catch {
    return false
  }
}

const isPrivate: Fault = {
  code: 'PRIVATE_KEY',
  message: 'is a private key. Keep that to yourself, replace it where it may have been seen, and send the public one',
}
const notAKey = (message: string): Fault => ({ code: 'NOT_A_PUBLIC_KEY', message })
const refuse = (fault: Fault) => InvalidInput.at('key', fault)
