import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeCursor } from '../../src/history/cursor.ts'
import { newId, publicId } from '../../src/ids.ts'
import type { Server } from '../../src/server/server.ts'
import {
  ask,
  connect,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  type Person,
  signedIn,
  startFeedServer,
} from '../feed/harness.ts'
import { createTestDatabase } from '../support/database.ts'
import { defaultDatabase } from '../support/server.ts'

let resources: AsyncDisposableStack
let server: Server
let ada: Person

beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase(defaultDatabase))
  server = resources.use(await startFeedServer(database))
  ada = await signedIn(server.core)
})
afterAll(() => resources.disposeAsync())

/** An organization with ten events, of which the first three were pruned. */
async function prunedTeam(): Promise<string> {
  const acme = await organizationOf(server.core, { [ada.id]: 'ADMIN' })
  for (let number = 1; number <= 10; number++)
    await happen(server.core, acme, [String(number)], number % 2 ? 'APP_CREATED' : 'APP_DELETED')
  await server.core.prisma.event.deleteMany({ where: { streamId: acme, sequence: { lte: 3 } } })
  await server.core.prisma.stream.update({ where: { id: acme }, data: { prunedThrough: 3 } })
  return acme
}

describe('a cursor that cannot be resumed from', () => {
  const cases = (acme: string) =>
    [
      ['CURSOR_TOO_OLD', encodeCursor({ streamId: acme, sequence: 2n })],
      ['CURSOR_FROM_THE_FUTURE', encodeCursor({ streamId: acme, sequence: 11n })],
      ['CURSOR_OF_ANOTHER_STREAM', encodeCursor({ streamId: newId(), sequence: 5n })],
      ['CURSOR_MALFORMED', 'not a cursor'],
      ['CURSOR_MALFORMED', ''],
    ] as const

  it('is refused by a subscription with a code of its own and what to do', async () => {
    const acme = await prunedTeam()
    const client = connect(server, ada.token)
    for (const [code, cursor] of cases(acme)) {
      const errors = (await new Inbox(client, organizationEvents(acme, cursor)).end()) as {
        message: string
        extensions: object
      }[]
      expect(errors[0]?.extensions).toEqual({ code })
      expect(errors[0]?.message).toMatch(/Pass |Query /)
    }
    await client.dispose()
  })

  it('is refused by the audit log in the same way', async () => {
    const acme = await prunedTeam()
    for (const [code, cursor] of cases(acme)) {
      const { errors } = await events(acme, 'first: 5, after: $cursor', cursor)
      expect(errors?.[0]?.extensions).toEqual({ code })
    }
  })

  it('ends a subscription before which the history was pruned, instead of leaving a gap', async () => {
    const acme = await prunedTeam()
    const client = connect(server, ada.token)
    const inbox = new Inbox(client, organizationEvents(acme))
    await opened(server, 1)
    const { prisma, doorbell } = server.core
    const [row] = await prisma.event.findMany({ where: { streamId: acme, sequence: 10 } })
    await prisma.$transaction([
      prisma.stream.update({ where: { id: acme }, data: { head: 13, prunedThrough: 12 } }),
      prisma.event.create({ data: { ...row, changes: [], id: newId(), sequence: 13 } as never }),
    ])
    doorbell.ring(new Set([acme]))
    expect(await inbox.end()).toMatchObject([{ extensions: { code: 'CURSOR_TOO_OLD' } }])
    expect(inbox.events).toEqual([])
    await client.dispose()
  })

  it('is good where it stands exactly at what was pruned, or at the end', async () => {
    const acme = await prunedTeam()
    const client = connect(server, ada.token)
    using oldest = new Inbox(client, organizationEvents(acme, encodeCursor({ streamId: acme, sequence: 3n })))
    using newest = new Inbox(client, organizationEvents(acme, encodeCursor({ streamId: acme, sequence: 10n })))
    await oldest.until(7)
    await happen(server.core, acme, ['11'])
    await Promise.all([oldest.until(8), newest.until(1)])
    expect(newest.names).toEqual(['11'])
    await client.dispose()
  })
})

const events = (organizationId: string, args: string, cursor?: string) =>
  ask(server, ada.token, {
    query: `query ($id: ID!${cursor === undefined ? '' : ', $cursor: String'}) {
      organization(id: $id) {
        feedCursor
        events(${args}) { totalCount edges { cursor node { appName cursor } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
      }
    }`,
    variables: { id: publicId('Organization', organizationId), cursor },
  })

interface Connection {
  feedCursor: string
  events: {
    totalCount: number
    edges: { cursor: string; node: { appName: string; cursor: string } }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  }
}

describe('the audit log', () => {
  const page = async (acme: string, args: string, cursor?: string) => {
    const { data, errors } = await events(acme, args, cursor)
    if (errors) throw new Error(JSON.stringify(errors))
    const { events: connection, feedCursor } = (data as { organization: Connection }).organization
    const { edges, pageInfo, totalCount } = connection
    for (const edge of edges) expect(edge.cursor).toBe(edge.node.cursor)
    return { names: edges.map(({ node }) => Number(node.appName)), pageInfo, totalCount, feedCursor }
  }

  it('goes forward from the oldest event that is kept', async () => {
    const acme = await prunedTeam()
    const first = await page(acme, 'first: 4')
    expect(first).toMatchObject({
      names: [4, 5, 6, 7],
      totalCount: 7,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    })
    const second = await page(acme, 'first: 4, after: $cursor', first.pageInfo.endCursor)
    expect(second).toMatchObject({ names: [8, 9, 10], pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    expect(second.feedCursor).toBe(second.pageInfo.endCursor)
  })

  it('goes backward from the newest', async () => {
    const acme = await prunedTeam()
    const newest = await page(acme, 'last: 4')
    expect(newest).toMatchObject({ names: [7, 8, 9, 10], pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    const older = await page(acme, 'last: 4, before: $cursor', newest.pageInfo.startCursor)
    expect(older).toMatchObject({ names: [4, 5, 6], pageInfo: { hasNextPage: true, hasPreviousPage: false } })
  })

  it('is filtered by type and by app', async () => {
    const acme = await prunedTeam()
    expect(await page(acme, 'last: 2, types: [APP_DELETED]')).toMatchObject({ names: [8, 10], totalCount: 4 })
    expect(await page(acme, `first: 2, appId: "${publicId('App', acme)}"`)).toMatchObject({ names: [4, 5] })
    expect(await page(acme, `appId: "${publicId('App', newId())}"`)).toMatchObject({ names: [], totalCount: 0 })
  })

  it('refuses page arguments that mean nothing', async () => {
    const acme = await prunedTeam()
    for (const args of ['first: 0', 'first: 101', 'first: 1, last: 1']) {
      expect((await events(acme, args)).errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT' })
    }
  })

  it('is for admins', async () => {
    const member = await signedIn(server.core)
    const acme = await organizationOf(server.core, { [member.id]: 'MEMBER' })
    const query = `{ organization(id: "${publicId('Organization', acme)}") { events { totalCount } } }`
    expect((await ask(server, member.token, { query })).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('finds an event again by its id, for viewers who may see its stream', async () => {
    const acme = await prunedTeam()
    const query = `{ organization(id: "${publicId('Organization', acme)}") { events(last: 1) { edges { node { id } } } } }`
    const { data } = await ask(server, ada.token, { query })
    const id = JSON.stringify(data).match(/evt_\w+/)?.[0]
    const node = {
      query: `{ node(id: "${id}") { ... on Event { appName app { id } user { id } installRequest { id } installation { id } grant { id } changes { field } } } }`,
    }
    expect(await ask(server, ada.token, node)).toEqual({
      data: {
        node: {
          appName: '10',
          app: null,
          user: null,
          installRequest: null,
          installation: null,
          grant: null,
          changes: [],
        },
      },
    })
    const stranger = await signedIn(server.core)
    expect((await ask(server, stranger.token, node)).data).toEqual({ node: null })
  })
})
