import { useThrottledValue } from '@mantine/hooks'
import { useMemo } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { type HistoryEvent, NamedObjects } from './documents.ts'

type Found = NonNullable<ResultOf<typeof NamedObjects>['nodes'][number]>

/** The objects that are named on the screen and still there, by their ids. */
export type Objects = ReadonlyMap<string, Found>

/** In milliseconds: while many events come in, it is not asked about each. */
const PATIENCE = 1_000
/** At most so many can be asked about at once. */
const MOST = 100

const idsOf = ({ appId, userId, installRequestId, installationId, grantId }: HistoryEvent): string[] =>
  [appId, userId, installRequestId, installationId, grantId].filter((id) => id !== null)

/** Which of the objects that these events name can still be gone to. */
export function useObjects(events: readonly HistoryEvent[]): Objects {
  const key = useThrottledValue([...new Set(events.flatMap(idsOf))].slice(0, MOST).join(' '), PATIENCE)
  const ids = key ? key.split(' ') : []
  const [{ data }] = useQuery({ query: NamedObjects, variables: { ids }, pause: ids.length === 0 })
  return useMemo(() => new Map(data?.nodes.flatMap((node) => (node ? [[node.id, node]] : []))), [data])
}

/** Where an object stands in the console; undefined where it is gone, or has no place. */
export function placeOf(objects: Objects, organizationId: string, id: string | null): string | undefined {
  const found = id === null ? undefined : objects.get(id)
  const to = (page: string, filters: Record<string, string | undefined> = {}) => {
    const set = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return `/${organizationId}/${page}${set.length > 0 ? `?${new URLSearchParams(set)}` : ''}`
  }
  switch (found?.__typename) {
    case 'User':
      return to('members')
    case 'Grant':
      return to('grants', { app: found.app?.id, user: found.user?.id })
    case 'Installation':
      return to('installations', { q: found.app.name })
    case 'App':
      return found.publisher?.id === organizationId ? to(`apps/${id}`) : to('installations', { q: found.name })
    case 'InstallRequest':
      if (found.status === 'PENDING') return to('requests')
      if (found.status === 'DENIED') return to('requests', { view: 'denied' })
      return found.status === 'APPROVED' ? to('installations', { q: found.app.name }) : undefined
  }
}
