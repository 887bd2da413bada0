import { createClient } from 'graphql-ws'
import { beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Person, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

// The success of a mutation carries the cursor of its event in a stream that the caller may read.

const world = useWorld()
let publisher: Team
let team: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

const ofTeam = async (person: Person): Promise<string> => {
  const document = 'query ($id: ID!) { organization(id: $id) { feedCursor } }'
  return (await world.query(person, document, { id: team.id })).organization.feedCursor
}
const ofViewer = async (person: Person): Promise<string> =>
  (await world.query(person, '{ viewer { feedCursor } }')).viewer.feedCursor

const member = () => team.join('MEMBER')
const place = async () => ({ organizationId: team.id, appId: await publisher.app() })
const used = async (by?: Person) => {
  const appId = await publisher.app()
  await team.install(appId)
  return { grantId: await team.grant(appId, { by }) }
}
const asked = async (by?: Person) => ({ installRequestId: await team.request(await publisher.app(), { by }) })

describe('for an admin it is the one of the organization', () => {
  const mutations: Record<string, () => Promise<object>> = {
    requestInstall: place,
    withdrawInstallRequest: () => asked(team.admin),
    approveInstallRequest: asked,
    denyInstallRequest: asked,
    liftDenial: async () => ({ denialId: await team.denial(await publisher.app()) }),
    installApp: place,
    uninstallApp: async () => ({ installationId: await team.install(await publisher.app()) }),
    authorizeApp: async () => ({ organizationId: team.id, appId: await publisher.app({ type: 'SERVICE' }) }),
    revokeGrant: used,
    removeMember: async () => ({ membershipId: await team.membershipOf(await member()) }),
    updateApp: async () => ({ appId: await team.app(), name: 'New' }),
    disableApp: async () => ({ appId: await team.app() }),
    deleteApp: async () => ({ appId: await team.app({ name: 'Mail' }), confirmation: 'Mail' }),
    createAppSecret: async () => ({ appId: await team.app() }),
    revokeAppSecret: async () => ({ secretId: await team.secret(await team.app()) }),
  }

  test.each(Object.keys(mutations))('%s', async (name) => {
    const input = await mutations[name]?.()
    const before = await ofTeam(team.admin)
    const { cursor } = await world.does(team.admin, name, input ?? {}, 'cursor')
    expect(cursor).not.toBe(before)
    expect(cursor).toBe(await ofTeam(team.admin))
  })
})

describe('for a member it is their own', () => {
  test('revoking a grant, which their own stream tells', async () => {
    const input = await used()
    const before = await ofViewer(team.member)
    const { cursor } = await world.does(team.member, 'revokeGrant', input, 'cursor')
    expect(cursor).not.toBe(before)
    expect(cursor).toBe(await ofViewer(team.member))
  })

  test('asking and withdrawing, which it does not: the current one', async () => {
    const before = await ofViewer(team.member)
    const asking = await world.does(team.member, 'requestInstall', await place(), 'installRequest { id } cursor')
    expect(asking.cursor).toBe(before)
    const input = { installRequestId: asking.installRequest.id }
    expect(await world.does(team.member, 'withdrawInstallRequest', input, 'cursor')).toEqual({ cursor: before })
    expect(await ofViewer(team.member)).toBe(before)
  })
})

describe('for a super admin who changes their own role it is of what they may read from then on', () => {
  const demote = async (role: string) => {
    const person = await team.join('SUPER_ADMIN')
    const before = await ofViewer(person)
    const input = { membershipId: await team.membershipOf(person), role }
    const { cursor } = await world.does(person, 'updateMemberRole', input, 'cursor')
    return { person, before, cursor }
  }

  test('as an admin, of the organization', async () => {
    const { cursor } = await demote('ADMIN')
    expect(cursor).toBe(await ofTeam(team.admin))
  })

  test('as a member, of their own stream, which tells of it', async () => {
    const { person, before, cursor } = await demote('MEMBER')
    expect(cursor).not.toBe(before)
    expect(cursor).toBe(await ofViewer(person))
  })

  test('which a feed resumes after', async () => {
    const { person, cursor } = await demote('MEMBER')
    const client = createClient({
      url: `${world.server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${person.token}` },
    })
    const document = 'subscription ($after: String) { viewerEvents(after: $after) { event { type } } }'
    const deliveries = client.iterate({ query: document, variables: { after: cursor } })
    const next = deliveries.next()
    await world.does(person, 'leaveOrganization', { organizationId: team.id })
    expect((await next).value).toEqual({ data: { viewerEvents: { event: { type: 'MEMBER_REMOVED' } } } })
    await client.dispose()
  })
})
