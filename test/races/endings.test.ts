import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { atOnce, expectConsistentWorld, mutate, onPostgres, rounds, startRaceServer } from './support.ts'

onPostgres('a grant that is ended from several sides at once', () => {
  let server: TestServer
  let publisher: Team
  let team: Team
  let people: Person[]

  beforeAll(async () => {
    server = await startRaceServer({ config: { limits: { ...limits, appsPerOrganization: 10_000 } } })
    publisher = await Team.create(server)
    team = await Team.create(server)
    people = [team.member, ...(await Promise.all(rounds(3).map(() => team.join('MEMBER'))))]
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** An app that is installed and that four people granted, each with two live tokens. */
  async function granted() {
    const appId = await publisher.app()
    const installationId = await team.install(appId)
    const grants = await Promise.all(people.map(async (by) => ({ by, grantId: await team.grant(appId, { by }) })))
    return { appId, installationId, grants }
  }

  /** All tokens are buried once, and everybody was told once that their grant is gone. */
  async function expectEndedOnce(appId: string): Promise<void> {
    const where = { appId: uuidOf(appId) }
    expect(await server.prisma.grant.count({ where })).toBe(0)
    expect(await server.prisma.family.count()).toBe(0)
    for (const { id } of people) {
      const told = await server.prisma.event.findMany({ where: { ...where, streamId: id, type: 'GRANT_REVOKED' } })
      expect(told.length).toBe(1)
    }
    await expectConsistentWorld(server)
  }

  test('by uninstalling and by everybody who revokes, ends once', async () => {
    for (const round of rounds(6)) {
      const { appId, installationId, grants } = await granted()
      const revoke = grants.map(
        ({ by, grantId }) =>
          () =>
            mutate(server, by, 'revokeGrant', { grantId }),
      )
      const uninstall = () => mutate(server, team.admin, 'uninstallApp', { installationId })
      const [uninstalled, ...revoked] = await atOnce(round, uninstall, ...revoke)
      expect(uninstalled?.code).toBe('ok')
      expect(revoked.every(({ code }) => code === 'ok' || code === 'NOT_FOUND')).toBe(true)
      await expectEndedOnce(appId)
    }
  })

  test('by its user and by an admin, ends once, and the other is told that there is none', async () => {
    for (const round of rounds(6)) {
      const { appId, grants } = await granted()
      const revoke = grants.flatMap(({ by, grantId }) =>
        [by, team.admin].map((person) => () => mutate(server, person, 'revokeGrant', { grantId })),
      )
      const codes = (await atOnce(round, ...revoke)).map(({ code }) => code).sort()
      expect(codes).toEqual([...Array(4).fill('NOT_FOUND'), ...Array(4).fill('ok')])
      await expectEndedOnce(appId)
    }
  })

  test('by two admins who uninstall, ends once', async () => {
    for (const round of rounds(6)) {
      const { appId, installationId } = await granted()
      const uninstall = (by: Person) => () => mutate(server, by, 'uninstallApp', { installationId })
      const codes = (await atOnce(round, uninstall(team.admin), uninstall(team.superAdmin))).map(({ code }) => code)
      expect(codes.sort()).toEqual(['NOT_FOUND', 'ok'])
      await expectEndedOnce(appId)
    }
  })

  test('with the secret that it came from, leaves each token buried once', async () => {
    for (const round of rounds(6)) {
      const { appId, installationId } = await granted()
      const secretId = await publisher.secret(appId)
      const grants = { grant: { appId: uuidOf(appId) } }
      await server.prisma.family.updateMany({ where: grants, data: { beganWithSecretId: uuidOf(secretId) } })
      const outcomes = await atOnce(
        round,
        () => mutate(server, publisher.admin, 'revokeAppSecret', { secretId, revokeTokens: true }),
        () => mutate(server, team.admin, 'uninstallApp', { installationId }),
      )
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
      await expectEndedOnce(appId)
    }
  })
})
