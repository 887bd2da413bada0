import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Data, startTestServer } from '../support/server.ts'
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

test('graphql-sse lists, changes and subscribes after what it listed, and lets go of its subscription', async () => {
  await using server = await startTestServer()
  const team = await Team.create(server)
  const client = createSseClient({
    url: `${server.url}/graphql`,
    headers: { authorization: `Bearer ${team.admin.token}` },
    retryAttempts: 0,
  })
  const ask = async (query: string, variables: Record<string, unknown>) => {
    const { value } = await client.iterate<Data>({ query, variables }).next()
    return value.data
  }
  const list = 'query ($id: ID!) { organization(id: $id) { feedCursor apps { totalCount } } }'
  const { organization } = await ask(list, { id: team.id })
  expect(organization.apps.totalCount).toBe(0)
  const create = `mutation ($input: CreateAppInput!) { createApp(input: $input) { ... on CreateAppSuccess { app { id } } } }`
  const input = { organizationId: team.id, name: 'App', type: 'DEVICE', scopes: ['openid'] }
  const { createApp } = await ask(create, { input })
  const events = client.iterate<Data>({
    query: `subscription ($id: ID!, $after: String) {
      organizationEvents(organizationId: $id, after: $after) { event { type app { id } } }
    }`,
    variables: { id: team.id, after: organization.feedCursor },
  })
  const { value } = await events.next()
  expect(value.data.organizationEvents.event).toEqual({ type: 'APP_CREATED', app: createApp.app })
  await events.return?.()
  client.dispose()
  const open = async () => {
    const metrics = await (await server.fetch('/metrics')).text()
    return /^gatehouse_open_subscriptions (.*)$/m.exec(metrics)?.[1]
  }
  await expect.poll(open).toBe('0')
})
