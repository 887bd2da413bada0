import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { Tx } from '../../src/database/client.ts'
import { Prisma } from '../../src/database/generated/client/client.ts'
import type { TestServer } from '../support/server.ts'
import { idOf, type Person, personalOrganizationOf, Team, uuidOf } from '../support/team.ts'
import { behind } from './gate.ts'
import { atOnce, expectConsistentWorld, mutate, type Outcome, onPostgres, rounds, startRaceServer } from './support.ts'

/** Of each pair of changes, and of all at once. */
const [PAIRS, ALL] = [20, 6]
const patience = 240_000

/** The answers to a caller who comes too late. */
const expected = [
  'ok',
  'NOT_FOUND',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'ALREADY_DECIDED',
  'INVITATION_INVALID',
  'LAST_SUPER_ADMIN',
]

// Locks are taken in one order: changes that end much at once wait for each other, and the database never
// has to give up on one of them.

onPostgres('an end that takes much along', () => {
  let server: TestServer
  let givenUp: string[]

  beforeAll(async () => {
    const many = { appsPerOrganization: 10_000, organizationsPerUser: 1000, invitationsPerUser: 1000 }
    server = await startRaceServer({
      config: { limits: { ...limits, ...many } },
      env: { LOG_LEVEL: 'warn' },
      onLog: (line) => (line.includes('begun anew') ? givenUp.push(line) : console.error(line)),
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(() => {
    givenUp = []
  })

  const act = (by: Person, name: string, input: object) => () => mutate(server, by, name, input, '__typename')
  const deleteAccount = (person: Person) => act(person, 'deleteAccount', { confirmation: person.name })
  const remove = async (team: Team, whom: Person) =>
    act(team.superAdmin, 'removeMember', { membershipId: await team.membershipOf(whom) })
  const deleteOrganization = async ({ id, superAdmin }: Team) => {
    const { name } = await server.prisma.organization.findUniqueOrThrow({ where: { id: uuidOf(id) } })
    return act(superAdmin, 'deleteOrganization', { organizationId: id, confirmation: name })
  }
  const rowOf = (table: 'Stream' | 'Organization' | 'Grant', id: string) => (tx: Tx) =>
    tx.$executeRaw`SELECT 1 FROM ${Prisma.raw(`"${table}"`)} WHERE "id" = ${uuidOf(id)}::uuid FOR UPDATE`

  async function expectPeace(outcomes: readonly Outcome[]): Promise<void> {
    expect(outcomes.filter(({ code }) => !expected.includes(code))).toEqual([])
    expect(givenUp).toEqual([])
    await expectConsistentWorld(server)
  }

  async function adminOf([first, ...others]: readonly Team[]): Promise<Person> {
    const person = await (first as Team).join('ADMIN')
    for (const team of others) await team.admit(person, 'ADMIN')
    return person
  }

  const home = async (person: Person) => {
    const people = { superAdmin: person, admin: person, member: person }
    return new Team(server, await personalOrganizationOf(server, person), people)
  }

  test('an account, while a member is removed who asked for an app of its user', { timeout: patience }, async () => {
    const team = await Team.create(server)
    for (const _ of rounds(PAIRS)) {
      const [maker, colleague] = [await team.join('MEMBER'), await team.join('MEMBER')]
      await team.request(await (await home(maker)).app(), { by: colleague })
      const removed = await remove(team, colleague)
      // The removal has the organization first, and then wants the installation that goes with the app.
      const outcomes = await behind(server, rowOf('Organization', team.id), removed, deleteAccount(maker))
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      await expectPeace(outcomes)
    }
  })

  test('an account, while an app is deleted that its user asked for in several places', {
    timeout: patience,
  }, async () => {
    const publisher = await Team.create(server)
    const [first, second] = [await Team.create(server), await Team.create(server)]
    const granted = await publisher.app()
    await first.install(granted)
    for (const _ of rounds(PAIRS)) {
      const person = await adminOf([first, second])
      const appId = await publisher.app({ name: 'App' })
      // The installations are made in the other order than the organizations.
      for (const team of [second, first]) await team.request(appId, { by: person })
      const grantId = await first.grant(granted, { by: person })
      const deleted = act(publisher.admin, 'deleteApp', { appId, confirmation: 'App' })
      // The account has the installation in the first organization, and then waits for the grant there.
      const outcomes = await behind(server, rowOf('Grant', grantId), deleteAccount(person), deleted)
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      await expectPeace(outcomes)
    }
  })

  test('an organization, while a tenant changes an app that both it and others use', {
    timeout: patience,
  }, async () => {
    const [third, tenant] = [await Team.create(server), await Team.create(server)]
    for (const _ of rounds(PAIRS)) {
      const doomed = await Team.create(server)
      const app = await doomed.app()
      for (const team of [third, tenant]) await team.install(app)
      const foreign = await tenant.app()
      await doomed.install(foreign)
      // The deletion waits for the first history that is to tell of it; the change tells the tenant's own, and then the other.
      const outcomes = await behind(
        server,
        rowOf('Stream', third.id),
        await deleteOrganization(doomed),
        act(tenant.admin, 'updateApp', { appId: foreign, name: 'New' }),
      )
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      await expectPeace(outcomes)
    }
  })

  test('an account, while its user accepts to come back to where they invited others', {
    timeout: patience,
  }, async () => {
    for (const _ of rounds(PAIRS)) {
      const team = await Team.create(server)
      const person = await adminOf([team])
      await new Team(server, team.id, { ...team, admin: person }).invitation('somebody@example.com')
      await act(person, 'leaveOrganization', { organizationId: team.id })()
      const accept = act(person, 'acceptInvitation', { invitationId: await team.invitation(person.email) })
      // Both want the organization, and the one that gets it the user.
      const outcomes = await behind(server, rowOf('Organization', team.id), accept, deleteAccount(person))
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      await expectPeace(outcomes)
    }
  })

  test('an account, while its user asks, approves, accepts, leaves and founds', { timeout: patience }, async () => {
    const publisher = await Team.create(server)
    const team = await Team.create(server)
    for (const round of rounds(PAIRS)) {
      const other = await Team.create(server)
      const person = await adminOf([team])
      const [wanted, pending] = [await publisher.app(), await publisher.app()]
      const installRequestId = await team.request(pending, { by: await team.join('MEMBER') })
      const invitationId = await other.invitation(person.email)
      const outcomes = await atOnce(
        round,
        deleteAccount(person),
        act(person, 'requestInstall', { organizationId: team.id, appId: wanted }),
        act(person, 'approveInstallRequest', { installRequestId }),
        act(person, 'acceptInvitation', { invitationId }),
        act(person, 'createOrganization', { name: 'New', edition: 'TEAM' }),
        act(person, 'leaveOrganization', { organizationId: team.id }),
      )
      await expectPeace(outcomes)
    }
  })

  test('an account, while what it used, made and approved ends in other ways', { timeout: patience }, async () => {
    const publisher = await Team.create(server)
    const teams = [await Team.create(server), await Team.create(server), await Team.create(server)] as const
    for (const round of rounds(ALL)) {
      const person = await adminOf([...teams, publisher])
      const colleague = await adminOf(teams.toReversed())
      const own = await home(person)
      const apps = [await own.app({ name: 'Own' }), await own.app({ name: 'Own' })]
      const shared = [await publisher.app({ name: 'Shared' }), await publisher.app({ name: 'Shared' })] as const
      const asked = await publisher.app({ name: 'Asked' })
      const installations: string[] = []
      // Each team meets the apps in another order, so that ids say nothing of what belongs to what.
      for (const [index, team] of teams.entries()) {
        const by = index === 0 ? team : new Team(server, team.id, { ...team, admin: person })
        const order = index % 2 ? [...shared, ...apps] : [...apps, ...shared].toReversed()
        for (const appId of order) {
          installations.push(await by.install(appId))
          for (const user of index % 2 ? [person, colleague] : [colleague, person])
            await team.grant(appId, { by: user })
        }
        for (const user of [person, colleague]) await team.request(asked, { by: user })
      }
      const made = new Team(server, publisher.id, { ...publisher, admin: person })
      const secrets = [await made.secret(shared[0]), await made.secret(shared[1])] as const
      for (const [index, appId] of shared.entries()) {
        const where = { grant: { appId: uuidOf(appId) } }
        await server.prisma.family.updateMany({ where, data: { beganWithSecretId: uuidOf(secrets[index] as string) } })
      }
      const grant = await server.prisma.grant.findFirstOrThrow({ where: { userId: colleague.id } })
      const installationId = installations[round % installations.length]
      const outcomes = await atOnce(
        round,
        deleteAccount(person),
        await remove(teams[0], person),
        await remove(teams[1], colleague),
        await remove(teams[2], person),
        act(publisher.superAdmin, 'deleteApp', { appId: shared[1], confirmation: 'Shared' }),
        act(publisher.superAdmin, 'revokeAppSecret', { secretId: secrets[0], revokeTokens: true }),
        act(publisher.superAdmin, 'revokeAppSecret', { secretId: secrets[1], revokeTokens: true }),
        act(teams[0].superAdmin, 'uninstallApp', { installationId }),
        act(colleague, 'revokeGrant', { grantId: idOf('Grant', grant) }),
      )
      expect(outcomes[0]?.code).toBe('ok')
      await expectPeace(outcomes)
    }
  })

  test('an organization, while others change, delete and end what they share with it', {
    timeout: patience,
  }, async () => {
    for (const round of rounds(ALL)) {
      const [doomed, second, third] = [await Team.create(server), await Team.create(server), await Team.create(server)]
      const teams = round % 2 ? [doomed, second, third] : [third, second, doomed]
      const apps = new Map<Team, string[]>()
      for (const team of teams) apps.set(team, [await team.app({ name: 'App' }), await team.app({ name: 'App' })])
      const person = await adminOf(teams)
      for (const [index, team] of teams.entries()) {
        const all = [...apps.values()].flat()
        for (const appId of index % 2 ? all : all.toReversed()) {
          await team.install(appId, ['openid'])
          for (const by of [team.member, person]) await team.grant(appId, { by })
          if (index !== round % 3) await team.request(appId, { by: person, scopes: ['documents:read'] })
        }
      }
      const appOf = (team: Team, index: number) => ({ appId: apps.get(team)?.[index] })
      const outcomes = await atOnce(
        round,
        await deleteOrganization(doomed),
        await deleteOrganization(third),
        act(second.admin, 'updateApp', { ...appOf(second, 0), name: 'New' }),
        act(third.admin, 'disableApp', appOf(third, 0)),
        act(second.admin, 'deleteApp', { ...appOf(second, 1), confirmation: 'App' }),
        await remove(second, person),
        deleteAccount(person),
        act(second.superAdmin, 'updateOrganization', { organizationId: second.id, name: 'New' }),
      )
      expect([outcomes[0]?.code, outcomes[1]?.code]).toEqual(['ok', 'ok'])
      await expectPeace(outcomes)
    }
  })
})
