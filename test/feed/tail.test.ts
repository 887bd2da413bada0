import { describe, expect, it } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { Core } from '../../src/core.ts'
import { Tail } from '../../src/feed/tail.ts'
import { LocalDoorbell } from '../../src/history/doorbell.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  connect,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  signedIn,
  startFeedServer,
} from './harness.ts'

/** A tail whose reads are answered when the test says so. */
function tailOf(feedPage = 3) {
  const reads: { after: bigint; answer: (sequences: number[]) => void }[] = []
  const doorbell = new LocalDoorbell()
  const event = {
    findMany: ({ where }: { where: { sequence: { gt: bigint } } }) =>
      new Promise((resolve) => {
        const answer = (sequences: number[]) => resolve(sequences.map((sequence) => ({ sequence: BigInt(sequence) })))
        reads.push({ after: where.sequence.gt, answer })
      }),
  }
  const tail = new Tail({ config: { limits: { ...limits, feedPage } }, doorbell, prisma: { event } } as unknown as Core)
  return { tail, reads, ring: () => doorbell.ring(new Set(['stream'])) }
}

const sequences = async (page: Promise<{ events: readonly { sequence: bigint }[] }>) =>
  (await page).events.map(({ sequence }) => Number(sequence))

describe('the tail', () => {
  it('reads once for all who ask for the same position at the same time', async () => {
    const { tail, reads } = tailOf()
    using one = tail.watch('stream', () => {})
    using two = tail.watch('stream', () => {})
    const pages = [one.read(0n), two.read(0n)]
    expect(reads).toHaveLength(1)
    reads[0]?.answer([1])
    expect(await Promise.all(pages.map(sequences))).toEqual([[1], [1]])
  })

  it('never answers with a read that began before the last ring', async () => {
    const { tail, reads, ring } = tailOf()
    using watch = tail.watch('stream', () => {})
    const early = watch.read(0n)
    ring()
    const late = watch.read(0n)
    expect(reads).toHaveLength(2)
    reads[0]?.answer([])
    // A reader with the early page sees by its `news` that the page may be out of date.
    expect((await early).news).toBeLessThan(watch.news)
    reads[1]?.answer([1])
    expect(await sequences(late)).toEqual([1])
  })

  it('answers from what it keeps, but does not take its end for the end of the stream', async () => {
    const { tail, reads, ring } = tailOf()
    using watch = tail.watch('stream', () => {})
    const first = watch.read(0n)
    reads[0]?.answer([1, 2])
    await first
    ring()
    const kept = await watch.read(1n)
    expect(kept.events.map(({ sequence }) => sequence)).toEqual([2n])
    expect(kept.complete && kept.news === watch.news).toBe(false)
    const rest = watch.read(2n)
    expect(reads[1]?.after).toBe(2n)
    reads[1]?.answer([3])
    expect(await rest).toMatchObject({ complete: true, news: watch.news })
  })

  it('does not take a full page for the end', async () => {
    const { tail, reads } = tailOf()
    using watch = tail.watch('stream', () => {})
    const page = watch.read(0n)
    reads[0]?.answer([1, 2, 3])
    expect((await page).complete).toBe(false)
  })

  it('keeps no more than one page, and nothing once nobody watches', async () => {
    const { tail, reads } = tailOf()
    const watch = tail.watch('stream', () => {})
    for (const after of [0, 3, 6]) {
      const page = watch.read(BigInt(after))
      reads.at(-1)?.answer([after + 1, after + 2, after + 3])
      await page
    }
    void watch.read(5n)
    expect(reads).toHaveLength(4)
    expect(await sequences(watch.read(6n))).toEqual([7, 8, 9])
    watch[Symbol.dispose]()
    expect(tail.size).toBe(0)
    using again = tail.watch('stream', () => {})
    void again.read(6n)
    expect(reads).toHaveLength(5)
  })

  it('goes on listening for those who stay when others leave', () => {
    const { tail, ring } = tailOf()
    const heard: string[] = []
    const listener = (name: string) => () => heard.push(name)
    const one = tail.watch('stream', listener('one'))
    using _two = tail.watch('stream', listener('two'))
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    ring()
    expect(heard).toEqual(['two'])
  })
})

it('an event costs one read and one question for rights, however many follow', async () => {
  await using database = await createTestDatabase(defaultDatabase)
  const statements: string[] = []
  // Without the periodic check, which would be counted in between.
  await using server = await startFeedServer(database, {
    durations: { rightsCheck: 60_000 },
    onQuery: (sql) => statements.push(sql),
  })
  const people = await Promise.all(Array.from({ length: 30 }, () => signedIn(server.core)))
  const acme = await organizationOf(server.core, Object.fromEntries(people.map(({ id }) => [id, 'ADMIN' as const])))
  const clients = people.map(({ token }) => connect(server, token))
  const inboxes = clients.map((client) => new Inbox(client, organizationEvents(acme)))
  await opened(server, 30)
  const deliver = async (number: number) => {
    statements.length = 0
    await happen(server.core, acme, [String(number)])
    await Promise.all(inboxes.map((inbox) => inbox.until(number)))
  }
  // The first may come while some of them still look for the first time.
  for (const number of [1, 2, 3]) await deliver(number)
  expect(statements.filter((sql) => sql.startsWith('SELECT') && sql.includes('"Event"'))).toHaveLength(1)
  expect(statements.filter((sql) => sql.includes('"Session"'))).toHaveLength(1)
  await Promise.all(clients.map((client) => client.dispose()))
})
