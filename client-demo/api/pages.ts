import type { Client, CombinedError, TypedDocumentNode } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { type Problem, problemOfError } from './problem.ts'

/** A page of a list, as far as its neighbours are concerned. */
interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

interface Page<Node> {
  readonly after: string | null
  readonly stop: () => void
  connection?: Connection<Node>
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
}

const nothing: Listed<never> = {
  nodes: undefined,
  totalCount: undefined,
  hasMore: false,
  loadingMore: false,
  problem: undefined,
}

/**
 * A list, page by page, each of them a query of its own that stays up to date. Every page begins where
 * the one before it ends, also after something was added or removed there: nothing is shown twice and
 * nothing falls between two pages.
 */
export class Pages<Data, Variables extends object, Node> {
  readonly #options: PagesOptions<Data, Variables, Node>
  readonly #pages: Page<Node>[] = []
  readonly #listeners = new Set<() => void>()
  #wanted = 1
  #error: CombinedError | undefined
  #listed: Listed<Node> = nothing

  constructor(options: PagesOptions<Data, Variables, Node>) {
    this.#options = options
  }

  readonly listed = (): Listed<Node> => this.#listed

  /** Reads while somebody listens. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#read()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#cut(0)
    }
  }

  readonly loadMore = (): void => {
    if (!this.#listed.hasMore || this.#listed.loadingMore) return
    this.#wanted++
    this.#read()
  }

  readonly retry = (): void => {
    this.#cut(0)
    this.#read()
  }

  /** Sees to it that there is a query for each page that is wanted, beginning where it should. */
  #read(): void {
    for (let index = 0; index < this.#wanted; index++) {
      const before = this.#pages[index - 1]?.connection
      if (index > 0 && !before) break
      if (before && !before.pageInfo.hasNextPage) {
        this.#cut(index)
        break
      }
      const after = before?.pageInfo.endCursor ?? null
      if (this.#pages[index]?.after === after) continue
      this.#replace(index, after)
    }
    this.#tell()
  }

  #replace(index: number, after: string | null): void {
    const { client, document, variables, connectionOf } = this.#options
    const previous = this.#pages[index]
    previous?.stop()
    // What it showed stays until the new page is there: the list does not collapse meanwhile.
    const page: { -readonly [K in keyof Page<Node>]: Page<Node>[K] } = {
      after,
      connection: previous?.connection,
      stop: () => {},
    }
    this.#pages[index] = page
    const { unsubscribe } = pipe(
      client.query(document, { ...variables, after }),
      subscribe(({ data, error }) => {
        if (this.#pages[index] !== page) return
        const connection = data && connectionOf(data)
        if (connection) page.connection = connection
        this.#error = connection ? undefined : error
        this.#read()
      }),
    )
    page.stop = unsubscribe
    // It may have been answered, and replaced, before there was anything to stop.
    if (this.#pages[index] !== page) unsubscribe()
  }

  #cut(from: number): void {
    for (const { stop } of this.#pages.splice(from)) stop()
  }

  #tell(): void {
    const known = this.#pages.flatMap(({ connection }) => connection ?? [])
    const last = known.at(-1)
    this.#listed = {
      nodes: known.length > 0 ? known.flatMap(({ edges }) => edges.map(({ node }) => node)) : undefined,
      totalCount: known[0]?.totalCount,
      hasMore: last?.pageInfo.hasNextPage ?? false,
      loadingMore: known.length < this.#pages.length,
      problem: known.length === 0 && this.#error ? problemOfError(this.#error) : undefined,
    }
    for (const listener of [...this.#listeners]) listener()
  }
}
