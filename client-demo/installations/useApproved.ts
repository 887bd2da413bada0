import { useQuery } from 'urql'
import { Approved } from './documents.ts'

interface Approving {
  /** The names of what is approved; undefined where the app is not installed. */
  readonly approved: readonly string[] | undefined
  readonly ready: boolean
}

/** What an organization has approved for an app already. */
export function useApproved(organizationId: string, appId: string): Approving {
  const variables = { organizationId, appId }
  const [{ data, error, fetching }] = useQuery({ query: Approved, variables, requestPolicy: 'network-only' })
  const installed = data?.organization?.installations?.edges[0]?.node
  const names = installed?.approvedScopes.map(({ name }) => name) ?? []
  return { approved: names.length > 0 ? names : undefined, ready: !fetching && Boolean(data ?? error) }
}
