import pg from 'pg'
import { openDatabase } from '../../../src/database/client.ts'

/** A PostgreSQL server on which this user may make databases, and drop them. */
const SERVER = process.env.TEST_DATABASE_URL ?? 'postgresql://127.0.0.1:5432/postgres'

/** A database of its own with all migrations, and a connection to it. Disposing drops it. */
export class BenchDatabase implements AsyncDisposable {
  readonly #name: string
  readonly client: pg.Client

  private constructor(name: string, client: pg.Client) {
    this.#name = name
    this.client = client
  }

  static async create(): Promise<BenchDatabase> {
    const name = `gatehouse_bench_${process.pid}_${++made}`
    await onServer(`CREATE DATABASE ${name}`)
    await (await openDatabase({ url: urlOf(name) }))[Symbol.asyncDispose]()
    const client = new pg.Client({ connectionString: urlOf(name) })
    await client.connect()
    return new BenchDatabase(name, client)
  }

  /** Its URL for a process, whose connections are found again by the name of that process. */
  url(process = 'bench'): string {
    return `${urlOf(this.#name)}?application_name=${process}`
  }

  /** The server processes behind the connections of a process. */
  async backends(process: string): Promise<number[]> {
    const { rows } = await this.client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = $2',
      [this.#name, process],
    )
    return rows.map(({ pid }) => pid)
  }

  async version(): Promise<string> {
    const { rows } = await this.client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`)
    return rows[0]?.version ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end()
    await onServer(`DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`)
  }
}

let made = 0

async function onServer(sql: string): Promise<void> {
  const server = new pg.Client({ connectionString: SERVER })
  await server.connect()
  await server.query(sql).finally(() => server.end())
}

const urlOf = (name: string): string => Object.assign(new URL(SERVER), { pathname: `/${name}` }).href
