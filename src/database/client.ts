import type { PGlite } from '@electric-sql/pglite'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { DEFAULT_POOL, durations, limits } from '../config/defaults.ts'
import { lockDirectory, openDataFolder } from './data-directory.ts'
import { pgliteAdapter, pgliteRun } from './embedded.ts'
import { type Prisma, PrismaClient } from './generated/client/client.ts'
import { readImage } from './image.ts'
import { MIGRATION_LOCK, migrate } from './migrations.ts'
import { shareOut } from './pool-shares.ts'
import { openPool, openReserved, poolAdapter, poolRun } from './postgres.ts'
import { PostgresWire } from './postgres-wire.ts'
import { type LaneTerms, Queue } from './queue.ts'
import { queued } from './queued.ts'
import {
  inLane,
  type Reader,
  type Reservation,
  type RunStatement,
  reservations,
  statementsOf,
  withOwnStatements,
} from './statements.ts'
import type { OpenWire } from './wire.ts'

export {
  DatabaseUnreachable,
  DataDirectoryLocked,
  DataDirectoryUnusable,
  MigrationError,
} from './errors.ts'

/** Inside a transaction only this is used: on the embedded database the outer client would wait for itself. */
export type Tx = Prisma.TransactionClient

/** An open database whose schema is up to date. Disposing closes it. */
export interface Database extends AsyncDisposable {
  readonly prisma: PrismaClient
  /** Ways to read past everything that `prisma` is asked: each has a part of the database to itself. */
  readonly reserved: Readonly<Record<Reservation, Reader>>
  readonly kind: 'embedded' | 'postgres'
  /** How its nodes reach one another; the embedded database has one node. */
  readonly openWire?: OpenWire | undefined
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
  /** Told each statement that is sent. */
  onQuery?: (sql: string) => void
  /** False: Prisma does all reads itself, as the statements of our own are measured by. */
  ownReads?: boolean
  /** What bounds it, where that is not what the configuration says by default. */
  bounds?: Partial<Bounds>
}

/** How long what may take, in milliseconds, and how many may wait; `config/defaults.ts` says more. */
type Bounds = Pick<typeof durations, 'databaseWait' | 'reservedWait' | 'statement' | 'lock' | 'transaction'> &
  Pick<typeof limits, 'databaseQueue'>

/**
 * Opens a database and brings its schema up to date first.
 *
 * @throws {DatabaseUnreachable} the URL is malformed, or no usable server is there
 * @throws {DataDirectoryLocked} another process has the folder
 * @throws {DataDirectoryUnusable} the folder cannot be made, or kept from other users
 * @throws {MigrationError} the schema cannot be brought up to date
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const bounds: Bounds = { ...durations, ...limits, ...options.bounds }
  await using resources = new AsyncDisposableStack()
  const parts =
    'url' in options
      ? await connectPostgres(options, bounds, resources)
      : await connectEmbedded(options, bounds, resources)
  const client = new PrismaClient({
    adapter: parts.adapter,
    // A place to begin at is waited for in our own queue, which is bounded.
    transactionOptions: { maxWait: bounds.databaseWait + bounds.transaction, timeout: bounds.transaction },
    log: options.onQuery ? [{ emit: 'event', level: 'query' }] : [],
  })
  const { onQuery } = options
  if (onQuery) client.$on('query', ({ query }) => onQuery(query))
  resources.defer(() => client.$disconnect())
  const prisma = withOwnStatements(client, parts.run, options)
  const owned = resources.move()
  const { reserved, kind, openWire } = parts
  return { prisma, reserved, kind, openWire, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** What a database is made of: Prisma's way to it, and the ways past Prisma that are kept free. */
interface Parts extends Pick<Database, 'kind' | 'reserved' | 'openWire'> {
  readonly adapter: SqlDriverAdapterFactory
  /** What goes past Prisma, but in the same lane. */
  readonly run: RunStatement
}

/** A pool for each reservation, and one for everything else. */
async function connectPostgres(
  { url, poolSize = DEFAULT_POOL, migrations, onQuery }: PostgresLocation & DatabaseOptions,
  bounds: Bounds,
  resources: AsyncDisposableStack,
): Promise<Parts> {
  await migratePostgres(url, migrations)
  const { statement, lock, transaction, reservedWait } = bounds
  // Somewhat longer than Prisma waits for a transaction: this ends what a node left behind that died.
  const timeouts = { statement, lock, idle: transaction + 5_000 }
  const { ordinary, ...sizes } = shareOut(poolSize)
  const pool = await openPool(url, { size: ordinary, timeouts })
  resources.defer(() => pool.end())
  const lane = new Queue(ordinary).lane(ordinaryTerms(bounds))
  const readers = reservations.map(async (name) => {
    const size = sizes[name]
    const pool = await openReserved(url, { size, timeouts, patience: reservedWait })
    resources.defer(() => pool.end())
    return [name, statementsOf(inLane(new Queue(size).lane(reservedTerms(bounds, 0)), poolRun(pool)), onQuery)]
  })
  return {
    kind: 'postgres',
    openWire: (onText) => new PostgresWire(url, onText),
    adapter: queued(poolAdapter(pool), lane),
    run: inLane(lane, poolRun(pool)),
    reserved: Object.fromEntries(await Promise.all(readers)),
  }
}

/** One connection, in front of which checks go first, and everything that is reserved before the rest. */
async function connectEmbedded(
  options: EmbeddedLocation & DatabaseOptions,
  bounds: Bounds,
  resources: AsyncDisposableStack,
): Promise<Parts> {
  const pglite = await openPGlite(options, resources)
  const adapter = pgliteAdapter(pglite)
  const query = async <Row>(sql: string) => (await pglite.query<Row>(sql)).rows
  await migrate({ query, adapter }, options.migrations)
  const queue = new Queue(1)
  const run = pgliteRun(pglite)
  const readers = reservations.map((name, rank) => [
    name,
    statementsOf(inLane(queue.lane(reservedTerms(bounds, rank)), run), options.onQuery),
  ])
  const last = queue.lane({ ...ordinaryTerms(bounds), rank: reservations.length })
  return {
    kind: 'embedded',
    adapter: queued(adapter, last),
    run: inLane(last, run),
    reserved: Object.fromEntries(readers),
  }
}

const ordinaryTerms = ({ databaseQueue, databaseWait }: Bounds): LaneTerms => ({
  rank: 0,
  length: databaseQueue,
  wait: databaseWait,
})

const reservedTerms = ({ databaseQueue, reservedWait }: Bounds, rank: number): LaneTerms => ({
  rank,
  length: databaseQueue,
  wait: reservedWait,
})

async function migratePostgres(url: string, folder: string | undefined): Promise<void> {
  // The lock belongs to the session, so all happens on one connection; ending it releases the lock.
  const pool = await openPool(url, { size: 1, timeouts: { statement: 0, lock: 0, idle: 0 } })
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
