import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/database/client.ts'
import type { PrismaClient } from '../../src/database/generated/client/client.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'
import { base, createUser, refusal } from './support.ts'

describe.each(databaseKinds)('transactions (%s)', (kind) => {
  let resources: AsyncDisposableStack
  let prisma: PrismaClient

  beforeAll(async () => {
    resources = new AsyncDisposableStack()
    const { location } = resources.use(await createTestDatabase(kind))
    prisma = resources.use<Database>(await openDatabase(location)).prisma
  })
  afterAll(() => resources.disposeAsync())

  const userNamed = (name: string) => prisma.user.count({ where: { name } })

  it('all succeed when many begin at once', async () => {
    const transactions = Array.from({ length: 40 }, () =>
      prisma.$transaction(async (tx) => {
        const { id } = await createUser(tx)
        await setImmediate()
        return tx.user.count({ where: { id } })
      }),
    )
    expect(await Promise.all(transactions)).toEqual(Array(40).fill(1))
  })

  it('tell of an error that only COMMIT meets, and leave nothing behind', async () => {
    const lost = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { ...base(), name: 'lost at commit' } })
      await tx.organization.create({ data: { ...base(), name: 'No admin', edition: 'TEAM' } })
    })
    expect(await refusal(lost)).toBe('Organization_keeps_super_admin')
    expect(await userNamed('lost at commit')).toBe(0)
  })

  it('are undone when their function throws', async () => {
    const undone = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { ...base(), name: 'undone' } })
      throw new RangeError('changed my mind')
    })
    await expect(undone).rejects.toThrow(RangeError)
    expect(await userNamed('undone')).toBe(0)
  })

  it('that gave up waiting for their turn stand in nobody’s way', async () => {
    const release = Promise.withResolvers<void>()
    const holders = Array.from({ length: 10 }, () => prisma.$transaction(() => release.promise))
    await expect(prisma.$transaction(createUser, { maxWait: 1 })).rejects.toMatchObject({ code: 'P2028' })
    release.resolve()
    await Promise.all(holders)
    await expect(prisma.$transaction(createUser)).resolves.toBeDefined()
  })

  it('name the unique index that refused a write', async () => {
    const account = () => prisma.user.create({ data: { ...base(), name: 'Ada', email: 'ada@example.org' } })
    expect(await refusal(account())).toBeUndefined()
    expect(await refusal(account())).toBe('User_email_key')
  })
})
