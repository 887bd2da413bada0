import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { MigrationError } from './errors.ts'
import { type Migration, readMigrations } from './migration-files.ts'
import { type AppliedMigration, planMigrations } from './migration-plan.ts'
import { loadSchemaEngine, migrationList, NO_FILTER } from './schema-engine.ts'

/** The advisory lock that `prisma migrate deploy` takes too, so that the two exclude each other. */
export const MIGRATION_LOCK = 72707369

/** What migrating needs of a database. */
export interface Migratable {
  /** The rows of a statement without parameters. */
  query<Row>(sql: string): Promise<Row[]>
  readonly adapter: SqlDriverAdapterFactory
}

/**
 * Applies the migrations of `folder` (prisma/migrations by default) that the database lacks. Prisma's
 * engine, which does it, is not even loaded when nothing is to do.
 *
 * The caller must be alone: it holds MIGRATION_LOCK on PostgreSQL, the folder's lock on the embedded database.
 *
 * @throws {MigrationError} when a migration fails or failed before, when an applied one was edited,
 * or when the database is ahead of the folder
 */
export async function migrate(database: Migratable, folder?: string): Promise<void> {
  const migrations = await readMigrations(folder)
  const { pending, retried } = planMigrations(migrations, await readHistory(database))
  if (pending.length > 0) await apply(database, migrations, retried)
}

async function apply(database: Migratable, migrations: Migration[], retried: Migration[]): Promise<void> {
  using engine = await loadSchemaEngine(database.adapter)
  try {
    for (const { name } of retried) await engine.markMigrationRolledBack({ migrationName: name })
    await engine.applyMigrations({ migrationsList: migrationList(migrations), filters: NO_FILTER })
  } catch (error) {
    const failed = (await readHistory(database)).find(({ state }) => state !== 'applied')
    const what = failed ? `migration ${failed.name} failed` : 'the database cannot be migrated'
    throw new MigrationError(`${what}: ${withoutTrace(error)}`, { cause: error })
  }
}

async function readHistory(database: Migratable): Promise<AppliedMigration[]> {
  const [table] = await database.query<{ exists: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS "exists"`,
  )
  if (!table?.exists) return []
  return database.query<AppliedMigration>(
    `SELECT "migration_name" AS "name", "checksum", "logs",
       CASE WHEN "finished_at" IS NOT NULL THEN 'applied' WHEN "logs" IS NULL THEN 'interrupted' ELSE 'failed' END AS "state"
     FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "started_at"`,
  )
}

/** The engine's messages end in a numbered trace of its own functions. */
function withoutTrace(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\n\s+0: .*/s, '')
}
