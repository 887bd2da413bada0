import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { atOnce, expectConsistentWorld, mutate, onPostgres, rounds, startRaceServer } from './support.ts'

onPostgres('two super admins at the same moment', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startRaceServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const demote = (team: Team, by: Person, whom: Person) => async () =>
    mutate(server, by, 'updateMemberRole', { membershipId: await team.membershipOf(whom), role: 'MEMBER' })
  const remove = (team: Team, by: Person, whom: Person) => async () =>
    mutate(server, by, 'removeMember', { membershipId: await team.membershipOf(whom) })

  test.each([
    { name: 'demote each other', one: demote, other: demote, crossed: true, loses: ['FORBIDDEN'] },
    { name: 'remove each other', one: remove, other: remove, crossed: true, loses: ['NOT_FOUND'] },
    {
      name: 'demote and remove each other',
      one: demote,
      other: remove,
      crossed: true,
      loses: ['FORBIDDEN', 'NOT_FOUND'],
    },
    { name: 'demote themselves', one: demote, other: demote, crossed: false, loses: ['LAST_SUPER_ADMIN'] },
    { name: 'remove themselves', one: remove, other: remove, crossed: false, loses: ['LAST_SUPER_ADMIN'] },
  ])('$name, and one super admin remains', async ({ one, other, crossed, loses }) => {
    const team = await Team.create(server)
    for (const round of rounds(6)) {
      const rival = await team.join('SUPER_ADMIN')
      const boss = await currentBoss(team, rival)
      const targets = crossed ? [rival, boss] : [boss, rival]
      const outcomes = await atOnce(
        round,
        one(team, boss, targets[0] as Person),
        other(team, rival, targets[1] as Person),
      )
      const codes = outcomes.map(({ code }) => code)
      expect(codes.filter((code) => code === 'ok')).toEqual(['ok'])
      expect(loses).toContain(codes.find((code) => code !== 'ok'))
      const where = { organizationId: uuidOf(team.id), role: 'SUPER_ADMIN' } as const
      expect(await server.prisma.membership.count({ where })).toBe(1)
    }
    await expectConsistentWorld(server)
  })

  /** The super admins that the round before left over; they take part again. */
  const bosses = new Map<string, Person[]>()
  async function currentBoss(team: Team, rival: Person): Promise<Person> {
    const known = bosses.get(team.id) ?? [team.superAdmin]
    bosses.set(team.id, [...known, rival])
    const where = { organizationId: uuidOf(team.id), role: 'SUPER_ADMIN', userId: { not: rival.id } } as const
    const { userId } = await server.prisma.membership.findFirstOrThrow({ where })
    return known.find(({ id }) => id === userId) as Person
  }

  test('a member is removed and asks for an app: no request of theirs is left', async () => {
    const team = await Team.create(server)
    const apps = await Promise.all(rounds(3).map(() => team.app()))
    for (const round of rounds(8)) {
      const leaver = await team.join('MEMBER')
      const asks = apps.map(
        (appId) => () => mutate(server, leaver, 'requestInstall', { organizationId: team.id, appId }),
      )
      const [removed, ...asked] = await atOnce(round, remove(team, team.admin, leaver), ...asks)
      expect(removed?.code).toBe('ok')
      expect(asked.every(({ code }) => code === 'ok' || code === 'NOT_FOUND')).toBe(true)
      await expectConsistentWorld(server)
    }
  })
})
