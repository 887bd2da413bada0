import { useSearchParams } from 'react-router'
import { useLeftBehind } from '../api/useLeftBehind.ts'
import type { EventType } from './documents.ts'
import type { Selection } from './feed.ts'
import { isPeriod, type Period, periods } from './periods.ts'

/** All types of events, as they stand together in the filter. */
export const kinds = {
  requests: ['INSTALL_REQUESTED', 'INSTALL_WITHDRAWN', 'INSTALL_APPROVED', 'INSTALL_DENIED', 'INSTALL_DENIAL_LIFTED'],
  installations: ['APP_INSTALLED', 'APP_UNINSTALLED'],
  grants: ['GRANT_CREATED', 'GRANT_CHANGED', 'GRANT_REVOKED', 'TOKEN_REUSE_DETECTED'],
  apps: ['APP_CREATED', 'APP_UPDATED', 'APP_ENABLED', 'APP_DISABLED', 'APP_DELETED'],
  credentials: ['APP_SECRET_CREATED', 'APP_SECRET_REVOKED', 'APP_KEY_ADDED', 'APP_KEY_REMOVED'],
  people: ['MEMBER_INVITED', 'MEMBER_JOINED', 'MEMBER_ROLE_CHANGED', 'MEMBER_REMOVED'],
  organization: ['ORGANIZATION_CREATED', 'ORGANIZATION_UPDATED'],
} as const satisfies Record<string, readonly EventType[]>

export type Kind = keyof typeof kinds

export const kindOf = (type: string): Kind | undefined =>
  (Object.keys(kinds) as Kind[]).find((kind) => (kinds[kind] as readonly string[]).includes(type))

const isType = (type: string): type is EventType => kindOf(type) !== undefined

export interface Filter {
  readonly types: readonly EventType[]
  readonly appId: string | undefined
  readonly period: Period | undefined
}

/** What of the history is asked for. It stands in the address, so that it can be passed on and gone back to. */
export function useFilter(): readonly [filter: Filter, change: (patch: Partial<Filter>) => void] {
  const [search, setSearch] = useSearchParams()
  const since = search.get('since') ?? ''
  const filter: Filter = {
    types: search.getAll('type').filter(isType),
    appId: search.get('app') ?? undefined,
    period: isPeriod(since) ? since : undefined,
  }
  const change = (patch: Partial<Filter>) => {
    const { types, appId, period } = { ...filter, ...patch }
    const next = new URLSearchParams(types.map((type) => ['type', type]))
    if (appId) next.set('app', appId)
    if (period) next.set('since', period)
    setSearch(next, { replace: true, preventScrollReset: true })
  }
  return [filter, change]
}

export const isFiltering = ({ types, appId, period }: Filter): boolean =>
  types.length > 0 || appId !== undefined || period !== undefined

/** The filter as what is to be read; it stays the same while the filter does. */
export function useSelection(organizationId: string, { types, appId, period }: Filter): Selection {
  return useLeftBehind(JSON.stringify(['selection', organizationId, types, appId, period]), () => ({
    organizationId,
    types: types.length > 0 ? types : null,
    appId: appId ?? null,
    since: period ? new Date(Date.now() - periods[period].span).toISOString() : null,
  }))
}
