import { beforeEach, describe, expect, test } from 'vitest'
import { fateOf, idOf, type Person, personalOrganizationOf, Team, tokensOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team

beforeEach(async () => {
  publisher ??= await Team.create(world.server)
  team = await Team.create(world.server)
})

const nameOf = async () =>
  (await world.query(team.superAdmin, 'query ($id: ID!) { organization(id: $id) { name } }', { id: team.id }))
    .organization.name
const roleOf = async (person: Person) => {
  const document = 'query ($id: ID!) { node(id: $id) { ... on Membership { role } } }'
  const id = await team.membershipOf(person)
  return (await world.query(team.superAdmin, document, { id })).node.role
}
const give = async (person: Person, role: string) => ({ membershipId: await team.membershipOf(person), role })
const membership = async (person: Person) => ({ membershipId: await team.membershipOf(person) })

describe('changing roles', () => {
  test('is for super admins, and the organization and the user are told', async () => {
    const told = await world.listen()
    const select = 'membership { id role user { name } }'
    const input = await give(team.member, 'ADMIN')
    expect(await world.does(team.superAdmin, 'updateMemberRole', input, select)).toEqual({
      membership: { id: input.membershipId, role: 'ADMIN', user: { name: team.member.name } },
    })
    const event = {
      type: 'MEMBER_ROLE_CHANGED',
      actor: `USER ${team.superAdmin.name}`,
      organization: await nameOf(),
      user: team.member.name,
      changes: { role: ['MEMBER', 'ADMIN'] },
    }
    expect(await told()).toEqual({ [team.id]: [event], [idOf('User', team.member)]: [event] })
  })

  test('to the same again writes no event', async () => {
    const told = await world.listen()
    await world.does(team.superAdmin, 'updateMemberRole', await give(team.member, 'MEMBER'))
    await world.does(team.superAdmin, 'updateMemberRole', await give(team.superAdmin, 'SUPER_ADMIN'))
    expect(await told()).toEqual({})
  })

  test('is FORBIDDEN to admins and members, also for their own', async () => {
    for (const person of [team.admin, team.member]) {
      for (const whose of [team.member, person]) {
        const input = await give(whose, 'SUPER_ADMIN')
        expect(await world.refused(person, 'updateMemberRole', input)).toEqual({ code: 'FORBIDDEN' })
      }
    }
  })

  test('takes effect at once', async () => {
    const document = 'query ($id: ID!) { organization(id: $id) { viewerRole installations { totalCount } } }'
    expect(await world.queryError(team.member, document, { id: team.id })).toBe('FORBIDDEN')
    await world.does(team.superAdmin, 'updateMemberRole', await give(team.member, 'ADMIN'))
    const { organization } = await world.query(team.member, document, { id: team.id })
    expect(organization).toEqual({ viewerRole: 'ADMIN', installations: { totalCount: 0 } })
    await world.does(team.superAdmin, 'updateMemberRole', await give(team.member, 'MEMBER'))
    expect(await world.queryError(team.member, document, { id: team.id })).toBe('FORBIDDEN')
  })
})

describe('an organization always keeps at least one super admin', () => {
  test('the last one can be neither demoted nor removed, not by themselves either', async () => {
    const told = await world.listen()
    const error = { code: 'LAST_SUPER_ADMIN' }
    for (const role of ['ADMIN', 'MEMBER']) {
      expect(await world.refused(team.superAdmin, 'updateMemberRole', await give(team.superAdmin, role))).toEqual(error)
    }
    expect(await world.refused(team.superAdmin, 'removeMember', await membership(team.superAdmin))).toEqual(error)
    expect(await told()).toEqual({})
  })

  test('with another one, both go', async () => {
    await world.does(team.superAdmin, 'updateMemberRole', await give(team.admin, 'SUPER_ADMIN'))
    await world.does(team.admin, 'updateMemberRole', await give(team.superAdmin, 'ADMIN'))
    expect([await roleOf(team.superAdmin), await roleOf(team.admin)]).toEqual(['ADMIN', 'SUPER_ADMIN'])
    const error = { code: 'LAST_SUPER_ADMIN' }
    expect(await world.refused(team.admin, 'updateMemberRole', await give(team.admin, 'MEMBER'))).toEqual(error)
    await world.does(team.admin, 'updateMemberRole', await give(team.superAdmin, 'SUPER_ADMIN'))
    await world.does(team.superAdmin, 'removeMember', await membership(team.admin))
  })

  test('a personal organization keeps its user', async () => {
    const document = 'query ($id: ID!) { organization(id: $id) { members { edges { node { id role } } } } }'
    const id = await personalOrganizationOf(world.server, team.member)
    const { edges } = (await world.query(team.member, document, { id })).organization.members
    expect(edges).toMatchObject([{ node: { role: 'SUPER_ADMIN' } }])
    const membershipId = edges[0].node.id
    const error = { code: 'LAST_SUPER_ADMIN' }
    expect(await world.refused(team.member, 'removeMember', { membershipId })).toEqual(error)
    expect(await world.refused(team.member, 'updateMemberRole', { membershipId, role: 'MEMBER' })).toEqual(error)
    expect(await world.refused(team.superAdmin, 'removeMember', { membershipId })).toEqual({ code: 'NOT_FOUND' })
  })
})

describe('removing', () => {
  test('admins remove members only, super admins anybody, members nobody', async () => {
    const [one, two, admin] = [await team.join('MEMBER'), await team.join('MEMBER'), await team.join('ADMIN')]
    const forbidden = { code: 'FORBIDDEN' }
    expect(await world.refused(team.member, 'removeMember', await membership(one))).toEqual(forbidden)
    expect(await world.refused(team.admin, 'removeMember', await membership(admin))).toEqual(forbidden)
    expect(await world.refused(team.admin, 'removeMember', await membership(team.superAdmin))).toEqual(forbidden)
    await world.does(team.admin, 'removeMember', await membership(one))
    await world.does(team.superAdmin, 'removeMember', await membership(two))
    await world.does(team.superAdmin, 'removeMember', await membership(admin))
  })

  test('ends the member’s grants and tokens there, withdraws their requests, and tells both histories', async () => {
    const [used, asked, shared] = [
      await publisher.app({ name: 'Used' }),
      await publisher.app({ name: 'Asked' }),
      await publisher.app({ name: 'Shared' }),
    ]
    await team.install(used)
    const grantId = await team.grant(used)
    const tokens = await tokensOf(world.server, grantId)
    const kept = await tokensOf(world.server, await team.grant(used, { by: team.admin }))
    const personal = await personalOrganizationOf(world.server, team.member)
    const people = { superAdmin: team.member, admin: team.member, member: team.member }
    const atHome = await tokensOf(world.server, await new Team(world.server, personal, people).grant(used))
    const requests = [await team.request(asked), await team.request(shared)]
    await team.request(shared, { by: team.admin })
    const told = await world.listen()

    const { membershipId } = await membership(team.member)
    expect(await world.does(team.admin, 'removeMember', { membershipId }, 'membershipId')).toEqual({ membershipId })

    const ended = `MEMBER_REMOVED ${team.id}`
    expect(await fateOf(world.server, [...tokens, ...kept, ...atHome])).toEqual([
      ended,
      ended,
      'live',
      'live',
      'live',
      'live',
    ])
    const actor = `USER ${team.admin.name}`
    const withdrawn = (app: string) => ({
      type: 'INSTALL_WITHDRAWN',
      actor,
      app,
      user: team.member.name,
      changes: { status: ['PENDING', 'WITHDRAWN'] },
    })
    const removed = {
      type: 'MEMBER_REMOVED',
      actor,
      organization: await nameOf(),
      user: team.member.name,
      changes: { role: ['MEMBER', null] },
    }
    const revoked = { type: 'GRANT_REVOKED', actor, app: 'Used', user: team.member.name }
    expect(await told()).toEqual({
      [team.id]: [removed, withdrawn('Asked'), withdrawn('Shared'), revoked],
      [idOf('User', team.member)]: [removed, revoked],
    })
    const document = `query ($id: ID!, $ids: [ID!]!) {
      nodes(ids: $ids) { ... on InstallRequest { status } ... on Grant { id } ... on Membership { id } }
      organization(id: $id) { installations { edges { node { app { name } standing } } } } }`
    const { nodes, organization } = await world.query(team.admin, document, {
      id: team.id,
      ids: [...requests, grantId, membershipId],
    })
    expect(nodes).toEqual([{ status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }, null, null])
    // Somebody else still asks for the one app; nobody does for the other.
    expect(organization.installations.edges).toEqual([
      { node: { app: { name: 'Shared' }, standing: 'OBO_NOT_INSTALLED' } },
      { node: { app: { name: 'Used' }, standing: 'OBO_INSTALLED' } },
    ])
  })

  test('takes effect at once: the organization does not exist for them any more', async () => {
    const document = 'query ($id: ID!) { organization(id: $id) { name } }'
    expect((await world.query(team.member, document, { id: team.id })).organization).not.toBe(null)
    await world.does(team.superAdmin, 'removeMember', await membership(team.member))
    expect(await world.query(team.member, document, { id: team.id })).toEqual({ organization: null })
    const place = { organizationId: team.id, appId: await publisher.app() }
    expect(await world.refused(team.member, 'requestInstall', place)).toEqual({ code: 'NOT_FOUND' })
  })
})

describe.each(['removeMember', 'leaveOrganization'])('a former member, after %s', (how) => {
  const card = 'query ($id: String!) { app(clientId: $id) { name } }'
  const node = 'query ($id: ID!) { node(id: $id) { id } }'
  const own = '{ viewer { installRequests { totalCount edges { node { id } } } } }'

  const part = async (person: Person) => {
    if (how === 'leaveOrganization') return world.does(person, how, { organizationId: team.id })
    return world.does(team.superAdmin, how, await membership(person))
  }

  test('sees neither its internal apps nor what they asked for there, and may do nothing with it', async () => {
    const person = team.member
    // Asked for and granted; denied; asked for only.
    const apps = await Promise.all(
      ['Used', 'Denied', 'Asked'].map((name) => team.app({ name, distribution: 'INTERNAL' })),
    )
    const [used, denied, asked] = apps as [string, string, string]
    const requests = [await team.request(used), await team.request(denied), await team.request(asked)]
    await world.does(team.admin, 'approveInstallRequest', { installRequestId: requests[0] })
    await team.grant(used)
    await world.does(team.admin, 'denyInstallRequest', { installRequestId: requests[1] })
    const external = await team.request(await publisher.app({ name: 'Elsewhere' }))
    requests.push(external)
    for (const id of apps) expect((await world.query(person, card, { id })).app).not.toBe(null)
    for (const id of requests) expect((await world.query(person, node, { id })).node).toEqual({ id })
    expect((await world.query(person, own)).viewer.installRequests.totalCount).toBe(4)

    await part(person)

    for (const id of apps) {
      expect(await world.query(person, card, { id })).toEqual({ app: null })
      expect(await world.query(person, node, { id })).toEqual({ node: null })
    }
    for (const id of requests) expect(await world.query(person, node, { id })).toEqual({ node: null })
    expect(await world.query(person, own)).toEqual({ viewer: { installRequests: { totalCount: 0, edges: [] } } })
    for (const installRequestId of requests) {
      expect(await world.refused(person, 'withdrawInstallRequest', { installRequestId })).toEqual({ code: 'NOT_FOUND' })
    }
    const home = await personalOrganizationOf(world.server, person)
    const place = { organizationId: home, appId: used }
    expect(await world.refused(person, 'requestInstall', place)).toEqual({ code: 'NOT_FOUND' })
    // To the admins it is all there still.
    for (const id of requests) expect((await world.query(team.admin, node, { id })).node).toEqual({ id })
  })

  test('keeps what they have in other organizations', async () => {
    const elsewhere = await Team.create(world.server)
    const person = team.member
    await elsewhere.admit(person, 'MEMBER')
    const appId = await elsewhere.app({ distribution: 'INTERNAL' })
    const request = await elsewhere.request(appId, { by: person })
    await part(person)
    expect((await world.query(person, card, { id: appId })).app).not.toBe(null)
    expect((await world.query(person, own)).viewer.installRequests.edges).toEqual([{ node: { id: request } }])
  })
})
