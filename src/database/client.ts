import type { PGlite } from '@electric-sql/pglite'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { lockDirectory, openDataFolder } from './data-directory.ts'
import { pgliteAdapter } from './embedded.ts'
import { type Prisma, PrismaClient } from './generated/client/client.ts'
import { readImage } from './image.ts'
import { MIGRATION_LOCK, migrate } from './migrations.ts'
import { openPool, poolAdapter } from './postgres.ts'

export { DatabaseUnreachable, DataDirectoryLocked, DataDirectoryUnusable, MigrationError } from './errors.ts'

/** Inside a transaction only this is used: on the embedded database the outer client would wait for itself. */
export type Tx = Prisma.TransactionClient

/** An open database whose schema is up to date. Disposing closes it. */
export interface Database extends AsyncDisposable {
  readonly prisma: PrismaClient
  readonly kind: 'embedded' | 'postgres'
}

/** PostgreSQL, with at most so many connections. */
interface PostgresLocation {
  url: string
  poolSize?: number
}

/** PGlite in a folder; or one that is open already, and stays open. */
type EmbeddedLocation = { directory: string } | { pglite: PGlite }

export type DatabaseLocation = PostgresLocation | EmbeddedLocation

export type DatabaseOptions = DatabaseLocation & {
  /** The folder of migrations, where it is not prisma/migrations. */
  migrations?: string
  /** Told each statement that Prisma sends. */
  onQuery?: (sql: string) => void
}

const DEFAULT_POOL_SIZE = 10

/**
 * In milliseconds. On the embedded database transactions queue for the one connection, so a burst of
 * them has to be waited for.
 */
const TRANSACTION_OPTIONS = { maxWait: 15_000, timeout: 15_000 }

/**
 * Opens a database and brings its schema up to date first.
 *
 * @throws {DatabaseUnreachable} the URL is malformed, or no usable server is there
 * @throws {DataDirectoryLocked} another process has the folder
 * @throws {DataDirectoryUnusable} the folder cannot be made, or kept from other users
 * @throws {MigrationError} the schema cannot be brought up to date
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await using resources = new AsyncDisposableStack()
  if ('url' in options) {
    await migratePostgres(options.url, options.migrations)
    const pool = await openPool(options.url, options.poolSize ?? DEFAULT_POOL_SIZE)
    resources.defer(() => pool.end())
    return connect('postgres', poolAdapter(pool), options.onQuery, resources.move())
  }
  const pglite = await openPGlite(options, resources)
  const adapter = pgliteAdapter(pglite)
  const query = async <Row>(sql: string) => (await pglite.query<Row>(sql)).rows
  await migrate({ query, adapter }, options.migrations)
  return connect('embedded', adapter, options.onQuery, resources.move())
}

function connect(
  kind: Database['kind'],
  adapter: SqlDriverAdapterFactory,
  onQuery: DatabaseOptions['onQuery'],
  resources: AsyncDisposableStack,
): Database {
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: TRANSACTION_OPTIONS,
    log: onQuery ? [{ emit: 'event', level: 'query' }] : [],
  })
  if (onQuery) prisma.$on('query', ({ query }) => onQuery(query))
  resources.defer(() => prisma.$disconnect())
  return { prisma, kind, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

async function migratePostgres(url: string, folder: string | undefined): Promise<void> {
  // The lock belongs to the session, so all happens on one connection; ending it releases the lock.
  const pool = await openPool(url, 1)
  try {
    await pool.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    const query = async <Row>(sql: string): Promise<Row[]> => (await pool.query(sql)).rows
    await migrate({ query, adapter: poolAdapter(pool) }, folder)
  } finally {
    await pool.end()
  }
}

async function openPGlite(
  location: EmbeddedLocation & Pick<DatabaseOptions, 'migrations'>,
  resources: AsyncDisposableStack,
): Promise<PGlite> {
  if ('pglite' in location) return location.pglite
  resources.use(await lockDirectory(location.directory))
  // The image has the migrations of this version; other ones begin with an empty database.
  const image = async () => (location.migrations === undefined ? readImage() : undefined)
  return resources.adopt(await openDataFolder(location.directory, image), (pglite) => pglite.close())
}
