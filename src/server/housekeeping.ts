import type { Core } from '../core.ts'
import { sweepStrangers } from '../oauth/storage/bounds.ts'
import { sweepRotations, sweepTokens } from '../tokens/sweep.ts'

/**
 * Removes from time to time what has ended by itself: sessions, counts of attempts, tokens, retired keys. Nothing depends on
 * when, except that the random values of refreshes go soon after their time, and that strangers cannot fill the database.
 */
export function startHousekeeping(core: Core): Disposable {
  const run = (work: Promise<void>): void => {
    work.catch((err: unknown) => core.log.warn({ err }, 'what has expired could not be removed'))
  }
  const { durations } = core.config
  const timers = [
    setInterval(() => run(sweep(core)), durations.sweep),
    setInterval(() => run(sweepRotations(core)), durations.frequentSweep),
    setInterval(() => run(sweepStrangers(core)), durations.frequentSweep),
  ]
  for (const timer of timers) timer.unref()
  return { [Symbol.dispose]: () => timers.forEach(clearInterval) }
}

export async function sweep(core: Core): Promise<void> {
  const { prisma, clock, config } = core
  const now = clock.now()
  const usedSince = new Date(now.getTime() - config.durations.sessionIdle)
  // Only browser sessions idle out.
  const idle = { secretHash: { not: null }, lastUsedAt: { lte: usedSince } }
  await prisma.session.deleteMany({ where: { OR: [{ expiresAt: { lte: now } }, idle] } })
  await prisma.externalToken.deleteMany({ where: { expiresAt: { lte: now } } })
  await prisma.rateLimit.deleteMany({ where: { expire: { lte: now } } })
  const forgotten = new Date(now.getTime() - config.durations.hintKey)
  await prisma.signingKey.deleteMany({ where: { retiredAt: { lte: forgotten } } })
  await sweepTokens(core)
  await sweepStrangers(core)
}
