import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataDirectoryLocked, openDatabase } from '../../src/database/client.ts'
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts'
import { createUser, openElsewhere } from './support.ts'

describe.skipIf(!databaseKinds.includes('pglite'))('the folder of the embedded database', () => {
  let folder: TestDatabase
  let directory: string

  beforeAll(async () => {
    folder = await createTestDatabase('pglite', { persistent: true })
    if (!('directory' in folder.location)) throw new Error('a folder expected')
    directory = folder.location.directory
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  it('keeps its rows from one opening to the next', async () => {
    const before = await openDatabase({ directory })
    const user = await createUser(before.prisma)
    await before[Symbol.asyncDispose]()

    await using after = await openDatabase({ directory })
    expect(await after.prisma.user.findUnique({ where: { id: user.id } })).toEqual(user)
  })

  it('is refused to whoever opens it a second time in the same process', async () => {
    await using _first = await openDatabase({ directory })
    await expect(openDatabase({ directory })).rejects.toThrow(DataDirectoryLocked)
  })

  it('is refused to a second process, which is told the folder and the variable', async () => {
    await using _first = await openDatabase({ directory })
    await using second = await openElsewhere({ directory })
    expect(second.said).toMatch(/^DataDirectoryLocked: DATA_DIR: another process /)
    expect(second.said).toContain(directory)
  })

  it('is free again, rows and all, right after its holder was killed', async () => {
    const holder = await openElsewhere({ directory })
    expect(holder.said).toMatch(/^open /)
    await expect(openDatabase({ directory })).rejects.toThrow(DataDirectoryLocked)
    await holder.kill()

    await using next = await openDatabase({ directory })
    expect(`open ${await next.prisma.user.count()}`).toBe(holder.said)
  })

  it('is begun anew when the first start was cut short', async () => {
    await using empty = await createTestDatabase('pglite', { persistent: true, migrated: false })
    if (!('directory' in empty.location)) throw new Error('a folder expected')
    await writeFile(join(empty.location.directory, 'unfinished'), '')
    await mkdir(join(empty.location.directory, 'postgres'))
    await writeFile(join(empty.location.directory, 'postgres', 'PG_VERSION'), '17\n')

    await using database = await openDatabase(empty.location)
    expect(await database.prisma.user.count()).toBe(0)
  })
})
