import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MigrationError, openDatabase } from '../../src/database/client.ts'
import { pgliteAdapter } from '../../src/database/embedded.ts'
import { diffMigrations, makeMigration } from '../../src/database/make-migration.ts'
import { MIGRATIONS_FOLDER, readMigrations, SCHEMA_FILE } from '../../src/database/migration-files.ts'
import { migrate } from '../../src/database/migrations.ts'
import { loadSchemaEngine, migrationList, NO_FILTER } from '../../src/database/schema-engine.ts'
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts'
import { rows } from './support.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-migrations-'))
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true })
  return () => rm(folder, { recursive: true, force: true })
})

async function addMigration(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), script)
}

const NEXT = '29990101000000_next'
const HALF_GOOD = 'CREATE TABLE "Half" ("id" int); INSERT INTO "Half" VALUES (1); SELECT * FROM "Nowhere";'

describe.each(databaseKinds)('opening a database (%s)', (kind) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase(kind, { persistent: true })
    return () => database[Symbol.asyncDispose]()
  })

  /** Opens it with the migrations of `folder` and closes it again. */
  const open = async () => {
    await using opened = await openDatabase({ ...database.location, migrations: folder })
    return await opened.prisma.user.count()
  }
  const tableExists = async (name: string) =>
    (await rows(database.location, `SELECT FROM pg_class WHERE relname = '${name}'`)).length > 0
  const recorded = (columns: string) =>
    rows(
      database.location,
      `SELECT ${columns} FROM "_prisma_migrations" WHERE "migration_name" = '${NEXT}' ORDER BY "started_at"`,
    )

  it('makes all tables of an empty one', async () => {
    await using empty = await createTestDatabase(kind, { persistent: true, migrated: false })
    await using opened = await openDatabase(empty.location)
    expect(await opened.prisma.organization.count()).toBe(0)
  })

  it('applies a new migration once', async () => {
    await addMigration(NEXT, 'CREATE TABLE "Next" ("id" int)')
    await open()
    await open()
    expect(await tableExists('Next')).toBe(true)
    expect(await recorded('"applied_steps_count"')).toEqual([{ applied_steps_count: 1 }])
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    const [{ name, script } = { name: '', script: '' }] = await readMigrations(folder)
    await addMigration(name, `${script}\n-- edited`)
    await expect(open()).rejects.toThrow(MigrationError)
    await expect(open()).rejects.toThrow(`the migration ${name} was edited`)
  })

  it('refuses a database that a newer version has migrated', async () => {
    await addMigration(NEXT, 'SELECT 1')
    await open()
    await rm(join(folder, NEXT), { recursive: true })
    await expect(open()).rejects.toThrow(`the migration ${NEXT}, which this version does not know`)
  })

  it('records a failing migration as failed, keeps nothing of it and says why', async () => {
    await addMigration(NEXT, HALF_GOOD)
    await expect(open()).rejects.toThrow(new RegExp(`^migration ${NEXT} failed: .*No such table: Nowhere$`, 's'))
    expect(await tableExists('Half')).toBe(false)
    expect(await recorded('"finished_at", "rolled_back_at", "applied_steps_count"')).toEqual([
      { finished_at: null, rolled_back_at: null, applied_steps_count: 0 },
    ])
    await expect(open()).rejects.toThrow(new RegExp(`the migration ${NEXT} failed before .*No such table: Nowhere`))
  })

  it('applies a migration that failed once its script is mended', async () => {
    await addMigration(NEXT, HALF_GOOD)
    await expect(open()).rejects.toThrow(MigrationError)
    await addMigration(NEXT, HALF_GOOD.replace('"Nowhere"', '"Half"'))
    await open()
    expect(await recorded('"rolled_back_at" IS NOT NULL AS "undone", "finished_at" IS NOT NULL AS "done"')).toEqual([
      { undone: true, done: false },
      { undone: false, done: true },
    ])
  })

  it('lets a refresh of the release before be answered once more', async () => {
    await using empty = await createTestDatabase(kind, { persistent: true, migrated: false })
    const later = (await readMigrations(folder)).filter(({ name }) => name >= '20261128203202_rotations')
    for (const { name } of later) await rm(join(folder, name), { recursive: true })
    const before = await openDatabase({ ...empty.location, migrations: folder, poolSize: 4 })
    const token = (hash: string, seconds: number) =>
      `('${hash}', gen_random_uuid(), 'REFRESH', now(), now(), now() - interval '${seconds} seconds')`
    // Of the smallest pool one connection is for this. Nothing here depends on whose they are. The one of just now stays so, however long the migration is waited for.
    await before.prisma.$executeRaw`SET session_replication_role = replica`
    await before.prisma.$executeRawUnsafe(
      `INSERT INTO "Token" ("hash", "familyId", "kind", "createdAt", "expiresAt", "rotatedAt")
       VALUES ${token('just now', -3_600)}, ${token('long ago', 60)}`,
    )
    await before[Symbol.asyncDispose]()
    await using after = await openDatabase(empty.location)
    expect(await after.prisma.rotation.findMany({ select: { tokenHash: true, random: true } })).toEqual([
      { tokenHash: 'just now', random: '' },
    ])
  })

  it('applies a migration again that was interrupted before', async () => {
    await addMigration(NEXT, 'SELECT 1')
    const [migration] = (await readMigrations(folder)).slice(-1)
    await rows(
      database.location,
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name") VALUES ('1', '${migration?.checksum}', '${NEXT}')`,
    )
    await open()
    expect(await recorded('"finished_at" IS NOT NULL AS "done"')).toEqual([{ done: false }, { done: true }])
  })
})

describe.skipIf(!databaseKinds.includes('pglite'))('a database that is up to date', () => {
  let database: TestDatabase
  let pglite: PGlite
  beforeAll(async () => {
    database = await createTestDatabase('pglite')
    if ('pglite' in database.location) pglite = database.location.pglite
  })
  afterAll(() => database[Symbol.asyncDispose]())

  it('is opened without Prisma’s engine', async () => {
    const connect = () => Promise.reject(new Error('the engine connected'))
    const query = async <Row>(sql: string) => (await pglite.query<Row>(sql)).rows
    await migrate({ query, adapter: { ...pgliteAdapter(pglite), connect } })
  })

  it('leaves Prisma nothing to do', async () => {
    using engine = await loadSchemaEngine(pgliteAdapter(pglite))
    const migrationsList = migrationList(await readMigrations())
    const diagnosis = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NO_FILTER,
    })
    expect(diagnosis).toMatchObject({ history: null, failedMigrationNames: [], editedMigrationNames: [] })
    expect(await engine.applyMigrations({ migrationsList, filters: NO_FILTER })).toEqual({ appliedMigrationNames: [] })
  })
})

describe.skipIf(!databaseKinds.includes('pglite'))('making a migration', () => {
  it('finds that the migrations lead to the schema', async () => {
    expect(await diffMigrations()).toBeNull()
  })

  it('writes what is missing, and then nothing more', async () => {
    const schemaFile = join(folder, 'schema.prisma')
    const schema = await readFile(SCHEMA_FILE, 'utf8')
    await writeFile(schemaFile, `${schema}\nmodel Next {\n  id Int @id\n}\n`)
    const file = await makeMigration('next', new Date('2999-01-02T03:04:05.678Z'), folder, schemaFile)
    expect(file).toBe(join(folder, '29990102030405_next', 'migration.sql'))
    expect(await readFile(file ?? '', 'utf8')).toContain('CREATE TABLE "Next"')
    expect(await makeMigration('next', new Date(), folder, schemaFile)).toBeNull()
  })
})
