import { type Client, createClient } from 'graphql-ws'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { loadViewers } from '../../src/access/load-viewers.ts'
import type { Credential } from '../../src/access/viewer.ts'
import { updateApp } from '../../src/apps/service.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { authenticate } from '../../src/sign-in/authenticate.ts'
import { Team, uuidOf } from '../support/team.ts'
import { type Held, INTROSPECT, MANAGE, minute, NAME, READ, useTokenHolders } from './token-holders.ts'

const holders = useTokenHolders()

const EVENTS = `subscription ($id: ID!, $after: String) {
  organizationEvents(organizationId: $id, after: $after) { event { type } }
}`

interface Socket {
  readonly client: Client
  readonly closed: Promise<{ code: number; reason: string }>
}

/** A connection that stays while nothing is asked over it. */
function connect(token: string): Socket {
  const closed = Promise.withResolvers<{ code: number; reason: string }>()
  const client = createClient({
    url: `${holders.server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    onNonLazyError() {},
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => closed.resolve(event as { code: number; reason: string }) },
  })
  return { client, closed: closed.promise }
}

/** The code of the first of the errors that the answer consists of; else undefined. */
const codeOf = (answer: Promise<unknown>): Promise<string | undefined> =>
  answer.then(
    () => undefined,
    (errors) => errors[0].extensions.code,
  )

/** Follows the team's history to its first delivery, and then acts. @returns how that ends it, and after how many milliseconds. */
async function follow({ client }: Socket, team: Team, act: () => Promise<unknown>) {
  const { organization } = await holders.server.graphql(
    'query ($id: ID!) { organization(id: $id) { feedCursor } }',
    { id: team.id },
    { as: team.superAdmin.token },
  )
  await team.app()
  const events = client.iterate({ query: EVENTS, variables: { id: team.id, after: organization.feedCursor } })
  const { value } = await events.next()
  expect(value).toEqual({ data: { organizationEvents: { event: { type: 'APP_CREATED' } } } })
  const ended = codeOf(events.next())
  await act()
  const actedAt = performance.now()
  return { code: await ended, took: performance.now() - actedAt }
}

describe('subscriptions', () => {
  test.each<[how: string, end: (team: Team, held: Held) => Promise<string>]>([
    ['its grant is revoked', async (team, { grantId }) => holders.mutate(team.admin.token, 'revokeGrant', { grantId })],
    [
      'its app is disabled',
      async (_team, { appId }) => holders.mutate(holders.vendor.admin.token, 'disableApp', { appId }),
    ],
    [
      'its app is deleted',
      async (_team, { appId }) =>
        holders.mutate(holders.vendor.admin.token, 'deleteApp', { appId, confirmation: 'Robot' }),
    ],
    [
      'the token is given back',
      async (_team, { hash }) => {
        await holders.server.prisma.token.delete({ where: { hash } })
        return 'ok'
      },
    ],
    [
      'it expires',
      async () => {
        holders.clock.advance(minute)
        return 'ok'
      },
    ],
  ])('are told and closed with 4403 within a second when %s', async (_how, end) => {
    const team = await Team.create(holders.server)
    const held = await holders.serviceToken(team, [READ], { lifetime: minute })
    const socket = connect(held.token)
    const { code, took } = await follow(socket, team, async () => expect(await end(team, held)).toBe('ok'))
    expect(code).toBe('UNAUTHENTICATED')
    expect(took).toBeLessThan(1000)
    expect(await socket.closed).toMatchObject({ code: 4403 })
  })

  test.each([
    [
      'is no longer worth a gatehouse: scope',
      'INSUFFICIENT_SCOPE',
      async ({ appId }: Held) =>
        updateApp(holders.server.core, await viewerOf(holders.server.core, holders.vendor.admin.id), uuidOf(appId), {
          scopes: ['documents:read'],
        }),
    ],
    [
      'is of a user who is no admin any more',
      undefined,
      async (_held: Held, team: Team) =>
        holders.mutate(team.superAdmin.token, 'updateMemberRole', {
          membershipId: await team.membershipOf(team.admin),
          role: 'MEMBER',
        }),
    ],
  ] as const)('end with FORBIDDEN within a second where the token %s; the socket stays', async (_how, left, end) => {
    const team = await Team.create(holders.server)
    const held = await holders.tokenFor(team, team.admin, [READ, 'documents:read'])
    const socket = connect(held.token)
    const { code, took } = await follow(socket, team, () => end(held, team))
    expect(code).toBe('FORBIDDEN')
    expect(took).toBeLessThan(1000)
    const again = socket.client.iterate({ query: NAME, variables: { id: team.id } }).next()
    expect(await codeOf(again)).toBe(left)
    await socket.client.dispose()
  })

  test('over SSE the last event carries the same', async () => {
    const team = await Team.create(holders.server)
    const { token, grantId } = await holders.serviceToken(team, [READ])
    const response = await holders.server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: EVENTS, variables: { id: team.id } }),
    })
    expect(await holders.mutate(team.admin.token, 'revokeGrant', { grantId })).toBe('ok')
    const text = await response.text()
    expect(text).toContain('UNAUTHENTICATED')
    expect(text).toContain('4403')
  })

  test('a connection with a token that is no credential for the API is closed with 4403', async () => {
    const team = await Team.create(holders.server)
    for (const [{ token }, reason] of [
      [await holders.serviceToken(team, [INTROSPECT]), /^INSUFFICIENT_SCOPE$/],
      [await holders.serviceToken(team, [MANAGE], { keyThumbprint: 'x'.repeat(43) }), /not good/],
    ] as const) {
      const { client, closed } = connect(token)
      await expect(client.iterate({ query: '{ scopes { name } }' }).next()).rejects.toMatchObject({ code: 4403 })
      expect((await closed).reason).toMatch(reason)
    }
  })

  test('viewerEvents is for people', async () => {
    const team = await Team.create(holders.server)
    for (const { token } of [
      await holders.serviceToken(team, [MANAGE]),
      await holders.tokenFor(team, team.superAdmin, [MANAGE]),
    ]) {
      const { client } = connect(token)
      const events = client.iterate({ query: 'subscription { viewerEvents { cursor } }' })
      await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      await client.dispose()
    }
  })

  test('the rights of any number of sessions and tokens are one statement for each kind', async () => {
    const team = await Team.create(holders.server)
    const held = [
      await holders.serviceToken(team, [READ]),
      await holders.serviceToken(team, [MANAGE]),
      await holders.tokenFor(team, team.admin, [READ]),
    ]
    const bearers = [...held.map(({ token }) => token), team.admin.token, team.member.token]
    const credentials = await Promise.all(
      bearers.map(
        async (token) => (await authenticate(holders.server.core, { authorization: `Bearer ${token}` })) as Credential,
      ),
    )
    await holders.server.core.lastUse.flush()
    holders.statements = []
    const callers = await loadViewers(holders.server.core, credentials)
    expect(holders.statements).toHaveLength(2)
    expect([...callers.values()].map(({ userId }) => userId)).toEqual(
      expect.arrayContaining([null, team.admin.id, team.member.id]),
    )
    expect(callers.size).toBe(5)
  })
})
