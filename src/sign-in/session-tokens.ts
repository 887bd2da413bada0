import { errors, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { SessionCredential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { Unauthenticated } from '../errors.ts'
import { publicId } from '../ids.ts'

/** Longer ones are refused unread, in characters. Ours have about 700. */
const MAX_LENGTH = 8_192
/** How far the clocks of two server nodes may be apart, in seconds. The session itself ends on time. */
const CLOCK_TOLERANCE = 5

const audience = (core: Core): string => `${core.config.publicUrl}/graphql`

/** A JWT access token for the GraphQL endpoint (RFC 9068) that stands on a session. */
export function issueToken(core: Core, userId: string, { sessionId, expiresAt }: SessionCredential): Promise<string> {
  const { kid, algorithm, privateKey } = core.keys.current
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ typ: 'at+jwt', alg: algorithm, kid })
    .setIssuer(core.config.publicUrl)
    .setAudience(audience(core))
    .setSubject(publicId('User', userId))
    .setIssuedAt(core.clock.now())
    .setExpirationTime(expiresAt)
    .sign(privateKey)
}

/** So many tokens are remembered as verified: each takes about 1 kB. */
const REMEMBERED = 10_000

const verified = new WeakMap<Core, LRUCache<string, SessionCredential>>()

/**
 * The credential that a token is, from a verification that need not be made again for each request: nothing
 * but its end depends on time. Whether its session still lives is asked where the viewer is loaded.
 *
 * @throws {Unauthenticated} for anything but a current token of {@link issueToken}.
 */
export async function verifyToken(core: Core, token: string): Promise<SessionCredential> {
  const known = verified.get(core) ?? new LRUCache<string, SessionCredential>({ max: REMEMBERED })
  verified.set(core, known)
  const remembered = known.get(token)
  if (remembered && remembered.expiresAt > core.clock.now()) return remembered
  known.delete(token)
  const credential = await verify(core, token)
  known.set(token, credential)
  return credential
}

/**
 * Checks type, signature, issuer, audience and times of a JWT.
 *
 * @throws {Unauthenticated} for anything but a current token of {@link issueToken}.
 */
async function verify(core: Core, token: string): Promise<SessionCredential> {
  if (token.length > MAX_LENGTH) throw new Unauthenticated('This token is not one of ours.')
  try {
    const { payload } = await jwtVerify(token, core.keys.find, {
      typ: 'at+jwt',
      algorithms: core.keys.algorithms,
      issuer: core.config.publicUrl,
      audience: audience(core),
      currentDate: core.clock.now(),
      clockTolerance: CLOCK_TOLERANCE,
      // Also what refuses a token that was issued in the future.
      maxTokenAge: core.config.durations.signInToken / 1000,
      requiredClaims: ['exp', 'sub', 'sid'],
    })
    return { sessionId: String(payload.sid), expiresAt: new Date((payload.exp as number) * 1000) }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Unauthenticated('This token has expired. Sign in again.')
    if (error instanceof errors.JOSEError) throw new Unauthenticated('This token is not one of ours.')
    throw error
  }
}
