import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestServer } from '../support/server.ts'
import { type Person, Team } from '../support/team.ts'

/** A front end as urql's documentation builds one. */
function frontEnd(url: string, { token }: Person) {
  const webSocket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  })
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: webSocket.subscribe({ query: query ?? '', variables }, sink) }),
        }),
      }),
    ],
  })
  return Object.assign(client, { [Symbol.asyncDispose]: async () => webSocket.dispose() })
}

test('a front end on urql queries with feedCursor, subscribes after it, and misses nothing in between', async () => {
  await using server = await startTestServer()
  const team = await Team.create(server)
  const app = await team.app()
  await using admin = frontEnd(server.url, team.admin)
  await using member = frontEnd(server.url, team.member)

  const list = await admin.query(
    gql`query ($id: ID!) { organization(id: $id) { feedCursor installRequests { totalCount } } }`,
    { id: team.id },
  )
  expect(list.data.organization.installRequests.totalCount).toBe(0)

  // What happens after the query and before the subscription is what others lose.
  const asked = await member.mutation(
    gql`mutation ($input: RequestInstallInput!) {
      requestInstall(input: $input) { ... on RequestInstallSuccess { installRequest { id } } }
    }`,
    { input: { organizationId: team.id, appId: app } },
  )
  const live = admin.subscription(
    gql`subscription ($id: ID!, $after: String) {
      installRequests(organizationId: $id, after: $after) { event { type installRequest { id status } } }
    }`,
    { id: team.id, after: list.data.organization.feedCursor },
  )
  const seen: unknown[] = []
  await new Promise<void>((resolve) => {
    const { unsubscribe } = live.subscribe(async ({ data }) => {
      seen.push(data.installRequests.event)
      if (seen.length === 2) {
        unsubscribe()
        return resolve()
      }
      await admin.mutation(
        gql`mutation ($input: DenyInstallRequestInput!) { denyInstallRequest(input: $input) { __typename } }`,
        { input: { installRequestId: asked.data.requestInstall.installRequest.id } },
      )
    })
  })
  const installRequest = { id: asked.data.requestInstall.installRequest.id, status: expect.any(String) }
  expect(seen).toMatchObject([
    { type: 'INSTALL_REQUESTED', installRequest },
    { type: 'INSTALL_DENIED', installRequest: { ...installRequest, status: 'DENIED' } },
  ])
})
