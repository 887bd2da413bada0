import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import type { Server } from '../../src/server/server.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  ask,
  happen,
  opened,
  organizationEvents,
  organizationOf,
  type Person,
  signedIn,
  startFeedServer,
} from './harness.ts'

// Every subscription belongs to an answer or a socket, and ends with it.

let resources: AsyncDisposableStack
let server: Server
let ada: Person
let acme: string

beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase(defaultDatabase))
  server = resources.use(await startFeedServer(database))
  ada = await signedIn(server.core)
  acme = await organizationOf(server.core, { [ada.id]: 'ADMIN' })
})
afterAll(() => resources.disposeAsync())
afterEach(async () => {
  await opened(server, 0)
  // A subscription that is begun late would be there by the time that a later request is answered.
  await ask(server, ada.token, { query: '{ viewer { user { id } } }' })
  expect(server.feed.openSubscriptions).toBe(0)
  expect(server.feed.watchedStreams).toBe(0)
})

const post = (body: unknown, accept: string, signal?: AbortSignal) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    signal,
    headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
    body: JSON.stringify(body),
  })

const soon = (check: () => void) => vi.waitFor(check, 20_000)

/** A WebSocket that was introduced, whose messages are sent as a test says. */
async function introduced() {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const messages: { id: string; type: string; payload?: unknown }[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  await once(socket, 'open')
  const send = (message: object) => socket.send(JSON.stringify(message))
  send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
  await once(socket, 'message')
  return {
    socket,
    messages,
    subscribe: (id: string, payload: object = organizationEvents(acme)) => send({ id, type: 'subscribe', payload }),
    complete: (id: string) => send({ id, type: 'complete' }),
    closed: once(socket, 'close').then(([code]) => code as number),
    [Symbol.dispose]: () => socket.terminate(),
    /** The names of the events that this id was sent. */
    names: (id: string) =>
      messages
        .filter((message) => message.id === id && message.type === 'next')
        .map(({ payload }) => JSON.stringify(payload).match(/"appName":"(\w+)"/)?.[1]),
  }
}

describe('over HTTP', () => {
  it('a batch carries no subscription, and its other operations are answered', async () => {
    const batch = [organizationEvents(acme), { query: '{ __typename }' }, organizationEvents(acme)]
    for (const accept of ['application/json', '*/*']) {
      const answers = await (await post(batch, accept)).json()
      expect(answers).toMatchObject([
        { errors: [{ extensions: { code: 'SUBSCRIPTION_IN_BATCH' } }] },
        { data: { __typename: 'Query' } },
        { errors: [{ extensions: { code: 'SUBSCRIPTION_IN_BATCH' } }] },
      ])
    }
  })

  it.each([
    'application/json',
    'application/graphql-response+json',
    'multipart/mixed;subscriptionSpec=1.0',
    'text/csv',
  ])('a subscription for a client that takes only %s is refused, and none is left open', async (accept) => {
    const response = await post(organizationEvents(acme), accept)
    expect(response.status).toBe(406)
    await response.arrayBuffer()
  })

  it('a stream ends however early its reader goes away', async () => {
    const abortedAfter = fc.integer({ min: 0, max: 30 })
    await fc.assert(
      fc.asyncProperty(fc.array(abortedAfter, { minLength: 1, maxLength: 8 }), async (turns) => {
        await Promise.all(
          turns.map(async (count) => {
            const abort = new AbortController()
            const reading = post(organizationEvents(acme), 'text/event-stream', abort.signal)
              .then((response) => response.text())
              .catch(() => {})
            for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
            abort.abort()
            await reading
          }),
        )
      }),
      { numRuns: 8, seed: 1 },
    )
  })
})

describe('over a WebSocket', () => {
  it('an id that is used again after complete is one subscription, and ends with the next complete', async () => {
    using client = await introduced()
    const { subscribe, complete, names } = client
    subscribe('1')
    complete('1')
    subscribe('1')
    await opened(server, 1)
    await happen(server.core, acme, ['once'])
    await soon(() => expect(names('1')).toEqual(['once']))
    complete('1')
    await opened(server, 0)
    await happen(server.core, acme, ['late'])
    subscribe('2')
    await opened(server, 1)
    await happen(server.core, acme, ['other'])
    await soon(() => expect(names('2')).toEqual(['other']))
    expect(names('1')).toEqual(['once'])
  })

  it('an id that is completed while its successor waits begins nothing', async () => {
    using client = await introduced()
    const { messages, subscribe, complete } = client
    for (let round = 0; round < 5; round++) {
      subscribe('1')
      complete('1')
    }
    subscribe('2', { query: '{ __typename }' })
    await soon(() => expect(messages).toContainEqual({ id: '2', type: 'complete' }))
    expect(messages.filter(({ id }) => id === '1')).toEqual([])
  })

  it('an id that is in use gets 4409, also where its successor already waits', async () => {
    using twice = await introduced()
    twice.subscribe('1')
    twice.subscribe('1')
    expect(await twice.closed).toBe(4409)
    using waiting = await introduced()
    waiting.subscribe('1')
    waiting.complete('1')
    waiting.subscribe('1')
    waiting.subscribe('1')
    expect(await waiting.closed).toBe(4409)
  })

  it('at most 100 operations are under way, however many ids they had', async () => {
    using client = await introduced()
    const { messages, subscribe, complete } = client
    for (let count = 0; count < 130; count++) {
      subscribe(String(count))
      complete(String(count))
      subscribe(String(count))
    }
    await soon(() => expect(JSON.stringify(messages)).toContain('TOO_MANY_OPERATIONS'))
    await soon(() => expect(server.feed.openSubscriptions).toBeGreaterThan(0))
    expect(server.feed.openSubscriptions).toBeLessThanOrEqual(100)
  })

  it('whatever a client begins and completes ends with its socket', async () => {
    const id = fc.constantFrom('1', '2', '3')
    const step = fc.oneof(
      fc.record({ do: fc.constant('subscribe' as const), id }),
      fc.record({ do: fc.constant('complete' as const), id }),
      fc.record({ do: fc.constant('wait' as const), id }),
    )
    const end = fc.constantFrom('close' as const, 'terminate' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), end, async (steps, end) => {
        using client = await introduced()
        for (const step of steps) {
          if (step.do === 'wait') await new Promise((resolve) => setImmediate(resolve))
          else if (client.socket.readyState === WebSocket.OPEN) client[step.do](step.id)
        }
        client.socket[end]()
        await client.closed
      }),
      { numRuns: 25, seed: 1 },
    )
  })

  it.each([
    { type: 'next', id: '1', payload: { data: {} } },
    { type: 'error', id: '1', payload: [{ message: 'no' }] },
    { type: 'connection_ack' },
    { type: 'start', id: '1' },
    { type: 'subscribe', id: '', payload: { query: '{ __typename }' } },
    { type: 'subscribe', id: '1', payload: { query: 1 } },
    { type: 'subscribe', id: 1, payload: { query: '{ __typename }' } },
    { type: 'complete' },
    null,
    [],
    'subscribe',
  ])('a message that no client may send, %j, gets 4400', async (message) => {
    using client = await introduced()
    client.socket.send(JSON.stringify(message))
    expect(await client.closed).toBe(4400)
  })
})
