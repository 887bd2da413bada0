import { createContext, type ReactNode, use } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../api/graphql.ts'
import { useOrganizationEvents } from '../api/LiveProvider.tsx'
import { type Problem, problemOfError } from '../api/problem.ts'
import { isAdmin, isPersonal, type Membership } from '../viewer/viewer.ts'

/** Where the live feed begins, and what the navigation counts. */
const AdministeredQuery = graphql(`
  query Administered($organizationId: ID!) {
    organization(id: $organizationId) {
      id
      feedCursor
      installCases(first: 1) { totalCount }
    }
  }
`)

interface Open {
  readonly membership: Membership
  /** About how many apps a decision is waited for; 0 for members who may not see that. */
  readonly pendingCases: number
  /**
   * Whether its pages may be shown. Not before the position of the feed is known: what they read must not
   * be older, or something could happen unseen between the two.
   */
  readonly ready: boolean
  readonly problem: Problem | undefined
  readonly retry: () => void
}

const Context = createContext<Open | null>(null)

/** The organization that is open. For its admins everything below is live. */
export function OrganizationProvider({ membership, children }: { membership: Membership; children: ReactNode }) {
  const organizationId = membership.organization.id
  const administers = isAdmin(membership)
  const [{ data, error }, read] = useQuery({
    query: AdministeredQuery,
    variables: { organizationId },
    pause: !administers,
    requestPolicy: 'network-only',
  })
  // After a switch, what is known is for a moment still about the other one.
  const administered = data?.organization?.id === organizationId ? data.organization : undefined
  const open: Open = {
    membership,
    pendingCases: administers && !isPersonal(membership) ? (administered?.installCases?.totalCount ?? 0) : 0,
    ready: !administers || administered !== undefined,
    problem: error && !administered ? problemOfError(error) : undefined,
    retry: () => read({ requestPolicy: 'network-only' }),
  }
  return (
    <Context value={open}>
      {administers && administered && (
        <Following key={organizationId} organizationId={organizationId} after={administered.feedCursor} />
      )}
      {children}
    </Context>
  )
}

function Following({ organizationId, after }: { organizationId: string; after: string }) {
  useOrganizationEvents(organizationId, after)
  return null
}

export function useOrganization(): Open {
  const open = use(Context)
  if (!open) throw new Error('There is no OrganizationProvider above.')
  return open
}
