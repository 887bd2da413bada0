import { tokenCredential } from '../access/access-tokens.ts'
import type { Credential, SessionCredential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { Unauthenticated } from '../errors.ts'
import { bearerToken } from '../http/authorization.ts'
import { sessionCookie } from '../http/cookies.ts'
import { externalCredential, issuerOf } from './external-tokens.ts'
import { verifyToken } from './session-tokens.ts'
import { findBrowserSession } from './sessions.ts'

/** The headers that can carry a credential, as they came. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

/**
 * The credential of a request: a Bearer token (RFC 6750 section 2.1) or else the session cookie.
 * Null where there is none, and where a browser brings the cookie of a session that has ended.
 *
 * @throws {Unauthenticated} for an Authorization header with anything but a good token; the cookie
 * is not asked then.
 * @throws {IssuerUnavailable} where the token is an external issuer's, and that does not answer.
 */
export async function authenticate(
  core: Core,
  { authorization, cookie }: CredentialHeaders,
): Promise<Credential | null> {
  if (authorization !== undefined) {
    const token = bearerToken(authorization)
    if (!token) throw new Unauthenticated('The Authorization header must be `Bearer` and a token.')
    // Access tokens are opaque, and have none of the dots of a JWT.
    if (!token.includes('.')) return tokenCredential(core, token)
    const issuer = issuerOf(core, token)
    return issuer ? externalCredential(core, issuer, token) : verifyToken(core, token)
  }
  return browserCredential(core, cookie)
}

/** The credential that a browser has by its Cookie header; null where there is none, or its session has ended. */
export async function browserCredential(core: Core, cookie: string | undefined): Promise<SessionCredential | null> {
  const secret = sessionCookie.read(core.config, cookie)
  return secret ? findBrowserSession(core, secret) : null
}
