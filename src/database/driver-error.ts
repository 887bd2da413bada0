import { DriverAdapterError } from '@prisma/driver-adapter-utils'

/**
 * Throws an error of PostgreSQL in the shape in which Prisma passes it on. The adapters do this for their
 * own queries; this is for all others. Errors that are not PostgreSQL's stay as they are.
 */
export function rethrowAsDriverError(error: unknown): never {
  if (!isDatabaseError(error)) throw error
  const { code, severity, message, detail, column, hint } = error
  throw new DriverAdapterError({
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

type DatabaseError = Error & { code: string; severity: string } & Record<
    'detail' | 'column' | 'hint',
    string | undefined
  >

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && 'severity' in error
}
