import type { Core } from '../core.ts'
import { sweepTokens } from '../grants/sweep.ts'

/** In milliseconds. */
const INTERVAL = 60 * 60 * 1000

/** Removes from time to time what has ended by itself: sessions, counts of attempts, tokens. Nothing depends on when. */
export function startHousekeeping(core: Core): Disposable {
  const timer = setInterval(() => {
    sweep(core).catch((err: unknown) => core.log.warn({ err }, 'what has expired could not be removed'))
  }, INTERVAL).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
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
  await sweepTokens(core)
}
