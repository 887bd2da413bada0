import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../../src/server/server.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'
import {
  connect,
  feedOf,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  type Person,
  signedIn,
  startFeedServer,
  viewerEvents,
} from './harness.ts'

describe('following a feed', () => {
  let resources: AsyncDisposableStack
  let server: Server
  let ada: Person

  beforeAll(async () => {
    resources = new AsyncDisposableStack()
    const database = resources.use(await createTestDatabase(defaultDatabase))
    server = resources.use(await startFeedServer(database, { limits: { feedPage: 7 } }))
    ada = await signedIn(server.core)
  })
  afterAll(() => resources.disposeAsync())

  const team = () => organizationOf(server.core, { [ada.id]: 'ADMIN' })

  it('starts live where no cursor is given', async () => {
    const acme = await team()
    await happen(server.core, acme, ['before'])
    const client = connect(server, ada.token)
    using inbox = new Inbox(client, organizationEvents(acme))
    await opened(server, 1)
    await happen(server.core, acme, ['after'])
    await inbox.until(1)
    expect(inbox.names).toEqual(['after'])
    await client.dispose()
  })

  it('replays what came later than the cursor and then goes live, over many pages', async () => {
    const acme = await team()
    const cursor = await happen(server.core, acme, ['0'])
    const names = Array.from({ length: 40 }, (_, index) => String(index + 1))
    for (const name of names) await happen(server.core, acme, [name])
    const client = connect(server, ada.token)
    using inbox = new Inbox(client, organizationEvents(acme, cursor))
    await inbox.until(40)
    await happen(server.core, acme, ['41', '42'])
    await inbox.until(42)
    expect(inbox.names).toEqual([...names, '41', '42'])
    await client.dispose()
  })

  it('delivers the event of a cursor that a mutation returned to clients that follow from before it, and not from it', async () => {
    const acme = await team()
    const first = await happen(server.core, acme, ['one'])
    const second = await happen(server.core, acme, ['two'])
    const client = connect(server, ada.token)
    using fromFirst = new Inbox(client, organizationEvents(acme, first))
    using fromSecond = new Inbox(client, organizationEvents(acme, second))
    await fromFirst.until(1)
    expect(fromFirst.cursor).toBe(second)
    await happen(server.core, acme, ['three'])
    await Promise.all([fromFirst.until(2), fromSecond.until(1)])
    expect([fromFirst.names, fromSecond.names]).toEqual([['two', 'three'], ['three']])
    await client.dispose()
  })

  it('gives each of several subscriptions on one connection its own events', async () => {
    const acme = await team()
    const cursor = await happen(server.core, acme, ['start'])
    const client = connect(server, ada.token)
    using all = new Inbox(client, organizationEvents(acme, cursor))
    using some = new Inbox(client, organizationEvents(acme, cursor, ['APP_CREATED', 'APP_DELETED']))
    using requests = new Inbox(client, feedOf('installRequests', acme, cursor))
    using status = new Inbox(client, feedOf('appStatusChanges', acme, cursor))
    using own = new Inbox(client, viewerEvents())
    await opened(server, 5)
    for (const type of [
      'APP_CREATED',
      'INSTALL_REQUESTED',
      'INSTALL_DENIAL_LIFTED',
      'APP_DISABLED',
      'APP_UNINSTALLED',
      'APP_DELETED',
    ] as const) {
      await happen(server.core, acme, [type], type)
    }
    await happen(server.core, ada.id, ['for Ada'], 'GRANT_CREATED')
    await Promise.all([all.until(6), some.until(2), requests.until(2), status.until(3), own.until(1)])
    expect(some.names).toEqual(['APP_CREATED', 'APP_DELETED'])
    expect(requests.names).toEqual(['INSTALL_REQUESTED', 'INSTALL_DENIAL_LIFTED'])
    expect(status.names).toEqual(['APP_DISABLED', 'APP_UNINSTALLED', 'APP_DELETED'])
    expect(own.names).toEqual(['for Ada'])
    await client.dispose()
  })

  it('is not disturbed by a bell that rings for nothing, and hears of what another node committed', async () => {
    const acme = await team()
    const client = connect(server, ada.token)
    using inbox = new Inbox(client, organizationEvents(acme))
    await opened(server, 1)
    server.core.doorbell.ring(new Set([acme]))
    const { doorbell: _, ...rest } = server.core
    await happen({ ...rest, doorbell: { ring() {} } as never }, acme, ['elsewhere'])
    await inbox.until(1)
    expect(inbox.names).toEqual(['elsewhere'])
    await client.dispose()
  })

  it('neither misses nor repeats an event while eight writers write and the reader reconnects at random', async () => {
    const acme = await team()
    const start = await happen(server.core, acme, ['start'])
    const writer = async (number: number) => {
      for (let index = 0; index < 25; index++) {
        await happen(
          server.core,
          acme,
          index % 3 ? [`${number}.${index}`] : [`${number}.${index}`, `${number}.${index}b`],
        )
      }
    }
    const writing = Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)))
    const total = 8 * (25 + 9)
    const seen: { sequence: number; name: string }[] = []
    let after = start
    while (seen.length < total) {
      const client = connect(server, ada.token)
      using inbox = new Inbox(client, organizationEvents(acme, after))
      await inbox.until(Math.min(1 + Math.floor(Math.random() * 40), total - seen.length))
      for (const { cursor, event } of inbox.deliveries) {
        if (event) seen.push({ sequence: event.sequence, name: event.appName })
        after = cursor
      }
      await client.dispose()
    }
    await writing
    expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: total }, (_, index) => index + 2))
    expect(new Set(seen.map(({ name }) => name)).size).toBe(total)
  })

  it('lets go of everything when the subscribers are gone', async () => {
    const acme = await team()
    const clients = [connect(server, ada.token), connect(server, ada.token)]
    const inboxes = clients.map((client) => new Inbox(client, organizationEvents(acme)))
    await opened(server, 2)
    expect(server.feed.watchedStreams).toBe(1)
    inboxes[0]?.stop()
    await opened(server, 1)
    await clients[1]?.dispose()
    await opened(server, 0)
    expect(server.feed.watchedStreams).toBe(0)
    await clients[0]?.dispose()
  })
})

describe('checkpoints', () => {
  it('tell a filtered subscription how far it has come', async () => {
    await using database = await createTestDatabase(defaultDatabase)
    await using server = await startFeedServer(database, { durations: { checkpoint: 50 } })
    const ada = await signedIn(server.core)
    const acme = await organizationOf(server.core, { [ada.id]: 'ADMIN' })
    const start = await happen(server.core, acme, ['start'])
    const client = connect(server, ada.token)
    using inbox = new Inbox(client, organizationEvents(acme, start, ['APP_DELETED']))
    const cursor = await happen(server.core, acme, ['unwanted'])
    await inbox.until(({ deliveries }) => deliveries.some((delivery) => delivery.cursor === cursor))
    expect(inbox.events).toEqual([])
    using resumed = new Inbox(client, organizationEvents(acme, inbox.cursor))
    await happen(server.core, acme, ['next'])
    await resumed.until(1)
    expect(resumed.names).toEqual(['next'])
    await client.dispose()
  })
})
