import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { change } from '../../src/history/change.ts'
import { newId, publicId } from '../../src/ids.ts'
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
  signedIn,
  signInAgain,
  startFeedServer,
  viewerEvents,
} from './harness.ts'

const refusedWith = (code: string) => [expect.objectContaining({ extensions: expect.objectContaining({ code }) })]

describe('rights are asked for every delivery', () => {
  let resources: AsyncDisposableStack
  let server: Server
  let ahead = 0

  beforeAll(async () => {
    resources = new AsyncDisposableStack()
    const database = resources.use(await createTestDatabase(defaultDatabase))
    const clock = { now: () => new Date(Date.now() + ahead) }
    // As in production: this is what the second is promised by.
    server = resources.use(await startFeedServer(database, { clock, durations: { rightsCheck: 400 } }))
  })
  afterAll(() => resources.disposeAsync())

  it('lets only admins of the organization in, and tells the others no more than they may know', async () => {
    const { core } = server
    const [admin, member, stranger] = [await signedIn(core), await signedIn(core), await signedIn(core)]
    const acme = await organizationOf(core, { [admin.id]: 'ADMIN', [member.id]: 'MEMBER' })
    const start = await happen(core, acme, ['start'])
    for (const [token, code] of [
      [member.token, 'FORBIDDEN'],
      [stranger.token, 'NOT_FOUND'],
      [undefined, 'UNAUTHENTICATED'],
    ] as const) {
      const client = connect(server, token)
      for (const payload of [
        organizationEvents(acme, start),
        feedOf('installRequests', acme),
        feedOf('appStatusChanges', acme),
      ]) {
        expect(await new Inbox(client, payload).end()).toEqual(refusedWith(code))
      }
      await client.dispose()
    }
    const signedOut = connect(server)
    expect(await new Inbox(signedOut, viewerEvents()).end()).toEqual(refusedWith('UNAUTHENTICATED'))
    await signedOut.dispose()
  })

  it.each([
    ['the role', 'FORBIDDEN'],
    ['the membership', 'NOT_FOUND'],
  ] as const)(
    'ends with an error within a second when %s is lost, without the event after it; the socket stays',
    async (_what, code) => {
      const { core } = server
      const ada = await signedIn(core)
      const acme = await organizationOf(core, { [ada.id]: 'ADMIN' })
      const client = connect(server, ada.token)
      const inbox = new Inbox(client, organizationEvents(acme))
      using own = new Inbox(client, viewerEvents())
      await opened(server, 2)
      await happen(core, acme, ['allowed'])
      await inbox.until(1)
      const which = { organizationId_userId: { organizationId: acme, userId: ada.id } }
      if (code === 'FORBIDDEN') await core.prisma.membership.update({ where: which, data: { role: 'MEMBER' } })
      else await core.prisma.membership.delete({ where: which })
      await happen(core, acme, ['secret'])
      expect(await inbox.end()).toEqual(refusedWith(code))
      expect(inbox.names).toEqual(['allowed'])
      await happen(core, ada.id, ['still here'], 'MEMBER_ROLE_CHANGED')
      await own.until(1)
      await client.dispose()
    },
  )

  it('notices within a second also where nothing happens', async () => {
    const { core } = server
    const ada = await signedIn(core)
    const acme = await organizationOf(core, { [ada.id]: 'ADMIN' })
    const client = connect(server, ada.token)
    const inbox = new Inbox(client, organizationEvents(acme))
    await opened(server, 1)
    const where = { organizationId_userId: { organizationId: acme, userId: ada.id } }
    await core.prisma.membership.update({ where, data: { role: 'MEMBER' } })
    const lostAt = performance.now()
    expect(await inbox.end()).toEqual(refusedWith('FORBIDDEN'))
    expect(performance.now() - lostAt).toBeLessThan(1000)
    await client.dispose()
  })

  it.each(['signed out', 'deleted', 'expired'])(
    'tells every subscription and then closes with 4403 when the session is %s',
    async (how) => {
      const { core } = server
      const ada = await signedIn(core)
      const other = await signInAgain(core, ada.id)
      const acme = await organizationOf(core, { [ada.id]: 'ADMIN' })
      const closed = Promise.withResolvers<{ code: number }>()
      const client = connect(server, ada.token, { closed: (event) => closed.resolve(event as { code: number }) })
      const bystander = connect(server, other.token)
      const inboxes = [new Inbox(client, organizationEvents(acme)), new Inbox(client, viewerEvents())]
      using unaffected = new Inbox(bystander, organizationEvents(acme))
      await opened(server, 3)
      if (how === 'expired') {
        ahead = 14 * 60_000
        const fresh = await signInAgain(core, ada.id)
        ahead = 16 * 60_000
        expect(fresh.token).not.toBe(ada.token)
      } else if (how === 'signed out') {
        await connectAndSignOut(ada.token)
      } else {
        await core.prisma.session.delete({ where: { id: ada.credential.sessionId } })
      }
      await happen(core, acme, ['after'])
      for (const inbox of inboxes) {
        expect(await inbox.end()).toEqual(refusedWith('UNAUTHENTICATED'))
        expect(inbox.names).toEqual([])
      }
      expect(await closed.promise).toMatchObject({ code: 4403 })
      if (how !== 'expired') {
        await unaffected.until(1)
      }
      ahead = 0
      await client.dispose()
      await bystander.dispose()
      await opened(server, 0)
    },
  )

  it('each delivery is worked out anew for each receiver', async () => {
    const { core } = server
    const [ada, bob] = [await signedIn(core), await signedIn(core)]
    const publisher = await organizationOf(core, { [ada.id]: 'ADMIN' })
    const acme = await organizationOf(core, { [ada.id]: 'ADMIN', [bob.id]: 'ADMIN' })
    const at = new Date()
    const app = {
      id: newId(),
      organizationId: publisher,
      name: 'Loom',
      type: 'WEB',
      distribution: 'EXTERNAL',
      createdAt: at,
      updatedAt: at,
    } as const
    await core.prisma.app.create({ data: app })
    const query = `subscription { organizationEvents(organizationId: "${publicId('Organization', acme)}") { cursor event { appName sequence type app { name status } } } }`
    const clients = [ada, bob].map(({ token }) => connect(server, token))
    const [adas, bobs] = clients.map((client) => new Inbox(client, { query })) as [Inbox, Inbox]
    await opened(server, 2)
    const apps = ({ events }: Inbox) => events.map((event) => (event as unknown as { app: object }).app)
    const about = (name: string) =>
      change(core, { kind: 'SYSTEM', id: null, name: 'Gatehouse' }, async ({ record }) => {
        record({ type: 'APP_UPDATED', streams: [acme], app: { id: app.id, name } })
      })
    await about('one')
    await Promise.all([adas.until(1), bobs.until(1)])
    const where = { organizationId_userId: { organizationId: publisher, userId: ada.id } }
    await core.prisma.membership.update({ where, data: { role: 'MEMBER' } })
    await about('two')
    await Promise.all([adas.until(2), bobs.until(2)])
    expect(apps(adas)).toEqual([
      { name: 'Loom', status: 'ENABLED' },
      { name: 'Loom', status: null },
    ])
    expect(apps(bobs)).toEqual([
      { name: 'Loom', status: null },
      { name: 'Loom', status: null },
    ])
    for (const client of clients) await client.dispose()
    await opened(server, 0)
  })

  async function connectAndSignOut(token: string): Promise<void> {
    const client = connect(server, token)
    const answer = Promise.withResolvers<unknown>()
    client.subscribe(
      { query: 'mutation { signOut(input: {}) { __typename } }' },
      { next: answer.resolve, error: answer.reject, complete() {} },
    )
    expect(await answer.promise).toEqual({ data: { signOut: { __typename: 'SignOutSuccess' } } })
    await client.dispose()
  }
})
