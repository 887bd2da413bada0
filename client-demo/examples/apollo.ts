// Shows what an organization is asked for, live and without a gap, with Apollo Client: queries over HTTP, subscriptions by graphql-ws.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { createClient } from 'graphql-ws'
import type { FollowData, ListData, Watched } from './graphql-ws.ts'

const LIST = gql`query ($id: ID!) { organization(id: $id) {
  feedCursor
  installRequests(status: PENDING, first: 100) { edges { node { id status } } } } }`
const FOLLOW = gql`subscription ($id: ID!, $after: String) { installRequests(organizationId: $id, after: $after) {
  cursor
  event { type installRequest { id status } } } }`

/** A client whose subscriptions go on after the last cursor when their connection is lost. */
export function makeClient({ url, token, signal }: Pick<Watched, 'url' | 'token' | 'signal'>): ApolloClient {
  const authorization = () => ({ authorization: `Bearer ${token()}` })
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: authorization,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
  })
  signal.addEventListener('abort', () => socket.dispose())
  const subscribe: typeof socket.subscribe = (payload, sink) => {
    // graphql-ws sends these variables again when it connects anew.
    const variables: Record<string, unknown> = { ...payload.variables }
    return socket.subscribe<Record<string, { cursor: string }>>(
      { ...payload, variables },
      {
        ...sink,
        next(result) {
          for (const { cursor } of Object.values(result.data ?? {})) variables.after = cursor
          sink.next(result as Parameters<typeof sink.next>[0])
        },
      },
    )
  }
  const http = new HttpLink({ uri: `${url}/graphql`, headers: authorization() })
  const live = new GraphQLWsLink({ ...socket, subscribe })
  const isLive = ({ operationType }: ApolloLink.Operation) => operationType === OperationTypeNode.SUBSCRIPTION
  return new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.split(isLive, live, http) })
}

export async function watch({ organizationId: id, onList, onEvent, ...at }: Watched): Promise<void> {
  const client = makeClient(at)
  const { data, error } = await client.query<ListData>({ query: LIST, variables: { id }, fetchPolicy: 'network-only' })
  if (!data) throw error
  onList(data.organization.installRequests.edges.map(({ node }) => node))
  const variables = { id, after: data.organization.feedCursor }
  client.subscribe<FollowData>({ query: FOLLOW, variables, fetchPolicy: 'no-cache' }).subscribe(({ data, error }) => {
    const isTooOld = CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code === 'CURSOR_TOO_OLD'
    if (isTooOld) void watch({ ...at, organizationId: id, onList, onEvent })
    if (data?.installRequests.event) onEvent(data.installRequests.event)
  })
}
