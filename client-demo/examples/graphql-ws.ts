// Shows what an organization is asked for, live and without a gap: `fetch` reads the list, graphql-ws follows it.
import { createClient } from 'graphql-ws'

const LIST = `query ($id: ID!) { organization(id: $id) {
  feedCursor
  installRequests(status: PENDING, first: 100) { edges { node { id status } } } } }`
const FOLLOW = `subscription ($id: ID!, $after: String) { installRequests(organizationId: $id, after: $after) {
  cursor
  event { type installRequest { id status } } } }`

/** What the two documents answer; a generator such as gql.tada or GraphQL Code Generator writes these types by itself. */
export interface ListData {
  organization: { feedCursor: string; installRequests: { edges: { node: InstallRequest }[] } }
}
export interface FollowData {
  installRequests: { cursor: string; event: RequestEvent | null }
}
export interface InstallRequest {
  id: string
  status: string
}
export interface RequestEvent {
  type: string
  installRequest: InstallRequest | null
}

export interface Watched {
  /** Of the server, such as `http://localhost:4000`. */
  url: string
  /** Returns a Bearer token that is good now. */
  token: () => string
  organizationId: string
  onList: (requests: readonly InstallRequest[]) => void
  /** Told each event once, in order. */
  onEvent: (event: RequestEvent) => void
  signal: AbortSignal
}

export async function watch({ url, token, organizationId: id, onList, onEvent, signal }: Watched): Promise<void> {
  const authorization = () => ({ authorization: `Bearer ${token()}` })
  const address = `${url.replace('http', 'ws')}/graphql`
  const socket = createClient({
    url: address,
    connectionParams: authorization,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
  })
  signal.addEventListener('abort', () => socket.dispose())
  while (!signal.aborted) {
    const headers = { 'content-type': 'application/json', ...authorization() }
    const body = JSON.stringify({ query: LIST, variables: { id } })
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
    const { data } = (await response.json()) as { data: ListData }
    onList(data.organization.installRequests.edges.map(({ node }) => node))
    const variables = { id, after: data.organization.feedCursor }
    try {
      for await (const { data } of socket.iterate<FollowData>({ query: FOLLOW, variables })) {
        if (!data) continue
        const { cursor, event } = data.installRequests
        // graphql-ws sends these variables again when it connects anew.
        variables.after = cursor
        if (event) onEvent(event)
      }
    } catch (errors) {
      // The server no longer knows what came after the cursor: the list is read anew.
      if (!JSON.stringify(errors).includes('CURSOR_TOO_OLD')) throw errors
    }
  }
}
