import pg from 'pg'
import type { Wire } from './wire.ts'

const CHANNEL = 'gatehouse'
/** In milliseconds: how long a connection, and the answer to a statement, is waited for. */
const PATIENCE = 3_000
/** In milliseconds: a connection that broke is made anew after this long, and after twice as long each time that fails. */
const FIRST_RETRY = 100
const LONGEST_RETRY = 5_000

/**
 * LISTEN and NOTIFY, on a connection of its own, which is made anew whenever it breaks. A NOTIFY takes a lock of the whole
 * server at its commit, so it is a transaction by itself: nobody else's commit holds that lock, or waits for it.
 */
export class PostgresWire implements Wire {
  readonly #url: string
  readonly #onText: (text: string) => void
  #client: pg.Client | undefined
  #ready = false
  #retryAfter = FIRST_RETRY
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(url: string, onText: (text: string) => void) {
    this.#url = url
    this.#onText = onText
    this.#connect()
  }

  async send(text: string): Promise<void> {
    const client = this.#client
    if (!client || !this.#ready) throw new Error('the wire is not connected')
    try {
      await client.query({ name: 'ring', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, text] })
    } catch (error) {
      this.#replace(client)
      throw error
    }
  }

  #connect(): void {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'gatehouse',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
    })
    this.#client = client
    client.on('notification', ({ payload }) => this.#onText(payload ?? ''))
    client.on('error', () => this.#replace(client))
    client.on('end', () => this.#replace(client))
    client
      .connect()
      .then(() => client.query(`LISTEN ${CHANNEL}`))
      .then(() => {
        this.#ready = true
        this.#retryAfter = FIRST_RETRY
      })
      .catch(() => this.#replace(client))
  }

  /** Called for each way in which a connection can say that it is of no use any more. */
  #replace(client: pg.Client): void {
    if (this.#client !== client || this.#closed) return
    this.#client = undefined
    this.#ready = false
    void client.end().catch(() => {})
    this.#retry = setTimeout(() => this.#connect(), this.#retryAfter * (0.5 + Math.random())).unref()
    this.#retryAfter = Math.min(2 * this.#retryAfter, LONGEST_RETRY)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#client?.end().catch(() => {})
  }
}
