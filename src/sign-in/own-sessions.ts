import { type Caller, personOf, type Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { Prisma } from '../database/generated/client/client.ts'
import { NotFound, SignInTooOld } from '../errors.ts'

/** BROWSER has a cookie, TOKEN a JWT. */
export type SessionKind = 'BROWSER' | 'TOKEN'

/** The viewer's own sessions that have not ended; apps have none. */
export function liveSessions({ config }: Pick<Core, 'config'>, viewer: Caller, now: Date): Prisma.SessionWhereInput {
  const usedSince = new Date(now.getTime() - config.durations.sessionIdle)
  return {
    userId: { in: personOf(viewer) },
    expiresAt: { gt: now },
    // Only browser sessions idle out.
    OR: [{ secretHash: null }, { lastUsedAt: { gt: usedSince } }],
  }
}

/**
 * Asks for more than a session, which others may have got hold of, before something by which they would stay.
 *
 * @throws {SignInTooOld} where the viewer signed in more than `durations.freshSignIn` ago.
 */
export async function assertFreshSignIn({ prisma, config, clock }: Core, viewer: Viewer): Promise<void> {
  const { freshSignIn } = config.durations
  const since = new Date(clock.now().getTime() - freshSignIn)
  const fresh = await prisma.session.count({ where: { id: viewer.sessionId, createdAt: { gte: since } } })
  if (fresh === 0) throw new SignInTooOld(freshSignIn)
}

/**
 * Ends one of the viewer's own sessions, with every credential and subscription that stands on it.
 *
 * @throws {NotFound} where it has ended already, or is not theirs.
 */
export async function endOwnSession(core: Core, viewer: Viewer, sessionId: string): Promise<void> {
  const where = { id: sessionId, AND: liveSessions(core, viewer, core.clock.now()) }
  const { count } = await core.prisma.session.deleteMany({ where })
  if (count === 0) throw new NotFound()
}

/**
 * Ends all sessions of the viewer but the one they are using.
 *
 * @param kind only those of this kind.
 * @returns how many ended.
 */
export async function endOtherSessions(
  core: Core,
  viewer: Viewer,
  { kind, tx = core.prisma }: { readonly kind?: SessionKind | null; readonly tx?: Tx } = {},
): Promise<number> {
  const ofKind = kind && { secretHash: kind === 'TOKEN' ? null : { not: null } }
  const where = { id: { not: viewer.sessionId }, AND: liveSessions(core, viewer, core.clock.now()), ...ofKind }
  return (await tx.session.deleteMany({ where })).count
}
