import { type Error as DriverError, isDriverAdapterError } from '@prisma/driver-adapter-utils'

/** SQLSTATE class 23: an integrity constraint refused the write. */
const INTEGRITY_VIOLATION = /^23/

/**
 * The name of the constraint, unique index or rule of a trigger that refused a write, such as
 * `User_email_key` or `Organization_keeps_super_admin`; undefined for any other error. It is the same
 * on both databases, and wherever the error came from: a query, a raw query, or COMMIT.
 */
export function violatedConstraint(error: unknown): string | undefined {
  const { originalCode = '', originalMessage = '', ...cause } = driverError(error) ?? {}
  if (!INTEGRITY_VIOLATION.test(originalCode)) return undefined
  // PostgreSQL's own message may be in another language; then the driver's word is all there is.
  if ('constraint' in cause && cause.constraint && 'index' in cause.constraint) return cause.constraint.index
  return originalMessage.match(/constraint "([^"]+)"/)?.[1]
}

/** Whether the database gave up on a transaction that another one was in the way of; the same again may succeed. */
export const isConflict = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === 'P2034' || /^40(P01|001)$/.test(driverError(error)?.originalCode ?? '')

/** What the driver said of an error of Prisma's or of an adapter's; undefined for any other. */
export function driverError(error: unknown): Partial<DriverError> | undefined {
  if (!(error instanceof Error)) return undefined
  if (isDriverAdapterError(error)) return error.cause
  const meta = (error as { meta?: { driverAdapterError?: { cause?: DriverError } } }).meta
  return meta?.driverAdapterError?.cause
}
