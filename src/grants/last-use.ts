import type { Clock } from '../core.ts'
import type { PrismaClient } from '../database/generated/client/client.ts'

/** How long uses are collected before they are written together, in milliseconds. */
const INTERVAL = 1_000

interface Use {
  readonly hash: string
  readonly grantId: string
}

/**
 * Notes when tokens and grants were last used: collected in memory and written together, at most once
 * a second. A check waits for none of it; a crash loses what was not written yet.
 */
export class LastUse implements AsyncDisposable {
  readonly #prisma: PrismaClient
  readonly #clock: Clock
  readonly #onError: (err: unknown) => void
  #tokens = new Map<string, Date>()
  #grants = new Map<string, Date>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(prisma: PrismaClient, clock: Clock, onError: (err: unknown) => void) {
    this.#prisma = prisma
    this.#clock = clock
    this.#onError = onError
  }

  note({ hash, grantId }: Use): void {
    const now = this.#clock.now()
    this.#tokens.set(hash, now)
    this.#grants.set(grantId, now)
    this.#timer ??= setTimeout(() => void this.flush(), INTERVAL).unref()
  }

  /** Writes what was noted so far; what is deleted by now is passed over. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write()).catch(this.#onError)
    return this.#writing
  }

  async #write(): Promise<void> {
    const tokens = this.#tokens
    const grants = this.#grants
    if (tokens.size === 0) return
    this.#tokens = new Map()
    this.#grants = new Map()
    // In the order of their keys, as everybody locks several rows, and passing over what somebody
    // holds who is about to delete it.
    await this.#prisma.$executeRaw`
      WITH uses AS (SELECT * FROM unnest(${[...tokens.keys()]}::text[], ${[...tokens.values()]}::timestamptz[]) AS u("hash", "at")),
      free AS (SELECT t."hash" FROM "Token" AS t JOIN uses USING ("hash") ORDER BY t."hash" FOR NO KEY UPDATE OF t SKIP LOCKED)
      UPDATE "Token" AS t SET "lastUsedAt" = GREATEST(t."lastUsedAt", uses."at")
      FROM uses JOIN free USING ("hash") WHERE t."hash" = uses."hash"`
    await this.#prisma.$executeRaw`
      WITH uses AS (SELECT * FROM unnest(${[...grants.keys()]}::uuid[], ${[...grants.values()]}::timestamptz[]) AS u("id", "at")),
      free AS (SELECT g."id" FROM "Grant" AS g JOIN uses USING ("id") ORDER BY g."id" FOR NO KEY UPDATE OF g SKIP LOCKED)
      UPDATE "Grant" AS g SET "lastUsedAt" = GREATEST(g."lastUsedAt", uses."at")
      FROM uses JOIN free USING ("id") WHERE g."id" = uses."id"`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
  }
}
