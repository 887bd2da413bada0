import { type Client, CombinedError } from '@urql/core'
import { filter, pipe, subscribe, take } from 'wonka'
import type { Language } from '../i18n/language.ts'
import { type HistoryEvent, HistoryEvents } from './documents.ts'
import { isSelected, type Selection, variablesOf } from './feed.ts'
import { sentenceOf, textOf } from './sentence.ts'

export type Format = 'csv' | 'ndjson'

/** How many events are read at once. */
const PAGE = 100

/**
 * Everything that is selected, newest first, page by page.
 *
 * @param onProgress told how many were read so far.
 * @throws {CombinedError} where a page cannot be read; what the signal says, where it is given.
 */
export async function readAll(
  client: Client,
  selection: Selection,
  signal: AbortSignal,
  onProgress: (count: number) => void,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  let before: string | null = null
  do {
    const page = await readPage(client, selection, before, signal)
    const selected = page.events.filter((event) => isSelected(selection, event))
    events.push(...selected)
    onProgress(events.length)
    before = page.hasMore && selected.length === page.events.length ? (page.events.at(-1)?.cursor ?? null) : null
  } while (before !== null)
  return events
}

/** A list that the viewer may not see is not answered. */
const gone = { message: 'The organization is not there any more.', extensions: { code: 'NOT_FOUND' } }

/** @throws what the signal says, at once where it is given while the answer is on its way. */
function readPage(client: Client, selection: Selection, before: string | null, signal: AbortSignal) {
  const variables = { ...variablesOf(selection), last: PAGE, before }
  return new Promise<{ events: HistoryEvent[]; hasMore: boolean }>((resolve, reject) => {
    const { unsubscribe } = pipe(
      client.query(HistoryEvents, variables, { requestPolicy: 'network-only' }),
      filter(({ stale }) => !stale),
      take(1),
      subscribe(({ data, error }) => {
        const connection = data?.organization?.events
        if (!connection) return reject(error ?? new CombinedError({ graphQLErrors: [gone] }))
        const events = connection.edges.map(({ node }): HistoryEvent => node).reverse()
        resolve({ events, hasMore: connection.pageInfo.hasPreviousPage })
      }),
    )
    signal.addEventListener('abort', () => {
      unsubscribe()
      reject(signal.reason)
    })
  })
}

type Column = readonly [name: string, value: (event: HistoryEvent, language: Language) => string | number | null]

const columns: readonly Column[] = [
  ['sequence', ({ sequence }) => sequence],
  ['at', ({ at }) => at],
  ['type', ({ type }) => type],
  ['sentence', (event, language) => textOf(sentenceOf(language, { key: event.id, events: [event] }))],
  ['actor_kind', ({ actor }) => actor.kind],
  ['actor_id', ({ actor }) => actor.id],
  ['actor_name', ({ actor }) => actor.name],
  ['app_id', ({ appId }) => appId],
  ['app_name', ({ appName }) => appName],
  ['user_id', ({ userId }) => userId],
  ['user_name', ({ userName }) => userName],
  ['organization_id', ({ organizationId }) => organizationId],
  ['organization_name', ({ organizationName }) => organizationName],
  ['install_request_id', ({ installRequestId }) => installRequestId],
  ['installation_id', ({ installationId }) => installationId],
  ['grant_id', ({ grantId }) => grantId],
  ['changes', ({ changes }) => JSON.stringify(changes.map(({ field, before, after }) => ({ field, before, after })))],
  ['event_id', ({ id }) => id],
]

/** Events as CSV (RFC 4180), which begins with a byte order mark: without it, Excel takes names for Latin-1. */
export function toCsv(events: readonly HistoryEvent[], language: Language): string {
  const rows = events.map((event) => columns.map(([, value]) => cell(value(event, language))))
  return `\uFEFF${[columns.map(([name]) => cell(name)), ...rows].map((row) => `${row.join(',')}\r\n`).join('')}`
}

/** A cell in quotes. What a spreadsheet would take for a formula becomes a text by a leading apostrophe. */
export function cell(value: string | number | null): string {
  if (typeof value === 'number') return String(value)
  if (value === null || value === '') return ''
  const harmless = /^[\s\0]*[=+\-@＝＋－＠|%]/.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""')}"`
}

/** Events as the API has them, one a line. */
export const toNdjson = (events: readonly HistoryEvent[]): string =>
  events
    .map((event) => `${JSON.stringify(event, (key, value) => (key === '__typename' ? undefined : value))}\n`)
    .join('')

export const mediaTypes: Readonly<Record<Format, string>> = {
  csv: 'text/csv;charset=utf-8',
  ndjson: 'application/x-ndjson',
}
