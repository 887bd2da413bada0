import type { Core } from '../core.ts'
import { findStanding, hashToken, isActive, type Standing } from './standing.ts'

/** No token of ours is longer, in characters; what is longer need not be looked up. */
const MAX_LENGTH = 256

/**
 * A token of any kind and in any condition, as it stands now; null where there is none. One indexed
 * statement, which waits for nothing but other checks and, on the embedded database, the transaction in progress.
 *
 * @throws {Overloaded}
 */
export const findToken = async (core: Core, token: string): Promise<Standing | null> =>
  token.length > MAX_LENGTH ? null : findStanding(core.reserved.check, hashToken(token))

/**
 * The token check: one indexed statement. Null for anything but an access token that is accepted at
 * this moment. Counts as a use of the token and its grant.
 */
export async function checkAccessToken(core: Core, token: string): Promise<Standing | null> {
  const standing = await findToken(core, token)
  if (standing?.kind !== 'ACCESS' || !isActive(standing, core.clock.now())) return null
  core.lastUse.note(standing)
  return standing
}
