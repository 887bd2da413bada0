import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Waiting } from '../ui/Waiting.tsx'
import styles from './installations.module.css'

/** In pixels: what a row is taken for until it is measured. */
const ROW = 68
/** So many rows before the end, the next page is asked for. */
const AHEAD = 40

interface VirtualListProps<Item> {
  readonly items: readonly Item[]
  /** What the list is of, for whoever does not see it. */
  readonly label: string
  /** How many there are on all pages. */
  readonly total: number | undefined
  /** Whether it shows something else than what was asked for last. */
  readonly isOld?: boolean
  readonly hasMore: boolean
  readonly onMore: () => void
  readonly children: (item: Item) => ReactNode
}

/** A long list that scrolls with the page: only what is to be seen is there, and reads on by itself. */
export function VirtualList<Item extends { readonly id: string }>(props: VirtualListProps<Item>) {
  const { items, label, total, isOld, hasMore, onMore, children } = props
  const list = useRef<HTMLUListElement>(null)
  const [scrollMargin, setMargin] = useState(0)
  const [focused, setFocused] = useState<string>()
  useLayoutEffect(() => {
    if (list.current) setMargin(Math.round(list.current.getBoundingClientRect().top + window.scrollY))
  })

  const focusedIndex = focused === undefined ? -1 : items.findIndex(({ id }) => id === focused)
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW,
    overscan: 6,
    scrollMargin,
    getItemKey: (index) => items[index]?.id ?? index,
    // The row with the focus stays where it is: else one would lose one's place by scrolling.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range)
      if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes
      return [...indexes, focusedIndex].sort((a, b) => a - b)
    },
  })
  const rows = virtualizer.getVirtualItems()

  const isNearEnd = (virtualizer.range?.endIndex ?? 0) >= items.length - AHEAD
  // Again after each page, until there is enough of it.
  useEffect(() => {
    if (items.length > 0 && isNearEnd && hasMore) onMore()
  }, [items.length, isNearEnd, hasMore, onMore])

  return (
    <>
      <ul
        ref={list}
        className={styles.list}
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
      {hasMore && <Waiting />}
    </>
  )
}
