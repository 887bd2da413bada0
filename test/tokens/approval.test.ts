import { expect, test } from 'vitest'
import { InstallationState } from '../../src/database/generated/client/enums.ts'
import { newId } from '../../src/ids.ts'
import { approvalIn, approvedBy, inForce, isInForce, whereInForce } from '../../src/tokens/approval.ts'
import { Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()

test('an installation is in force by the rule, by its SQL and by its filter alike', async () => {
  const { prisma } = world.server
  const team = await Team.create(world.server)
  const now = world.clock.now()
  for (const state of Object.values(InstallationState)) {
    const installedAt = state === 'INSTALLED' ? now : null
    const data = { id: newId(), organizationId: uuidOf(team.id), state, createdAt: now, installedAt }
    await prisma.installation.create({ data: { ...data, appId: uuidOf(await team.app({ name: state })) } })
  }
  const all = await prisma.installation.findMany({ where: { organizationId: uuidOf(team.id) } })
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).toSorted()
  const byRule = ids(all.filter((row) => isInForce(row, now)))
  const bySql = await prisma.$queryRaw<{ id: string }[]>`
    SELECT i."id" FROM "Installation" AS i WHERE i."organizationId" = ${uuidOf(team.id)}::uuid AND ${inForce(now)}`
  const byFilter = await prisma.installation.findMany({
    where: { organizationId: uuidOf(team.id), ...whereInForce(now) },
  })
  expect(byRule).toEqual(ids(all.filter(({ state }) => state === 'INSTALLED')))
  expect(ids(bySql)).toEqual(byRule)
  expect(ids(byFilter)).toEqual(byRule)
})

test('only an installation in force approves anything, and a personal organization withholds nothing', () => {
  const now = new Date()
  const approvedScopes = ['openid']
  expect(approvedBy({ state: 'INSTALLED', approvedScopes }, now)).toEqual(approvedScopes)
  expect(approvedBy({ state: 'PENDING', approvedScopes }, now)).toEqual([])
  expect(approvedBy(null, now)).toEqual([])
  expect(approvalIn('TEAM', [])).toEqual([])
  expect(approvalIn('PERSONAL', [])).toBeNull()
})
