import type { Refetcher } from '../refetch.ts'
import { batch } from './batch.ts'
import { type LiveEvent, OrganizationEvents, ViewerEvents } from './event.ts'
import { follow, type Open, type StreamStatus } from './follow.ts'
import type { Line } from './line.ts'
import { Pauses } from './pause.ts'
import { type LiveStatus, together } from './status.ts'
import { touchedBy } from './touches.ts'

export interface LiveOptions {
  readonly line: Line
  readonly refetcher: Refetcher
  /** Reads the current `feedCursor` of an organization, or (undefined) of the viewer, from the server. */
  readonly readCursor: (organizationId: string | undefined) => Promise<string>
  /** Whether the session is that of the same user as before. Where nobody can be asked, it is taken to be. */
  readonly stillSignedIn: () => Promise<boolean>
  readonly onSignedOut: () => void
  /** When to hand over what has arrived: once per frame. */
  readonly schedule: (flush: () => void) => void
}

type Arrived = { readonly event: LiveEvent; readonly organizationId: string | undefined }
export type EventListener = (events: readonly LiveEvent[], organizationId: string | undefined) => void

/**
 * Keeps the screen true with one subscription for the viewer and one for the open organization. It
 * tells its listeners each event, and has the queries that the event touches read again.
 */
export class Live {
  readonly #options: LiveOptions
  readonly #pauses = new Pauses()
  readonly #streams = new Map<string, StreamStatus>()
  readonly #statusListeners = new Set<() => void>()
  readonly #eventListeners = new Set<EventListener>()
  readonly #collect: (arrived: Arrived) => void
  #online = true
  #status: LiveStatus = 'connecting'

  constructor(options: LiveOptions) {
    this.#options = options
    this.#collect = batch((arrived) => this.#handOver(arrived), options.schedule)
  }

  /** Follows what concerns the viewer. Returns how to stop. */
  followViewer(after: string): () => void {
    return this.#follow(undefined, this.#options.line.on(ViewerEvents), after)
  }

  /** Follows what happens in an organization. Returns how to stop. */
  followOrganization(organizationId: string, after: string): () => void {
    return this.#follow(organizationId, this.#options.line.on(OrganizationEvents, { organizationId }), after)
  }

  /** Calls with what has arrived, at most once per frame. Returns how to stop. */
  onEvents(listener: EventListener): () => void {
    this.#eventListeners.add(listener)
    return () => void this.#eventListeners.delete(listener)
  }

  /** Calls when {@link status} has changed. Returns how to stop. */
  readonly onStatus = (listener: () => void): (() => void) => {
    this.#statusListeners.add(listener)
    return () => void this.#statusListeners.delete(listener)
  }

  readonly status = (): LiveStatus => this.#status

  /** Whether the computer has a network at all. */
  setOnline(online: boolean): void {
    this.#online = online
    if (online) this.wake()
    this.#judge()
  }

  /** Reads everything on the screen again: for when there is reason to believe that it is not how things are. */
  refresh(): void {
    this.#options.refetcher.refetch({ fields: undefined })
  }

  /** Somebody is looking, perhaps after a long time: no more waiting, and no trust in a connection that is silent. */
  wake(): void {
    this.#options.line.distrust()
    this.#pauses.cutShort()
  }

  #follow(organizationId: string | undefined, open: Open, after: string): () => void {
    const { refetcher, readCursor, stillSignedIn, onSignedOut } = this.#options
    const key = organizationId ?? 'viewer'
    const stopping = new AbortController()
    const { signal } = stopping
    const isOver = follow({
      open,
      after,
      signal,
      pauses: this.#pauses,
      stillSignedIn,
      onEvent: (event) => this.#collect({ event, organizationId }),
      onStatus: (status) => {
        this.#streams.set(key, status)
        this.#judge()
      },
      // The memberships say what is left to be seen, and end what is not.
      onNoRight: () => refetcher.refetch({ fields: new Set(['organizations']) }),
      startOver: async () => {
        // The cursor first: what happens between the two is then read twice rather than not at all.
        const cursor = await readCursor(organizationId)
        refetcher.refetch({ fields: undefined, organizationId })
        return cursor
      },
    })
    void isOver.then((reason) => {
      if (reason === 'signed-out') onSignedOut()
    })
    return () => {
      stopping.abort()
      this.#forget(key)
    }
  }

  #forget(key: string): void {
    this.#streams.delete(key)
    this.#judge()
  }

  #judge(): void {
    const status = together(this.#streams.values(), this.#online)
    if (status === this.#status) return
    this.#status = status
    if (status === 'live') this.#options.refetcher.retryFailed()
    for (const listener of [...this.#statusListeners]) listener()
  }

  #handOver(arrived: readonly Arrived[]): void {
    for (const [organizationId, group] of Map.groupBy(arrived, (one) => one.organizationId)) {
      const events = group.map(({ event }) => event)
      this.#options.refetcher.refetch({ fields: touchedBy(events), organizationId })
      for (const listener of [...this.#eventListeners]) listener(events, organizationId)
    }
  }
}
