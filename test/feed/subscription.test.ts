import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { durations, limits } from '../../src/config/defaults.ts'
import type { Core } from '../../src/core.ts'
import { NotFound } from '../../src/errors.ts'
import { Following } from '../../src/feed/following.ts'
import type { Rights } from '../../src/feed/rights.ts'
import { Subscription } from '../../src/feed/subscription.ts'
import type { Page, Tail } from '../../src/feed/tail.ts'
import { Connection } from '../../src/graphql/connection.ts'

const streamId = '0198c5d2-0000-7000-8000-000000000000'
const viewer = { name: 'Ada' }

class OpenConnection extends Connection {
  close() {}
}

/** A subscription to a stream of `events`, whose database does as the test says. */
function subscriptionTo(events: number, database: { fail?: () => Error | undefined } = {}) {
  const warnings: unknown[] = []
  const check = () => {
    const error = database.fail?.()
    if (error) throw error
  }
  const core = {
    config: { durations, limits },
    log: { warn: (...args: unknown[]) => warnings.push(args) },
  } as unknown as Core
  const watch = {
    news: 0,
    async read(after: bigint): Promise<Page> {
      check()
      const rows = Array.from({ length: events }, (_, index) => ({
        streamId,
        sequence: BigInt(index + 1),
        type: 'APP_UPDATED',
      }))
      return { events: rows.slice(Number(after)) as never, readAt: performance.now(), complete: true, news: 0 }
    },
    [Symbol.dispose]() {},
  }
  const rights = { hold: () => () => {}, known: () => viewer, viewer: async () => viewer } as unknown as Rights
  const ended: Subscription[] = []
  const subscription = new Subscription({
    core,
    tail: { watch: () => watch } as unknown as Tail,
    rights,
    following: new Following({ streamId, after: 0n, authorize: () => {} }),
    credential: { sessionId: 's', expiresAt: new Date(8.64e15) },
    connection: new OpenConnection(),
    onEnd: (one) => ended.push(one),
  })
  return { subscription, warnings, ended }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('waits for a database that fails, and has lost nothing', async () => {
  let failures = 3
  const { subscription, warnings } = subscriptionTo(1, {
    fail: () => (failures-- > 0 ? new Error('connection lost') : undefined),
  })
  const next = subscription.next()
  await vi.advanceTimersByTimeAsync(5000)
  expect((await next).value?.event?.sequence).toBe(1n)
  expect(warnings).toHaveLength(3)
})

it('does not try a refusal again', async () => {
  const { subscription, ended } = subscriptionTo(1, { fail: () => new NotFound() })
  await expect(subscription.next()).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
  expect(await subscription.next()).toEqual({ done: true, value: undefined })
  expect(ended).toEqual([subscription])
})

it('sends a checkpoint in silence', async () => {
  const { subscription } = subscriptionTo(1)
  await subscription.next()
  const next = subscription.next()
  await vi.advanceTimersByTimeAsync(durations.checkpoint)
  expect((await next).value).toMatchObject({ event: null, viewer })
})

it('ends while it waits, at once', async () => {
  const { subscription } = subscriptionTo(0)
  const next = subscription.next()
  subscription.end()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(vi.getTimerCount()).toBe(0)
})

it('hands out nothing after its end, not even what was read already', async () => {
  const { subscription } = subscriptionTo(3)
  await subscription.next()
  const next = subscription.next()
  subscription.end(new NotFound())
  await expect(next).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
})

it('counts the time only while its reader has something to take', async () => {
  const { subscription, ended } = subscriptionTo(1)
  await subscription.next()
  const waiting = subscription.next()
  await vi.advanceTimersByTimeAsync(durations.slowReader + 1)
  subscription.checkReader()
  expect(ended).toEqual([])
  subscription.end()
  await waiting
})
