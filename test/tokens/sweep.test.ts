import { beforeAll, describe, expect, test, vi } from 'vitest'
import { newId } from '../../src/ids.ts'
import { startHousekeeping, sweep } from '../../src/server/housekeeping.ts'
import { endTokens } from '../../src/tokens/ending.ts'
import { Team, uuidOf } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'
import { useWorld } from '../support/world.ts'

// What has expired is removed from time to time; nothing that lives is.

const world = useWorld()
let grantId: string
let appId: string

beforeAll(async () => {
  const team = await Team.create(world.server)
  appId = await team.app({ type: 'DEVICE' })
  await team.install(appId)
  grantId = await team.grant(appId)
})

const from = (milliseconds: number) => new Date(world.clock.now().getTime() + milliseconds)

/** Of a table, how many rows are left of one that expires now and one that expires in a moment. */
async function leftOf(table: 'tombstone' | 'authorizationCode' | 'deviceCode' | 'engineRecord'): Promise<number> {
  const { prisma } = world.server
  const { familyId } = await issueToken(world.server, grantId)
  const createdAt = world.clock.now()
  const rows = [0, 1].map((later) => ({ hash: `${table} ${later}`, expiresAt: from(later) }))
  const more = {
    tombstone: { organizationId: newId() },
    authorizationCode: { familyId, createdAt },
    deviceCode: { appId: uuidOf(appId), createdAt, interval: 5 },
    engineRecord: { model: 'Parked', payload: {} },
  }[table]
  const data = rows.map((row) => ({ ...row, ...more, ...(table === 'deviceCode' && { userCodeHash: row.hash }) }))
  await (prisma[table] as unknown as { createMany(args: object): Promise<unknown> }).createMany({ data })
  await sweep(world.server.core)
  const where = { hash: { in: rows.map(({ hash }) => hash) } }
  return (prisma[table] as unknown as { count(args: object): Promise<number> }).count({ where })
}

describe('what has expired goes, and what has not stays', () => {
  test.each(['tombstone', 'authorizationCode', 'deviceCode', 'engineRecord'] as const)('of %s', async (table) => {
    expect(await leftOf(table)).toBe(1)
  })

  test('of tokens', async () => {
    const [dead, live] = [
      await issueToken(world.server, grantId, { lifetime: 0 }),
      await issueToken(world.server, grantId, { lifetime: 1 }),
    ]
    await sweep(world.server.core)
    const where = { hash: { in: [dead.hash, live.hash] } }
    expect(await world.server.prisma.token.findMany({ where, select: { hash: true } })).toEqual([{ hash: live.hash }])
    // The families of both stay: they are young.
    expect(await world.server.prisma.family.count({ where: { id: { in: [dead.familyId, live.familyId] } } })).toBe(2)
  })
})

describe('the random value of a refresh', () => {
  const rotate = async (later: number) => {
    const { hash } = await issueToken(world.server, grantId, { kind: 'REFRESH', rotatedAt: from(later - 10_000) })
    const data = { tokenHash: hash, random: 'random', expiresAt: from(later) }
    return world.server.prisma.rotation.create({ data })
  }
  const left = async () => (await world.server.prisma.rotation.findMany()).map(({ tokenHash }) => tokenHash)

  test('is deleted within a minute after its token may be presented no more', async () => {
    const [over, stays] = [await rotate(30_000), await rotate(30_001)]
    world.clock.advance(30_000)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    using _housekeeping = startHousekeeping(world.server.core)
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    await expect.poll(left).not.toContain(over.tokenHash)
    expect(await left()).toEqual([stays.tokenHash])
  })

  test('is deleted by the next start, where no node ran meanwhile', async () => {
    const [over, stays] = [await rotate(5_000), await rotate(10_001)]
    await world.server.restart(async () => world.clock.advance(10_000))
    expect(await left()).not.toContain(over.tokenHash)
    expect(await left()).toContain(stays.tokenHash)
  })

  test('is deleted with the family at once', async () => {
    const { tokenHash } = await rotate(10_000)
    const where = { tokens: { some: { hash: tokenHash } } }
    const { id } = await world.server.prisma.family.findFirstOrThrow({ where })
    await endTokens(world.server.prisma, { familyId: id }, newId(), world.clock.now())
    expect(await left()).not.toContain(tokenHash)
  })
})

test('a family goes once it is older than any token gets, and nothing descends from it any more', async () => {
  const { prisma, config } = world.server
  const month = config.durations.refreshToken
  const make = (age: number, content: object = {}) =>
    prisma.family.create({
      data: { id: newId(), grantId: uuidOf(grantId), createdAt: from(-age), ...content },
      select: { id: true },
    })
  const row = (hash: string, later: number) => ({ hash, createdAt: from(-month), expiresAt: from(later) })
  const token = (hash: string, later: number) => ({ ...row(hash, later), kind: 'REFRESH' as const })
  const gone = [await make(month), await make(month, { tokens: { create: token('swept', 0) } })]
  const kept = [
    await make(month - 1),
    await make(month, { tokens: { create: token('live', 1) } }),
    await make(month, { codes: { create: row('code', 1) } }),
    await make(month, {
      deviceCodes: { create: { ...row('device', 1), userCodeHash: 'device', interval: 5, appId: uuidOf(appId) } },
    }),
  ]
  await sweep(world.server.core)
  const ids = [...gone, ...kept].map(({ id }) => id)
  const left = await prisma.family.findMany({
    where: { id: { in: ids } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  expect(left).toEqual(kept)
  expect(await prisma.grant.count({ where: { id: uuidOf(grantId) } })).toBe(1)
})
