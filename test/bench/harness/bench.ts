import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { FileConfig } from '../../../src/config/file.ts'
import { Child } from './child.ts'
import { BenchDatabase } from './database.ts'

/** Seals the keys of databases that nobody else ever reaches, and that are dropped. */
const SECRET = '0f4c8e1b7a2d4695b3e0d8f1c6a79254'

/** In milliseconds: tokens that are signed in with last as long as a bench does. */
const HOURS = 12 * 3_600_000

/** A database of its own, and the servers that a bench runs on it. Disposing ends all of it, as does ^C. */
export class Bench implements AsyncDisposable {
  readonly database: BenchDatabase
  readonly #folder: string
  readonly #resources: AsyncDisposableStack

  private constructor(database: BenchDatabase, folder: string, resources: AsyncDisposableStack) {
    this.database = database
    this.#folder = folder
    this.#resources = resources
  }

  static async start(): Promise<Bench> {
    await using resources = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
    resources.defer(() => rm(folder, { recursive: true }))
    const database = resources.use(await BenchDatabase.create())
    const bench = new Bench(database, folder, resources.move())
    process.once('SIGINT', () => void bench[Symbol.asyncDispose]().then(() => process.exit(130)))
    return bench
  }

  /** The real server in production, with limits that a bench does not meet. */
  async gatehouse({ name = 'gatehouse', env = {}, file = {} }: GatehouseOptions = {}): Promise<Child> {
    return this.#start(name, new URL('../../../src/main.ts', import.meta.url), await this.environment(name, file, env))
  }

  /** What Gatehouse is told by its environment. */
  async environment(name: string, file: FileConfig = {}, env = {}): Promise<Record<string, string>> {
    const config: FileConfig = {
      ...file,
      limits: { appsPerOrganization: 1_000_000, ...file.limits },
      durations: { signInToken: HOURS, ...file.durations },
    }
    const path = join(this.#folder, `${name}.json`)
    await writeFile(path, JSON.stringify(config))
    return { DATABASE_URL: this.database.url(name), GATEHOUSE_SECRET: SECRET, GATEHOUSE_CONFIG: path, ...env }
  }

  /** What Gatehouse is measured beside: a module of `peers/`. */
  peer(script: URL, env: Readonly<Record<string, string>> = {}): Promise<Child> {
    const name = basename(script.pathname, '.ts')
    return this.#start(name, script, { DATABASE_URL: this.database.url(name), ...env })
  }

  /** A node on which something changes in every organization once a second. */
  async changes(): Promise<Child> {
    const env = await this.environment('changes')
    return this.#start('changes', new URL('./changes.ts', import.meta.url), { ...env, LOG_LEVEL: 'warn' })
  }

  async #start(name: string, script: URL, env: Record<string, string>): Promise<Child> {
    return this.#resources.use(await Child.start({ name, script, env, folder: this.#folder }))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}

interface GatehouseOptions {
  readonly name?: string
  readonly env?: Readonly<Record<string, string>>
  /** What the file named by GATEHOUSE_CONFIG says. */
  readonly file?: FileConfig
}
