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
