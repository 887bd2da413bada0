import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/database/client.ts'
import { Prisma } from '../../src/database/generated/client/client.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'

describe.skipIf(!databaseKinds.includes('postgres'))('a connection to PostgreSQL', () => {
  const resources = new AsyncDisposableStack()
  let prisma: Database['prisma']

  beforeAll(async () => {
    const { location } = resources.use(await createTestDatabase('postgres'))
    // Of four connections three are reserved, so everything below goes over the same one.
    prisma = resources.use<Database>(await openDatabase({ ...location, poolSize: 4 })).prisma
  })
  afterAll(() => resources.disposeAsync())

  const kept = async (part: string) => {
    const [row] = await prisma.$queryRaw<[{ count: number }]>`
      SELECT count(*)::int AS "count" FROM pg_prepared_statements WHERE strpos("statement", ${part}) > 0`
    return row.count
  }
  const asked = (text: string) => prisma.$queryRaw(Prisma.raw(`SELECT 1 AS "${text}"`))

  test('keeps a statement of ours from its tenth use', async () => {
    for (let use = 1; use <= 9; use++) await asked('ours')
    expect(await kept('AS "ours"')).toBe(0)
    await asked('ours')
    expect(await kept('AS "ours"')).toBe(1)
  })

  test("keeps a statement of Prisma's from its tenth use, also in transactions", async () => {
    const named = { where: { name: 'Nobody' }, select: { emailVerifiedAt: true } }
    for (let use = 1; use <= 9; use++) await prisma.$transaction((tx) => tx.user.findMany(named))
    expect(await kept('"emailVerifiedAt"')).toBe(0)
    await prisma.user.findMany(named)
    expect(await kept('"emailVerifiedAt"')).toBe(1)
  })

  test('keeps none of 10,000 statements that come once', async () => {
    for (let n = 0; n < 10_000; n++) await asked(`once ${n}`)
    expect(await kept('AS "once')).toBe(0)
  })

  test('keeps at most 300, and answers what it does not keep', async () => {
    for (let n = 0; n < 400; n++) for (let use = 1; use <= 10; use++) await asked(`often ${n}`)
    expect(await kept('')).toBeLessThanOrEqual(300)
    expect(await kept('AS "often')).toBeGreaterThan(200)
    expect(await asked('often 399')).toEqual([{ 'often 399': 1 }])
  })
})
