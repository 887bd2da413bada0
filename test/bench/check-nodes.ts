import { once } from 'node:events'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { readConfig } from '../../src/config/config.ts'
import { type Actor, change } from '../../src/history/change.ts'
import { newId, readPublicId } from '../../src/ids.ts'
import { startServer } from '../../src/server/server.ts'
import { Bench } from './harness/bench.ts'
import type { Child } from './harness/child.ts'
import { dataOf, mutate, signIn } from './harness/graphql.ts'
import type { Options } from './harness/options.ts'
import { median, quantile, type Report, rounded } from './harness/report.ts'
import { adminOf, buildWorld, grantId, organizationId, type Sizes } from './harness/world.ts'

export const REVOKE = `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { __typename ... on Error { message } } }`

/** How often something is done in a round, one after the other. */
interface Counted extends Options {
  readonly times: number
}

const sizeFor = ({ rounds, times }: Counted): Sizes => ({
  apps: 1,
  requests: 0,
  events: 0,
  grantedApps: 1,
  grantingMembers: (rounds + 1) * times,
  tokensPerGrant: 1,
})

/** How long a mutation takes that ends tokens, where three nodes obey it and where one does. */
export async function compareEndings(options: Counted, report: Report): Promise<void> {
  await using alone = await revoking(options, 1)
  await using together = await revoking(options, 3)
  const pairs: [alone: number, together: number][] = []
  for (let round = 0; round <= options.rounds; round++) {
    const pair: [number, number] = [await alone.round(), await together.round()]
    if (round > 0) pairs.push(pair)
  }
  const differences = pairs.map(([one, three]) => three - one).sort((a, b) => a - b)
  report.figures(
    { what: 'revokeGrant, 3 nodes', beside: '1 node' },
    {
      'ms more': rounded(median(differences)),
      spread: [differences[0], differences.at(-1)].map(rounded),
      'p50 ms': rounded(median(pairs.map(([, three]) => three))),
      'its p50 ms': rounded(median(pairs.map(([one]) => one))),
    },
  )
}

/** @returns what revokes grants at one of so many nodes; a round gives the median of its times, in milliseconds. */
async function revoking(options: Counted, count: number): Promise<AsyncDisposable & { round(): Promise<number> }> {
  const bench = await Bench.start()
  const world = await buildWorld(bench.database, [sizeFor(options)])
  const nodes: Child[] = []
  for (let n = 1; n <= count; n++) nodes.push(await bench.gatehouse({ name: `node${n}` }))
  const [node] = nodes as [Child]
  const token = await signIn(node, adminOf(world, 1))
  let member = 0
  return {
    async round() {
      const times: number[] = []
      for (let n = 0; n < options.times; n++) {
        member += 1
        const start = performance.now()
        await mutate(node, REVOKE, { grantId: grantId(1, 1, member) }, token)
        times.push(performance.now() - start)
      }
      return median(times)
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  }
}

/** How long it takes from the commit at one node until a console has the event that follows another. */
export async function measureDistance(options: Counted, report: Report): Promise<void> {
  await using bench = await Bench.start()
  const world = await buildWorld(bench.database, [sizeFor(options)])
  const other = await bench.gatehouse()
  // In this process, so that it is known when the commit was there.
  await using writer = await startServer({
    config: readConfig({
      ...(await bench.environment('writer')),
      PORT: '0',
      PUBLIC_URL: other.url,
      LOG_LEVEL: 'silent',
    }),
  })
  using console = await follow(other, await signIn(other, adminOf(world, 1)))
  const streams = [readPublicId(organizationId(1))?.id ?? '']
  const actor: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }
  const times: number[] = []
  for (let n = 0; n < (options.rounds + 1) * options.times; n++) {
    const arrival = console.next()
    await change(writer.core, actor, async ({ record }) => {
      record({ type: 'APP_UPDATED', streams, app: { id: newId(), name: 'App' } })
    })
    const committed = performance.now()
    const arrived = await arrival
    if (n >= options.times) times.push(Math.max(0, arrived - committed))
  }
  times.sort((a, b) => a - b)
  report.figures(
    { what: 'from a commit to a console at another node', beside: '' },
    { 'p50 ms': rounded(quantile(times, 0.5)), 'p95 ms': rounded(quantile(times, 0.95)) },
  )
}

/** A console that is live, by graphql-ws. */
async function follow(node: Child, token: string): Promise<Disposable & { next(): Promise<number> }> {
  const client = createClient({
    url: `${node.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  })
  const events = new EventTarget()
  const id = organizationId(1)
  const { organization } = await dataOf(
    node,
    'query ($id: ID!) { organization(id: $id) { feedCursor } }',
    { id },
    token,
  )
  const query =
    'subscription ($id: ID!, $after: String) { organizationEvents(organizationId: $id, after: $after) { event { id } } }'
  const variables = { id, after: organization.feedCursor }
  const sink = {
    next: () => void events.dispatchEvent(new CustomEvent('delivery', { detail: performance.now() })),
    error: (error: unknown) => console.error(error),
    complete: () => {},
  }
  client.subscribe({ query, variables }, sink)
  return {
    next: async () => ((await once(events, 'delivery')) as [CustomEvent<number>])[0].detail,
    [Symbol.dispose]: () => void client.dispose(),
  }
}
