import { once } from 'node:events'
import { expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import type { Core } from '../../src/core.ts'
import { change } from '../../src/history/change.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  connect,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  signedIn,
  startFeedServer,
} from './harness.ts'

/** One event of about a megabyte. */
const happenAtLength = (core: Core, streamId: string, name: string) =>
  change(core, { kind: 'SYSTEM', id: null, name: 'Gatehouse' }, async ({ record }) => {
    record({
      type: 'APP_UPDATED',
      streams: [streamId],
      app: { id: streamId, name },
      changes: [{ field: 'description', before: null, after: 'x'.repeat(1_000_000) }],
    })
  })

it('sends a reader that is too slow away with 4513, holding one delivery for it, and lets it resume', async () => {
  await using database = await createTestDatabase(defaultDatabase)
  await using server = await startFeedServer(database, { durations: { slowReader: 1000 } })
  const { core } = server
  const ada = await signedIn(core)
  const acme = await organizationOf(core, { [ada.id]: 'ADMIN' })
  const start = await happen(core, acme, ['start'])
  const names = Array.from({ length: 20 }, (_, index) => String(index))
  for (const name of names) await happenAtLength(core, acme, name)

  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const closed = once(socket, 'close').then(([code]) => code)
  const send = (message: object) => socket.send(JSON.stringify(message))
  await once(socket, 'open')
  send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } })
  await once(socket, 'message')
  const seen: { cursor: string; event: { appName: string } }[] = []
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data))
    if (type === 'next') seen.push(payload.data.organizationEvents)
    else throw new Error(`unexpected ${type}`)
  })
  const query =
    'subscription ($id: ID!, $after: String) { organizationEvents(organizationId: $id, after: $after) { cursor event { appName changes { after } } } }'
  send({ id: '1', type: 'subscribe', payload: { query, variables: organizationEvents(acme, start).variables } })
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0), 10_000)
  socket.pause()
  await opened(server, 0)
  // What the operating system holds is all that was read ahead.
  expect(server.feed.delivered).toBeLessThan(20)
  socket.resume()
  expect(await closed).toBe(4513)

  const client = connect(server, ada.token)
  using rest = new Inbox(client, organizationEvents(acme, seen.at(-1)?.cursor))
  await rest.until(20 - seen.length)
  expect([...seen.map(({ event }) => event.appName), ...rest.names]).toEqual(names)
  await client.dispose()
})

it('closes with 1012 when it stops, and after the restart a client that resumes gets exactly what it missed', async () => {
  await using database = await createTestDatabase(defaultDatabase, { persistent: true })
  const first = await startFeedServer(database)
  const ada = await signedIn(first.core)
  const acme = await organizationOf(first.core, { [ada.id]: 'ADMIN' })
  await happen(first.core, acme, ['before'])
  const closed = Promise.withResolvers<{ code: number }>()
  const client = connect(first, ada.token, { closed: (event) => closed.resolve(event as { code: number }) })
  const inbox = new Inbox(client, organizationEvents(acme))
  await opened(first, 1)
  await happen(first.core, acme, ['live'])
  await inbox.until(1)
  await first[Symbol.asyncDispose]()
  expect(await closed.promise).toMatchObject({ code: 1012 })
  // The connection closed under it; the subscription itself was not ended by an error.
  expect(await inbox.end()).toMatchObject({ code: 1012 })

  await using second = await startFeedServer(database, { publicUrl: first.config.publicUrl })
  await happen(second.core, acme, ['missed 1', 'missed 2'])
  const again = connect(second, ada.token)
  using resumed = new Inbox(again, organizationEvents(acme, inbox.cursor))
  await resumed.until(2)
  await happen(second.core, acme, ['live again'])
  await resumed.until(3)
  expect(resumed.names).toEqual(['missed 1', 'missed 2', 'live again'])
  await again.dispose()
})
