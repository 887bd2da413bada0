import { DriverAdapterError } from '@prisma/driver-adapter-utils'

/**
 * An error of PostgreSQL in the shape in which Prisma passes it on. The adapters do this for their own
 * queries; this is for all others. Errors that are not PostgreSQL's stay as they are.
 */
export function asDriverError(error: unknown): unknown {
  if (!isDatabaseError(error)) return error
  const { code, severity, message, detail, column, hint } = error
  return new DriverAdapterError({
    kind: 'postgres',
    code,
    severity,
    message,
    detail,
    column,
    hint,
    originalCode: code,
    originalMessage: message,
  })
}

/** Throws it as {@link asDriverError} says. */
export function rethrowAsDriverError(error: unknown): never {
  throw asDriverError(error)
}

type DatabaseError = Error & { code: string; severity: string } & Record<
    'detail' | 'column' | 'hint',
    string | undefined
  >

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && 'severity' in error
}
