import type { Credential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { CursorRefused, DomainError } from '../errors.ts'
import type { Connection } from '../graphql/connection.ts'
import { encodeCursor } from '../history/cursor.ts'
import { endingFor, slowReader } from './close-codes.ts'
import type { Delivery, Following } from './following.ts'
import type { Rights } from './rights.ts'
import type { Page, Tail, Watch } from './tail.ts'

interface SubscriptionOptions {
  readonly core: Core
  readonly tail: Tail
  readonly rights: Rights
  readonly following: Following
  readonly credential: Credential
  readonly connection: Connection
  readonly onEnd: (subscription: Subscription) => void
}

/** After a failure to read, in milliseconds, until it is tried again. */
const RETRY = 1000

/**
 * A position in a stream that moves forward as its reader asks for more. Replay, cut-over and live
 * are one loop: read what follows the position, or else wait for news. Nothing is queued, so a slow
 * reader costs one delivery of memory.
 *
 * It lasts until {@link end}, whose error the reader's next pull throws.
 */
export class Subscription implements AsyncIterator<Delivery, undefined> {
  readonly #options: SubscriptionOptions
  readonly #watch: Watch
  readonly #release: () => void
  readonly #deliveries: AsyncGenerator<Delivery, undefined>
  #position: bigint
  #over = false
  #error: unknown
  #wake = () => {}
  /** Since when the reader has had a delivery without asking for the next, in monotonic milliseconds. */
  #handedOutAt: number | undefined

  constructor(options: SubscriptionOptions) {
    this.#options = options
    this.#position = options.following.after
    this.#watch = options.tail.watch(options.following.streamId, () => this.#wake())
    this.#release = options.rights.hold(options.credential)
    this.#deliveries = this.#run()
  }

  async next(): Promise<IteratorResult<Delivery, undefined>> {
    this.#handedOutAt = undefined
    if (!this.#over) {
      try {
        const result = await this.#deliveries.next()
        if (!this.#over && !result.done) {
          this.#handedOutAt = performance.now()
          return result
        }
      } catch (error) {
        this.end(error)
      }
    }
    const error = this.#error
    this.#error = undefined
    if (error !== undefined) throw endingFor(error) ?? error
    return { done: true, value: undefined }
  }

  /** Ends it at once, and lets go of everything it holds. */
  end(error?: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    this.#watch[Symbol.dispose]()
    this.#release()
    this.#wake()
    this.#options.connection.disown(this)
    this.#options.onEnd(this)
  }

  /** Ends it where, by what was last read, its viewer may not follow any more. */
  checkRights(): void {
    const { rights, credential, following } = this.#options
    try {
      const viewer = rights.known(credential)
      if (viewer) following.authorize(viewer)
    } catch (error) {
      this.end(error)
    }
  }

  /** Ends it where its reader has not taken the last delivery for too long. */
  checkReader(): void {
    const { core, connection } = this.#options
    if (this.#handedOutAt === undefined) return
    if (performance.now() - this.#handedOutAt < core.config.durations.slowReader) return
    const error = slowReader()
    this.end(error)
    connection.close(error.extensions.closeCode as number)
  }

  async *#run(): AsyncGenerator<Delivery, undefined> {
    const { core, following } = this.#options
    const { checkpoint, rightsCheck } = core.config.durations
    let lastSent = performance.now()
    while (!this.#over) {
      const page = await this.#insist(() => this.#read())
      for (const event of page?.events ?? []) {
        this.#position = event.sequence
        if (following.types && !following.types.has(event.type)) continue
        // Later events of the page may be taken much later than they were read.
        yield* this.#deliver(event, Math.max(page?.readAt ?? 0, performance.now() - rightsCheck))
        if (this.#over) return
        lastSent = performance.now()
      }
      const silence = performance.now() - lastSent
      if (silence >= checkpoint) {
        yield* this.#deliver(null, performance.now() - rightsCheck)
        lastSent = performance.now()
      } else if (page?.complete && page.news === this.#watch.news) {
        await this.#sleep(checkpoint - silence)
      }
    }
  }

  async #read(): Promise<Page> {
    const page = await this.#watch.read(this.#position)
    const first = page.events[0]
    if (first && first.sequence !== this.#position + 1n) {
      throw new CursorRefused(
        'CURSOR_TOO_OLD',
        'What came next was pruned before you read it. Query the current state with its feedCursor, then go on after that.',
      )
    }
    return page
  }

  async *#deliver(event: Delivery['event'], rightsSince: number): AsyncGenerator<Delivery, undefined> {
    const { rights, credential, following } = this.#options
    const viewer = await this.#insist(() => rights.viewer(credential, rightsSince))
    if (!viewer) return
    following.authorize(viewer)
    const cursor = encodeCursor({ streamId: following.streamId, sequence: this.#position })
    yield { cursor, event, viewer }
  }

  /**
   * Tries again where the database fails: the position has not moved, so nothing is lost by waiting.
   *
   * @returns undefined only where the subscription ended meanwhile.
   */
  async #insist<T>(action: () => Promise<T>): Promise<T | undefined> {
    while (!this.#over) {
      try {
        const result = await action()
        if (!this.#over) return result
      } catch (error) {
        if (error instanceof DomainError) throw error
        this.#options.core.log.warn({ err: error }, 'a subscription could not read, and will try again')
        await this.#sleep(RETRY)
      }
    }
    return undefined
  }

  /** Until there may be news, the end, or so many milliseconds have passed. */
  #sleep(milliseconds: number): Promise<void> {
    if (this.#over) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#wake = () => {}
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      this.#wake = wake
    })
  }
}
