import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { Approved } from './documents.ts'

type Organization = NonNullable<ResultOf<typeof Approved>['organization']>
export type StandingDenial = NonNullable<Organization['denials']>['edges'][number]['node']

interface Approving {
  /** The names of what is approved; undefined where the app is not installed. */
  readonly approved: readonly string[] | undefined
  /** What an admin denied the app: installing it ends that. */
  readonly denial: StandingDenial | undefined
  readonly ready: boolean
}

/** What an organization has decided about an app already. */
export function useApproved(organizationId: string, appId: string): Approving {
  const variables = { organizationId, appId }
  const [{ data, error, fetching }] = useQuery({ query: Approved, variables, requestPolicy: 'network-only' })
  const installed = data?.organization?.installations?.edges[0]?.node
  const names = installed?.approvedScopes.map(({ name }) => name) ?? []
  return {
    approved: names.length > 0 ? names : undefined,
    denial: data?.organization?.denials?.edges[0]?.node,
    ready: !fetching && Boolean(data ?? error),
  }
}
