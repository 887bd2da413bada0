import { type Ending, endingOf } from './ending.ts'
import type { Delivery, LiveEvent } from './event.ts'
import { backoff, type Pauses } from './pause.ts'

/** How a stream stands: its events arrive, or somebody is trying to make them arrive again. */
export type StreamStatus = 'connecting' | 'live' | 'reconnecting'

/** What a subscription tells. After `ended` nothing comes any more. */
export interface Sink {
  /** The subscription is under way. */
  opened(): void
  next(delivery: Delivery): void
  /** `reason`: errors, the event with which the connection was closed, or null where it was completed. */
  ended(reason: unknown): void
}

/** Subscribes to a stream after a cursor, once. Returns how to stop. */
export type Open = (after: string, sink: Sink) => () => void

export interface FollowOptions {
  readonly open: Open
  /** The cursor after which to begin: the `feedCursor` from before anything else was read. */
  readonly after: string
  readonly onEvent: (event: LiveEvent) => void
  readonly onStatus: (status: StreamStatus) => void
  /**
   * The server has no more events since the last cursor: the caller reads everything on the screen anew.
   *
   * @returns the `feedCursor` from before it was read. Where this throws, it is tried again.
   */
  readonly startOver: () => Promise<string>
  /** The server says that the viewer may not follow this stream: the caller should check whether that is still so. */
  readonly onNoRight: () => void
  /** Asked before it goes on: the session may be over, or somebody may have signed in again meanwhile. */
  readonly stillSignedIn: () => Promise<boolean>
  /** Between attempts. */
  readonly pauses: Pauses
  readonly signal: AbortSignal
}

/** A connection that held for so long, in milliseconds, was a good one: the next failure is the first again. */
const HELD = 5_000

/**
 * Follows a stream across lost connections, restarts and sleep, without end: each event once and in
 * order. It resolves when the session is over, or when the signal says so. A lost right can come back
 * before anybody has noticed, so it tries again after that, too, until the caller gives the signal.
 */
export async function follow(options: FollowOptions): Promise<'signed-out' | 'stopped'> {
  const { signal, pauses, onStatus } = options
  const position = new FeedPosition(options.after)
  onStatus('connecting')
  for (let failures = 1; !signal.aborted; ) {
    const { ending, good } = await subscribe(options, position)
    if (signal.aborted) break
    onStatus('reconnecting')
    if (ending === 'no-right') options.onNoRight()
    if (ending === 'signed-out' && !(await options.stillSignedIn())) return ending
    if (good) failures = 0
    const isAnew = ending === 'start-over' || ending === 'no-right'
    do {
      await pauses.rest(backoff(failures++), signal)
      if (signal.aborted) return 'stopped'
      if (ending !== 'signed-out' && !(await options.stillSignedIn())) return 'signed-out'
    } while (isAnew && !(await hasStartedOver(options, position)))
  }
  return 'stopped'
}

async function hasStartedOver({ startOver, signal }: FollowOptions, position: FeedPosition): Promise<boolean> {
  if (signal.aborted) return true
  const cursor = await startOver().catch(() => undefined)
  if (cursor !== undefined) position.startOver(cursor)
  return cursor !== undefined
}

/** One subscription, from its beginning to its end. */
function subscribe({ open, onEvent, onStatus, signal }: FollowOptions, position: FeedPosition) {
  return new Promise<{ ending: Ending; good: boolean }>((resolve) => {
    let openedAt: number | undefined
    let over = false
    const end = (ending: Ending) => {
      if (over) return
      over = true
      signal.removeEventListener('abort', abort)
      resolve({ ending, good: openedAt !== undefined && performance.now() - openedAt >= HELD })
      // Not before `stop` is there: a subscription may end while it is being opened.
      queueMicrotask(() => stop())
    }
    const abort = () => end('resume')
    signal.addEventListener('abort', abort)
    const stop = open(position.cursor, {
      opened() {
        openedAt = performance.now()
        onStatus('live')
      },
      next({ cursor, event }) {
        if (over) return
        const step = position.take(cursor, event)
        if (step === 'gap') end('start-over')
        else if (event && step === 'new') onEvent(event)
      },
      ended: (reason) => end(endingOf(reason)),
    })
  })
}

/** How far a stream was read. */
class FeedPosition {
  cursor: string
  #sequence: number | undefined

  constructor(cursor: string) {
    this.cursor = cursor
  }

  /**
   * Whether a delivery brings something new. The server neither skips nor repeats; where it did, or
   * something in between does, the numbers tell: they have no gaps.
   */
  take(cursor: string, event: LiveEvent | null): 'new' | 'known' | 'gap' {
    const last = this.#sequence
    if (event) {
      if (last !== undefined && event.sequence <= last) return 'known'
      if (last !== undefined && event.sequence > last + 1) return 'gap'
      this.#sequence = event.sequence
    }
    this.cursor = cursor
    return event ? 'new' : 'known'
  }

  startOver(cursor: string): void {
    this.cursor = cursor
    this.#sequence = undefined
  }
}
