import { createRequest, type TypedDocumentNode } from '@urql/core'
import { useSyncExternalStore } from 'react'
import { type Listed, Pages, type PagesOptions } from './pages.ts'
import { useLeftBehind } from './useLeftBehind.ts'

export interface Paging<Node> extends Listed<Node> {
  readonly loadMore: () => void
  readonly retry: () => void
  /** Says which items are on the screen, by their positions: the others need not be kept up to date. */
  readonly look: (first: number, last: number) => void
}

/**
 * A list that can be read on. `document` takes `$after: String`, and selects `pageInfo { hasNextPage
 * endCursor }` of the connection that `connectionOf` (a function outside of the component) finds.
 */
export function usePages<Data, Variables extends object, Node>(
  document: TypedDocumentNode<Data, Variables & { after?: string | null }>,
  variables: Variables,
  connectionOf: PagesOptions<Data, Variables, Node>['connectionOf'],
): Paging<Node> {
  const pages = useLeftBehind(
    String(createRequest(document, variables).key),
    (client) => new Pages({ client, document, variables, connectionOf }),
  )
  const listed = useSyncExternalStore(pages.onChange, pages.listed)
  return { ...listed, loadMore: pages.loadMore, retry: pages.retry, look: pages.look }
}
