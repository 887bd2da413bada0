import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DataDirectoryLocked, DataDirectoryUnusable, openDatabase } from '../../src/database/client.ts'
import { lockDirectory } from '../../src/database/data-directory.ts'
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

  it('is refused when the same process opens it a second time', async () => {
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

describe.skipIf(process.platform === 'win32')('the folder is readable by its owner alone', () => {
  let parent: string
  let folder: string

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'gatehouse-folder-'))
    folder = join(parent, 'data')
    return () => rm(parent, { recursive: true, force: true })
  })
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  const open = async () => (await lockDirectory(folder))[Symbol.dispose]()
  /** A folder of ours, as one that was made by hand or by an earlier release. */
  async function make(mode: number, files: readonly string[] = []): Promise<void> {
    await mkdir(folder)
    for (const file of files) await writeFile(join(folder, file), '', { mode: 0o644 })
    await chmod(folder, mode)
  }

  it('where it is made, with what stands above it', async () => {
    folder = join(parent, 'a', 'b')
    await open()
    expect([await modeOf(join(parent, 'a')), await modeOf(folder)]).toEqual(['700', '700'])
  })

  it.each([0o755, 0o777, 0o750, 0o701])('where it had another mode (case %#), with its files', async (mode) => {
    await make(mode, ['demo.json', 'relying-party.json', 'lock'])
    await open()
    expect(await modeOf(folder)).toBe('700')
    for (const file of ['demo.json', 'relying-party.json', 'lock']) expect(await modeOf(join(folder, file))).toBe('600')
  })

  it('where DATA_DIR is a link to it; a link in it is left alone', async () => {
    await make(0o755)
    const [other, link] = [join(parent, 'other.json'), join(parent, 'link')]
    await writeFile(other, '{}')
    await chmod(other, 0o644)
    await symlink(other, join(folder, 'demo.json'))
    await symlink(folder, link)
    ;(await lockDirectory(link))[Symbol.dispose]()
    expect([await modeOf(folder), await modeOf(other)]).toEqual(['700', '644'])
  })

  it('or else is refused in one line: it holds what others may need', async () => {
    await make(0o755, ['theirs.txt'])
    await expect(open()).rejects.toThrow(DataDirectoryUnusable)
    await expect(open()).rejects.toThrow(/^DATA_DIR: \S+ can be read by others[^\n]+$/)
    expect(await modeOf(folder)).toBe('755')
    // Its owner made it private: what else is in it is theirs to say.
    await chmod(folder, 0o700)
    await open()
  })

  it('or else is refused in one line: it cannot be made', async () => {
    await writeFile(folder, '')
    await expect(open()).rejects.toThrow(/^DATA_DIR: \S+ cannot be made: [^\n]+$/)
  })
})
