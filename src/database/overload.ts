import { Overloaded } from './errors.ts'
import { driverError } from './violations.ts'

/**
 * SQLSTATEs of a database that is busy, stopping or out of reach (PostgreSQL, appendix A): connection
 * exceptions (08), a server that only reads (25006), a transaction that did nothing for too long (25P03),
 * conflicts (40001, 40P01), insufficient resources (53), a lock that was not to be had (55P03), a statement
 * that took too long or was cancelled (57014), a server that stops or starts (57P).
 */
const BUSY = /^(08|25006|25P03|40001|40P01|53|55P03|57014|57P0)/

/** What drivers call a connection that broke or could not be made. */
const AWAY: readonly string[] = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']

/**
 * Prisma's codes of a database that does not answer, of transactions that could not begin or took too long
 * (P2028), and of an {@link Overloaded} of ours that it met on its way.
 */
const GIVEN_UP: readonly string[] = [
  'OVERLOADED',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2034',
  'P2037',
]

/** The error as the overload that it is; undefined for one that would come again. */
export function overloadOf(error: unknown): Overloaded | undefined {
  if (error instanceof Overloaded) return error
  if (!(error instanceof Error)) return undefined
  const { code } = error as { readonly code?: unknown }
  const { originalCode, kind } = driverError(error) ?? {}
  const isBusy = BUSY.test(originalCode ?? '') || (isSqlState(error) && BUSY.test(error.code))
  const isAway = kind !== undefined && AWAY.includes(kind)
  if (isBusy || isAway || GIVEN_UP.includes(String(code))) return new Overloaded(error)
  return error.cause === undefined ? undefined : overloadOf(error.cause)
}

/** Whether it is PostgreSQL's own error, as `pg` and PGlite throw it. */
const isSqlState = (error: Error): error is Error & { readonly code: string } =>
  'severity' in error && 'code' in error && typeof error.code === 'string'
