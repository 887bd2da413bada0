import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { type DatabaseLocation, openDatabase } from '../../src/database/client.ts'
import { openDataFolder } from '../../src/database/data-directory.ts'
import { imageKey, makeImage, readImage } from '../../src/database/image.ts'

/** A database without rows. It outlives the servers that open it; disposing removes it. */
export interface TestDatabase extends AsyncDisposable {
  /** For `openDatabase`; what DATABASE_URL or DATA_DIR would say. */
  readonly location: DatabaseLocation
}

export type DatabaseKind = 'pglite' | 'postgres'

/** Where tests may make databases of their own; without it the tests on PostgreSQL are left out. */
const { TEST_DATABASE_URL, TEST_DATABASE } = process.env

/**
 * The kinds to run a test on: `describe.each(databaseKinds)`. The whole suite runs once on each, which
 * TEST_DATABASE then names.
 */
export const databaseKinds: readonly DatabaseKind[] = (['pglite', 'postgres'] as const)
  .filter((kind) => !TEST_DATABASE || kind === TEST_DATABASE)
  .filter((kind) => kind === 'pglite' || TEST_DATABASE_URL)

export interface TestDatabaseOptions {
  /** For `pglite`: in a folder, which other processes can open too. Otherwise it is in memory. */
  persistent?: boolean
  /** False: without tables, to test migrations themselves. Not for `pglite` in memory. */
  migrated?: boolean
}

/** A database of its own for a test, ready to be opened in well under half a second. */
export function createTestDatabase(
  kind: DatabaseKind,
  { persistent = false, migrated = true }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  if (kind === 'postgres') return createOnPostgres(migrated)
  return persistent ? createFolder(migrated) : createInMemory()
}

// PGlite ---------------------------------------------------------------------------------------------

/** Databases in memory that are not in use: to empty one takes a tenth of the time that a new one takes. */
const spares: PGlite[] = []

async function createInMemory(): Promise<TestDatabase> {
  const pglite = spares.pop() ?? (await PGlite.create({ loadDataDir: await image() }))
  return {
    location: { pglite },
    async [Symbol.asyncDispose]() {
      await empty(pglite)
      spares.push(pglite)
    },
  }
}

/** Made once for each state of the migrations, and kept for later runs. */
async function image(): Promise<Blob> {
  await makeImage()
  const made = await readImage()
  if (!made) throw new Error('the image of an empty database is not where it was made')
  return made
}

/** Leaves no row but those that say which migrations were applied. */
async function empty(pglite: PGlite): Promise<void> {
  const { rows } = await pglite.query<{ name: string }>(
    `SELECT format('%I', tablename) AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  )
  await pglite.exec(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} RESTART IDENTITY`)
  await pglite.exec('DISCARD ALL')
  // PostgreSQL has a timer for its statistics. One that was set while a test had moved the clock on would never
  // be due, and so fire every millisecond. With nothing left to write there is no timer.
  await pglite.exec('SELECT pg_stat_force_next_flush()')
}

async function createFolder(migrated: boolean): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
  if (migrated) await (await openDataFolder(directory, image)).close()
  return {
    location: { directory },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

// PostgreSQL -----------------------------------------------------------------------------------------

/** Any number that nobody else uses as an advisory lock: one worker at a time makes the template. */
const TEMPLATE_LOCK = 4_847_465

async function createOnPostgres(migrated: boolean): Promise<TestDatabase> {
  const template = migrated ? await postgresTemplate() : 'template0'
  const name = `gatehouse_test_${randomUUID().replaceAll('-', '')}`
  await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  return {
    location: { url: urlOf(name) },
    async [Symbol.asyncDispose]() {
      await onServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

function postgresTemplate(): Promise<string> {
  return onServer(async (server) => {
    const template = `gatehouse_template_${await imageKey()}`
    await server.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [template])
    if (rowCount) return template

    const draft = `${template}_draft`
    await server.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
    await server.query(`CREATE DATABASE ${draft}`)
    await (await openDatabase({ url: urlOf(draft) }))[Symbol.asyncDispose]()
    await server.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
    return template
  })
}

/** Runs `work` on a connection to TEST_DATABASE_URL; ending it releases what locks it took. */
async function onServer<T>(work: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: TEST_DATABASE_URL })
  await server.connect()
  try {
    return await work(server)
  } finally {
    await server.end()
  }
}

function urlOf(database: string): string {
  if (!TEST_DATABASE_URL) throw new Error('TEST_DATABASE_URL is not set')
  const url = new URL(TEST_DATABASE_URL)
  url.pathname = `/${database}`
  return url.href
}
