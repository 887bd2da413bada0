import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import { DataDirectoryLocked } from './errors.ts'

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
 */
export async function lockDirectory(directory: string): Promise<Disposable> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
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

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
