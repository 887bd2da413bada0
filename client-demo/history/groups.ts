import type { HistoryEvent } from './documents.ts'

/** Events that one act made, as one decision about the requests of several people: told in one sentence. */
export interface Group {
  readonly key: string
  /** Newest first. */
  readonly events: readonly [HistoryEvent, ...HistoryEvent[]]
}

/** A row of the list: events, or the day that begins below. */
export type Row =
  | { readonly key: string; readonly day: string; readonly group?: undefined }
  | { readonly key: string; readonly day?: undefined; readonly group: Group }

/** What several people may have part in at once. */
const shared: ReadonlySet<string> = new Set(['INSTALL_APPROVED', 'INSTALL_DENIED', 'INSTALL_WITHDRAWN'])

function belongTogether(one: HistoryEvent, other: HistoryEvent): boolean {
  return (
    shared.has(one.type) &&
    one.type === other.type &&
    one.at === other.at &&
    one.appId === other.appId &&
    one.actor.id === other.actor.id
  )
}

export function groupsOf(events: readonly HistoryEvent[]): Group[] {
  const groups: [HistoryEvent, ...HistoryEvent[]][] = []
  for (const event of events) {
    const last = groups.at(-1)
    if (last && belongTogether(last[0], event)) last.push(event)
    else groups.push([event])
  }
  return groups.map((group) => ({ key: group[0].id, events: group }))
}

/** The groups with a heading before each day, in the time zone of the viewer. */
export function rowsOf(groups: readonly Group[]): Row[] {
  const rows: Row[] = []
  let last = ''
  for (const group of groups) {
    const { at } = group.events[0]
    const day = new Date(at).toDateString()
    if (day !== last) rows.push({ key: day, day: at })
    last = day
    rows.push({ key: group.key, group })
  }
  return rows
}
