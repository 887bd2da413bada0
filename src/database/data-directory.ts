import { existsSync, type Stats } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import { DataDirectoryLocked, DataDirectoryUnusable } from './errors.ts'

const SQLITE_BUSY = 5

/** In milliseconds: a killed process keeps its locks until the system has taken back its memory. */
const LOCK_TIMEOUT = 1_000

/**
 * Takes a folder for this process alone, creating it where needed; disposing gives it back.
 *
 * The lock is an open SQLite transaction on an otherwise empty file: a real lock of the operating
 * system, which ends with the process however it dies, so nothing has to guess from process ids or
 * file times whether a holder still lives. It also holds between containers that share a volume.
 *
 * Nothing else may open the lock file: closing any handle to it would drop the lock (POSIX).
 *
 * @throws {DataDirectoryLocked} after LOCK_TIMEOUT, when another opener has it
 * @throws {DataDirectoryUnusable} where it cannot be made, or kept from other users
 */
export async function lockDirectory(directory: string): Promise<Disposable> {
  await makePrivate(directory)
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: LOCK_TIMEOUT })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (isBusy(error)) throw new DataDirectoryLocked(resolve(directory))
    throw error
  }
  return { [Symbol.dispose]: () => lock.close() }
}

/**
 * Opens PostgreSQL's files in a locked folder, making them on the first start. A mark beside them says
 * that they are being made, so that a first start that was cut short is begun anew.
 *
 * @param readImage returns what a new folder is made of; undefined for a database without tables.
 */
export async function openDataFolder(directory: string, readImage: () => Promise<Blob | undefined>): Promise<PGlite> {
  const folder = join(directory, 'postgres')
  const unfinished = join(directory, 'unfinished')
  if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true })
  if (existsSync(folder)) return PGlite.create(folder)

  await writeFile(unfinished, '')
  const image = await readImage()
  const pglite = await PGlite.create({ dataDir: folder, ...(image && { loadDataDir: image }) })
  await rm(unfinished)
  return pglite
}

/** What a data folder of ours holds. */
const CONTENT = ['lock', 'postgres', 'unfinished', 'demo.json', 'relying-party.json']

/**
 * Makes the folder where needed, and sees to it that nobody but its owner can read it. A folder that holds more
 * than ours do is left as it is and refused: it could be one that other programs need. Windows has no such
 * modes, and some file systems ignore them.
 *
 * @throws {DataDirectoryUnusable}
 */
async function makePrivate(directory: string): Promise<void> {
  const unusable = (why: string, cause?: unknown) => new DataDirectoryUnusable(resolve(directory), why, { cause })
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unusable(`cannot be made: ${(error as Error).message}`, error)
  }
  if (process.platform === 'win32') return
  if (isOpen(await stat(directory))) {
    const content = await readdir(directory)
    if (content.some((name) => !CONTENT.includes(name))) {
      throw unusable("can be read by others, and holds more than Gatehouse's files: use a folder inside it")
    }
    try {
      await chmod(directory, 0o700)
    } catch (error) {
      throw unusable(
        'can be read by others and belongs to another user: chmod 700 it, or use a folder inside it',
        error,
      )
    }
  }
  for (const name of CONTENT.filter((name) => name.endsWith('.json') || name === 'lock')) {
    const file = join(directory, name)
    // What a link leads to is not ours to change.
    const found = await lstat(file).catch(() => undefined)
    if (found?.isFile() && isOpen(found)) await chmod(file, 0o600).catch(() => undefined)
  }
}

/** Whether a group or everybody may do anything with it. */
const isOpen = ({ mode }: Stats): boolean => (mode & 0o077) !== 0

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
