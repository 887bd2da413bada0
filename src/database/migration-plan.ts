import { MigrationError } from './errors.ts'
import type { Migration } from './migration-files.ts'

/** What Prisma's table says of a migration that was begun and not marked as rolled back. */
export interface AppliedMigration {
  name: string
  checksum: string
  /** `failed`: the database refused it. `interrupted`: the process ended before it could say. */
  state: 'applied' | 'failed' | 'interrupted'
  /** Of a failed one: what the database said. */
  logs: string | null
}

export interface MigrationPlan {
  /** To be applied, in this order. */
  pending: Migration[]
  /** Of these, those begun before: to be marked as rolled back first. */
  retried: Migration[]
}

/**
 * The steps that lead from the history to the folder. A script runs as one transaction, so an unfinished
 * script left nothing behind. It is tried again when it was interrupted, or has changed since it failed.
 * Only a person can say whether an unchanged script that failed would succeed now.
 *
 * @throws {MigrationError} where the two do not fit together
 */
export function planMigrations(migrations: readonly Migration[], history: readonly AppliedMigration[]): MigrationPlan {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const entry of history) check(entry, known.get(entry.name))

  const applied = new Set(history.filter(({ state }) => state === 'applied').map(({ name }) => name))
  const begun = new Set(history.map(({ name }) => name))
  const pending = migrations.filter(({ name }) => !applied.has(name))
  return { pending, retried: pending.filter(({ name }) => begun.has(name)) }
}

function check({ name, checksum, state, logs }: AppliedMigration, migration: Migration | undefined): void {
  if (!migration)
    throw new MigrationError(
      `the database has the migration ${name}, which this version does not know; run a newer version`,
    )
  const edited = migration.checksum !== checksum
  if (state === 'applied' && edited)
    throw new MigrationError(`the migration ${name} was edited after it had been applied; restore it and add another`)
  if (state === 'failed' && !edited)
    throw new MigrationError(
      `the migration ${name} failed before (${logs?.split('\n', 2).join(' ')}); run a version that mends it, ` +
        `or mend the database and run: prisma migrate resolve --rolled-back ${name}`,
    )
}
