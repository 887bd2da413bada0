import { AsyncResource } from 'node:async_hooks'
import type { Clock, LastUse } from '../core.ts'
import { Prisma, type PrismaClient } from '../database/generated/client/client.ts'

/** How long uses are collected before they are written together, in milliseconds. */
const INTERVAL = 1_000

type Table = 'Token' | 'Grant' | 'AppSecret' | 'AppKey'

/**
 * Notes when tokens, grants, secrets and keys were last used: collected in memory and written
 * together, at most once a second. A check waits for none of it; a crash loses what was not written yet.
 */
export class BatchedLastUse implements LastUse, AsyncDisposable {
  readonly #prisma: PrismaClient
  readonly #clock: Clock
  readonly #onError: (err: unknown) => void
  #noted = new Map<Table, Map<string, Date>>()
  #timer: NodeJS.Timeout | undefined
  /** A write serves many requests, so it does not run in the context of the request that set the timer. */
  readonly #flushBeside = AsyncResource.bind(() => void this.flush())
  #writing: Promise<void> = Promise.resolve()

  constructor(prisma: PrismaClient, clock: Clock, onError: (err: unknown) => void) {
    this.#prisma = prisma
    this.#clock = clock
    this.#onError = onError
  }

  note({ hash, grantId }: { readonly hash: string; readonly grantId: string }): void {
    this.#note('Token', hash)
    this.#note('Grant', grantId)
  }

  noteCredential({ kind, id }: { readonly kind: 'SECRET' | 'KEY'; readonly id: string }): void {
    this.#note(kind === 'SECRET' ? 'AppSecret' : 'AppKey', id)
  }

  #note(table: Table, key: string): void {
    const uses = this.#noted.get(table) ?? new Map<string, Date>()
    this.#noted.set(table, uses.set(key, this.#clock.now()))
    this.#timer ??= setTimeout(this.#flushBeside, INTERVAL).unref()
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write()).catch(this.#onError)
    return this.#writing
  }

  async #write(): Promise<void> {
    const noted = this.#noted
    this.#noted = new Map()
    for (const [table, uses] of noted) await this.#writeTable(table, uses)
  }

  /** In the order of the keys, as everybody locks several rows, and passing over those that somebody holds. */
  async #writeTable(table: Table, uses: ReadonlyMap<string, Date>): Promise<void> {
    const name = Prisma.raw(`"${table}"`)
    const key = Prisma.raw(table === 'Token' ? '"hash"' : '"id"')
    const type = Prisma.raw(table === 'Token' ? 'text[]' : 'uuid[]')
    await this.#prisma.$executeRaw`
      WITH uses AS (
        SELECT * FROM unnest(${[...uses.keys()]}::${type}, ${[...uses.values()]}::timestamptz[]) AS u(${key}, "at")
      ), free AS (
        SELECT r.${key} FROM ${name} AS r JOIN uses USING (${key}) ORDER BY r.${key} FOR NO KEY UPDATE OF r SKIP LOCKED
      )
      UPDATE ${name} AS r SET "lastUsedAt" = GREATEST(r."lastUsedAt", uses."at")
      FROM uses JOIN free USING (${key}) WHERE r.${key} = uses.${key}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
  }
}
