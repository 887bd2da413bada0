import type { Core } from '../core.ts'
import type { Role } from '../database/generated/client/enums.ts'
import type { Reader } from '../database/statements.ts'
import { InsufficientScope, Unauthenticated } from '../errors.ts'
import { isForGatehouse } from '../tokens/audience.ts'
import { checkAccessToken } from '../tokens/check.ts'
import { findStandings, type StandingThere } from '../tokens/standing.ts'
import { atLeast } from './actions.ts'
import type { ApiScope, AppForUser, AppItself, TokenCredential } from './viewer.ts'

/** The most that any token is worth as a role. */
const MOST: Role = 'ADMIN'

/**
 * The credential that an OAuth access token is, by the token check: what it is worth for the API is
 * asked where its caller is loaded.
 *
 * @throws {Unauthenticated} for anything but an access token that is accepted now from any holder.
 */
export async function tokenCredential(core: Core, token: string): Promise<TokenCredential> {
  const standing = await checkAccessToken(core, token)
  // One that is bound to a key takes a proof of that key (RFC 9449 section 7), which nothing here asks for.
  if (!standing || standing.keyThumbprint !== null || !isForGatehouse(core, standing)) {
    throw new Unauthenticated('This token is not good here, or not any more.')
  }
  return { tokenHash: standing.hash, expiresAt: standing.expiresAt }
}

/** The callers behind live access tokens, in one statement, by the hash of the token. */
export async function loadAppCallers(
  { clock }: Core,
  credentials: readonly TokenCredential[],
  reader: Reader,
): Promise<Map<string, AppForUser | AppItself>> {
  if (credentials.length === 0) return new Map()
  const hashes = [...new Set(credentials.map(({ tokenHash }) => tokenHash))]
  const standings = await findStandings(reader, hashes, clock.now())
  const live = standings.filter(({ condition }) => condition === 'ACTIVE')
  return new Map(live.map((standing) => [standing.hash, appCaller(standing)]))
}

/** The caller that a token of this standing stands for. A suspended token is worth nothing. */
export function appCaller(standing: StandingThere): AppForUser | AppItself {
  const { app, user, organization, role, head, suspended, scopes } = standing
  const worth = user === null || atLeast(role, MOST) ? MOST : role
  const caller = {
    app: { id: app.id, name: app.name },
    tokenHash: standing.hash,
    scope: suspended ? null : apiScope(scopes),
    roles: new Map(worth && [[organization.id, worth]]),
    heads: new Map([[organization.id, head]]),
  }
  return user === null ? { ...caller, userId: null, name: app.name } : { ...caller, userId: user.id, name: user.name }
}

const apiScope = (scopes: readonly string[]): ApiScope | null =>
  (['gatehouse:manage', 'gatehouse:read'] as const).find((scope) => scopes.includes(scope)) ?? null

/** @throws {InsufficientScope} for a token that is worth nothing here. */
export function assertApiScope({ scope }: AppForUser | AppItself): void {
  if (scope === null) throw new InsufficientScope()
}
