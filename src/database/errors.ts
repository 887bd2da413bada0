/** The folder of the embedded database belongs to another running process. */
export class DataDirectoryLocked extends Error {
  override readonly name = 'DataDirectoryLocked'
  readonly directory: string

  constructor(directory: string) {
    super(`DATA_DIR: another process is using the database in ${directory}; stop it, or name another folder`)
    this.directory = directory
  }
}

/**
 * DATABASE_URL is malformed, or nothing answers there that lets us in. The message is one line and
 * never holds the password; there is no `cause`, because the driver's errors may quote the whole URL.
 */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'

  constructor(reason: string) {
    super(`DATABASE_URL: ${reason}`)
  }
}

/** The schema cannot be brought up to date without a person's decision. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** The folder of the embedded database cannot be made, or cannot be kept from other users of the machine. */
export class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable'

  constructor(directory: string, why: string, options?: ErrorOptions) {
    super(`DATA_DIR: ${directory} ${why}`, options)
  }
}

/** After how many seconds it is worth trying again what the database had no room for. */
export const RETRY_AFTER = 2

/**
 * The database, or this node's share of it, is busy or away. What was asked for was not done; the same
 * again may succeed later.
 */
export class Overloaded extends Error {
  override readonly name: string = 'Overloaded'
  readonly code: string = 'OVERLOADED'
  readonly retryAfterSeconds = RETRY_AFTER

  /** @param cause what the database or its driver said, for the log. */
  constructor(
    cause?: unknown,
    message = `The server is busy or cannot reach its database. Try again in ${RETRY_AFTER} seconds.`,
  ) {
    super(message, { cause })
  }
}
