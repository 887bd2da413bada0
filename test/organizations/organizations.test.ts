import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signedIn, Team, uuidOf } from '../support/team.ts'
import { call } from './operations.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const eventsOf = async (streamId: string) =>
  (await server.prisma.event.findMany({ where: { streamId: uuidOf(streamId) }, orderBy: { sequence: 'asc' } })).map(
    ({ type, organizationName, appName, actorName }) => ({ type, organizationName, appName, actorName }),
  )

describe('an organization', () => {
  test('is created by anybody who is signed in, who is its super admin in the same answer', async () => {
    const founder = await signedIn(server)
    const created = await call(
      server,
      founder,
      'createOrganization',
      { name: ' Harbor ', edition: 'ENTERPRISE' },
      'organization { id name edition viewerRole members { totalCount } feedCursor } cursor',
    )
    expect(created).toMatchObject({
      organization: { name: 'Harbor', edition: 'ENTERPRISE', viewerRole: 'SUPER_ADMIN', members: { totalCount: 1 } },
    })
    expect(created.organization.feedCursor).toBe(created.cursor)
  })

  test('of the personal edition cannot be created, nor one without a name', async () => {
    const founder = await signedIn(server)
    const create = (input: object) => call(server, founder, 'createOrganization', input)
    expect(await create({ name: 'Mine', edition: 'PERSONAL' })).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['edition'], code: 'NOT_OFFERED' }],
    })
    expect(await create({ name: ' ', edition: 'TEAM' })).toMatchObject({
      issues: [{ path: ['name'], code: 'REQUIRED' }],
    })
  })

  test('is one of at most so many that a user creates, also where creations race', async () => {
    await using strict = await startTestServer({
      config: { limits: { ...server.config.limits, organizationsPerUser: 3 } },
    })
    const founder = await signedIn(strict)
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, number) =>
        call(strict, founder, 'createOrganization', { name: `Team ${number}`, edition: 'TEAM' }),
      ),
    )
    expect(results.filter(({ code }) => code === undefined)).toHaveLength(3)
    expect(results.filter(({ code }) => code === 'QUOTA_REACHED')).toHaveLength(5)
  })

  test('is renamed with an event, and not by the name it has', async () => {
    const team = await Team.create(server)
    const rename = (name: string) =>
      call(server, team.superAdmin, 'updateOrganization', { organizationId: team.id, name }, 'organization { name }')
    expect(await rename('Quay')).toMatchObject({ organization: { name: 'Quay' } })
    await rename('Quay')
    expect((await eventsOf(team.id)).filter(({ type }) => type === 'ORGANIZATION_UPDATED')).toEqual([
      { type: 'ORGANIZATION_UPDATED', organizationName: 'Quay', appName: null, actorName: team.superAdmin.name },
    ])
  })

  test('goes with its apps, which others are told of, and with what it installed', async () => {
    const [team, customer, vendor] = [await Team.create(server), await Team.create(server), await Team.create(server)]
    const own = await team.app({ name: 'Own' })
    await customer.install(own)
    await customer.grant(own)
    const foreign = await vendor.app({ name: 'Foreign' })
    await team.install(foreign)
    await team.grant(foreign)
    const wanted = await vendor.app({ name: 'Wanted' })
    await team.request(wanted)

    const { organization } = await server.graphql(
      'query ($id: ID!) { organization(id: $id) { name impact { organizations users grants liveTokens version } } }',
      { id: team.id },
      { as: team.superAdmin.token },
    )
    expect(organization.impact).toMatchObject({ organizations: 2, users: 4, grants: 2, liveTokens: 4 })
    const remove = (confirmation: string, impactVersion = organization.impact.version) =>
      call(server, team.superAdmin, 'deleteOrganization', { organizationId: team.id, confirmation, impactVersion })
    expect(await remove('Something else')).toMatchObject({
      issues: [{ path: ['confirmation'], code: 'WRONG_CONFIRMATION' }],
    })
    expect(await remove(organization.name, 'stale')).toMatchObject({ code: 'IMPACT_CHANGED' })
    expect((await remove(organization.name)).__typename).toBe('DeleteOrganizationSuccess')

    expect((await eventsOf(customer.id)).at(-1)).toEqual({
      type: 'APP_DELETED',
      organizationName: null,
      appName: 'Own',
      actorName: organization.name,
    })
    const told = (await eventsOf(team.member.id)).map(({ type }) => type)
    expect(told).toEqual(expect.arrayContaining(['INSTALL_DENIED', 'GRANT_REVOKED', 'MEMBER_REMOVED']))
    for (const [model, where] of [
      ['app', { organizationId: uuidOf(team.id) }],
      ['grant', { organizationId: uuidOf(team.id) }],
      ['installation', { organizationId: uuidOf(team.id) }],
      ['stream', { id: uuidOf(team.id) }],
      ['event', { streamId: uuidOf(team.id) }],
    ] as const) {
      expect(await (server.prisma[model] as never as { count(args: object): Promise<number> }).count({ where })).toBe(0)
    }
  })
})

describe('leaving', () => {
  test('ends the membership with the grants and requests there', async () => {
    const team = await Team.create(server)
    const app = await team.app()
    await team.install(app)
    await team.grant(app)
    expect((await call(server, team.member, 'leaveOrganization', { organizationId: team.id })).__typename).toBe(
      'LeaveOrganizationSuccess',
    )
    expect(await server.prisma.grant.count({ where: { userId: team.member.id } })).toBe(0)
    expect((await team.history()).slice(-2)).toEqual(['MEMBER_REMOVED', 'GRANT_REVOKED'])
    expect(await call(server, team.member, 'leaveOrganization', { organizationId: team.id })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('is refused to the last super admin, also where two leave at once', async () => {
    const team = await Team.create(server)
    const leave = (person: typeof team.admin) => call(server, person, 'leaveOrganization', { organizationId: team.id })
    expect(await leave(team.superAdmin)).toMatchObject({ code: 'LAST_SUPER_ADMIN' })
    for (let round = 0; round < 5; round++) {
      const second = await team.join('SUPER_ADMIN')
      const outcomes = await Promise.all([leave(team.superAdmin), leave(second)])
      const winner = outcomes.findIndex(({ code }) => code === undefined)
      expect(outcomes[1 - winner]).toMatchObject({ code: 'LAST_SUPER_ADMIN' })
      if (winner === 0) break
    }
    const where = { organizationId: uuidOf(team.id), role: 'SUPER_ADMIN' as const }
    expect(await server.prisma.membership.count({ where })).toBe(1)
  })
})

describe('deleting the account', () => {
  test('takes the personal organization and its apps, sessions and memberships along', async () => {
    const team = await Team.create(server)
    const { member } = team
    const personal = await server.prisma.organization.findUniqueOrThrow({ where: { personalUserId: member.id } })
    await call(server, member, 'createApp', {
      organizationId: `org_${personal.id.replaceAll('-', '')}`,
      name: 'Toy',
      type: 'DEVICE',
      scopes: ['openid'],
    })
    expect(await call(server, member, 'deleteAccount', { confirmation: 'Somebody' })).toMatchObject({
      issues: [{ path: ['confirmation'], code: 'WRONG_CONFIRMATION' }],
    })
    const deleted = await call(server, member, 'deleteAccount', { confirmation: member.name }, 'userId')
    expect(deleted).toMatchObject({ userId: `usr_${member.id.replaceAll('-', '')}` })
    expect((await server.request('{ viewer { feedCursor } }', {}, member.token)).status).toBe(401)
    expect(await server.prisma.app.count({ where: { organizationId: personal.id } })).toBe(0)
    expect((await eventsOf(team.id)).at(-1)).toMatchObject({ type: 'MEMBER_REMOVED', actorName: member.name })
  })

  test('is refused while an organization would be left without a super admin', async () => {
    const team = await Team.create(server)
    const remove = () => call(server, team.superAdmin, 'deleteAccount', { confirmation: team.superAdmin.name })
    expect(await remove()).toMatchObject({ code: 'LAST_SUPER_ADMIN' })
    await team.join('SUPER_ADMIN')
    expect((await remove()).__typename).toBe('DeleteAccountSuccess')
  })
})

test('a mutation goes by the rights that the ones before it in the same request left', async () => {
  const team = await Team.create(server)
  const app = await team.app()
  const { data } = await server.request(
    `mutation ($id: ID!, $app: ID!) {
      leave: leaveOrganization(input: { organizationId: $id }) { __typename }
      disable: disableApp(input: { appId: $app }) { __typename ... on Error { code } }
    }`,
    { id: team.id, app },
    team.admin.token,
  )
  expect(data).toEqual({
    leave: { __typename: 'LeaveOrganizationSuccess' },
    disable: { __typename: 'ForbiddenError', code: 'FORBIDDEN' },
  })
})
