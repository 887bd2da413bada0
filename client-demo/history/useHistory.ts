import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import { useEvents } from '../api/LiveProvider.tsx'
import { HistoryFeed, type Selection } from './feed.ts'

/** The history as it is selected, live. */
export function useHistory(selection: Selection) {
  const client = useClient()
  const feed = useMemo(() => new HistoryFeed(client, selection), [client, selection])
  useEvents((events, organizationId) => {
    if (organizationId === selection.organizationId) feed.take(events)
  })
  const listed = useSyncExternalStore(feed.onChange, feed.listed)
  return { ...listed, feed }
}
