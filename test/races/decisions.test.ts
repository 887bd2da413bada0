import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { atOnce, expectConsistentWorld, mutate, type Outcome, onPostgres, rounds, startRaceServer } from './support.ts'

onPostgres('at the same moment', () => {
  let server: TestServer
  let publisher: Team
  let team: Team
  let second: Person

  beforeAll(async () => {
    server = await startRaceServer({ config: { limits: { ...limits, appsPerOrganization: 10_000 } } })
    publisher = await Team.create(server)
    team = await Team.create(server)
    second = await team.join('MEMBER')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const approve = (by: Person, installRequestId: string) => () =>
    mutate(server, by, 'approveInstallRequest', { installRequestId }, 'installRequest { status decidedBy { name } }')
  const deny = (by: Person, installRequestId: string) => () =>
    mutate(server, by, 'denyInstallRequest', { installRequestId }, 'installRequest { status decidedBy { name } }')
  const withdraw = (by: Person, installRequestId: string) => () =>
    mutate(server, by, 'withdrawInstallRequest', { installRequestId }, 'installRequest { status decidedBy { name } }')
  const ask = (by: Person, appId: string) => () =>
    mutate(server, by, 'requestInstall', { organizationId: team.id, appId }, 'installRequest { status }')
  const install = (by: Person, appId: string) => () =>
    mutate(server, by, 'installApp', { organizationId: team.id, appId }, 'installation { standing }')

  const statusOf = async (id: string) =>
    (await server.prisma.installRequest.findUniqueOrThrow({ where: { id: uuidOf(id) } })).status

  /** One of them won; the other was told by whom and how. */
  function expectOneWinner(outcomes: readonly Outcome[], people: readonly Person[], statuses: readonly string[]): void {
    expect(outcomes.map(({ code }) => code).sort()).toEqual(['ALREADY_DECIDED', 'ok'])
    const winner = outcomes.findIndex(({ code }) => code === 'ok')
    expect(outcomes[1 - winner]?.result).toMatchObject({ status: statuses[winner], decidedBy: people[winner]?.name })
    expect(outcomes[winner]?.result.installRequest).toEqual({
      status: statuses[winner],
      decidedBy: { name: people[winner]?.name },
    })
  }

  const pairs = [
    { name: 'two approvals', decide: [approve, approve], statuses: ['APPROVED', 'APPROVED'] },
    { name: 'an approval and a denial', decide: [approve, deny], statuses: ['APPROVED', 'DENIED'] },
    { name: 'two denials', decide: [deny, deny], statuses: ['DENIED', 'DENIED'] },
  ] as const

  test.each(pairs)('of $name of one request exactly one wins', async ({ decide: [one, other], statuses }) => {
    for (const round of rounds(8)) {
      const id = await team.request(await publisher.app())
      const outcomes = await atOnce(round, one(team.admin, id), other(team.superAdmin, id))
      expectOneWinner(outcomes, [team.admin, team.superAdmin], statuses)
    }
    await expectConsistentWorld(server)
  })

  test.each(pairs)('of $name of different requests for one app exactly one wins', async ({ decide, statuses }) => {
    for (const round of rounds(8)) {
      const appId = await publisher.app()
      const [mine, yours] = [await team.request(appId), await team.request(appId, { by: second })]
      const outcomes = await atOnce(round, decide[0](team.admin, mine), decide[1](team.superAdmin, yours))
      expectOneWinner(outcomes, [team.admin, team.superAdmin], statuses)
      expect(await statusOf(mine)).toBe(await statusOf(yours))
    }
    await expectConsistentWorld(server)
  })

  test.each([
    { name: 'an approval', decide: approve, status: 'APPROVED' },
    { name: 'a denial', decide: deny, status: 'DENIED' },
  ])('of $name and a withdrawal exactly one wins', async ({ decide, status }) => {
    for (const round of rounds(12)) {
      const id = await team.request(await publisher.app())
      const outcomes = await atOnce(round, decide(team.admin, id), withdraw(team.member, id))
      expectOneWinner(outcomes, [team.admin, team.member], [status, 'WITHDRAWN'])
    }
    await expectConsistentWorld(server)
  })

  test('an installation and a request for it leave nobody waiting', async () => {
    for (const round of rounds(12)) {
      const appId = await publisher.app()
      const [installed, asked] = await atOnce(round, install(team.admin, appId), ask(team.member, appId))
      expect(installed?.code).toBe('ok')
      expect(['ok', 'ALREADY_INSTALLED']).toContain(asked?.code)
      expect(await server.prisma.installRequest.count({ where: { appId: uuidOf(appId), status: 'PENDING' } })).toBe(0)
    }
    await expectConsistentWorld(server)
  })

  test('many people ask for one app, and an admin approves, and nobody is forgotten', async () => {
    const people = await Promise.all(rounds(6).map(() => team.join('MEMBER')))
    for (const round of rounds(4)) {
      const appId = await publisher.app()
      const first = await team.request(appId)
      const outcomes = await atOnce(round, approve(team.admin, first), ...people.map((by) => ask(by, appId)))
      expect(outcomes[0]?.code).toBe('ok')
      expect(outcomes.slice(1).every(({ code }) => code === 'ok' || code === 'ALREADY_INSTALLED')).toBe(true)
      expect(await server.prisma.installRequest.count({ where: { appId: uuidOf(appId), status: 'PENDING' } })).toBe(0)
    }
    await expectConsistentWorld(server)
  })

  test('one person asks twice and has one request', async () => {
    for (const round of rounds(8)) {
      const appId = await publisher.app()
      const outcomes = await atOnce(round, ask(team.member, appId), ask(team.member, appId))
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      expect(await server.prisma.installRequest.count({ where: { appId: uuidOf(appId) } })).toBe(1)
    }
    await expectConsistentWorld(server)
  })

  test('lifting a denial and denying more leaves one denial or none', async () => {
    for (const round of rounds(12)) {
      const appId = await publisher.app()
      const narrow = await team.request(appId, { scopes: ['openid'] })
      await deny(team.admin, narrow)()
      const { id } = await server.prisma.denial.findFirstOrThrow({ where: { appId: uuidOf(appId) } })
      const wide = await team.request(appId, { scopes: ['documents:read'] })
      const lift = () => mutate(server, team.superAdmin, 'liftDenial', { denialId: `den_${id.replaceAll('-', '')}` })
      const outcomes = await atOnce(round, lift, deny(team.admin, wide))
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      expect(await statusOf(wide)).toBe('DENIED')
    }
    await expectConsistentWorld(server)
  })

  test('an app is disabled and asked for: a later request is refused', async () => {
    for (const round of rounds(12)) {
      const appId = await publisher.app()
      await team.request(appId, { by: second })
      const disable = () => mutate(server, publisher.admin, 'disableApp', { appId })
      const outcomes = await atOnce(round, disable, ask(team.member, appId))
      await expectNothingBegunAfterDisabling(appId, outcomes)
    }
    await expectConsistentWorld(server)
  })

  test('an app is disabled and approved: a later approval is refused', async () => {
    for (const round of rounds(12)) {
      const appId = await publisher.app()
      const id = await team.request(appId)
      const disable = () => mutate(server, publisher.admin, 'disableApp', { appId })
      const outcomes = await atOnce(round, disable, approve(team.admin, id))
      await expectNothingBegunAfterDisabling(appId, outcomes)
    }
    await expectConsistentWorld(server)
  })

  async function expectNothingBegunAfterDisabling(appId: string, [disabled, begun]: readonly Outcome[]): Promise<void> {
    expect(disabled?.code).toBe('ok')
    expect(['ok', 'APP_DISABLED']).toContain(begun?.code)
    const where = { streamId: uuidOf(team.id), appId: uuidOf(appId) }
    const events = await server.prisma.event.findMany({ where, orderBy: { sequence: 'asc' } })
    expect(events.at(-1)?.type).toBe('APP_DISABLED')
  }
})
