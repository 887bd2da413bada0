import { describe, expect, it } from 'vitest'
import { DatabaseUnreachable, openDatabase } from '../../src/database/client.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'
import { base, createOrganization, openElsewhere, refusal, rows, somebodyWaits } from './support.ts'

describe('a DATABASE_URL that cannot be used', () => {
  const cases = {
    'has another protocol': 'mysql://root:s3cret@127.0.0.1/gatehouse',
    'is no URL': 'root:s3cret@127.0.0.1',
    'has no server behind it': 'postgres://root:s3cret@127.0.0.1:1/gatehouse',
    'names a host that does not exist': 'postgres://root:s3cret@gatehouse.invalid/gatehouse',
  }
  it.each(Object.entries(cases))('because it %s is told in one line without the password', async (_, url) => {
    const error = await openDatabase({ url }).catch((error) => error)
    expect(error).toBeInstanceOf(DatabaseUnreachable)
    expect(error.message).toMatch(/^DATABASE_URL: .+$/)
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('s3cret')
  })
})

describe.skipIf(!databaseKinds.includes('postgres'))('PostgreSQL', () => {
  it('lets several processes bring one empty database up to date at once', async () => {
    await using empty = await createTestDatabase('postgres', { migrated: false })
    const servers = await Promise.all([1, 2, 3].map(() => openElsewhere(empty.location)))
    expect(servers.map(({ said }) => said)).toEqual(['open 0', 'open 0', 'open 0'])
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  })

  it('keeps times the same whatever its own time zone', async () => {
    await using created = await createTestDatabase('postgres')
    if (!('url' in created.location)) throw new Error('a URL expected')
    const name = new URL(created.location.url).pathname.slice(1)
    await rows(created.location, `ALTER DATABASE "${name}" SET timezone TO 'Asia/Shanghai'`)
    await using database = await openDatabase(created.location)
    const user = { ...base(), name: 'Ada' }
    await database.prisma.user.create({ data: user })
    expect(await database.prisma.user.findFirst()).toMatchObject(user)
    const sql = `SELECT extract(epoch FROM "createdAt")::int AS "at" FROM "User"`
    expect(await rows(created.location, sql)).toEqual([{ at: user.createdAt.getTime() / 1000 }])
  })

  it('lets only one of two super admins leave who leave at the same moment', async () => {
    await using created = await createTestDatabase('postgres')
    await using database = await openDatabase(created.location)
    const { prisma } = database
    const { id, memberships } = await createOrganization(prisma, 'TEAM', ['SUPER_ADMIN', 'SUPER_ADMIN'])
    const [first, second] = memberships.map(({ id }) => ({ where: { id } }))
    if (!first || !second) throw new Error('two members expected')

    const [removed, waits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const firstLeaves = prisma.$transaction(async (tx) => {
      await tx.membership.delete(first)
      removed.resolve()
      await waits.promise
    })
    await removed.promise
    const secondLeaves = refusal(prisma.membership.delete(second))
    await somebodyWaits(prisma)
    waits.resolve()

    await firstLeaves
    expect(await secondLeaves).toBe('Organization_keeps_super_admin')
    expect(await prisma.membership.count({ where: { organizationId: id } })).toBe(1)
  })

  it('keeps one super admin however many leave, are demoted or delete their accounts at once', async () => {
    await using created = await createTestDatabase('postgres')
    await using database = await openDatabase(created.location)
    const { prisma } = database
    const { id, memberships } = await createOrganization(prisma, 'TEAM', Array(9).fill('SUPER_ADMIN'))
    const ways = [
      ({ id }: { id: string }) => prisma.membership.delete({ where: { id } }),
      ({ id }: { id: string }) => prisma.membership.update({ where: { id }, data: { role: 'MEMBER' } }),
      ({ userId }: { userId: string }) => prisma.user.delete({ where: { id: userId } }),
    ]
    const left = await Promise.all(memberships.map((member, i) => refusal(Promise.resolve(ways[i % 3]?.(member)))))
    expect(left.filter(Boolean)).toEqual(['Organization_keeps_super_admin'])
    expect(await prisma.membership.count({ where: { organizationId: id, role: 'SUPER_ADMIN' } })).toBe(1)
  })

  it('lets a super admin leave while somebody changes the organization, without a deadlock', async () => {
    await using created = await createTestDatabase('postgres')
    await using database = await openDatabase(created.location)
    const { prisma } = database
    const { id, memberships } = await createOrganization(prisma, 'TEAM', ['SUPER_ADMIN', 'SUPER_ADMIN'])
    const stream = await prisma.stream.create({ data: { id, kind: 'ORGANIZATION' } })
    const advance = { where: { id: stream.id }, data: { head: { increment: 1 } } }

    const [advanced, waits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const leaving = prisma.$transaction(async (tx) => {
      await tx.membership.delete({ where: { id: memberships[0]?.id ?? '' } })
      await tx.stream.update(advance)
      advanced.resolve()
      await waits.promise
    })
    await advanced.promise
    const changing = prisma.$transaction(async (tx) => {
      await tx.organization.update({ where: { id }, data: { appCount: { increment: 1 } } })
      await tx.stream.update(advance)
    })
    await somebodyWaits(prisma)
    waits.resolve()

    await Promise.all([leaving, changing])
    expect(await prisma.stream.findUnique({ where: { id } })).toMatchObject({ head: 2n })
  })
})
