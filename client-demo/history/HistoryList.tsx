import { Button, VisuallyHidden } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { useOffset } from '../ui/useOffset.ts'
import { DayRow } from './DayRow.tsx'
import type { HistoryEvent } from './documents.ts'
import type { HistoryFeed, Listed } from './feed.ts'
import { groupsOf, rowsOf } from './groups.ts'
import { HistoryRow } from './HistoryRow.tsx'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'
import { useObjects } from './useObjects.ts'

interface HistoryListProps {
  readonly feed: HistoryFeed
  readonly listed: Listed & { readonly events: readonly HistoryEvent[] }
  readonly isFiltered: boolean
}

/** In pixels, until a row has been measured. */
const ROW = 41
/** Rows beyond the screen that are there, so that one can tab and scroll into them. */
const BEYOND = 12

const estimateSize = () => ROW

/** The list of events. Of thousands, only those on the screen are in the page. */
export function HistoryList({ feed, listed, isFiltered }: HistoryListProps) {
  const says = useTexts(historyTexts)
  const { membership } = useOrganization()
  const { events, fresh, hasMore, loadingMore, problem } = listed
  const rows = useMemo(() => rowsOf(groupsOf(events)), [events])
  const [open, setOpen] = useState<string>()
  const top = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const margin = useOffset(list)
  const isScrolled = useIsAbove(top)

  useEffect(() => feed.hold(isScrolled || open !== undefined), [feed, isScrolled, open])

  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize,
    // Always the same for the same rows: else all of them would be measured up anew with each step of scrolling.
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: BEYOND,
    scrollMargin: margin,
  })
  const shown = virtualizer.getVirtualItems()
  const [first, last] = [shown[0], shown.at(-1)]
  const objects = useObjects(shown.flatMap(({ index }) => rows[index]?.group?.events ?? []))

  const isAtEnd = (last?.index ?? 0) >= rows.length - 1
  useEffect(() => {
    if (isAtEnd && hasMore && !loadingMore && !problem) void feed.loadMore()
  }, [feed, isAtEnd, hasMore, loadingMore, problem])

  const toggle = useCallback((key: string) => setOpen((now) => (now === key ? undefined : key)), [])
  const showFresh = () => {
    feed.release()
    setOpen(undefined)
    if (isScrolled) top.current?.scrollIntoView({ block: 'center' })
  }

  return (
    <>
      <VisuallyHidden role="status">{fresh > 0 && says.freshSoon}</VisuallyHidden>
      <div ref={top} />
      {fresh > 0 && (
        <div className={styles.fresh}>
          <Button size="compact-sm" radius="xl" onClick={showFresh}>
            {says.fresh(fresh)}
          </Button>
        </div>
      )}
      <ul ref={list} className={styles.list} aria-label={says.list}>
        <Space height={first ? first.start - margin : virtualizer.getTotalSize()} />
        {shown.map(({ index, key }) => {
          const row = rows[index]
          if (!row) return null
          if (!row.group) return <DayRow key={key} ref={virtualizer.measureElement} index={index} at={row.day} />
          return (
            <HistoryRow
              key={key}
              ref={virtualizer.measureElement}
              index={index}
              group={row.group}
              objects={objects}
              organizationId={membership.organization.id}
              isNew={feed.isNew(row.group.events[0].id)}
              isOpen={open === row.key}
              onToggle={toggle}
            />
          )
        })}
        <Space height={last ? virtualizer.getTotalSize() - (last.end - margin) : 0} />
      </ul>
      <ProblemAlert problem={problem} />
      {hasMore ? (
        <Button variant="default" className={styles.more} loading={loadingMore} onClick={feed.retry}>
          {says.showMore}
        </Button>
      ) : (
        !isFiltered && <p className={styles.beginning}>{says.beginning}</p>
      )}
    </>
  )
}

/** Stands for the rows that are not there. A height that comes by script is no inline style to the policy. */
const Space = ({ height }: { height: number }) =>
  height > 0 ? <li aria-hidden="true" style={{ height }} className={styles.space} /> : null

/** Whether an element was scrolled out of the window at its top. */
function useIsAbove(element: { readonly current: Element | null }): boolean {
  const [isAbove, setAbove] = useState(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry) setAbove(!entry.isIntersecting && entry.boundingClientRect.top < 100)
      },
      { rootMargin: '-52px 0px 0px 0px' },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return isAbove
}
