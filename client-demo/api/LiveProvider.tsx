import { createContext, use, useEffect, useRef, useSyncExternalStore } from 'react'
import type { EventListener, Live } from './live/live.ts'
import type { LiveStatus } from './live/status.ts'

const Context = createContext<Live | null>(null)

export const LiveProvider = Context

function useLive(): Live {
  const live = use(Context)
  if (!live) throw new Error('There is no LiveProvider above.')
  return live
}

/** Follows what concerns the viewer while the component is there. */
export function useViewerEvents(after: string): void {
  const live = useLive()
  // Only the first cursor counts: from there on, the stream itself says how far it has come.
  const start = useRef(after)
  useEffect(() => live.followViewer(start.current), [live])
}

/** Follows an organization while the component is there. */
export function useOrganizationEvents(organizationId: string, after: string): void {
  const live = useLive()
  const start = useRef(after)
  useEffect(() => live.followOrganization(organizationId, start.current), [live, organizationId])
}

export function useLiveStatus(): LiveStatus {
  const live = useLive()
  return useSyncExternalStore(live.onStatus, live.status)
}

/** Calls with each event that arrives, once per frame with all of that frame. */
export function useEvents(listener: EventListener): void {
  const live = useLive()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => live.onEvents((...arrived) => latest.current(...arrived)), [live])
}
