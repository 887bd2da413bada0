import { expect, test, vi } from 'vitest'
import { watch as withApollo } from '../../client-demo/examples/apollo.ts'
import { type Watched, watch as withGraphqlWs } from '../../client-demo/examples/graphql-ws.ts'
import { watch as withUrql } from '../../client-demo/examples/urql.ts'
import { startTestServer } from '../support/server.ts'
import { steadyAddress } from '../support/steady-address.ts'
import { Team } from '../support/team.ts'

const examples = { 'graphql-ws': withGraphqlWs, urql: withUrql, 'Apollo Client': withApollo }

test('the examples show what is asked for, then each event once, also across a restart of the server', async () => {
  await using server = await startTestServer()
  await using address = await steadyAddress(() => Number(new URL(server.url).port))
  const team = await Team.create(server)
  const apps = await Promise.all([team.app(), team.app(), team.app()])
  const [first, second, third] = apps as [string, string, string]
  const listed = await team.request(first)
  const stopping = new AbortController()
  const told: Record<string, unknown[]> = {}
  const { promise: hasGap, resolve: fillGap } = Promise.withResolvers<void>()
  let lists = 0
  const running = Object.entries(examples).map(([name, watch]) => {
    const seen: unknown[] = []
    told[name] = seen
    const watched: Watched = {
      url: address.url,
      token: () => team.admin.token,
      organizationId: team.id,
      onList: (requests) => {
        seen.push(...requests.map(({ id }) => id))
        if (++lists === Object.keys(examples).length) fillGap()
      },
      onEvent: ({ type, installRequest }) => seen.push(`${type} ${installRequest?.id}`),
      signal: stopping.signal,
    }
    return watch(watched)
  })
  await hasGap
  const early = `INSTALL_REQUESTED ${await team.request(second)}`
  await vi.waitFor(() => expect(Object.values(told)).toEqual(Object.values(told).map(() => [listed, early])))

  await server.restart()
  const late = `INSTALL_REQUESTED ${await team.request(third)}`
  await vi.waitFor(
    () => expect(told).toEqual(Object.fromEntries(Object.keys(examples).map((name) => [name, [listed, early, late]]))),
    {
      timeout: 30_000,
    },
  )
  stopping.abort()
  await Promise.allSettled(running)
})
