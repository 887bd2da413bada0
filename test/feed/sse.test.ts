import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { change } from '../../src/history/change.ts'
import type { Server } from '../../src/server/server.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  type Delivery,
  happen,
  opened,
  organizationEvents,
  organizationOf,
  type Person,
  signedIn,
  startFeedServer,
} from './harness.ts'

interface Message {
  data?: { organizationEvents: Delivery }
  errors?: { extensions: Record<string, unknown> }[]
}

interface Request {
  readonly signal?: AbortSignal
  readonly headers?: Record<string, string>
}

const open = (server: Server, token: string | undefined, payload: object, { signal, headers }: Request = {}) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    signal,
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(payload),
  })

/** What the answer says up to these characters; the rest is not wanted. */
async function textUntil({ body }: Response, end: string): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes(end)) break
  }
  return text
}

/** What one request streams: each `next` event, up to `complete`. */
async function* stream(...call: Parameters<typeof open>): AsyncGenerator<Message> {
  const response = await open(...call)
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = text.slice(0, end)
      text = text.slice(end + 2)
      if (message.startsWith('event: next')) yield JSON.parse(message.slice(message.indexOf('data: ') + 6))
      if (message.startsWith('event: complete')) return
    }
  }
  throw new Error('the stream broke off')
}

async function all(messages: AsyncIterable<Message>): Promise<Message[]> {
  const list: Message[] = []
  for await (const message of messages) list.push(message)
  return list
}

const nameOf = ({ data, errors }: Message) => data?.organizationEvents.event?.appName ?? errors

let resources: AsyncDisposableStack
let server: Server
let ada: Person

beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase(defaultDatabase))
  server = resources.use(await startFeedServer(database, { durations: { slowReader: 1000 } }))
})
afterAll(() => resources.disposeAsync())

async function team(): Promise<string> {
  ada = await signedIn(server.core)
  return organizationOf(server.core, { [ada.id]: 'ADMIN' })
}

const error = (extensions: object) => ({ errors: [expect.objectContaining({ extensions })] })

describe('over SSE', () => {
  it('a subscription replays and goes live, and ends with the request', async () => {
    const acme = await team()
    const start = await happen(server.core, acme, ['start'])
    await happen(server.core, acme, ['missed'])
    const abort = new AbortController()
    const messages = stream(server, ada.token, organizationEvents(acme, start), { signal: abort.signal })
    expect(nameOf((await messages.next()).value)).toBe('missed')
    await happen(server.core, acme, ['live'])
    expect(nameOf((await messages.next()).value)).toBe('live')
    abort.abort()
    await opened(server, 0)
  })

  it('each event has its cursor as its id, from which a browser resumes whatever `after` says', async () => {
    const acme = await team()
    const start = await happen(server.core, acme, ['start'])
    const seen = await happen(server.core, acme, ['seen'])
    const last = await happen(server.core, acme, ['last'])
    const ids = async (headers: Record<string, string>, after: string) => {
      const response = await open(server, ada.token, organizationEvents(acme, after), { headers })
      const text = await textUntil(response, '"last"')
      return [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
    }
    expect(await ids({}, start)).toEqual([seen, last])
    expect(await ids({ 'last-event-id': seen }, start)).toEqual([last])
    // As it is before the first event.
    expect(await ids({ 'last-event-id': '' }, seen)).toEqual([last])
    const messages = stream(server, ada.token, organizationEvents(acme, start), { headers: { 'last-event-id': 'x' } })
    expect(await all(messages)).toMatchObject([error({ code: 'CURSOR_MALFORMED' })])
    await opened(server, 0)
  })

  it('proxies are told to pass each event on at once', async () => {
    const acme = await team()
    const { headers, body } = await open(server, ada.token, organizationEvents(acme))
    await body?.cancel()
    expect(headers.get('x-accel-buffering')).toBe('no')
    expect(headers.get('cache-control')).toBe('no-cache')
    await opened(server, 0)
  })

  it('a viewer without the right, and an invalid cursor, get an error and the end', async () => {
    const acme = await team()
    const stranger = await signedIn(server.core)
    expect(await all(stream(server, stranger.token, organizationEvents(acme)))).toMatchObject([
      error({ code: 'NOT_FOUND' }),
    ])
    expect(await all(stream(server, undefined, organizationEvents(acme)))).toMatchObject([
      error({ code: 'UNAUTHENTICATED' }),
    ])
    expect(await all(stream(server, ada.token, organizationEvents(acme, 'x')))).toMatchObject([
      error({ code: 'CURSOR_MALFORMED' }),
    ])
  })

  it('a lost role is a last event with its code, and nothing from afterwards', async () => {
    const acme = await team()
    const messages = stream(server, ada.token, organizationEvents(acme))
    const first = messages.next()
    await opened(server, 1)
    await happen(server.core, acme, ['allowed'])
    expect(nameOf((await first).value)).toBe('allowed')
    const where = { organizationId_userId: { organizationId: acme, userId: ada.id } }
    await server.core.prisma.membership.update({ where, data: { role: 'MEMBER' } })
    await happen(server.core, acme, ['secret'])
    expect(await all(messages)).toMatchObject([error({ code: 'FORBIDDEN' })])
  })

  it('a session that ended is a last event with the code 4403', async () => {
    const acme = await team()
    const rest = all(stream(server, ada.token, organizationEvents(acme)))
    await opened(server, 1)
    await server.core.prisma.session.delete({ where: { id: ada.credential.sessionId } })
    expect(await rest).toMatchObject([error({ code: 'UNAUTHENTICATED', closeCode: 4403 })])
    await opened(server, 0)
  })

  it('a reader that is too slow gets 4513 as the last event, and little is read ahead for it', async () => {
    const acme = await team()
    const start = await happen(server.core, acme, ['start'])
    for (let index = 0; index < 20; index++) {
      await change(server.core, { kind: 'SYSTEM', id: null, name: 'Gatehouse' }, async ({ record }) => {
        record({
          type: 'APP_UPDATED',
          streams: [acme],
          changes: [{ field: 'description', before: null, after: 'x'.repeat(1_000_000) }],
        })
      })
    }
    const before = server.feed.delivered
    const call = request(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${ada.token}`,
      },
    })
    const { variables } = organizationEvents(acme, start)
    const query =
      'subscription ($id: ID!, $after: String) { organizationEvents(organizationId: $id, after: $after) { cursor event { changes { after } } } }'
    call.end(JSON.stringify({ query, variables }))
    const [response] = await once(call, 'response')
    await opened(server, 1)
    await opened(server, 0)
    expect(server.feed.delivered - before).toBeLessThan(20)
    let text = ''
    for await (const chunk of response) text = (text + chunk).slice(-1000)
    expect(text).toMatch(/"code":"SLOW_READER","closeCode":4513.*event: complete/s)
  })

  it('a server that stops says 1012 in the last event', async () => {
    await using database = await createTestDatabase(defaultDatabase)
    const stopping = await startFeedServer(database)
    const person = await signedIn(stopping.core)
    const acme = await organizationOf(stopping.core, { [person.id]: 'ADMIN' })
    const rest = all(stream(stopping, person.token, organizationEvents(acme)))
    await opened(stopping, 1)
    await stopping[Symbol.asyncDispose]()
    expect(await rest).toMatchObject([error({ code: 'SERVER_STOPPING', closeCode: 1012 })])
  })
})
