import { intersection, union, without } from '../scopes.ts'

/** What stands between an organization and an app's wishes. */
export interface StandingOrders {
  readonly approved: readonly string[]
  /** Of a denial that has not run out. */
  readonly denied: readonly string[]
}

/** What is left to ask for: what is neither approved nor under a standing denial. */
export const leftToAsk = (asked: readonly string[], { approved, denied }: StandingOrders): string[] =>
  without(asked, union(approved, denied))

export interface Settlement<R> {
  readonly approved: readonly { readonly request: R; readonly scopes: string[] }[]
  readonly denied: readonly R[]
  /** What was asked for and is not approved: the approval leaves it out, which counts as a denial. */
  readonly leftOut: string[]
}

/**
 * Settles the requests by an approval of `approvedScopes` (all that will be approved, not only the new
 * ones). A requester who gets none of the scopes that they asked for is denied.
 */
export function settle<R extends { readonly scopes: readonly string[] }>(
  requests: readonly R[],
  approvedScopes: readonly string[],
): Settlement<R> {
  const shares = requests.map((request) => ({ request, scopes: intersection(request.scopes, approvedScopes) }))
  return {
    approved: shares.filter(({ scopes }) => scopes.length > 0),
    denied: shares.filter(({ scopes }) => scopes.length === 0).map(({ request }) => request),
    leftOut: without(union(...requests.map(({ scopes }) => scopes)), approvedScopes),
  }
}
