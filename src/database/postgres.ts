import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { asDriverError, rethrowAsDriverError } from './driver-error.ts'
import { DatabaseUnreachable } from './errors.ts'
import { NamingClient, statementName } from './prepared.ts'
import { type OwnAdapterFactory, type OwnTransaction, rethrow } from './queued.ts'
import type { RunStatement, Statement } from './statements.ts'

/** In milliseconds: to reach the server. */
const CONNECT_TIMEOUT = 5_000
/** In seconds: an old connection is replaced, with all that its server process has come to hold. */
const CONNECTION_LIFETIME = 1_800

/** In milliseconds, each for as long as PostgreSQL lets something take; 0 for as long as it wants. */
export interface Timeouts {
  readonly statement: number
  readonly lock: number
  /** A transaction in which nothing is asked. */
  readonly idle: number
}

interface PoolOptions {
  readonly size: number
  readonly timeouts: Timeouts
  /** Further settings of `pg`. */
  readonly more?: pg.PoolConfig
}

/**
 * A pool of at most `size` connections, tried once.
 * @throws {DatabaseUnreachable}
 */
export async function openPool(url: string, { size, timeouts, more }: PoolOptions): Promise<pg.Pool> {
  const { statement, lock, idle } = timeouts
  const pool = new pg.Pool({
    ...parse(url),
    Client: NamingClient,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    maxLifetimeSeconds: CONNECTION_LIFETIME,
    application_name: 'gatehouse',
    keepAlive: true,
    // Prisma's adapter writes and reads times without their zone and takes them for UTC. All are set by
    // statements: as parameters of the connection a PgBouncer would refuse them.
    onConnect: async (client) => {
      // Where reading at random is thought to be dear, an organization whose rows are older than all others
      // is looked for among the rows of everybody.
      await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${statement}; SET lock_timeout = ${lock};
        SET idle_in_transaction_session_timeout = ${idle}; SET random_page_cost = 1.1`)
    },
    ...more,
  })
  // An idle connection that the server ended is replaced at the next query; without a listener its
  // error would end the process.
  pool.on('error', () => {})
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    await pool.end()
    throw new DatabaseUnreachable(`cannot use ${describe(url)}: ${reason(error)}`)
  }
  return pool
}

/**
 * Prisma's way to a pool. A script goes to the server whole: the published adapter cuts it at every
 * semicolon, also inside function bodies, and the first half of a failing migration would stay.
 */
export function poolAdapter(pool: pg.Pool): OwnAdapterFactory {
  const factory = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => statementName(sql) as never })
  const { provider, adapterName } = factory
  return {
    provider,
    adapterName,
    async connect() {
      const adapter = await factory.connect()
      const startTransaction = adapter.startTransaction.bind(adapter)
      return Object.assign(adapter, {
        executeScript: async (script: string) => {
          await pool.query(script).catch(rethrowAsDriverError)
        },
        startTransaction: async (isolationLevel?: Parameters<typeof startTransaction>[0]): Promise<OwnTransaction> => {
          const transaction = await startTransaction(isolationLevel)
          return Object.assign(transaction, { run: poolRun(connectionOf(transaction)) })
        },
      })
    },
  }
}

/** The connection that a transaction of the published adapter holds; it keeps that to itself. */
function connectionOf(transaction: object): pg.ClientBase {
  const client: unknown = Reflect.get(transaction, 'client')
  if (client instanceof pg.Client) return client
  throw new Error('@prisma/adapter-pg keeps the connection of its transactions elsewhere now')
}

/** The types of values that `pg` would leave as text. */
const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8 ? BigInt : pg.types.getTypeParser(oid, format)) as never,
}

/** Runs statements past Prisma, on any connection of a pool or on this one. */
export const poolRun =
  (queryable: pg.Pool | pg.ClientBase): RunStatement =>
  async <Row>({ text, values }: Statement) => {
    try {
      const { rows, rowCount } = await queryable.query({ name: statementName(text), text, values, types })
      return { rows: rows as Row[], count: rowCount ?? rows.length }
    } catch (error) {
      return rethrow(asDriverError(error))
    }
  }

/**
 * A pool whose connections stay open, so that what is reserved is there also when the server has no more to
 * give. A connection whose answer does not come `patience` milliseconds long is given up.
 *
 * @throws {DatabaseUnreachable}
 */
export const openReserved = (
  url: string,
  { patience, ...options }: Omit<PoolOptions, 'more'> & { readonly patience: number },
): Promise<pg.Pool> => openPool(url, { ...options, more: { query_timeout: patience, idleTimeoutMillis: 0 } })

function parse(url: string): pg.PoolConfig {
  const valid = URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)
  if (!valid) throw new DatabaseUnreachable('not a URL of the form postgres://user:password@host:port/database')
  return { connectionString: url }
}

/** Where it is, without user and password. */
function describe(url: string): string {
  const { host, pathname } = new URL(url)
  return `PostgreSQL at ${host}${pathname}`
}

function reason(error: unknown): string {
  // Where a host name has several addresses, each failed for a reason of its own and the whole has no message.
  if (error instanceof AggregateError) return reason(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
