import type { Client } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { type Problem, problemOfQuery } from '../api/problem.ts'
import { type EventType, type HistoryEvent, HistoryEvents, type PageOfEvents } from './documents.ts'

export interface Selection {
  readonly organizationId: string
  /** Of these types; null: of all. */
  readonly types: readonly EventType[] | null
  /** About this app; null: about all. */
  readonly appId: string | null
  /** Not before; null: from the beginning. */
  readonly since: string | null
}

/** The history as far as it was read. */
export interface Listed {
  /** Newest first; undefined until something is known. */
  readonly events: readonly HistoryEvent[] | undefined
  /** How many newer ones are held back. */
  readonly fresh: number
  readonly hasMore: boolean
  readonly loadingMore: boolean
  /** Why nothing is known, or why it could not be read on. */
  readonly problem: Problem | undefined
}

/** What is read first: a screenful. */
const HEAD = 30
const PAGE = 100
/** So many events stay in memory while new ones come in; older ones are read again when the user scrolls there. */
const KEPT = 1000
/** In milliseconds: what arrived within is shown as new … */
const NEW = 3000
/** … unless more than these arrived at once: where everything stands out, nothing does. */
const FEW = 3

const nothing: Listed = { events: undefined, fresh: 0, hasMore: false, loadingMore: false, problem: undefined }

/** The variables of the document, for these events. */
export const variablesOf = ({ organizationId, types, appId }: Selection) => ({
  organizationId,
  types: types && [...types],
  appId,
})

export const isSelected = ({ types, appId, since }: Selection, event: HistoryEvent): boolean =>
  (!types || types.includes(event.type)) &&
  (!appId || event.appId === appId) &&
  (!since || Date.parse(event.at) >= Date.parse(since))

/**
 * The history, newest first. Its newest events are read once; from there on it is what arrives, put on
 * top without asking for it; older pages are read when somebody comes to them. Events never change, and
 * the numbers tell whether any is missing in between.
 */
export class HistoryFeed {
  readonly #client: Client
  readonly #selection: Selection
  readonly #listeners = new Set<() => void>()
  readonly #arrived = new Map<string, number>()
  #listed: Listed = nothing
  /** Newest first, as all lists here. */
  #events: readonly HistoryEvent[] | undefined
  /** What came before anything was read. */
  #early: HistoryEvent[] = []
  /** What is newer than what is shown, while that is to stay as it is. */
  #held: readonly HistoryEvent[] = []
  /** Of what was held back, what had to be forgotten again. */
  #forgotten = 0
  /** Everything up to this number is known, as far back as was read. */
  #solid = 0
  #isHeld = false
  #hasMore = false
  #loadingMore = false
  #problem: Problem | undefined
  #stop: (() => void) | undefined

  constructor(client: Client, selection: Selection) {
    this.#client = client
    this.#selection = selection
  }

  readonly listed = (): Listed => this.#listed

  /** Reads while somebody listens. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#readHead()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop?.()
    }
  }

  /** Puts what has just arrived on top. */
  take(arrived: readonly HistoryEvent[]): void {
    if (!this.#events) return void this.#early.push(...arrived)
    const newest = (this.#held[0] ?? this.#events[0])?.sequence ?? 0
    const fresh: HistoryEvent[] = []
    for (const event of arrived) {
      if (event.sequence === this.#solid + 1) this.#solid = event.sequence
      if (event.sequence > newest && isSelected(this.#selection, event)) fresh.unshift(event)
    }
    if (fresh.length === 0) return
    const now = Date.now()
    for (const [id, at] of this.#arrived) if (now - at > NEW) this.#arrived.delete(id)
    if (fresh.length <= FEW) for (const { id } of fresh) this.#arrived.set(id, now)
    this.#put([...fresh, ...this.#held], this.#events)
    this.#tell()
  }

  /** Whether it arrived just now. */
  readonly isNew = (id: string): boolean => Date.now() - (this.#arrived.get(id) ?? 0) < NEW

  /** Holds back what arrives from now on, or shows it as it comes. */
  readonly hold = (isHeld: boolean): void => {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (!isHeld) this.release()
  }

  /** Shows what was held back. */
  readonly release = (): void => {
    if (this.#forgotten > 0) {
      this.#events = undefined
      this.#held = []
      this.#forgotten = 0
      this.#readHead()
    } else if (this.#events) {
      this.#events = [...this.#held, ...this.#events]
      this.#held = []
    }
    this.#tell()
  }

  readonly loadMore = async (): Promise<void> => {
    const before = this.#events?.at(-1)?.cursor
    if (!this.#hasMore || this.#loadingMore || before === undefined) return
    this.#loadingMore = true
    this.#problem = undefined
    this.#tell()
    const variables = { ...variablesOf(this.#selection), last: PAGE, before }
    const answer = await this.#client.query(HistoryEvents, variables, { requestPolicy: 'network-only' }).toPromise()
    this.#loadingMore = false
    const page = answer.data?.organization?.events
    if (page && this.#events?.at(-1)?.cursor === before) {
      const events = this.#selectedOf(page)
      this.#events = [...this.#events, ...events]
      this.#hasMore = page.pageInfo.hasPreviousPage && events.length === page.edges.length
    } else if (answer.error) this.#problem = problemOfQuery(answer.error)
    this.#tell()
  }

  readonly retry = (): void => {
    if (this.#events) void this.loadMore()
    else this.#readHead()
  }

  #readHead(): void {
    this.#stop?.()
    const { unsubscribe } = pipe(
      this.#client.query(HistoryEvents, { ...variablesOf(this.#selection), last: HEAD, before: null }),
      subscribe(({ data, error }) => {
        const page = data?.organization?.events
        if (page) this.#merge(this.#selectedOf(page), page.edges.length, page.pageInfo.hasPreviousPage)
        if (page || error) this.#problem = page ? undefined : error && problemOfQuery(error)
        this.#tell()
      }),
    )
    this.#stop = unsubscribe
  }

  /** The events of a page, newest first, down to where the selection begins. */
  #selectedOf({ edges }: PageOfEvents): HistoryEvent[] {
    return edges
      .map(({ node }): HistoryEvent => node)
      .filter((event) => isSelected(this.#selection, event))
      .reverse()
  }

  /** Puts the newest events, as they were read, in the place of what is known of them. */
  #merge(head: readonly HistoryEvent[], read: number, hasPrevious: boolean): void {
    const newest = head[0]?.sequence ?? 0
    const oldest = head.at(-1)?.sequence ?? 0
    const known = this.#events && [...this.#held, ...this.#events]
    const isWhole = !hasPrevious || head.length < read
    const joins = known && known.length > 0 && (isWhole || oldest <= this.#solid)
    if (known && this.#isHeld && !joins && known.length > 0) {
      // A user who looks at older events goes on doing so.
      this.#forgotten += head.length
      this.#held = []
      return
    }
    const younger = known?.filter(({ sequence }) => sequence > newest) ?? []
    const older = joins ? known.filter(({ sequence }) => sequence < oldest) : []
    if (older.length === 0) this.#hasMore = !isWhole
    const all = [...younger, ...head, ...older]
    const top = this.#events?.[0]?.sequence ?? Number.POSITIVE_INFINITY
    const isNewer = ({ sequence }: HistoryEvent) => sequence > top
    this.#solid = Math.max(this.#solid, newest)
    this.#put(
      all.filter(isNewer),
      all.filter((event) => !isNewer(event)),
    )
    const early = this.#early
    this.#early = []
    this.take(early)
  }

  /** Shows these, and of what is newer as much as may be shown now. */
  #put(newer: readonly HistoryEvent[], shown: readonly HistoryEvent[]): void {
    // Where nothing is shown, there is nothing that could jump.
    const isHeld = this.#isHeld && shown.length > 0
    this.#events = isHeld ? shown : [...newer, ...shown]
    this.#held = isHeld ? newer : []
    if (this.#held.length > KEPT) {
      this.#forgotten += this.#held.length
      this.#held = []
      this.#solid = shown[0]?.sequence ?? 0
    }
    if (!isHeld && this.#events.length >= 2 * KEPT) {
      this.#events = this.#events.slice(0, KEPT)
      this.#hasMore = true
    }
  }

  #tell(): void {
    this.#listed = {
      events: this.#events,
      fresh: this.#held.length + this.#forgotten,
      hasMore: this.#hasMore,
      loadingMore: this.#loadingMore,
      problem: this.#problem,
    }
    for (const listener of [...this.#listeners]) listener()
  }
}
