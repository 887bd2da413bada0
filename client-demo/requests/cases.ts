import type { Scope } from '../api/fragments.ts'
import { sensitiveFirst } from '../ui/ScopeChoice.tsx'
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
  /** Whether nothing is left of it. */
  readonly isGone: boolean
}

/** What is known of a request beside what it says itself. */
export interface Known {
  /** Of the case that it was in while it was pending. */
  readonly key: string
  readonly isGone: boolean
}

/** Requests as cases, those with the newest request first. */
export function casesOf(requests: readonly Request[], known: (request: Request) => Known): Case[] {
  const groups = Map.groupBy(requests, (request) => {
    const { app, status, decidedAt } = request
    const became = known(request).isGone ? 'GONE' : status === 'PENDING' ? status : `${status} ${decidedAt}`
    return `${app.id} ${became}`
  })
  const cases = [...groups.values()].map((group): Case => {
    const newestFirst = group.toSorted((a, b) => compare(b.createdAt, a.createdAt))
    const [newest] = newestFirst as [Request]
    const { key, isGone } = known(newest)
    const isPending = newest.status === 'PENDING' && !isGone
    return { key, app: newest.app, requests: newestFirst, isPending, isGone }
  })
  return withKeysOfTheirOwn(cases).toSorted((a, b) =>
    compare(b.requests[0]?.createdAt ?? '', a.requests[0]?.createdAt ?? ''),
  )
}

/** What a case is called goes to what is left of it, or to what came of it last, and not to what left it before. */
function withKeysOfTheirOwn(cases: readonly Case[]): Case[] {
  const taken = new Set<string>()
  const rank = ({ isPending, requests }: Case) => (isPending ? '~' : (requests[0]?.decidedAt ?? ''))
  return cases
    .toSorted((a, b) => compare(rank(b), rank(a)))
    .map((one) => {
      const key = taken.has(one.key) ? `${one.key} ${one.requests[0]?.id}` : one.key
      taken.add(key)
      return { ...one, key }
    })
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Everything that is asked for, the sensitive ones first. */
export function scopesOf({ requests }: Pick<Case, 'requests'>): Scope[] {
  const byName = new Map(requests.flatMap(({ scopes }) => scopes).map((scope) => [scope.name, scope]))
  return sensitiveFirst([...byName.values()])
}

/** Everything that the decision approved. */
export function approvedOf({ requests }: Pick<Case, 'requests'>): Scope[] {
  return [
    ...new Map(requests.flatMap(({ approvedScopes }) => approvedScopes).map((scope) => [scope.name, scope])).values(),
  ]
}
