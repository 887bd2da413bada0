import type { Role } from '../database/generated/client/enums.ts'

/**
 * Who is asking: read from the database for each request and, on a subscription, again for every
 * delivery, so that a right ends when it is taken away and not when a connection happens to close.
 */
export interface Viewer {
  readonly userId: string
  readonly name: string
  readonly email: string | null
  /** Whether it is known that they get the mail that goes there. */
  readonly emailVerified: boolean
  /** The session that the cookie or the JWT belongs to; ending it ends the credential. */
  readonly sessionId: string
  readonly personalOrganizationId: string
  /** The viewer's role in each organization, by its id. */
  readonly roles: ReadonlyMap<string, Role>
  /** The newest sequence number of the viewer's own stream, as it was before anything else was read. */
  readonly feedHead: bigint
  /** The same of the organizations' streams, by the organization's id. */
  readonly heads: ReadonlyMap<string, bigint>
}

/** What a request proved: that it belongs to this session, until then at the latest. */
export interface Credential {
  readonly sessionId: string
  /** The end of the JWT or, for a cookie, of the session. */
  readonly expiresAt: Date
}
