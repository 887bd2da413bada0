import type { Caller } from '../access/viewer.ts'
import type { Event, EventType } from '../database/generated/client/client.ts'

/** What a subscription sends: an event, or (`event` null) only how far it has come. */
export interface Delivery {
  readonly cursor: string
  readonly event: Event | null
  /** Who receives it, read after the event was: the one to execute the delivery for. */
  readonly viewer: Caller
}

interface FollowingOptions {
  readonly streamId: string
  /** The sequence number after which it begins. */
  readonly after: bigint
  /** Only these; undefined: all. */
  readonly types?: ReadonlySet<EventType> | undefined
  /** Asked anew for every delivery. @throws {DomainError} for a viewer who may not follow, or no longer may. */
  readonly authorize: (viewer: Caller) => void
}

/**
 * What a subscription field's `subscribe` returns: which stream is to be followed, and from where.
 * It is an async iterable for graphql-js's sake; `plugin.ts` does the following.
 */
export class Following implements AsyncIterable<Delivery> {
  readonly streamId: string
  readonly after: bigint
  readonly types: ReadonlySet<EventType> | undefined
  readonly authorize: (viewer: Caller) => void

  constructor(options: FollowingOptions) {
    this.streamId = options.streamId
    this.after = options.after
    this.types = options.types
    this.authorize = options.authorize
  }

  [Symbol.asyncIterator](): AsyncIterator<Delivery> {
    throw new Error('a feed is followed through the plugin in feed/plugin.ts')
  }
}
