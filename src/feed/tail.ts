import type { Core } from '../core.ts'
import type { Event } from '../database/generated/client/client.ts'

/** Events that follow a position without a gap; none where it is the newest. */
export interface Page {
  readonly events: readonly Event[]
  /** When they were read, in milliseconds of the monotonic clock: rights are asked for after that. */
  readonly readAt: number
  /** Whether nothing followed them when they were read … */
  readonly complete: boolean
  /** … and how much news the stream had had by then. While that is {@link Watch.news}, there is nothing else to read. */
  readonly news: number
}

/** A hold on one stream; disposing lets go of it. */
export interface Watch extends Disposable {
  /** Grows with every piece of news. */
  readonly news: number
  /** The events after the position, at most `limits.feedPage`. */
  read(after: bigint): Promise<Page>
}

/**
 * The one reader of this server node. However many subscriptions follow a stream, what they ask for
 * at the same time is read once, and the newest events are kept as long as somebody watches. Events
 * never change, so what was read stays right; only its end may go out of date.
 */
export class Tail implements Disposable {
  readonly #core: Core
  readonly #streams = new Map<string, WatchedStream>()
  readonly #stopListening: () => void

  constructor(core: Core) {
    this.#core = core
    this.#stopListening = core.doorbell.onRing((topics) => {
      for (const id of topics) this.#streams.get(id)?.ring()
    })
  }

  /** How many streams are watched. */
  get size(): number {
    return this.#streams.size
  }

  /** @param onNews called, synchronously, whenever there may be something to read. */
  watch(streamId: string, onNews: () => void): Watch {
    const stream = this.#streams.get(streamId) ?? new WatchedStream(this.#core, streamId)
    this.#streams.set(streamId, stream)
    // A function of its own, so that each watch is one entry of the set.
    const listener = () => onNews()
    stream.listeners.add(listener)
    return {
      get news() {
        return stream.news
      },
      read: (after) => stream.read(after),
      [Symbol.dispose]: () => {
        stream.listeners.delete(listener)
        if (stream.listeners.size === 0 && this.#streams.get(streamId) === stream) this.#streams.delete(streamId)
      },
    }
  }

  /** Finds, in one query, news that no bell was rung for here, such as what other nodes committed. */
  async poll(): Promise<void> {
    const ids = [...this.#streams.keys()]
    if (ids.length === 0) return
    const heads = await this.#core.prisma.$queryRaw<{ id: string; head: bigint }[]>`
      SELECT "id", "head" FROM "Stream" WHERE "id" = ANY(${ids}::uuid[])`
    for (const { id, head } of heads) {
      const stream = this.#streams.get(id)
      if (stream && head > stream.newest) stream.ring()
    }
  }

  [Symbol.dispose](): void {
    this.#stopListening()
  }
}

class WatchedStream {
  readonly listeners = new Set<() => void>()
  news = 0
  /** The highest position known to exist. */
  newest = 0n
  readonly #core: Core
  readonly #id: string
  /** Reads under way that began after the last ring, by position; earlier ones may miss what it told of. */
  readonly #reading = new Map<bigint, Promise<Page>>()
  /** The newest events that were read, without a gap between them. */
  #recent: Page = { events: [], readAt: 0, complete: false, news: 0 }

  constructor(core: Core, id: string) {
    this.#core = core
    this.#id = id
  }

  ring(): void {
    this.news += 1
    this.#reading.clear()
    for (const listener of this.listeners) listener()
  }

  read(after: bigint): Promise<Page> {
    const kept = this.#fromRecent(after)
    if (kept) return Promise.resolve(kept)
    const underWay = this.#reading.get(after)
    if (underWay) return underWay
    const reading = this.#query(after).finally(() => {
      if (this.#reading.get(after) === reading) this.#reading.delete(after)
    })
    this.#reading.set(after, reading)
    return reading
  }

  #fromRecent(after: bigint): Page | undefined {
    const { events } = this.#recent
    const first = events[0]
    const last = events.at(-1)
    if (!first || !last || after + 1n < first.sequence || after >= last.sequence) return undefined
    return { ...this.#recent, events: events.slice(Number(after + 1n - first.sequence)) }
  }

  async #query(after: bigint): Promise<Page> {
    const { news } = this
    const limit = this.#core.config.limits.feedPage
    const events = await this.#core.prisma.event.findMany({
      where: { streamId: this.#id, sequence: { gt: after } },
      orderBy: { sequence: 'asc' },
      take: limit,
    })
    const page = { events, readAt: performance.now(), complete: events.length < limit, news }
    const newest = events.at(-1)?.sequence ?? after
    if (newest > this.newest) this.newest = newest
    this.#keep(page)
    return page
  }

  #keep(page: Page): void {
    const first = page.events[0]
    const last = page.events.at(-1)
    const keptLast = this.#recent.events.at(-1)
    if (!first || !last || (keptLast && last.sequence <= keptLast.sequence)) return
    const follows = keptLast && first.sequence === keptLast.sequence + 1n
    const events = follows ? [...this.#recent.events, ...page.events] : page.events
    this.#recent = { ...page, events: events.slice(-this.#core.config.limits.feedPage) }
  }
}
