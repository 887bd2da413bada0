import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { rethrowAsDriverError } from './driver-error.ts'
import { DatabaseUnreachable } from './errors.ts'

/** In milliseconds: to reach the server, and also to wait for a free connection of a full pool. */
const CONNECT_TIMEOUT = 10_000

/**
 * A pool of at most `size` connections, tried once.
 * @throws {DatabaseUnreachable}
 */
export async function openPool(url: string, size: number): Promise<pg.Pool> {
  const pool = new pg.Pool({
    ...parse(url),
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    application_name: 'gatehouse',
    // Prisma's adapter writes and reads times without their zone and takes them for UTC.
    onConnect: async (client) => {
      await client.query("SET TIME ZONE 'UTC'")
    },
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

/**
 * What a statement begins with that the server is to keep, by its name, in each connection. Worth it
 * for the few that are asked all the time and take longer to plan than to run.
 */
export const PREPARED = '/* prepared */'

const names = new Map<string, string>()

/** One text has one name; all others have none, and are planned each time. */
function statementNameGenerator({ sql }: { readonly sql: string }): string {
  if (!sql.trimStart().startsWith(PREPARED)) return undefined as never
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
