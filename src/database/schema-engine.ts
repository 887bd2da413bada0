import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import type { Migration } from './migration-files.ts'

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg'

/** Tells the engine which SQL to speak; the model itself is only needed to compare. */
const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'

/** What the engine leaves alone: nothing. */
export const NO_FILTER = { externalTables: [], externalEnums: [] }

/**
 * Prisma's own schema engine, as WebAssembly, on an open database. Only who has something to migrate
 * asks for it: loading takes a tenth of a second.
 *
 * @param connectToShadowDb an empty database to replay migrations on; only comparing needs one
 */
export async function loadSchemaEngine(
  adapter: SqlDriverAdapterFactory,
  connectToShadowDb: () => Promise<SqlDriverAdapter> = () => Promise.reject(new Error('no shadow database')),
): Promise<SchemaEngine> {
  loading ??= instantiate()
  const { SchemaEngine } = await loading
  return SchemaEngine.new(
    { datamodels: [['schema.prisma', DATASOURCE]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory({ ...adapter, connectToShadowDb }),
  )
}

/** Once per process: the module's JavaScript half keeps views of a single instance's memory. */
let loading: ReturnType<typeof instantiate> | undefined

/** Part of the DOM's types, which this program does without. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/** Node can import WebAssembly by itself, but warns on every start that this is experimental. */
async function instantiate() {
  const glue = await import(MODULE)
  const wasm = createRequire(import.meta.url)
    .resolve(MODULE)
    .replace(/\.js$/, '.wasm')
  const imports = Object.entries(glue).map(([name, value]) => [name, isSetTimeout(name) ? setIdleTimeout : value])
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), {
    './schema_engine_bg.js': Object.fromEntries(imports),
  })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
  return glue as typeof import('@prisma/schema-engine-wasm')
}

const isSetTimeout = (name: string) => name.startsWith('__wbg_setTimeout_')

/** The engine never clears the ten seconds that it gives its advisory lock; they must not keep the process alive. */
const setIdleTimeout = (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref()

/** The migrations in the form that the engine takes them in. */
export function migrationList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: 'migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  }
}
