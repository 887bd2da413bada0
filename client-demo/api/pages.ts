import type { Client, CombinedError, TypedDocumentNode } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { idOf, join } from './page-joins.ts'
import { type Problem, problemOfQuery } from './problem.ts'

/** A page of a list, as far as its neighbours are concerned. */
interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

interface Page<Node> {
  /** The cursor behind which it begins. */
  after: string | null
  nodes: readonly Node[]
  /** Undefined until it was read. */
  connection: Connection<Node> | undefined
  /** Where it is a query that stays up to date: how to end that. */
  stop: (() => void) | undefined
  /** Why it could not be read last time. */
  error: CombinedError | undefined
  /** Whether it holds what was pushed out of the page before it, and begins wherever that ends. */
  readonly isBetween: boolean
}

export interface PagesOptions<Data, Variables, Node> {
  readonly client: Client
  readonly document: TypedDocumentNode<Data, Variables & { after?: string | null }>
  readonly variables: Variables
  /** Where the list is in what is answered; null where the viewer may not see it. */
  readonly connectionOf: (data: Data) => Connection<Node> | null | undefined
}

/** A list as far as it was read. */
export interface Listed<Node> {
  /** Undefined until something is known. */
  readonly nodes: readonly Node[] | undefined
  readonly totalCount: number | undefined
  readonly hasMore: boolean
  /** Whether a further page is on its way. */
  readonly loadingMore: boolean
  /** Why nothing is known. */
  readonly problem: Problem | undefined
  /** Why it could not be read on. */
  readonly moreProblem: Problem | undefined
}

const nothing: Listed<never> = {
  nodes: undefined,
  totalCount: undefined,
  hasMore: false,
  loadingMore: false,
  problem: undefined,
  moreProblem: undefined,
}

/** So many items above and below what is looked at stay up to date, too. */
const AROUND = 60

/**
 * A list, page by page. Those that are looked at are queries that stay up to date; the others stay as they
 * were, and are read anew when somebody comes to them. Each page begins where the one before it ended when
 * it was read: what is added or removed later changes one page, and not all that follow.
 */
export class Pages<Data, Variables extends object, Node> {
  readonly #options: PagesOptions<Data, Variables, Node>
  readonly #listeners = new Set<() => void>()
  #pages: Page<Node>[] = []
  #looked: readonly [first: number, last: number] | undefined
  #totalCount: number | undefined
  #listed: Listed<Node> = nothing

  constructor(options: PagesOptions<Data, Variables, Node>) {
    this.#options = options
  }

  readonly listed = (): Listed<Node> => this.#listed

  /** Reads while somebody listens. What was read stays for somebody who comes back. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#pages.length === 0) this.#pages.push(pageAfter<Node>(null))
    this.#follow()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#leave(...this.#pages)
    }
  }

  readonly loadMore = (): void => {
    const { hasMore, loadingMore, moreProblem } = this.#listed
    if (!hasMore || loadingMore || moreProblem) return
    this.#pages.push(pageAfter<Node>(this.#pages.at(-1)?.connection?.pageInfo.endCursor ?? null))
    this.#follow()
    this.#tell()
  }

  /** Reads again what could not be read. */
  readonly retry = (): void => {
    for (const page of this.#pages) {
      if (!page.error) continue
      this.#leave(page)
      page.error = undefined
    }
    this.#follow()
    this.#tell()
  }

  /** Says which items are on the screen, by their positions. Where nobody ever does, all of them are. */
  readonly look = (first: number, last: number): void => {
    this.#looked = [first - AROUND, last + AROUND]
    this.#follow()
  }

  /** Keeps up to date what is looked at, and reads what never was. */
  #follow(): void {
    if (this.#listeners.size === 0) return
    const [first, last] = this.#looked ?? [0, Number.POSITIVE_INFINITY]
    let start = 0
    for (const page of [...this.#pages]) {
      const end = start + page.nodes.length
      const isLookedAt = start <= last && end >= first
      const isUnknown = !page.connection && page.nodes.length === 0
      if (!isLookedAt && !isUnknown) this.#leave(page)
      else if (!page.stop) this.#read(page)
      start = end
    }
  }

  #leave(...pages: Page<Node>[]): void {
    for (const page of pages) {
      page.stop?.()
      page.stop = undefined
    }
  }

  #read(page: Page<Node>): void {
    const { client, document, variables, connectionOf } = this.#options
    let isOver = false
    let unsubscribe = () => {}
    page.stop = () => {
      isOver = true
      unsubscribe()
    }
    const subscription = pipe(
      client.query(document, { ...variables, after: page.after }),
      subscribe(({ data, error }) => {
        if (isOver) return
        const connection = data && connectionOf(data)
        if (connection && connection === page.connection && !page.error) return
        page.error = connection ? undefined : error
        if (connection) this.#take(page, connection)
        this.#follow()
        this.#tell()
      }),
    )
    unsubscribe = subscription.unsubscribe
    // It may have been answered, and given up, before there was anything to stop.
    if (isOver) unsubscribe()
  }

  /** Puts what a page was answered where it belongs. */
  #take(page: Page<Node>, connection: Connection<Node>): void {
    const index = this.#pages.indexOf(page)
    const next = this.#pages[index + 1]
    const { hasNextPage, endCursor } = connection.pageInfo
    const read = connection.edges.map(({ node }) => node)
    const held = page.nodes
    this.#totalCount = connection.totalCount
    page.connection = connection
    page.nodes = read
    if (!next || next.after === endCursor) return
    if (!hasNextPage) this.#cut(index + 1)
    // Items without an id cannot be told apart: the pages after this one are read anew.
    else if (read.some((node) => idOf(node) === undefined)) this.#move(next, endCursor)
    else this.#join(page, held, next)
  }

  /** Makes a page and the next one meet again. */
  #join(page: Page<Node>, held: readonly Node[], next: Page<Node>): void {
    const index = this.#pages.indexOf(page)
    const read = page.nodes
    const endCursor = page.connection?.pageInfo.endCursor ?? null
    const later = new Set(this.#pages.slice(index + 1).flatMap(({ nodes }) => nodes.map(idOf)))
    const { nodes, pushedOut } = join(held, read, later)
    page.nodes = nodes
    if (!pushedOut) {
      if (page.isBetween && nodes.length === 0) this.#leave(...this.#pages.splice(index, 1))
      return
    }
    const isFull = next.nodes.length >= read.length
    if (next.isBetween && !isFull) {
      next.nodes = [...pushedOut, ...next.nodes]
      this.#move(next, endCursor)
    } else {
      this.#pages.splice(index + 1, 0, { ...pageAfter<Node>(endCursor), nodes: pushedOut, isBetween: true })
    }
  }

  /** Lets a page begin elsewhere. What it holds stays until it is read. */
  #move(page: Page<Node>, after: string | null): void {
    this.#leave(page)
    page.after = after
    page.connection = undefined
    page.error = undefined
  }

  #cut(from: number): void {
    this.#leave(...this.#pages.splice(from))
  }

  #tell(): void {
    const pages = this.#pages
    const known = pages.filter(({ connection, nodes }) => connection || nodes.length > 0)
    const last = pages.at(-1)
    const isMissing = pages.length > 1 && last?.connection === undefined
    const { error } = (known.length === 0 ? pages[0] : last) ?? {}
    const problem = error && problemOfQuery(error)
    this.#listed = {
      nodes: known.length > 0 ? known.flatMap(({ nodes }) => nodes) : undefined,
      totalCount: this.#totalCount,
      hasMore: last?.connection?.pageInfo.hasNextPage ?? (last !== undefined && pages.length > 1),
      loadingMore: isMissing && !problem,
      problem: known.length === 0 ? problem : undefined,
      moreProblem: isMissing ? problem : undefined,
    }
    for (const listener of [...this.#listeners]) listener()
  }
}

const pageAfter = <Node>(after: string | null): Page<Node> => ({
  after,
  nodes: [],
  connection: undefined,
  stop: undefined,
  error: undefined,
  isBetween: false,
})
