import { useQuery } from 'urql'
import { useApiLanguage } from '../i18n/LanguageProvider.tsx'
import { ApprovedHere } from '../requests/documents.ts'

interface Approved {
  /** The names of what is approved; undefined where the app is not installed. */
  readonly approved: readonly string[] | undefined
  readonly ready: boolean
}

/** What an organization has approved for an app already. */
export function useApproved(organizationId: string, { id, name }: { id: string; name: string }): Approved {
  const variables = { organizationId, name, language: useApiLanguage() }
  const [{ data, error, fetching }] = useQuery({ query: ApprovedHere, variables, requestPolicy: 'network-only' })
  const installed = data?.organization?.installations?.edges.find(({ node }) => node.app.id === id)
  const names = installed?.node.approvedScopes.map((scope) => scope.name) ?? []
  return { approved: names.length > 0 ? names : undefined, ready: !fetching && Boolean(data ?? error) }
}
