import { useSyncExternalStore } from 'react'
import { useEvents } from '../api/LiveProvider.tsx'
import { useLeftBehind } from '../api/useLeftBehind.ts'
import { HistoryFeed, type Selection } from './feed.ts'

/** The history as it is selected, live. */
export function useHistory(selection: Selection) {
  const feed = useLeftBehind(`history ${JSON.stringify(selection)}`, (client) => new HistoryFeed(client, selection))
  useEvents((events, organizationId) => {
    if (organizationId === selection.organizationId) feed.take(events)
  })
  const listed = useSyncExternalStore(feed.onChange, feed.listed)
  return { ...listed, feed }
}
