// Shows what an organization is asked for, live and without a gap, with urql: queries over HTTP, subscriptions by graphql-ws.
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import type { FollowData, ListData, Watched } from './graphql-ws.ts'

const LIST = gql<ListData>`query ($id: ID!) { organization(id: $id) {
  feedCursor
  installRequests(status: PENDING, first: 100) { edges { node { id status } } } } }`
const FOLLOW = gql<FollowData>`subscription ($id: ID!, $after: String) { installRequests(organizationId: $id, after: $after) {
  cursor
  event { type installRequest { id status } } } }`

/** A client whose subscriptions go on after the last cursor when their connection is lost. */
export function makeClient({ url, token, signal }: Pick<Watched, 'url' | 'token' | 'signal'>): Client {
  const authorization = () => ({ authorization: `Bearer ${token()}` })
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: authorization,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
  })
  signal.addEventListener('abort', () => socket.dispose())
  const subscriptions = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe(sink) {
        // graphql-ws sends these again when it connects anew.
        const latest: Record<string, unknown> = { ...variables }
        const unsubscribe = socket.subscribe<Record<string, { cursor: string }>>(
          { query, variables: latest },
          {
            ...sink,
            next(result) {
              for (const { cursor } of Object.values(result.data ?? {})) latest.after = cursor
              sink.next(result as Parameters<typeof sink.next>[0])
            },
          },
        )
        return { unsubscribe }
      },
    }),
  })
  const fetchOptions = () => ({ headers: authorization() })
  const exchanges = [cacheExchange, fetchExchange, subscriptions]
  return new Client({ url: `${url}/graphql`, fetchOptions, preferGetMethod: false, exchanges })
}

export async function watch({ organizationId: id, onList, onEvent, ...at }: Watched): Promise<void> {
  const client = makeClient(at)
  const { data, error } = await client.query(LIST, { id }, { requestPolicy: 'network-only' }).toPromise()
  if (!data) throw error
  onList(data.organization.installRequests.edges.map(({ node }) => node))
  client.subscription(FOLLOW, { id, after: data.organization.feedCursor }).subscribe(({ data, error }) => {
    if (error?.graphQLErrors[0]?.extensions.code === 'CURSOR_TOO_OLD')
      void watch({ ...at, organizationId: id, onList, onEvent })
    if (data?.installRequests.event) onEvent(data.installRequests.event)
  })
}
