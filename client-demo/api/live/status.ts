import type { StreamStatus } from './follow.ts'

/**
 * What the indicator says: `live` is a promise that what the screen shows is how things are.
 * `offline` means that the computer itself has no network.
 */
export type LiveStatus = StreamStatus | 'offline'

/** The status of all streams together: it is as good as the worst. */
export function together(streams: Iterable<StreamStatus>, online: boolean): LiveStatus {
  if (!online) return 'offline'
  const all = new Set(streams)
  if (all.has('reconnecting')) return 'reconnecting'
  return all.has('connecting') || all.size === 0 ? 'connecting' : 'live'
}
