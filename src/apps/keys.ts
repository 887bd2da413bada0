import { createPublicKey, type KeyObject, type JsonWebKey as NodeJsonWebKey } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { credentialDistrusted, hasTokens } from '../consequences.ts'
import type { Core } from '../core.ts'
import { type Fault, InvalidInput, QuotaReached, WrongAppType } from '../errors.ts'
import type { Changed } from '../feed/change.ts'
import { newId } from '../ids.ts'
import { assertMay } from '../viewer/actions.ts'
import { changeAs } from '../viewer/change-as.ts'
import type { Caller } from '../viewer/viewer.ts'
import { appOfCredential } from './secrets.ts'
import { assertMayOpen, lockApp, publisherOf } from './service.ts'

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
 * Reads a public key given as a JWK or as PEM (SPKI): RSA of 2048 bits or more, P-256, or Ed25519.
 *
 * @throws {InvalidInput} at `key` for anything else, a private key above all.
 */
export async function readPublicKey(text: string): Promise<PublicKey> {
  if (text.length > MAX_LENGTH) throw refuse({ code: 'TOO_LONG', message: 'is too long for a key', limit: MAX_LENGTH })
  const trimmed = text.trim()
  if (trimmed === '') throw refuse({ code: 'REQUIRED', message: 'must be a public key as a JWK or as PEM' })
  const key = trimmed.startsWith('{') ? importJwk(trimmed) : importPem(trimmed)
  const algorithm = algorithmOf(key)
  const jwk = key.export({ format: 'jwk' }) as JWK
  return { kid: await calculateJwkThumbprint(jwk), algorithm, jwk }
}

function importJwk(text: string): KeyObject {
  let jwk: unknown
  try {
    jwk = JSON.parse(text)
  } catch {
    throw refuse(notAKey('looks like a JWK, but is not JSON'))
  }
  if (privateMembers.some((member) => Object.hasOwn(jwk as object, member))) throw refuse(isPrivate)
  try {
    return createPublicKey({ key: jwk as NodeJsonWebKey, format: 'jwk' })
  } catch {
    throw refuse(notAKey('is not a public key as a JWK'))
  }
}

function importPem(text: string): KeyObject {
  // Node would derive the public half of a private key without a word; whoever pastes one must be told.
  if (/PRIVATE KEY/.test(text)) throw refuse(isPrivate)
  if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) throw refuse(notAKey('must be a public key as a JWK or as PEM'))
  try {
    return createPublicKey({ key: text, format: 'pem' })
  } catch {
    throw refuse(notAKey('is not a public key as PEM'))
  }
}

function algorithmOf(key: KeyObject): PublicKey['algorithm'] {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return 'RS256'
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256'
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA'
  throw refuse({ code: 'UNSUPPORTED_KEY', message: 'must be RSA of 2048 bits or more, P-256 or Ed25519' })
}

const isPrivate: Fault = {
  code: 'PRIVATE_KEY',
  message: 'is a private key. Keep that to yourself, replace it where it may have been seen, and send the public one',
}
const notAKey = (message: string): Fault => ({ code: 'NOT_A_PUBLIC_KEY', message })
const refuse = (fault: Fault) => InvalidInput.at('key', fault)

/**
 * Adds a public key to a SERVICE app.
 *
 * @param text a JWK or PEM.
 * @returns the id of the key.
 * @throws {NotFound | Forbidden | WrongAppType | QuotaReached | InvalidInput}
 */
export async function addAppKey(core: Core, viewer: Caller, appId: string, text: string): Promise<Changed<string>> {
  const organizationId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', organizationId)
  const { kid, algorithm, jwk } = await readPublicKey(text)
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    if (app.type !== 'SERVICE') throw new WrongAppType('Only apps of type SERVICE have keys.')
    await assertMayOpen(tx, viewer, app)
    const live = await tx.appKey.findMany({ where: { appId, removedAt: null }, select: { kid: true } })
    if (live.some((key) => key.kid === kid))
      throw refuse({ code: 'DUPLICATE', message: 'is a key of this app already' })
    const limit = core.config.limits.keysPerApp
    if (live.length >= limit) throw new QuotaReached('keysPerApp', limit, 'keys for an app')
    const id = newId()
    await tx.appKey.create({
      data: { id, appId, kid, algorithm, jwk: { ...jwk }, createdAt: at, createdById: viewer.userId },
    })
    record({
      type: 'APP_KEY_ADDED',
      streams: [app.organizationId],
      app,
      changes: [{ field: 'key', before: null, after: kid }],
    })
    return id
  })
}

/**
 * Ends the use of a key at once; for tokens the same holds as for secrets.
 *
 * @throws {NotFound}
 */
export async function removeAppKey(
  core: Core,
  viewer: Caller,
  keyId: string,
  { revokeTokens }: { readonly revokeTokens: boolean },
): Promise<Changed<{ keyId: string; organizationId: string }>> {
  const { id: appId, organizationId } = await appOfCredential(
    core,
    viewer,
    await core.prisma.appKey.findUnique({ where: { id: keyId } }),
  )
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    const { count } = await tx.appKey.updateMany({ where: { id: keyId, removedAt: null }, data: { removedAt: at } })
    if (count === 0 && !(revokeTokens && (await hasTokens(tx, keyId))))
      return { keyId, organizationId: app.organizationId }
    const { kid } = await tx.appKey.findUniqueOrThrow({ where: { id: keyId } })
    const event = record({
      type: 'APP_KEY_REMOVED',
      streams: [app.organizationId],
      app,
      changes: [
        { field: 'key', before: kid, after: null },
        { field: 'revokeTokens', before: null, after: revokeTokens },
      ],
    })
    if (revokeTokens) await credentialDistrusted(tx, keyId, event, at)
    return { keyId, organizationId: app.organizationId }
  })
}
