import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { rethrowAsDriverError } from './driver-error.ts'
import { DatabaseUnreachable, Overloaded } from './errors.ts'
import type { Prisma } from './generated/client/client.ts'
import type { RunStatement } from './reader.ts'

/** In milliseconds: to reach the server. */
const CONNECT_TIMEOUT = 5_000

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
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    application_name: 'gatehouse',
    keepAlive: true,
    // Prisma's adapter writes and reads times without their zone and takes them for UTC. All are set by
    // statements: as parameters of the connection a PgBouncer would refuse them.
    onConnect: async (client) => {
      await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${statement}; SET lock_timeout = ${lock};
        SET idle_in_transaction_session_timeout = ${idle}`)
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
export function poolAdapter(pool: pg.Pool): SqlDriverAdapterFactory {
  const factory = new PrismaPg(pool, { statementNameGenerator })
  const { provider, adapterName } = factory
  const executeScript = async (script: string) => {
    await pool.query(script).catch(rethrowAsDriverError)
  }
  return { provider, adapterName, connect: async () => Object.assign(await factory.connect(), { executeScript }) }
}

/** The types of {@link poolReader}'s values that `pg` would leave as text. */
const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8 ? BigInt : pg.types.getTypeParser(oid, format)) as never,
}

/**
 * A pool for statements that only read, each of them prepared in its connection. A connection whose
 * answer does not come `patience` milliseconds long is given up, and so is one that fails.
 *
 * @throws {DatabaseUnreachable}
 */
export async function openReader(
  url: string,
  { patience, ...options }: Omit<PoolOptions, 'more'> & { readonly patience: number },
): Promise<{ readonly run: RunStatement; readonly pool: pg.Pool }> {
  // Connections stay open, so that what is reserved is there also when the server has no more to give.
  const pool = await openPool(url, { ...options, more: { types, query_timeout: patience, idleTimeoutMillis: 0 } })
  const run: RunStatement = async <Row>({ text, values }: Prisma.Sql) => {
    try {
      return (await pool.query({ name: nameOf(text), text, values })).rows as Row[]
    } catch (error) {
      throw isServers(error) ? error : new Overloaded(error)
    }
  }
  return { run, pool }
}

/** Whether the server itself said so, and not the connection to it. */
const isServers = (error: unknown): boolean => error instanceof pg.DatabaseError

/**
 * The beginning of a statement that the server is to keep, by its name, in each connection. That pays for
 * the few statements that run all the time and take longer to plan than to run.
 */
export const PREPARED = '/* prepared */'

const names = new Map<string, string>()

/** One text has one name; all others have none, and are planned each time. */
function statementNameGenerator({ sql }: { readonly sql: string }): string {
  return sql.trimStart().startsWith(PREPARED) ? nameOf(sql) : (undefined as never)
}

function nameOf(sql: string): string {
  const name = names.get(sql) ?? createHash('sha256').update(sql).digest('base64url')
  names.set(sql, name)
  return name
}

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
