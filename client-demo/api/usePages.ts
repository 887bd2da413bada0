import type { TypedDocumentNode } from '@urql/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import { type Listed, Pages, type PagesOptions } from './pages.ts'

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
  const client = useClient()
  const key = JSON.stringify(variables)
  const pages = useMemo(
    () => new Pages({ client, document, variables: JSON.parse(key) as Variables, connectionOf }),
    [client, document, key, connectionOf],
  )
  const listed = useSyncExternalStore(pages.onChange, pages.listed)
  return { ...listed, loadMore: pages.loadMore, retry: pages.retry, look: pages.look }
}
