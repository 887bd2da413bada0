import DataLoader from 'dataloader'
import type { Core } from '../core.ts'
import { findStandingsOf, hashToken, type Standing } from './standing.ts'

/** No token of ours is longer, in characters; what is longer need not be looked up. */
const MAX_LENGTH = 256

/** How many tokens one statement looks up at most. */
const AT_ONCE = 100

const loaders = new WeakMap<Core, DataLoader<string, Standing | null>>()

/**
 * Looks tokens up by their hashes. Those that are asked for at the same time share one statement; nothing is kept,
 * so whatever is asked for later is looked up by a later statement.
 */
function loaderOf(core: Core): DataLoader<string, Standing | null> {
  const known = loaders.get(core)
  if (known) return known
  const load = async (hashes: readonly string[]) => {
    const standings = await findStandingsOf(core.reserved.check, hashes, core.clock.now())
    return hashes.map((hash) => standings.get(hash) ?? null)
  }
  const loader = new DataLoader(load, { cache: false, maxBatchSize: AT_ONCE, batchScheduleFn: setImmediate })
  loaders.set(core, loader)
  return loader
}

/**
 * A token of any kind and in any condition, as it stands now; null where there is none. One indexed
 * statement, which waits for nothing but other checks and, on the embedded database, the transaction in progress.
 *
 * @throws {Overloaded}
 */
export const findToken = async (core: Core, token: string): Promise<Standing | null> =>
  token.length > MAX_LENGTH ? null : loaderOf(core).load(hashToken(token))

/**
 * The token check: one indexed statement. Null for anything but an access token that is accepted at
 * this moment. Counts as a use of the token and its grant.
 */
export async function checkAccessToken(core: Core, token: string): Promise<Standing | null> {
  const standing = await findToken(core, token)
  if (standing?.kind !== 'ACCESS' || standing.condition !== 'ACTIVE') return null
  core.lastUse.note(standing)
  return standing
}
