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
  return groups.map(groupOf)
}

/** What is the same as before is the same object, so that nothing of it is drawn again. */
const known = new WeakMap<HistoryEvent, Group>()

function groupOf(events: readonly [HistoryEvent, ...HistoryEvent[]]): Group {
  const [first] = events
  const before = known.get(first)
  if (before?.events.length === events.length && before.events.every((event, index) => event === events[index])) {
    return before
  }
  const group = { key: first.id, events }
  known.set(first, group)
  return group
}

const days = new WeakMap<HistoryEvent, string>()

/** In the time zone of the viewer. */
function dayOf(event: HistoryEvent): string {
  const day = days.get(event) ?? new Date(event.at).toDateString()
  days.set(event, day)
  return day
}

/** The groups with a heading before each day. */
export function rowsOf(groups: readonly Group[]): Row[] {
  const rows: Row[] = []
  let last = ''
  for (const group of groups) {
    const [event] = group.events
    const day = dayOf(event)
    if (day !== last) rows.push({ key: day, day: event.at })
    last = day
    rows.push({ key: group.key, group })
  }
  return rows
}
