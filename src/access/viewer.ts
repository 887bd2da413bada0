import type { Role } from '../database/generated/client/enums.ts'
import type { Named } from '../history/change.ts'

/**
 * The caller, read from the database for each request and, on a subscription, again for every delivery.
 * So a right ends when it is taken away, and not when a connection happens to close.
 */
export type Caller = UserCaller | AppItself

/** A user, themselves or through an app. */
export type UserCaller = Viewer | AppForUser

/** A user who is signed in, with no app in between. */
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
  /** There is none; see {@link WithToken}. */
  readonly app?: undefined
}

/** A scope that makes an access token a credential for the API; the second is worth the first, too. */
export type ApiScope = 'gatehouse:read' | 'gatehouse:manage'

/** An app with an access token, which is for one organization. */
interface WithToken {
  /** The app that the token was issued to. */
  readonly app: Named
  readonly tokenHash: string
  /** The API scope that the token is worth at the moment; null where it is worth none. */
  readonly scope: ApiScope | null
  /** The name of who acts: of the user, or of an app that acts as itself. */
  readonly name: string
  /** As {@link Viewer.roles}: in the token's organization, ADMIN at most. */
  readonly roles: ReadonlyMap<string, Role>
  readonly heads: ReadonlyMap<string, bigint>
}

/** An app that acts on behalf of a user (OBO). */
export interface AppForUser extends WithToken {
  readonly userId: string
}

/** An app that acts as itself (APP_AUTH). */
export interface AppItself extends WithToken {
  readonly userId: null
}

/** The proof that a request brought, and the latest time until which it can hold. */
export type Credential = SessionCredential | TokenCredential

/** Proves that the request belongs to this session. */
export interface SessionCredential {
  readonly sessionId: string
  /** The end of the JWT or, for a cookie, of the session. */
  readonly expiresAt: Date
}

/** Proves that the sender has this access token. */
export interface TokenCredential {
  readonly tokenHash: string
  readonly expiresAt: Date
}

/** The key of the session or of the access token that a credential rests on. */
export const basisOf = (credential: Credential): string =>
  'sessionId' in credential ? credential.sessionId : credential.tokenHash

/** The user who asks, also through an app, for filters by user: none where an app acts as itself. */
export const userOf = ({ userId }: Caller): string[] => (userId === null ? [] : [userId])

/** The user who asks themselves, for what is nobody else's: none where an app asks. */
export const personOf = (viewer: Caller): string[] => (viewer.app ? [] : [viewer.userId])
