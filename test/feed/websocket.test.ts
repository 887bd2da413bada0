import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../../src/config/defaults.ts'
import type { Server } from '../../src/server/server.ts'
import { endSession, startBrowserSession } from '../../src/sign-in/sessions.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  ask,
  connect,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  signedIn,
  startFeedServer,
} from './harness.ts'

let resources: AsyncDisposableStack
let server: Server

beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase(defaultDatabase))
  server = resources.use(await startFeedServer(database))
})
afterAll(() => resources.disposeAsync())

const address = () => `${server.url.replace('http', 'ws')}/graphql`

/** A client that speaks no protocol by itself. */
async function raw(headers: Record<string, string> = {}) {
  const socket = new WebSocket(address(), 'graphql-transport-ws', { headers })
  const messages: Record<string, unknown>[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  await once(socket, 'open')
  return {
    socket,
    messages,
    send: (message: unknown) => socket.send(JSON.stringify(message)),
    closed: once(socket, 'close').then(([code, reason]) => [code, String(reason)]),
    said: (type: string) =>
      vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ type })), 10_000),
  }
}

const subscribe = (query: string, id = '1') => ({ id, type: 'subscribe', payload: { query } })

describe('a socket', () => {
  it('gets 4401 where it asks before it introduced itself', async () => {
    const { send, closed } = await raw()
    send(subscribe('{ __typename }'))
    expect(await closed).toEqual([4401, 'Unauthorized'])
  })

  it('gets 4403 for a credential that is not good, and for one that is no string', async () => {
    for (const authorization of ['Bearer nonsense', 'Basic YTpi', 42]) {
      const { send, closed } = await raw()
      send({ type: 'connection_init', payload: { authorization } })
      expect((await closed)[0]).toBe(4403)
    }
  })

  it('gets 4403 for the token of a session that has ended', async () => {
    const ada = await signedIn(server.core)
    await endSession(server.core, ada.credential.sessionId)
    const { send, closed } = await raw()
    send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
    expect((await closed)[0]).toBe(4403)
  })

  it('gets 4400 for what is no message, and 4409 for an id in use', async () => {
    const nonsense = await raw()
    nonsense.socket.send('nonsense')
    expect((await nonsense.closed)[0]).toBe(4400)
    const ada = await signedIn(server.core)
    const twice = await raw()
    twice.send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
    await twice.said('connection_ack')
    const query = 'subscription { viewerEvents { cursor } }'
    twice.send(subscribe(query))
    twice.send(subscribe(query))
    expect((await twice.closed)[0]).toBe(4409)
    await opened(server, 0)
  })

  it('gets 4400 for a ping that is nested too deeply to be answered', async () => {
    const { socket, closed } = await raw()
    socket.send(`{"type":"ping","payload":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)
    expect((await closed)[0]).toBe(4400)
  })

  it('gets 1009 for a message that is larger than a request may be', async () => {
    const { socket, closed } = await raw()
    socket.send('x'.repeat(server.core.config.limits.bodyBytes + 1))
    expect((await closed)[0]).toBe(1009)
  })

  it('is refused on another path, and from a page of another site', async () => {
    const status = async (path: string, headers: Record<string, string> = {}) => {
      const socket = new WebSocket(server.url.replace('http', 'ws') + path, 'graphql-transport-ws', { headers })
      const [, response] = await once(socket, 'unexpected-response')
      return response.statusCode
    }
    expect(await status('/elsewhere')).toBe(404)
    expect(await status('/graphql', { origin: 'https://evil.example', cookie: 'gatehouse_session=whatever' })).toBe(403)
  })
})

describe('over a socket', () => {
  it('queries, mutations and errors come as they do over HTTP', async () => {
    const ada = await signedIn(server.core, 'Ada')
    const { socket, send, said, messages } = await raw()
    send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
    await said('connection_ack')
    send(subscribe('{ viewer { user { name } } }', 'query'))
    send(subscribe('{ nonsense }', 'invalid'))
    send(subscribe('{', 'syntax'))
    send(subscribe('{ organization(id: "nonsense") { id } }', 'refused'))
    await vi.waitFor(() => expect(messages.filter(({ type }) => type === 'complete')).toHaveLength(2), 10_000)
    const find = (id: string, type: string) => messages.find((message) => message.id === id && message.type === type)
    await vi.waitFor(() => expect(messages).toHaveLength(7), 10_000)
    expect(find('query', 'next')).toMatchObject({ payload: { data: { viewer: { user: { name: 'Ada' } } } } })
    expect(find('invalid', 'error')).toMatchObject({ payload: [{ message: expect.stringContaining('nonsense') }] })
    expect(find('syntax', 'error')).toMatchObject({ payload: [{ message: expect.stringContaining('Syntax') }] })
    expect(find('refused', 'next')).toMatchObject({ payload: { errors: [{ extensions: { code: 'INVALID_INPUT' } }] } })
    socket.close()
  })

  it('what is wrong with a document has the code that it has over HTTP', async () => {
    const ada = await signedIn(server.core)
    const client = connect(server, ada.token)
    const documents: Record<string, string> = {
      '{': 'GRAPHQL_PARSE_FAILED',
      'query { viewer { "text" } }': 'GRAPHQL_PARSE_FAILED',
      [`{ nodes(ids: [${'"x" '.repeat(limits.queryTokens)}]) { id } }`]: 'GRAPHQL_PARSE_FAILED',
      ['{ a '.repeat(20_000)]: 'GRAPHQL_PARSE_FAILED',
      '{ nonsense }': 'GRAPHQL_VALIDATION_FAILED',
      'subscription { viewerEvents { nonsense } }': 'GRAPHQL_VALIDATION_FAILED',
      '{ a: __schema { __typename } b: __schema { __typename } c: __schema { __typename } d: __schema { __typename } }':
        'QUERY_TOO_COMPLEX',
      'query A { scopes { name } } query B { scopes { name } }': 'OPERATION_RESOLUTION_FAILURE',
    }
    for (const [query, code] of Object.entries(documents)) {
      const { errors } = await ask(server, ada.token, { query })
      expect(errors?.map(({ extensions }) => extensions)).toMatchObject([{ code }])
      const said = (await new Inbox(client, { query }).end()) as typeof errors
      expect(said?.map(({ message, extensions }) => ({ message, extensions }))).toEqual(
        errors?.map(({ message, extensions }) => ({ message, extensions })),
      )
    }
    await client.dispose()
  })

  it.each([
    'subscription { viewerEvents @skip(if: true) { cursor } }',
    'subscription { viewerEvents @skip(if: false) { cursor } }',
    'subscription { viewerEvents @include(if: false) { cursor } }',
    'subscription { ... @skip(if: true) { viewerEvents { cursor } } }',
    'subscription { ...F } fragment F on Subscription { viewerEvents @skip(if: true) { cursor } }',
    'subscription { ...F @include(if: false) } fragment F on Subscription { ...G } fragment G on Subscription { viewerEvents { cursor } }',
  ])('the field that a subscription subscribes to cannot be left out: %s', async (query) => {
    const ada = await signedIn(server.core)
    const client = connect(server, ada.token)
    const refusal = [
      {
        message: 'The field that a subscription subscribes to cannot be skipped or included conditionally.',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]
    expect(await new Inbox(client, { query }).end()).toMatchObject(refusal)
    expect((await ask(server, ada.token, { query })).errors).toMatchObject(refusal)
    await client.dispose()
  })

  it.each([true, false])('neither by a variable, whatever its value: %s', async (value) => {
    const ada = await signedIn(server.core)
    const client = connect(server, ada.token)
    for (const directive of ['skip', 'include']) {
      const query = `subscription ($value: Boolean!) { viewerEvents @${directive}(if: $value) { cursor } }`
      const refusal = await new Inbox(client, { query, variables: { value } }).end()
      expect(refusal).toMatchObject([{ message: expect.stringMatching(/if/) }])
      expect(JSON.stringify(refusal)).not.toContain('INTERNAL')
    }
    await client.dispose()
  })

  it('what is below that field may be conditional', async () => {
    const ada = await signedIn(server.core)
    const client = connect(server, ada.token)
    const query = 'subscription ($no: Boolean!) { viewerEvents { cursor event @include(if: $no) { id } } }'
    const inbox = new Inbox(client, { query, variables: { no: false } })
    await opened(server, 1)
    await happen(server.core, ada.id, ['one'])
    await inbox.until(({ deliveries }) => deliveries.length === 1)
    expect(inbox.deliveries).toEqual([{ cursor: expect.any(String) }])
    inbox.stop()
    await opened(server, 0)
    await client.dispose()
  })

  it('the session cookie of the handshake is a credential too', async () => {
    const ada = await signedIn(server.core, 'Ada')
    const cookie = `gatehouse_session=${await startBrowserSession(server.core, ada.id)}`
    const { send, said, messages, socket } = await raw({ cookie, origin: server.config.publicUrl })
    send({ type: 'connection_init' })
    await said('connection_ack')
    send(subscribe('{ viewer { user { name } } }'))
    await said('complete')
    expect(messages[1]).toMatchObject({ payload: { data: { viewer: { user: { name: 'Ada' } } } } })
    socket.close()
  })

  it('an operation of a credential that has ended meanwhile fails, and the socket is closed with 4403', async () => {
    const ada = await signedIn(server.core)
    const { send, said, closed, messages } = await raw()
    send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
    await said('connection_ack')
    await endSession(server.core, ada.credential.sessionId)
    send(subscribe('mutation { signOut(input: {}) { __typename } }'))
    expect((await closed)[0]).toBe(4403)
    expect(messages.at(-1)).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  })

  it('at most a hundred operations are under way', async () => {
    const ada = await signedIn(server.core)
    const acme = await organizationOf(server.core, { [ada.id]: 'ADMIN' })
    const client = connect(server, ada.token)
    const inboxes = Array.from({ length: 100 }, () => new Inbox(client, organizationEvents(acme)))
    await opened(server, 100)
    expect(await new Inbox(client, organizationEvents(acme)).end()).toMatchObject([
      { extensions: { code: 'TOO_MANY_OPERATIONS' } },
    ])
    for (const inbox of inboxes) inbox.stop()
    await opened(server, 0)
    await client.dispose()
  })
})
