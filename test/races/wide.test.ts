import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import type { TestServer } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import { expectConsistentWorld, mutate, onPostgres, rounds, startRaceServer } from './support.ts'

const ORGANIZATIONS = 1000

onPostgres('two apps that 1,000 organizations have installed', () => {
  let server: TestServer
  let team: Team
  let apps: [string, string]
  let tenants: string[]

  beforeAll(async () => {
    server = await startRaceServer()
    team = await Team.create(server)
    apps = [await team.app(), await team.app()]
    tenants = await createTenants()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function createTenants(): Promise<string[]> {
    const ids = rounds(ORGANIZATIONS).map(() => newId())
    const createdAt = new Date()
    const installed = { state: 'INSTALLED' as const, approvedScopes: ['openid'], createdAt, installedAt: createdAt }
    await server.prisma.$transaction(async (tx) => {
      await tx.organization.createMany({
        data: ids.map((id, index) => ({ id, name: `Tenant ${index}`, edition: 'TEAM' as const, createdAt })),
      })
      await tx.stream.createMany({ data: ids.map((id) => ({ id, kind: 'ORGANIZATION' as const })) })
      await tx.membership.createMany({
        data: ids.map((organizationId) => ({
          id: newId(),
          organizationId,
          userId: team.superAdmin.id,
          role: 'SUPER_ADMIN' as const,
          createdAt,
        })),
      })
      // The one app meets the organizations in the opposite order of the other.
      for (const [index, order] of [ids, ids.toReversed()].entries()) {
        const appId = uuidOf(apps[index] as string)
        await tx.installation.createMany({
          data: order.map((organizationId) => ({ id: newId(), appId, organizationId, ...installed })),
        })
      }
    })
    return ids
  }

  test('are disabled, enabled and deleted at once, and every history tells of both', async () => {
    const names = await Promise.all(apps.map(nameOf))
    const took: string[] = []
    const bothAt = async (name: string, inputOf: (index: number) => object) => {
      const began = performance.now()
      const outcomes = await Promise.all(
        apps.map((appId, index) => mutate(server, team.admin, name, { appId, ...inputOf(index) })),
      )
      took.push(`${name} ${Math.round(performance.now() - began)} ms`)
      expect(outcomes.map(({ code }) => code)).toEqual(['ok', 'ok'])
    }
    await bothAt('disableApp', () => ({}))
    await expectOneEventEverywhere('APP_DISABLED')
    await bothAt('enableApp', () => ({}))
    await bothAt('deleteApp', (index) => ({ confirmation: names[index] }))
    await expectOneEventEverywhere('APP_DELETED')
    await expectConsistentWorld(server)
    console.log(`two apps at once, ${ORGANIZATIONS} organizations each: ${took.join(', ')}`)
  })

  const nameOf = async (appId: string) =>
    (await server.prisma.app.findUniqueOrThrow({ where: { id: uuidOf(appId) } })).name

  async function expectOneEventEverywhere(type: 'APP_DISABLED' | 'APP_DELETED'): Promise<void> {
    for (const appId of apps) {
      const events = await server.prisma.event.findMany({ where: { type, appId: uuidOf(appId) } })
      expect(events.map(({ streamId }) => streamId).sort()).toEqual([...tenants, uuidOf(team.id)].sort())
    }
  }
})
