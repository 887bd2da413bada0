import type { Core } from '../core.ts'
import { TooManyAttempts } from '../errors.ts'

/** A place in a window that an attempt holds while nobody knows yet whether it is wrong. */
interface Reservation {
  readonly key: string
  /** When the window ends: it tells this window of the key from its next one. */
  readonly expiresAt: Date
}

/** Why no place is free: when the window ends, and whether wrong attempts alone fill it. */
interface Full {
  readonly endsAt: Date
  readonly isFinal: boolean
}

interface Bounds {
  /** How many wrong attempts a window takes. */
  readonly limit: number
  readonly now: Date
  /** When a window ends that begins now. */
  readonly expiresAt: Date
}

/**
 * Where the counts of one kind of attempt are. A count is of wrong attempts and, apart from these, of
 * attempts under way; a window begins with the first attempt that finds neither.
 */
interface Store {
  /** Takes a place, in one step: of attempts made at once, no more get one than there are places. */
  reserve(key: string, bounds: Bounds): Promise<Reservation | Full> | Reservation | Full
  /** Gives the place back, or leaves a wrong attempt in it. Does nothing once the window is over. */
  settle(reservation: Reservation, isWrong: boolean): Promise<void> | void
}

/** What this node knows of a key: attempts under way, and those that wait for one of them to end. */
interface Local {
  entered: number
  underWay: number
  ends: number
  waiting: (() => void)[]
}

/** How soon to come back, in seconds, where attempts on other nodes hold every place. */
const SOON = 1

/**
 * Counts wrong attempts by key, and nothing else. An attempt takes a place before it is made, so that
 * guesses made at once cannot slip past the limit together; one that turns out not to be wrong gives its
 * place back. Where attempts under way hold every place that is left, the next ones wait for these.
 */
export class Counter {
  readonly #store: Store
  readonly #limit: number
  readonly #window: number
  readonly #core: Pick<Core, 'clock' | 'log'>
  readonly #local = new Map<string, Local>()
  /** What the store did not take, because it failed: settled before the next attempt. */
  #owed: [Reservation, isWrong: boolean][] = []

  /** @param window in milliseconds. */
  constructor(core: Pick<Core, 'clock' | 'log'>, store: Store, limit: number, window: number) {
    this.#core = core
    this.#store = store
    this.#limit = limit
    this.#window = window
  }

  /**
   * Takes a place for an attempt.
   *
   * @returns how to end it, which must be called, once.
   * @throws {TooManyAttempts} where wrong attempts have used up the key's limit.
   */
  async begin(key: string): Promise<(isWrong: boolean) => Promise<void>> {
    const local = this.#local.get(key) ?? { entered: 0, underWay: 0, ends: 0, waiting: [] }
    this.#local.set(key, local)
    local.entered++
    try {
      const reservation = await this.#reserve(key, local)
      return (isWrong) => this.#end(reservation, local, isWrong)
    } catch (error) {
      this.#leave(key, local)
      throw error
    }
  }

  async #reserve(key: string, local: Local): Promise<Reservation> {
    await this.#settleOwed()
    for (;;) {
      const { ends } = local
      const now = this.#core.clock.now()
      const expiresAt = new Date(now.getTime() + this.#window)
      const answer = await this.#store.reserve(key, { limit: this.#limit, now, expiresAt })
      if (!('isFinal' in answer)) {
        local.underWay++
        return answer
      }
      if (answer.isFinal) throw new TooManyAttempts(secondsUntil(answer.endsAt, now))
      if (local.ends !== ends) continue
      if (local.underWay === 0) throw new TooManyAttempts(SOON)
      await new Promise<void>((resolve) => local.waiting.push(resolve))
    }
  }

  async #end(reservation: Reservation, local: Local, isWrong: boolean): Promise<void> {
    try {
      await this.#store.settle(reservation, isWrong)
    } catch (err) {
      this.#owed.push([reservation, isWrong])
      this.#core.log.warn({ err }, 'an attempt could not be counted, and will be with the next one')
    }
    local.underWay--
    local.ends++
    this.#leave(reservation.key, local)
    // With none under way, nobody else would wake those who wait.
    for (const wake of local.waiting.splice(0, local.underWay === 0 ? Number.POSITIVE_INFINITY : 1)) wake()
  }

  #leave(key: string, local: Local): void {
    local.entered--
    if (local.entered === 0) this.#local.delete(key)
  }

  async #settleOwed(): Promise<void> {
    const owed = this.#owed
    this.#owed = []
    for (const [index, [reservation, isWrong]] of owed.entries()) {
      try {
        await this.#store.settle(reservation, isWrong)
      } catch (error) {
        this.#owed.push(...owed.slice(index))
        throw error
      }
    }
  }
}

const secondsUntil = (then: Date, now: Date): number => Math.max(1, Math.ceil((then.getTime() - now.getTime()) / 1000))

/** One key of one counter that an attempt counts at. */
export interface CountedAt {
  readonly counter: Counter
  readonly key: string
}

/**
 * Makes an attempt that may be a guess. It counts only where `work` says that it was wrong: whatever else
 * becomes of it, also an error, leaves every count as it was.
 *
 * @param work is told how to say so: at all places, or at those that it names.
 * @throws {TooManyAttempts} before `work` begins, where one of the places is used up.
 */
export async function attempt<T>(
  places: readonly CountedAt[],
  work: (wrong: (at?: readonly CountedAt[]) => void) => Promise<T>,
): Promise<T> {
  const begun: ((isWrong: boolean) => Promise<void>)[] = []
  let wrongAt: readonly CountedAt[] = []
  try {
    // One after the other and by everybody in the same order, so that nobody waits in a circle.
    for (const { counter, key } of places) begun.push(await counter.begin(key))
    return await work((at = places) => {
      wrongAt = at
    })
  } finally {
    await Promise.all(begun.map((end, index) => end(wrongAt.includes(places[index] as CountedAt))))
  }
}

/** More keys than this are not remembered: the oldest are forgotten first. */
const MOST_KEYS = 100_000

interface Count {
  wrong: number
  underWay: number
  expiresAt: Date
}

/** Counts of this node alone, in memory. All windows are of one length, so the oldest ends first. */
export class MemoryStore implements Store {
  readonly #counts = new Map<string, Count>()

  reserve(key: string, { limit, now, expiresAt }: Bounds): Reservation | Full {
    this.#forget(now)
    const count = this.#counts.get(key) ?? { wrong: 0, underWay: 0, expiresAt }
    if (count.wrong + count.underWay >= limit) return { endsAt: count.expiresAt, isFinal: count.wrong >= limit }
    count.underWay++
    this.#counts.set(key, count)
    return { key, expiresAt: count.expiresAt }
  }

  settle({ key, expiresAt }: Reservation, isWrong: boolean): void {
    const count = this.#counts.get(key)
    if (!count || count.expiresAt.getTime() !== expiresAt.getTime()) return
    count.underWay--
    if (isWrong) count.wrong++
    if (count.underWay === 0 && count.wrong === 0) this.#counts.delete(key)
  }

  #forget(now: Date): void {
    for (const [key, { expiresAt }] of this.#counts) {
      if (expiresAt > now && this.#counts.size <= MOST_KEYS) return
      this.#counts.delete(key)
    }
  }
}

/**
 * Counts in the database, which all nodes share. A node that is killed leaves the attempts that it had
 * under way in their places until their window ends.
 */
export class DatabaseStore implements Store {
  readonly #prisma: Core['prisma']
  readonly #prefix: string

  constructor({ prisma }: Pick<Core, 'prisma'>, prefix: string) {
    this.#prisma = prisma
    this.#prefix = prefix
  }

  async reserve(key: string, { limit, now, expiresAt }: Bounds): Promise<Reservation | Full> {
    const row = `${this.#prefix}:${key}`
    const [taken] = await this.#prisma.$queryRaw<{ expire: Date }[]>`
      INSERT INTO "RateLimit" AS r ("key", "points", "pending", "expire") VALUES (${row}, 0, 1, ${expiresAt})
      ON CONFLICT ("key") DO UPDATE SET
        "points" = CASE WHEN r."expire" > ${now} THEN r."points" ELSE 0 END,
        "pending" = CASE WHEN r."expire" > ${now} THEN r."pending" ELSE 0 END + 1,
        "expire" = CASE WHEN r."expire" > ${now} AND r."points" + r."pending" > 0 THEN r."expire" ELSE ${expiresAt} END
      WHERE r."expire" <= ${now} OR r."points" + r."pending" < ${limit}
      RETURNING r."expire"`
    if (taken) return { key, expiresAt: taken.expire }
    const full = await this.#prisma.rateLimit.findUnique({ where: { key: row } })
    if (full && full.expire > now) return { endsAt: full.expire, isFinal: full.points >= limit }
    // Its window ended between the two statements.
    return this.reserve(key, { limit, now, expiresAt })
  }

  async settle({ key, expiresAt: expire }: Reservation, isWrong: boolean): Promise<void> {
    await this.#prisma.rateLimit.updateMany({
      where: { key: `${this.#prefix}:${key}`, expire, pending: { gt: 0 } },
      data: { pending: { decrement: 1 }, points: { increment: isWrong ? 1 : 0 } },
    })
  }
}
