import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { limits } from '../../src/config.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, personalOrganizationOf, Team, uuidOf } from '../support/team.ts'
import { atOnce, expectConsistentWorld, mutate, type Outcome, onPostgres, rounds, startRaceServer } from './support.ts'

const ROUNDS = 20

/** What whoever comes too late is told. */
const expected = ['ok', 'NOT_FOUND', 'FORBIDDEN', 'UNAUTHENTICATED', 'ALREADY_DECIDED', 'INVITATION_INVALID']

// Locks are taken in one order: whoever ends much at once waits for others and they for them, and the
// database never has to give up on anybody.

onPostgres('an end that takes much along', () => {
  let server: TestServer
  let givenUp: string[]

  beforeAll(async () => {
    server = await startRaceServer({
      config: {
        limits: { ...limits, appsPerOrganization: 10_000, organizationsPerUser: 1000, invitationsPerUser: 1000 },
      },
      env: { LOG_LEVEL: 'warn' },
      onLog: (line) => {
        if (line.includes('begun anew')) givenUp.push(line)
        else console.error(line)
      },
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(() => {
    givenUp = []
  })

  const act = (by: Person, name: string, input: object) => () => mutate(server, by, name, input, '__typename')
  const remove = async (team: Team, whom: Person) =>
    act(team.superAdmin, 'removeMember', { membershipId: await team.membershipOf(whom) })

  async function expectPeace(outcomes: readonly Outcome[]): Promise<void> {
    expect(outcomes.filter(({ code }) => !expected.includes(code))).toEqual([])
    expect(givenUp).toEqual([])
  }

  /** A member of each of the teams. */
  async function memberOf(teams: readonly Team[]): Promise<Person> {
    const [first, ...others] = teams as [Team, ...Team[]]
    const person = await first.join('ADMIN')
    for (const team of others) await team.admit(person, 'ADMIN')
    return person
  }

  const home = async (person: Person) =>
    new Team(server, await personalOrganizationOf(server, person), {
      superAdmin: person,
      admin: person,
      member: person,
    })

  test('an account is deleted while its user is removed, and apps are deleted that they used, made and approved', async () => {
    const publisher = await Team.create(server)
    const teams = [await Team.create(server), await Team.create(server), await Team.create(server)]
    for (const round of rounds(ROUNDS)) {
      const person = await memberOf([...teams, publisher])
      const colleague = await memberOf(teams.toReversed())
      const own = await home(person)
      const apps = [await own.app({ name: 'Own' }), await own.app({ name: 'Own' })]
      const shared = [await publisher.app({ name: 'Shared' }), await publisher.app({ name: 'Shared' })]
      const asked = await publisher.app({ name: 'Asked' })
      const installations: string[] = []
      // Each team meets the apps in another order, so that ids say nothing of what belongs to what.
      for (const [index, team] of teams.entries()) {
        const byPerson = new Team(server, team.id, { ...team, admin: person })
        const order = index % 2 ? [...shared, ...apps] : [...apps, ...shared].toReversed()
        for (const appId of order) {
          installations.push(await (index === 0 ? team : byPerson).install(appId))
          for (const by of index % 2 ? [person, colleague] : [colleague, person]) await team.grant(appId, { by })
        }
        for (const by of [person, colleague]) await team.request(asked, { by })
      }
      const secrets = await Promise.all(
        shared.map((appId) => new Team(server, publisher.id, { ...publisher, admin: person }).secret(appId)),
      )
      const grant = await server.prisma.grant.findFirstOrThrow({ where: { userId: colleague.id } })
      await server.prisma.family.updateMany({
        where: { grant: { appId: { in: shared.map(uuidOf) } } },
        data: { beganWithSecretId: uuidOf(secrets[round % 2] as string) },
      })
      const outcomes = await atOnce(
        round,
        act(person, 'deleteAccount', { confirmation: person.name }),
        await remove(teams[0] as Team, person),
        await remove(teams[1] as Team, colleague),
        await remove(teams[2] as Team, person),
        act(publisher.superAdmin, 'deleteApp', { appId: shared[1], confirmation: 'Shared' }),
        act(publisher.superAdmin, 'revokeAppSecret', { secretId: secrets[0], revokeTokens: true }),
        act((teams[0] as Team).superAdmin, 'uninstallApp', {
          installationId: installations[round % installations.length],
        }),
        act(colleague, 'revokeGrant', { grantId: `gra_${grant.id.replaceAll('-', '')}` }),
      )
      await expectPeace(outcomes)
      expect(outcomes[0]?.code).toBe('ok')
      await expectConsistentWorld(server)
    }
  }, 240_000)

  test('an account is deleted while its user asks, approves, accepts and founds', async () => {
    const publisher = await Team.create(server)
    const team = await Team.create(server)
    for (const round of rounds(ROUNDS)) {
      const other = await Team.create(server)
      const person = await memberOf([team])
      const [wanted, pending] = [await publisher.app(), await publisher.app()]
      const installRequestId = await team.request(pending, { by: await team.join('MEMBER') })
      const invitation = await other.invitation(person.email)
      const outcomes = await atOnce(
        round,
        act(person, 'deleteAccount', { confirmation: person.name }),
        act(person, 'requestInstall', { organizationId: team.id, appId: wanted }),
        act(person, 'approveInstallRequest', { installRequestId }),
        act(person, 'acceptInvitation', { invitationId: invitation }),
        act(person, 'createOrganization', { name: 'New', edition: 'TEAM' }),
        act(person, 'leaveOrganization', { organizationId: team.id }),
      )
      await expectPeace(outcomes.filter(({ code }) => code !== 'LAST_SUPER_ADMIN'))
      // Somebody who has founded an organization in time is its last super admin.
      expect(['ok', 'LAST_SUPER_ADMIN']).toContain(outcomes[0]?.code)
      await expectConsistentWorld(server)
    }
  }, 240_000)

  test('an organization is deleted while others change, delete and end what they share with it', async () => {
    for (const round of rounds(ROUNDS)) {
      const [doomed, second, third] = [await Team.create(server), await Team.create(server), await Team.create(server)]
      const teams = round % 2 ? [doomed, second, third] : [third, second, doomed]
      const apps = new Map<Team, string[]>()
      for (const team of teams) apps.set(team, [await team.app({ name: 'App' }), await team.app({ name: 'App' })])
      const person = await memberOf(teams)
      for (const [index, team] of teams.entries()) {
        const all = [...apps.values()].flat()
        for (const appId of index % 2 ? all : all.toReversed()) {
          await team.install(appId, ['openid'])
          for (const by of [team.member, person]) await team.grant(appId, { by })
          if (index !== round % 3) await team.request(appId, { by: person, scopes: ['documents:read'] })
        }
      }
      const appOf = (team: Team, index: number) => apps.get(team)?.[index]
      const names = new Map(
        (await server.prisma.organization.findMany()).map(({ id, name }): [string, string] => [id, name]),
      )
      const outcomes = await atOnce(
        round,
        act(doomed.superAdmin, 'deleteOrganization', {
          organizationId: doomed.id,
          confirmation: names.get(uuidOf(doomed.id)),
        }),
        act(second.admin, 'updateApp', { appId: appOf(second, 0), name: 'New' }),
        act(third.admin, 'disableApp', { appId: appOf(third, 0) }),
        act(second.admin, 'deleteApp', { appId: appOf(second, 1), confirmation: 'App' }),
        act(third.superAdmin, 'deleteOrganization', {
          organizationId: third.id,
          confirmation: names.get(uuidOf(third.id)),
        }),
        await remove(second, person),
        act(person, 'deleteAccount', { confirmation: person.name }),
        act(second.superAdmin, 'updateOrganization', { organizationId: second.id, name: 'New' }),
      )
      await expectPeace(outcomes)
      expect([outcomes[0]?.code, outcomes[4]?.code]).toEqual(['ok', 'ok'])
      await expectConsistentWorld(server)
    }
  }, 240_000)
})
