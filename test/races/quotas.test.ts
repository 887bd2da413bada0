import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import type { TestServer } from '../support/server.ts'
import { idOf, signedIn, Team, uuidOf } from '../support/team.ts'
import { expectConsistentWorld, mutate, onPostgres, startRaceServer } from './support.ts'

onPostgres('20 creations at once', () => {
  let server: TestServer
  let team: Team

  beforeAll(async () => {
    const low = { appsPerOrganization: 7, appsPerPersonalOrganization: 3, secretsPerApp: 4, keysPerApp: 5 }
    server = await startRaceServer({ config: { limits: { ...limits, ...low } } })
    team = await Team.create(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const twenty = (one: (index: number) => ReturnType<typeof mutate>) =>
    Promise.all(Array.from({ length: 20 }, (_, i) => one(i)))
  const codes = (ok: number) => [...Array(20 - ok).fill('QUOTA_REACHED'), ...Array(ok).fill('ok')]

  test('fill an organization with exactly as many apps as it may have', async () => {
    const outcomes = await twenty((index) =>
      mutate(server, index % 2 ? team.admin : team.superAdmin, 'createApp', {
        organizationId: team.id,
        name: `App ${index}`,
        type: 'DEVICE',
        scopes: ['openid'],
      }),
    )
    expect(outcomes.map(({ code }) => code).sort()).toEqual(codes(7))
    const where = { id: uuidOf(team.id) }
    expect((await server.prisma.organization.findUniqueOrThrow({ where })).appCount).toBe(7)
    expect((await team.history()).filter((type) => type === 'APP_CREATED').length).toBe(7)
    await expectConsistentWorld(server)
  })

  test('fill a personal organization with exactly as many apps as it may have', async () => {
    const person = await signedIn(server)
    const id = (await viewerOf(server.core, person.id)).personalOrganizationId
    const input = { organizationId: idOf('Organization', { id }), name: 'Mine', type: 'DEVICE', scopes: ['openid'] }
    const outcomes = await twenty(() => mutate(server, person, 'createApp', input))
    expect(outcomes.map(({ code }) => code).sort()).toEqual(codes(3))
    await expectConsistentWorld(server)
  })

  test('give an app exactly as many secrets as it may have', async () => {
    const publisher = await Team.create(server)
    const appId = await publisher.app()
    const outcomes = await twenty(() => mutate(server, publisher.admin, 'createAppSecret', { appId }))
    expect(outcomes.map(({ code }) => code).sort()).toEqual(codes(4))
    expect(await server.prisma.appSecret.count({ where: { appId: uuidOf(appId) } })).toBe(4)
  })

  test('give an app exactly as many keys as it may have', async () => {
    const publisher = await Team.create(server)
    const appId = await publisher.app({ type: 'SERVICE' })
    const outcomes = await twenty(() => {
      const { publicKey } = generateKeyPairSync('ed25519')
      const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      return mutate(server, publisher.admin, 'addAppKey', { appId, key })
    })
    expect(outcomes.map(({ code }) => code).sort()).toEqual(codes(5))
    expect(await server.prisma.appKey.count({ where: { appId: uuidOf(appId) } })).toBe(5)
  })
})
