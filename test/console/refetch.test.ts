import type { Client } from '@urql/core'
import { expect, test } from 'vitest'
import { pipe, subscribe } from 'wonka'
import { fieldsOf } from '../../client-demo/api/fields.ts'
import { graphql } from '../../client-demo/api/graphql.ts'
import { atMostEvery } from '../../client-demo/api/timer.ts'
import { PlayedTimer, playedClient, settled } from './played.ts'

const Apps = graphql(`
  query Apps($organizationId: ID!) { organization(id: $organizationId) { apps { edges { node { id } } } } }
`)

const show = (client: Client, organizationId: string, shown: unknown[] = []) =>
  pipe(
    client.query(Apps, { organizationId }),
    subscribe(({ data }) => void shown.push(data)),
  )

const page = (...ids: string[]) => ({ organization: { apps: { edges: ids.map((id) => ({ node: { id } })) } } })
const apps = { fields: new Set(['apps']) }

test('a query on the screen is read again where a field of it is touched, in the organization concerned', async () => {
  const { refetcher, client, waiting, next } = playedClient()
  const one = show(client, 'org_1')
  const other = show(client, 'org_2')
  await settled()
  await next().answer(page())
  await next().answer(page())

  refetcher.refetch({ fields: new Set(['grants']), organizationId: 'org_1' })
  await settled()
  expect(waiting).toHaveLength(0)
  refetcher.refetch({ ...apps, organizationId: 'org_1' })
  await settled()
  expect(waiting.map(({ variables }) => variables.organizationId)).toEqual(['org_1'])
  await next().answer(page())

  one.unsubscribe()
  refetcher.refetch({ fields: undefined })
  await settled()
  expect(waiting.map(({ variables }) => variables.organizationId)).toEqual(['org_2'])
  other.unsubscribe()
})

test('an object that is asked for by its id is no item of a list', () => {
  const One = graphql(`query One($id: ID!) { node(id: $id) { id } }`)
  expect(fieldsOf(One)).toEqual(new Set(['node', 'id']))
  expect(fieldsOf(Apps)).toEqual(new Set(['organization', 'apps', 'edges', 'id']))
})

test('what is touched while it is being read is read once more, however often it was', async () => {
  const { refetcher, client, waiting, next } = playedClient()
  const shown: unknown[] = []
  const { unsubscribe } = show(client, 'org_1', shown)
  await settled()
  for (let times = 0; times < 5; times++) refetcher.refetch(apps)
  await settled()
  expect(waiting).toHaveLength(1)
  await next().answer(page('old'))
  expect(waiting).toHaveLength(1)
  await next().answer(page('new'))
  expect(waiting).toHaveLength(0)
  expect(shown).toMatchObject([page('old'), page('new')])
  unsubscribe()
})

test('in a storm a query is read at once, then once a second, and once more when it is over', async () => {
  const { timer, refetcher, client, waiting, next } = playedClient()
  const { unsubscribe } = show(client, 'org_1')
  await settled()
  await next().answer(page())
  const readAt: number[] = []
  for (let time = 0; time < 3_000; time += 100) {
    if (time <= 2_000) refetcher.refetch(apps)
    await settled()
    if (waiting.length > 0) readAt.push(timer.now())
    await next()?.answer(page())
    await timer.advance(100)
  }
  expect(readAt).toEqual([0, 1_000, 2_000])

  refetcher.refetch(apps)
  await settled()
  expect(waiting).toHaveLength(1)
  await next().answer(page())
  refetcher.refetch(apps)
  await timer.advance(999)
  expect(waiting).toHaveLength(0)
  await timer.advance(1)
  expect(waiting).toHaveLength(1)
  unsubscribe()
})

test('a server that takes long is left in peace for as long', async () => {
  const { timer, refetcher, client, waiting, next } = playedClient()
  const { unsubscribe } = show(client, 'org_1')
  await settled()
  await next().answer(page())
  refetcher.refetch(apps)
  await timer.advance(4_000)
  await next().answer(page())
  refetcher.refetch(apps)
  await timer.advance(3_999)
  expect(waiting).toHaveLength(0)
  await timer.advance(1)
  expect(waiting).toHaveLength(1)
  unsubscribe()
})

test('not all queries are read again at once: a user who clicks meanwhile is not kept waiting', async () => {
  const { refetcher, client, waiting, next } = playedClient()
  const all = Array.from({ length: 7 }, (_, index) => show(client, `org_${index}`))
  await settled()
  for (let index = 0; index < 7; index++) await next().answer(page())
  refetcher.refetch({ fields: undefined })
  await settled()
  expect(waiting).toHaveLength(4)
  await next().answer(page())
  expect(waiting).toHaveLength(4)
  // Nobody waits for those any more.
  for (const { unsubscribe } of all.slice(0, 5)) unsubscribe()
  await settled()
  expect(waiting.slice(-2).map(({ variables }) => variables.organizationId)).toEqual(['org_5', 'org_6'])
})

test('what is done at most every so often is done at once, and once more for all that came meanwhile', async () => {
  const timer = new PlayedTimer()
  const done: number[] = []
  const go = atMostEvery(5_000, () => done.push(timer.now()), timer)
  for (let time = 0; time < 4; time++) {
    go()
    await timer.advance(1_000)
  }
  await timer.advance(1_000)
  expect(done).toEqual([0, 5_000])
  await timer.advance(5_000)
  go()
  expect(done).toEqual([0, 5_000, 10_000])
})
