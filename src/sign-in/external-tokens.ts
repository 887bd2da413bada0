import { createHash } from 'node:crypto'
import { decodeJwt, errors } from 'jose'
import type { SessionCredential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { violatedConstraint } from '../database/violations.ts'
import { Unauthenticated } from '../errors.ts'
import { newId } from '../ids.ts'
import { findOwner, isSubject, provision } from './external/identities.ts'
import { type Issuer, issuersOf } from './external/issuer.ts'
import { touchSession } from './sessions.ts'

/** Longer ones are refused unread, in characters. What a header of an HTTP request can hold. */
const MAX_LENGTH = 16_384

/** The issuer whose JWT this says that it is, if its JWTs are accepted; nothing of it is checked yet. */
export function issuerOf(core: Core, token: string): Issuer | undefined {
  if (issuersOf(core).length === 0 || token.length > MAX_LENGTH) return undefined
  try {
    const { iss } = decodeJwt(token)
    return issuersOf(core).find((issuer) => issuer.config.audience !== undefined && issuer.is(iss))
  } catch {
    return undefined
  }
}

/**
 * The credential that a JWT access token of an external issuer is (RFC 9068 section 4). Its first use
 * begins a session, which ends with the token or before; ended, it is not begun again.
 *
 * @throws {Unauthenticated} for a token that is not good, or of nobody who has an account.
 * @throws {IssuerUnavailable} where the issuer's keys cannot be had.
 */
export async function externalCredential(core: Core, issuer: Issuer, token: string): Promise<SessionCredential> {
  const { issuer: iss, subject, name, expiresAt } = await verify(core, issuer, token)
  // Without the signature: one and the same can be written in several ways.
  const hash = createHash('sha256')
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('base64url')
  const known = await findCredential(core, hash)
  if (known) return known

  const identity = { issuer: iss, subject }
  const userId =
    (await findOwner(core, identity)) ?? (issuer.config.provision && (await provision(core, identity, name)))
  if (!userId) throw new Unauthenticated('Nobody has an account here with this identity.')
  try {
    return await startSession(core, userId, hash, expiresAt)
  } catch (error) {
    const credential = violatedConstraint(error) === 'ExternalToken_pkey' && (await findCredential(core, hash))
    if (credential) return credential
    throw error
  }
}

async function verify(core: Core, issuer: Issuer, token: string) {
  const { sessionLifetime, issuerClockTolerance } = core.config.durations
  try {
    const { iss, sub, client_id, name, iat, exp } = await issuer.verify(token, {
      typ: 'at+jwt',
      audience: issuer.config.audience as string,
      // Also what refuses a token that was issued in the future.
      maxTokenAge: sessionLifetime / 1000,
      requiredClaims: ['exp', 'sub'],
    })
    // A token that a client got for itself has the client as its subject (RFC 9068 section 2.2).
    if (!isSubject(sub) || sub === client_id) throw new Unauthenticated('This token is not of a person.')
    const end = Math.min(Number(exp) * 1000, Number(iat) * 1000 + sessionLifetime)
    const expiresAt = new Date(Math.floor(end) + issuerClockTolerance)
    if (expiresAt <= core.clock.now()) throw new errors.JWTExpired('too late', {})
    return { issuer: iss as string, subject: sub, name, expiresAt }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Unauthenticated('This token has expired. Get a new one.')
    if (error instanceof errors.JOSEError) throw new Unauthenticated(`This token of ${issuer.config.name} is not good.`)
    throw error
  }
}

/** @throws {Unauthenticated} where the token's session has ended. */
async function findCredential(core: Core, hash: string): Promise<SessionCredential | undefined> {
  const token = await core.prisma.externalToken.findUnique({
    where: { hash },
    select: { expiresAt: true, session: { select: { id: true, lastUsedAt: true } } },
  })
  if (!token) return undefined
  if (!token.session) throw new Unauthenticated('The session of this token has ended.')
  await touchSession(core, token.session)
  return { sessionId: token.session.id, expiresAt: token.expiresAt }
}

async function startSession(core: Core, userId: string, hash: string, expiresAt: Date): Promise<SessionCredential> {
  const now = core.clock.now()
  const id = newId()
  await core.prisma.session.create({
    data: { id, userId, createdAt: now, lastUsedAt: now, expiresAt, externalToken: { create: { hash, expiresAt } } },
  })
  return { sessionId: id, expiresAt }
}
