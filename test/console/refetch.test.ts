import { type Client, createClient, type ExchangeInput, fetchExchange } from '@urql/core'
import { expect, test } from 'vitest'
import { pipe, subscribe } from 'wonka'
import { graphql } from '../../client-demo/api/graphql.ts'
import { Pages } from '../../client-demo/api/pages.ts'
import { makeRefetcher } from '../../client-demo/api/refetch.ts'

const Apps = graphql(`
  query Apps($organizationId: ID!, $after: String) {
    organization(id: $organizationId) { apps(after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { id } }
    } }
  }
`)

/** A client of a server that is played by the test: requests wait until they are answered. */
function played() {
  const refetcher = makeRefetcher()
  const waiting: { variables: Record<string, string | null>; answer: (data: unknown) => Promise<void> }[] = []
  const client = createClient({
    url: 'http://gatehouse.invalid/graphql',
    preferGetMethod: false,
    exchanges: [refetcher.exchange, (input: ExchangeInput) => fetchExchange(input)],
    fetch: (_url, init) => {
      const { variables } = JSON.parse(String(init?.body))
      return new Promise((resolve) => {
        waiting.push({
          variables,
          answer: async (data) => {
            resolve(Response.json({ data }))
            await settled()
          },
        })
      })
    },
  })
  return { refetcher, client, waiting, next: () => waiting.shift() as (typeof waiting)[number] }
}

/** Until everything that follows from an answer has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

const show = (client: Client, organizationId: string, shown: unknown[] = []) =>
  pipe(
    client.query(Apps, { organizationId }),
    subscribe(({ data }) => void shown.push(data)),
  )

const page = (ids: string[], endCursor: string | null = null) => ({
  organization: {
    apps: { pageInfo: { hasNextPage: endCursor !== null, endCursor }, edges: ids.map((id) => ({ node: { id } })) },
  },
})

test('a query on the screen is read again where a field of it is touched, in the organization concerned', async () => {
  const { refetcher, client, waiting, next } = played()
  const one = show(client, 'org_1')
  const other = show(client, 'org_2')
  await settled()
  await next().answer(page([]))
  await next().answer(page([]))

  refetcher.refetch({ fields: new Set(['grants']), organizationId: 'org_1' })
  await settled()
  expect(waiting).toHaveLength(0)
  refetcher.refetch({ fields: new Set(['apps']), organizationId: 'org_1' })
  await settled()
  expect(waiting.map(({ variables }) => variables.organizationId)).toEqual(['org_1'])
  await next().answer(page([]))

  one.unsubscribe()
  refetcher.refetch({ fields: undefined })
  await settled()
  expect(waiting.map(({ variables }) => variables.organizationId)).toEqual(['org_2'])
  other.unsubscribe()
})

test('what is touched while it is being read is read once more, however often it was', async () => {
  const { refetcher, client, waiting, next } = played()
  const shown: unknown[] = []
  const { unsubscribe } = show(client, 'org_1', shown)
  await settled()
  for (let times = 0; times < 5; times++) refetcher.refetch({ fields: new Set(['apps']) })
  await settled()
  expect(waiting).toHaveLength(1)
  await next().answer(page(['old']))
  expect(waiting).toHaveLength(1)
  await next().answer(page(['new']))
  expect(waiting).toHaveLength(0)
  expect(shown).toMatchObject([page(['old']), page(['new'])])
  unsubscribe()
})

test('each page begins where the one before it ends, also after that has changed', async () => {
  const { refetcher, client, waiting, next } = played()
  const pages = new Pages({
    client,
    document: Apps,
    variables: { organizationId: 'org_1' },
    connectionOf: (data) => data.organization?.apps,
  })
  const stop = pages.onChange(() => {})
  const ids = () => pages.listed().nodes?.map(({ id }) => id)
  await settled()
  await next().answer(page(['d', 'c'], 'c'))
  pages.loadMore()
  await settled()
  await next().answer(page(['b', 'a']))
  expect(ids()).toEqual(['d', 'c', 'b', 'a'])

  refetcher.refetch({ fields: new Set(['apps']) })
  await settled()
  const [first, second] = [next(), next()]
  await first.answer(page(['e', 'd'], 'd'))
  await second.answer(page(['b', 'a']))
  expect(waiting.map(({ variables }) => variables.after)).toEqual(['d'])
  await next().answer(page(['c', 'b'], 'b'))
  expect(ids()).toEqual(['e', 'd', 'c', 'b'])
  expect(pages.listed()).toMatchObject({ hasMore: true, loadingMore: false })
  stop()
})
