import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { Tx } from '../../src/database/client.ts'
import { Prisma } from '../../src/database/generated/client/client.ts'
import type { Role } from '../../src/database/generated/client/enums.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { behind } from './gate.ts'
import { expectConsistentWorld, mutate, onPostgres, startRaceServer } from './support.ts'

// A right counts as it is when something is done, not as it was when it was asked for. A user who loses the
// right while their request waits for another change is refused, and nothing has happened.

onPostgres('a user who loses the role while their request waits', () => {
  let server: TestServer
  let publisher: Team
  let team: Team

  beforeAll(async () => {
    server = await startRaceServer({ config: { limits: { ...limits, invitationsPerUser: 1000 } } })
    publisher = await Team.create(server)
    team = await Team.create(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const rowOf = (table: string, id: string) => async (tx: Tx) => {
    await tx.$executeRaw`SELECT 1 FROM ${Prisma.raw(`"${table}"`)} WHERE "id" = ${uuidOf(id)}::uuid FOR UPDATE`
  }
  const organization = () => rowOf('Organization', team.id)
  const stream = () => rowOf('Stream', team.id)
  const nameOf = async () =>
    (await server.prisma.organization.findUniqueOrThrow({ where: { id: uuidOf(team.id) } })).name

  interface Case {
    /** The role that they have, and the one that they are left with. */
    readonly role: Role
    readonly left: Role
    readonly input: (person: Person) => Promise<object>
    /** What their request waits for. */
    readonly lock: (input: never, person: Person) => (tx: Tx) => Promise<void>
  }

  const admin = { role: 'ADMIN', left: 'MEMBER' } as const
  const superAdmin = { role: 'SUPER_ADMIN', left: 'ADMIN' } as const
  const place = async () => ({ organizationId: team.id, appId: await publisher.app() })
  const own = async () => ({ appId: await team.app() })
  const appRow = ({ appId }: { appId: string }) => rowOf('App', appId)
  const cases: Record<string, Case> = {
    'updateOrganization, for the organization': {
      ...superAdmin,
      input: async () => ({ organizationId: team.id, name: 'New' }),
      lock: organization,
    },
    'deleteOrganization, for the organization': {
      ...superAdmin,
      input: async () => ({ organizationId: team.id, confirmation: await nameOf() }),
      lock: organization,
    },
    'inviteMember, for the organization': {
      ...admin,
      input: async () => ({ organizationId: team.id, email: 'new@example.com' }),
      lock: organization,
    },
    'inviteMember to a higher role, for the organization': {
      ...superAdmin,
      input: async () => ({ organizationId: team.id, email: 'new@example.com', role: 'ADMIN' }),
      lock: organization,
    },
    'revokeInvitation, for the organization': {
      ...admin,
      input: async () => ({ invitationId: await team.invitation('asked@example.com') }),
      lock: organization,
    },
    'updateMemberRole, for the organization': {
      ...superAdmin,
      input: async () => ({ membershipId: await team.membershipOf(team.member), role: 'ADMIN' }),
      lock: organization,
    },
    'removeMember, for the organization': {
      ...admin,
      input: async () => ({ membershipId: await team.membershipOf(team.member) }),
      lock: organization,
    },
    'createApp, for the organization': {
      ...admin,
      input: async () => ({ organizationId: team.id, name: 'New', type: 'DEVICE', scopes: ['openid'] }),
      lock: organization,
    },
    'createApp, for the history': {
      ...admin,
      input: async () => ({ organizationId: team.id, name: 'New', type: 'DEVICE', scopes: ['openid'] }),
      lock: stream,
    },
    'updateApp, for the app': { ...admin, input: async () => ({ ...(await own()), name: 'New' }), lock: appRow },
    'disableApp, for the app': { ...admin, input: own, lock: appRow },
    'deleteApp, for the app': {
      ...admin,
      input: async () => ({ appId: await team.app({ name: 'App' }), confirmation: 'App' }),
      lock: appRow,
    },
    'createAppSecret, for the app': { ...admin, input: own, lock: appRow },
    'installApp, for the app': { ...admin, input: place, lock: appRow },
    'installApp, for their membership': { ...admin, input: place, lock: () => async () => {} },
    'authorizeApp, for their membership': {
      ...admin,
      input: async () => ({ organizationId: team.id, appId: await publisher.app({ type: 'SERVICE' }) }),
      lock: () => async () => {},
    },
    'approveInstallRequest, for their membership': {
      ...admin,
      input: async () => ({ installRequestId: await team.request(await publisher.app()) }),
      lock: () => async () => {},
    },
    'denyInstallRequest, for the history': {
      ...admin,
      input: async () => ({ installRequestId: await team.request(await publisher.app()) }),
      lock: stream,
    },
    'uninstallApp, for the installation': {
      ...admin,
      input: async () => ({ installationId: await team.install(await publisher.app()) }),
      lock: ({ installationId }: { installationId: string }) => rowOf('Installation', installationId),
    },
    'liftDenial, for the denial': {
      ...admin,
      input: async () => ({ denialId: await team.denial(await publisher.app()) }),
      lock: ({ denialId }: { denialId: string }) => rowOf('Denial', denialId),
    },
    'revokeGrant of somebody else, for the grant': {
      ...admin,
      input: async () => ({ grantId: await team.grant(await publisher.app()) }),
      lock: ({ grantId }: { grantId: string }) => rowOf('Grant', grantId),
    },
  }

  const countEvents = () => server.prisma.event.count({ where: { streamId: uuidOf(team.id) } })

  test.each(Object.entries(cases))('%s, is refused', async (name, { role, left, input, lock }) => {
    const person = await team.join(role)
    const asked = await input(person)
    const before = await countEvents()
    const mutation = name.split(/[ ,]/)[0] as string
    const membership = {
      organizationId_userId: { organizationId: uuidOf(team.id), userId: person.id },
    }
    const [outcome] = await behind(
      server,
      async (tx) => {
        await tx.membership.update({ where: membership, data: { role: left } })
        await lock(asked as never, person)(tx)
      },
      () => mutate(server, person, mutation, asked, '__typename'),
    )
    expect(outcome?.code).toBe('FORBIDDEN')
    expect(await countEvents()).toBe(before)
    await expectConsistentWorld(server)
  })

  test('requestInstall, for their membership, is refused where that ended', async () => {
    const person = await team.join('MEMBER')
    const where = { organizationId_userId: { organizationId: uuidOf(team.id), userId: person.id } }
    const [outcome] = await behind(
      server,
      (tx) => tx.membership.delete({ where }),
      async () => mutate(server, person, 'requestInstall', await place(), '__typename'),
    )
    expect(outcome?.code).toBe('NOT_FOUND')
  })
})
