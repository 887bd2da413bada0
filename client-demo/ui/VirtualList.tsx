import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import type { Paging } from '../api/usePages.ts'
import { MoreProblem } from './Paged.tsx'
import styles from './ui.module.css'
import { useOffset } from './useOffset.ts'
import { Waiting } from './Waiting.tsx'

/** In pixels: what a row is taken for until it is measured. */
const ROW = 68
/** So many rows before the end, the next page is asked for. */
const AHEAD = 40

interface VirtualListProps<Item> {
  readonly items: readonly Item[]
  /** Names the list for users who do not see it. */
  readonly label: string
  /** How many there are on all pages. */
  readonly total: number | undefined
  /** Whether it shows something else than what was asked for last. */
  readonly isOld?: boolean
  /** How it is read on. Its `look` is told the positions of the first and the last item on the screen. */
  readonly of: Pick<Paging<unknown>, 'hasMore' | 'loadMore' | 'moreProblem' | 'retry' | 'look'>
  readonly children: (item: Item) => ReactNode
}

/** A long list that scrolls with the page: only what is to be seen is there, and reads on by itself. */
export function VirtualList<Item extends { readonly id: string }>(props: VirtualListProps<Item>) {
  const { items, label, total, isOld, of, children } = props
  const { hasMore, loadMore, moreProblem, look } = of
  const list = useRef<HTMLUListElement>(null)
  const scrollMargin = useOffset(list)
  const [focused, setFocused] = useState<string>()

  const focusedIndex = focused === undefined ? -1 : items.findIndex(({ id }) => id === focused)
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW,
    overscan: 6,
    scrollMargin,
    // Always the same for the same items: else all of them would be measured up anew with each step of scrolling.
    getItemKey: useCallback((index: number) => items[index]?.id ?? index, [items]),
    // The row with the focus stays where it is: else one would lose one's place by scrolling.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range)
      if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes
      return [...indexes, focusedIndex].sort((a, b) => a - b)
    },
  })
  const rows = virtualizer.getVirtualItems()

  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {}
  useEffect(() => look(startIndex, endIndex), [look, startIndex, endIndex])

  const isNearEnd = endIndex >= items.length - AHEAD
  // Again after each page, until there is enough of it.
  useEffect(() => {
    if (items.length > 0 && isNearEnd && hasMore) loadMore()
  }, [items.length, isNearEnd, hasMore, loadMore])

  return (
    <>
      <ul
        ref={list}
        className={styles.virtual}
        aria-label={label}
        aria-busy={isOld}
        tabIndex={-1}
        style={{ height: virtualizer.getTotalSize() }}
        onFocus={({ target }) => setFocused(target.closest<HTMLElement>('[data-row]')?.dataset.row)}
        onBlur={() => setFocused(undefined)}
      >
        {rows.map(({ index, key, start }) => {
          const item = items[index]
          return (
            item && (
              <li
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                data-row={item.id}
                aria-posinset={index + 1}
                aria-setsize={Math.max(total ?? 0, items.length)}
                style={{ transform: `translateY(${start - scrollMargin}px)` }}
              >
                {children(item)}
              </li>
            )
          )
        })}
      </ul>
      {moreProblem ? <MoreProblem of={of} /> : hasMore && <Waiting />}
    </>
  )
}
