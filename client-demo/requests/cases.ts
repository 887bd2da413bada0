import type { Scope } from '../api/fragments.ts'
import type { Request } from './documents.ts'

/**
 * What is decided at once: everything that is asked for one app. Or, afterwards, what was decided at
 * once: the requests that one decision settled.
 */
export interface Case {
  /** The same while it is pending and after it is settled, so that it stays where it is on the screen. */
  readonly key: string
  readonly app: Request['app']
  /** Newest first. */
  readonly requests: readonly Request[]
  readonly isPending: boolean
}

/** Requests as cases, those with the newest request first. */
export function casesOf(requests: readonly Request[]): Case[] {
  const groups = Map.groupBy(requests, ({ app, status, decidedAt }) =>
    status === 'PENDING' ? app.id : `${app.id} ${status} ${decidedAt}`,
  )
  const cases = [...groups.values()].map((group): Case => {
    const newestFirst = group.toSorted((a, b) => compare(b.createdAt, a.createdAt))
    const [newest] = newestFirst as [Request]
    const oldest = newestFirst.at(-1) ?? newest
    return { key: oldest.id, app: newest.app, requests: newestFirst, isPending: newest.status === 'PENDING' }
  })
  return cases.toSorted((a, b) => compare(b.requests[0]?.createdAt ?? '', a.requests[0]?.createdAt ?? ''))
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Everything that is asked for, the sensitive ones first. */
export function scopesOf({ requests }: Pick<Case, 'requests'>): Scope[] {
  const byName = new Map(requests.flatMap(({ scopes }) => scopes).map((scope) => [scope.name, scope]))
  return [...byName.values()].toSorted((a, b) => Number(b.sensitive) - Number(a.sensitive))
}

/** Everything that the decision approved. */
export function approvedOf({ requests }: Pick<Case, 'requests'>): Scope[] {
  return [
    ...new Map(requests.flatMap(({ approvedScopes }) => approvedScopes).map((scope) => [scope.name, scope])).values(),
  ]
}
