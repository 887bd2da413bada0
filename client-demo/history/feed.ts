import type { Client } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { type Problem, problemOfError } from '../api/problem.ts'
import { type EventType, type HistoryEvent, HistoryEvents } from './documents.ts'

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

/** What is read at once. The newest are read again with each change, so they are few. */
const HEAD = 30
const PAGE = 100
/** So many stay in memory while new ones come in; what is cut off is read again by whoever scrolls there. */
const KEPT = 1000
/** In milliseconds: what arrived within is shown as new. */
const NEW = 3000

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
 * The history, newest first: its newest events are a query that stays up to date, what arrives is put on
 * top at once, and older pages are read when somebody comes to them. Events never change, so each is read
 * once, and the numbers tell whether any is missing in between.
 */
export class HistoryFeed {
  readonly #client: Client
  readonly #selection: Selection
  readonly #listeners = new Set<() => void>()
  readonly #arrived = new Map<string, number>()
  #listed: Listed = nothing
  #events: readonly HistoryEvent[] | undefined
  /** Everything up to this number is known, as far back as was read. */
  #solid = 0
  /** The newest that is shown while others are held back. */
  #limit: number | undefined
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
    if (!this.#events) return
    const now = Date.now()
    const newest = this.#events[0]?.sequence ?? 0
    const fresh: HistoryEvent[] = []
    for (const event of arrived) {
      if (event.sequence === this.#solid + 1) this.#solid = event.sequence
      if (event.sequence <= newest || !isSelected(this.#selection, event)) continue
      fresh.push(event)
      this.#arrived.set(event.id, now)
    }
    for (const [id, at] of this.#arrived) if (now - at > NEW) this.#arrived.delete(id)
    if (fresh.length === 0) return
    this.#events = [...fresh.toSorted(newestFirst), ...this.#events]
    this.#tell()
  }

  /** Whether it arrived just now. */
  readonly isNew = (id: string): boolean => Date.now() - (this.#arrived.get(id) ?? 0) < NEW

  /** Holds back what arrives from now on, or shows it as it comes. */
  readonly hold = (isHeld: boolean): void => {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (!isHeld) this.#limit = undefined
    this.#tell()
  }

  /** Shows what was held back. */
  readonly release = (): void => {
    this.#limit = undefined
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
      this.#events = [...this.#events, ...page.edges.map(({ node }) => node).reverse()]
      this.#setMore(page.pageInfo.hasPreviousPage)
    } else if (answer.error) this.#problem = problemOfError(answer.error)
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
        if (page) this.#merge(page.edges.map(({ node }) => node).reverse(), page.pageInfo.hasPreviousPage)
        if (page || error) this.#problem = page ? undefined : error && problemOfError(error)
        this.#tell()
      }),
    )
    this.#stop = unsubscribe
  }

  /** Puts the newest events, as they were read, in the place of what is known of them. */
  #merge(head: readonly HistoryEvent[], hasPrevious: boolean): void {
    const newest = head[0]?.sequence ?? 0
    const oldest = head.at(-1)?.sequence ?? 0
    const known = this.#events ?? []
    const joins = known.length > 0 && (!hasPrevious || oldest <= this.#solid)
    const younger = known.filter(({ sequence }) => sequence > newest)
    const older = joins ? known.filter(({ sequence }) => sequence < oldest) : []
    if (older.length === 0) this.#hasMore = hasPrevious
    this.#events = [...younger, ...head, ...older]
    this.#solid = Math.max(this.#solid, newest)
    this.#setMore(this.#hasMore)
  }

  #setMore(hasPrevious: boolean): void {
    const { since } = this.#selection
    const last = this.#events?.at(-1)
    this.#hasMore = hasPrevious && !(since && last && Date.parse(last.at) < Date.parse(since))
  }

  /** Forgets the oldest while nobody looks at them. */
  #trim(): void {
    if (this.#isHeld || !this.#events || this.#events.length < 2 * KEPT) return
    const end = this.#events.findIndex(({ cursor }, index) => index >= KEPT && cursor !== undefined)
    if (end < 0) return
    this.#events = this.#events.slice(0, end + 1)
    this.#hasMore = true
  }

  #tell(): void {
    this.#trim()
    const all = this.#events?.filter((event) => isSelected(this.#selection, event))
    if (all && this.#isHeld) this.#limit ??= all[0]?.sequence ?? 0
    const limit = this.#limit ?? Number.POSITIVE_INFINITY
    let shown = all?.filter(({ sequence }) => sequence <= limit)
    if (all && shown?.length === 0) {
      // There is nothing that could jump.
      shown = all
      if (all[0]) this.#limit = this.#isHeld ? all[0].sequence : undefined
    }
    this.#listed = {
      events: shown,
      fresh: (all?.length ?? 0) - (shown?.length ?? 0),
      hasMore: this.#hasMore,
      loadingMore: this.#loadingMore,
      problem: this.#problem,
    }
    for (const listener of [...this.#listeners]) listener()
  }
}

const newestFirst = (a: HistoryEvent, b: HistoryEvent): number => b.sequence - a.sequence
