import { expect, vi } from 'vitest'
import type { Tx } from '../../src/database/client.ts'
import type { TestServer } from '../support/server.ts'

/**
 * Has everybody meet at a lock: `lock` takes it, in a transaction of its own that may also change
 * something; then one after the other is begun, each when the one before waits for a lock, or is done;
 * then the transaction does what `lock` returned, if anything, and commits. So who has which lock when
 * the others come is the same in every run.
 */
export async function behind<T>(
  { prisma }: Pick<TestServer, 'prisma'>,
  lock: (tx: Tx) => Promise<unknown>,
  ...starts: readonly (() => Promise<T>)[]
): Promise<T[]> {
  const locked = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const gate = prisma.$transaction(async (tx) => {
    const last = await lock(tx)
    locked.resolve()
    await opened.promise
    if (typeof last === 'function') await last()
  })
  await Promise.race([locked.promise, gate])
  let done = 0
  const running: Promise<T>[] = []
  for (const start of starts) {
    running.push(start().finally(() => (done += 1)))
    await vi.waitFor(async () => expect((await waiting(prisma)) + done).toBeGreaterThanOrEqual(running.length), {
      timeout: 10_000,
      interval: 5,
    })
  }
  opened.resolve()
  await gate
  return Promise.all(running)
}

/** How many wait for a lock. */
async function waiting(prisma: TestServer['prisma']): Promise<number> {
  const [{ count }] = await prisma.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS "count" FROM pg_stat_activity
    WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`
  return count
}
