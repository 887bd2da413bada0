import fc from 'fast-check'
import { expect, test } from 'vitest'
import { graphql } from '../../client-demo/api/graphql.ts'
import { Pages } from '../../client-demo/api/pages.ts'
import { playedClient, settled } from './played.ts'

const Apps = graphql(`
  query Apps($organizationId: ID!, $after: String) {
    organization(id: $organizationId) { apps(after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { id } }
    } }
  }
`)

const SIZE = 3

/** A list that a server holds: items by their numbers, the newest first. */
class PlayedList {
  items: number[]
  readonly played = playedClient()
  readonly pages = new Pages({
    client: this.played.client,
    document: Apps,
    variables: { organizationId: 'org_1' },
    connectionOf: (data) => data.organization?.apps,
  })
  asked: (string | null)[] = []
  stop = () => {}

  constructor(count: number) {
    this.items = Array.from({ length: count }, (_, index) => count - index)
  }

  /** What is listed, by number. */
  get listed(): number[] | undefined {
    return this.pages.listed().nodes?.map(({ id }) => Number(id))
  }

  async open(pages: number): Promise<void> {
    this.stop = this.pages.onChange(() => {})
    await this.answer()
    for (let page = 1; page < pages; page++) {
      this.pages.loadMore()
      await this.answer()
    }
    this.asked = []
  }

  /** Something happened: what is on the screen is read again. */
  async touch(): Promise<void> {
    this.asked = []
    await this.played.timer.advance(1_000)
    this.played.refetcher.refetch({ fields: new Set(['apps']) })
    await this.answer()
  }

  async answer(): Promise<void> {
    await settled()
    for (let request = this.played.next(); request; request = this.played.next()) {
      const after = request.variables.after ?? null
      this.asked.push(after)
      const left = this.items.filter((item) => after === null || item < Number(after))
      const items = left.slice(0, SIZE)
      const pageInfo = { hasNextPage: left.length > SIZE, endCursor: String(items.at(-1) ?? '') || null }
      await request.answer({
        organization: { apps: { pageInfo, edges: items.map((item) => ({ node: { id: String(item) } })) } },
      })
    }
  }
}

test('each page begins where the one before it ends', async () => {
  const list = new PlayedList(8)
  await list.open(3)
  expect(list.listed).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  expect(list.pages.listed()).toMatchObject({ hasMore: false, loadingMore: false })
  list.stop()
})

test('a further page that cannot be read says why, and is read when one tries again', async () => {
  const list = new PlayedList(8)
  await list.open(1)
  list.pages.loadMore()
  await settled()
  await list.played.next().refuse('INTERNAL')
  const { nodes, hasMore, loadingMore, problem, moreProblem } = list.pages.listed()
  expect(nodes).toHaveLength(3)
  expect({ hasMore, loadingMore, problem }).toEqual({ hasMore: true, loadingMore: false, problem: undefined })
  expect(moreProblem?.code).toBe('INTERNAL')
  // A list that reads on by itself does not ask again and again.
  list.pages.loadMore()
  await settled()
  expect(list.played.waiting).toHaveLength(0)

  list.pages.retry()
  expect(list.pages.listed()).toMatchObject({ loadingMore: true, moreProblem: undefined })
  await list.answer()
  expect(list.asked).toEqual(['6'])
  list.pages.loadMore()
  await list.answer()
  expect(list.listed).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  list.stop()
})

test('what is added on top pushes nothing out, and does not make all that follows be read anew', async () => {
  const list = new PlayedList(12)
  await list.open(4)
  list.pages.look(0, 2)
  for (let number = 13; number <= 20; number++) {
    list.items.unshift(number)
    await list.touch()
    expect(list.listed).toEqual(list.items)
  }
  list.stop()
})

test('what is removed is gone, wherever it was', async () => {
  for (const gone of [[12], [11], [10], [9], [12, 11, 10], [10, 9], [9, 8, 7], [1], [12, 11, 10, 9, 8, 7]]) {
    const list = new PlayedList(12)
    await list.open(4)
    list.items = list.items.filter((item) => !gone.includes(item))
    await list.touch()
    await list.touch()
    expect(list.listed).toEqual(list.items)
    list.stop()
  }
})

test('whatever is added and removed, it is all there afterwards, in order and once', async () => {
  const change = fc.record({ added: fc.nat(7), removed: fc.array(fc.nat(29), { maxLength: 12 }), lookedAt: fc.nat(20) })
  const histories = fc.array(change, { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(histories, async (changes) => {
      const list = new PlayedList(30)
      await list.open(5)
      for (const { added, removed, lookedAt } of changes) {
        const left = list.items.filter((_, index) => !removed.includes(index))
        const newest = list.items[0] ?? 0
        list.items = [...Array.from({ length: added }, (_, index) => newest + added - index), ...left]
        list.pages.look(lookedAt - 70, lookedAt - 60)
        await list.touch()
      }
      list.pages.look(0, 30)
      // What was pushed out of a page is known to be there when it was read itself.
      for (let times = 0; times < 4; times++) await list.touch()
      expect(list.listed).toEqual(list.items.slice(0, list.listed?.length))
      if (!list.pages.listed().hasMore) expect(list.listed).toEqual(list.items)
      list.stop()
    }),
    { numRuns: 40, seed: 20_261_122, endOnFailure: true },
  )
})

test('a list that became empty has no later pages', async () => {
  const list = new PlayedList(9)
  await list.open(3)
  list.items = []
  await list.touch()
  expect(list.listed).toEqual([])
  expect(list.pages.listed().hasMore).toBe(false)
  list.stop()
})

test('only what is looked at stays up to date, and what one comes back to is read anew', async () => {
  const list = new PlayedList(600)
  await list.open(150)
  list.pages.look(300, 310)
  await list.answer()
  list.items = list.items.filter((item) => item !== 599 && item !== 295)
  await list.touch()
  expect(list.asked.length).toBeLessThan(50)
  expect(list.listed?.slice(0, 3)).toEqual([600, 599, 598])
  expect(list.listed).not.toContain(295)

  list.asked = []
  list.pages.look(0, 10)
  await list.answer()
  expect(list.listed?.slice(0, 3)).toEqual([600, 598, 597])
  expect(list.asked.length).toBeLessThan(50)
  list.stop()
}, 60_000)
