import { expect, test } from 'vitest'
import type { EventType, HistoryEvent } from '../../client-demo/history/documents.ts'
import { HistoryFeed, type Selection } from '../../client-demo/history/feed.ts'
import { playedClient, settled } from './played.ts'

const event = (sequence: number, type: EventType = 'APP_CREATED') =>
  ({ id: `evt_${sequence}`, cursor: `c${sequence}`, sequence, type, at: '2026-11-22T00:00:00Z' }) as HistoryEvent

/** Events from one number to another, both included. */
const events = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => event(from + index))

/** The history of a server that holds events up to a number. */
class PlayedHistory {
  head: number
  readonly played = playedClient()
  readonly feed: HistoryFeed
  readonly stop: () => void

  constructor(head: number, selection: Partial<Selection> = {}) {
    this.head = head
    const whole = { organizationId: 'org_1', types: null, appId: null, since: null }
    this.feed = new HistoryFeed(this.played.client, { ...whole, ...selection })
    this.stop = this.feed.onChange(() => {})
  }

  get listed(): number[] | undefined {
    return this.feed.listed().events?.map(({ sequence }) => sequence)
  }

  /** Answers what was asked, and returns how much that was. */
  async answer(): Promise<number> {
    await settled()
    let asked = 0
    for (let request = this.played.next(); request; request = this.played.next()) {
      asked++
      const { before, last } = request.variables as unknown as { before: string | null; last: number }
      const end = before === null ? this.head : Number(before.slice(1)) - 1
      const page = events(Math.max(1, end - last + 1), end)
      const pageInfo = { hasPreviousPage: (page[0]?.sequence ?? 1) > 1 }
      await request.answer({ organization: { events: { pageInfo, edges: page.map((node) => ({ node })) } } })
    }
    return asked
  }

  happen(count: number): void {
    this.feed.take(events(this.head + 1, this.head + count))
    this.head += count
  }

  /** As after a while in another window: what is on the screen is read again. */
  async readAgain(): Promise<void> {
    await this.played.timer.advance(1_000)
    this.played.refetcher.refetch({ fields: undefined })
    await this.answer()
  }
}

const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index)

test('what arrives is on top without anything being read, also what arrived before the rest was there', async () => {
  const history = new PlayedHistory(100)
  await settled()
  history.feed.take(events(100, 103))
  await history.answer()
  history.head = 103
  expect(history.listed).toEqual(down(103, 71))
  for (let times = 0; times < 50; times++) history.happen(3)
  expect(await history.answer()).toBe(0)
  expect(history.listed).toEqual(down(253, 71))
  history.stop()
})

test('it is read on to its beginning, each event once, while new ones come in', async () => {
  const history = new PlayedHistory(250)
  await history.answer()
  while (history.feed.listed().hasMore) {
    void history.feed.loadMore()
    history.happen(1)
    await history.answer()
  }
  expect(history.listed).toEqual(down(history.head, 1))
  history.stop()
})

test('what is read once more changes nothing, and what was missed while nobody was told comes with it', async () => {
  const history = new PlayedHistory(100)
  await history.answer()
  history.happen(5)
  await history.readAgain()
  expect(history.listed).toEqual(down(105, 71))
  history.head = 120
  await history.readAgain()
  expect(history.listed).toEqual(down(120, 71))
  // More than can be read at once: what lies in between is not known, and not skipped.
  history.head = 400
  await history.readAgain()
  expect(history.listed).toEqual(down(400, 371))
  void history.feed.loadMore()
  await history.answer()
  expect(history.listed).toEqual(down(400, 271))
  history.stop()
})

test('a user who looks at older events is told how many are new, and sees them when they want to', async () => {
  const history = new PlayedHistory(100)
  await history.answer()
  history.feed.hold(true)
  history.happen(7)
  expect(history.listed).toEqual(down(100, 71))
  expect(history.feed.listed().fresh).toBe(7)
  await history.readAgain()
  expect(history.listed).toEqual(down(100, 71))
  history.feed.release()
  expect(history.listed).toEqual(down(107, 71))
  history.stop()
})

test('what is held back for long is not kept, but read when it is wanted', async () => {
  const history = new PlayedHistory(100)
  await history.answer()
  history.feed.hold(true)
  for (let times = 0; times < 30; times++) history.happen(100)
  expect(history.feed.listed().fresh).toBe(3000)
  expect(history.listed).toEqual(down(100, 71))
  history.feed.hold(false)
  await history.answer()
  expect(history.listed).toEqual(down(3100, 3071))
  history.happen(1)
  expect(history.listed).toEqual(down(3101, 3071))
  history.stop()
})

test('nothing that the filters leave out is shown, and an empty list holds nothing back', async () => {
  const history = new PlayedHistory(0, { types: ['APP_DELETED'] })
  await history.answer()
  history.feed.hold(true)
  history.feed.take([event(1), event(2, 'APP_DELETED')])
  expect(history.listed).toEqual([2])
  history.feed.take([event(3, 'APP_DELETED')])
  expect(history.listed).toEqual([2])
  expect(history.feed.listed().fresh).toBe(1)
  history.stop()
})
