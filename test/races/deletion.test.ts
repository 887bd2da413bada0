import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { publicId } from '../../src/ids.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import {
  expectConsistentWorld,
  mutate,
  type Outcome,
  onPostgres,
  randomNumbers,
  rounds,
  startRaceServer,
} from './support.ts'

/** The answers to a caller who comes too late. */
const expected = [
  'ok',
  'NOT_FOUND',
  'FORBIDDEN',
  'APP_DISABLED',
  'ALREADY_DECIDED',
  'ALREADY_INSTALLED',
  'NOT_INSTALLED',
  'INSTALL_DENIED',
  'IMPACT_CHANGED',
]

onPostgres('apps are deleted while people use them', () => {
  let server: TestServer
  let teams: Team[]

  beforeAll(async () => {
    const many = { ...limits, appsPerOrganization: 1000 }
    server = await startRaceServer({ config: { limits: many } })
    teams = await Promise.all(rounds(3).map(() => Team.create(server)))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  interface Stage {
    readonly publisher: Team
    readonly apps: readonly string[]
    readonly people: readonly { readonly team: Team; readonly person: Person }[]
    readonly requests: readonly { readonly team: Team; readonly by: Person; readonly id: string }[]
    readonly installations: readonly { readonly team: Team; readonly id: string }[]
    readonly grants: readonly { readonly by: Person; readonly id: string }[]
  }

  /** Two apps of one team, asked for, installed and granted in all of them, its own included. */
  async function prepare(round: number): Promise<Stage> {
    const publisher = teams[round % teams.length] as Team
    const apps = await Promise.all([publisher.app({ name: 'Doomed' }), publisher.app({ name: 'Doomed' })])
    const people = await Promise.all(
      teams.flatMap((team) => rounds(2).map(async () => ({ team, person: await team.join('MEMBER') }))),
    )
    const grants: { by: Person; id: string }[] = []
    const requests: { team: Team; by: Person; id: string }[] = []
    const installations: { team: Team; id: string }[] = []
    for (const [index, team] of teams.entries()) {
      const [first, second] = index % 2 ? apps : apps.toReversed()
      installations.push({ team, id: await team.install(first as string, ['openid']) })
      for (const { person } of people.filter((one) => one.team === team)) {
        for (const appId of apps) grants.push({ by: person, id: await team.grant(appId, { by: person }) })
        for (const appId of [first, second]) {
          const scopes = ['documents:read']
          requests.push({ team, by: person, id: await team.request(appId as string, { by: person, scopes }) })
        }
      }
    }
    return { publisher, apps, people, requests, installations, grants }
  }

  function everythingAtOnce(stage: Stage): (() => Promise<Outcome>)[] {
    const { publisher, apps, people, requests, installations, grants } = stage
    const pick = <T>(items: readonly T[], step: number) => items.filter((_, index) => index % step === 0)
    return [
      ...apps.map((appId) => () => mutate(server, publisher.admin, 'deleteApp', { appId, confirmation: 'Doomed' })),
      ...pick(people, 2).map(({ team, person }) => async () => {
        const membershipId = await team.membershipOf(person)
        return mutate(server, team.superAdmin, 'removeMember', { membershipId })
      }),
      ...requests.map(({ by, team, id: installRequestId }, index) => () => {
        const input = { installRequestId }
        if (index % 3 === 0) return mutate(server, by, 'withdrawInstallRequest', input)
        return mutate(server, team.admin, index % 3 === 1 ? 'approveInstallRequest' : 'denyInstallRequest', input)
      }),
      ...installations.map(
        ({ team, id: installationId }) =>
          () =>
            mutate(server, team.admin, 'uninstallApp', { installationId }),
      ),
      ...pick(grants, 3).map(
        ({ by, id: grantId }) =>
          () =>
            mutate(server, by, 'revokeGrant', { grantId }),
      ),
      ...people.map(
        ({ team, person }, index) =>
          () =>
            mutate(
              server,
              person,
              'requestInstall',
              { organizationId: team.id, appId: apps[index % 2], scopes: ['documents:write'] },
              'installRequest { status app { name } }',
            ),
      ),
    ]
  }

  test('nobody is told of anything internal, and nothing of the apps is left but history', async () => {
    const random = randomNumbers(1)
    const codes = new Set<string>()
    for (const round of rounds(6)) {
      const stage = await prepare(round)
      const starts = everythingAtOnce(stage)
        .map((start) => ({ start, turn: random(1000) }))
        .sort((one, other) => one.turn - other.turn)
      const outcomes = await Promise.all(starts.map(({ start }) => start()))
      for (const { code } of outcomes) codes.add(code)
      expect(outcomes.filter(({ code }) => !expected.includes(code))).toEqual([])

      const ids = stage.apps.map(uuidOf)
      expect(await server.prisma.app.count({ where: { id: { in: ids } } })).toBe(0)
      const deleted = await server.prisma.event.findMany({ where: { type: 'APP_DELETED', appId: { in: ids } } })
      const told = deleted.filter(({ streamId }) => streamId === uuidOf(stage.publisher.id))
      expect(told.map(({ appId }) => publicId('App', appId as string)).sort()).toEqual([...stage.apps].sort())
      await expectConsistentWorld(server)
    }
    console.log(`deletion raced with everything else; the answers were ${[...codes].sort().join(', ')}`)
  })
})
