import type { Scope } from '../api/fragments.ts'
import type { InstallCase, Request } from './documents.ts'

/** What is decided at once: everything that is asked for one app. Or, afterwards, what became of it. */
export interface Case {
  /** Stays while people come and go, and after it is settled: so it stays where it is on the screen. */
  readonly key: string
  readonly app: InstallCase['app']
  /** Those who asked last. */
  readonly requests: readonly Request[]
  /** How many people ask in all. */
  readonly requestCount: number
  /** Everything that they ask for. */
  readonly scopes: readonly Scope[]
  /** What the app may do here already. */
  readonly approvedScopes: readonly Scope[]
  /** The request that says how it ended; undefined while it is pending. */
  readonly outcome: Request | undefined
  /** Whether nothing is left of it. */
  readonly isGone: boolean
}

/** What was read about requests that were on the screen: null where there is no such request any more. */
export type Fates = ReadonlyMap<string, Request | null>

export function caseOf({ id, app, scopes, ...rest }: InstallCase, fates: Fates): Case {
  const shown = rest.requests.edges.map(({ node }) => node)
  const requests = shown.flatMap((request) => fates.get(request.id) ?? (fates.has(request.id) ? [] : request))
  const isGone = shown.length > 0 && requests.length === 0
  return {
    key: id,
    app,
    requests,
    requestCount: rest.requestCount,
    scopes,
    approvedScopes: rest.approvedScopes,
    outcome: outcomeOf(requests),
    isGone,
  }
}

export const isPending = ({ outcome, isGone }: Pick<Case, 'outcome' | 'isGone'>): boolean => !outcome && !isGone

/** One decision settles all requests of a case; without one, it ended when the last of them was withdrawn. */
function outcomeOf(requests: readonly Request[]): Request | undefined {
  const decided = requests.find(({ status }) => status !== 'PENDING' && status !== 'WITHDRAWN')
  return decided ?? (requests.some(({ status }) => status === 'PENDING') ? undefined : requests[0])
}

/** The case that began last comes first, as on the server: the ids are in the order of beginning. */
export const lastBegunFirst = (one: { readonly id: string }, other: { readonly id: string }): number =>
  one.id < other.id ? 1 : one.id > other.id ? -1 : 0
