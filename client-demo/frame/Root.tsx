import { useEffect } from 'react'
import { Navigate, Outlet, ScrollRestoration, useMatch, useOutletContext } from 'react-router'
import { OrganizationProvider, useOrganization } from '../organizations/OrganizationProvider.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { homeOf, isFor } from '../viewer/home.ts'
import { useViewer, ViewerProvider } from '../viewer/ViewerProvider.tsx'
import { isAdmin, membershipsOf } from '../viewer/viewer.ts'
import { Frame } from './Frame.tsx'
import { LostOrganization, LostRole } from './Lost.tsx'
import { lastOrganization, rememberOrganization } from './last-organization.ts'
import { NotFound } from './NotFound.tsx'
import { SignedOut } from './SignedOut.tsx'
import { screens, screensFor } from './screens.ts'
import { useSigningOut } from './signing-out.ts'
import { type MembershipState, useStanding } from './useStanding.ts'

/** Everything: who is signed in, the organization that is open, the frame around its pages. */
export function Root() {
  const { isOut } = useSigningOut()
  if (isOut) return <SignedOut />
  return (
    <ViewerProvider>
      <InOrganization />
      <ScrollRestoration />
    </ViewerProvider>
  )
}

/** Opens the organization in the address; on the pages that are about none, the one that was open last. */
function InOrganization() {
  const memberships = membershipsOf(useViewer())
  const asked = useMatch('/:organizationId/*')?.params.organizationId
  const standing = useStanding(memberships, asked)
  const named = memberships.find(({ organization }) => organization.id === asked)
  const membership = named ?? lastOrganization(memberships)
  useEffect(() => {
    if (named) rememberOrganization(named.organization.id)
  }, [named])
  // Not so much as a personal one: the account is being deleted.
  if (!membership) return <NotFound />
  return (
    <OrganizationProvider membership={membership}>
      <Frame memberships={memberships}>
        <Outlet context={standing} />
      </Frame>
    </OrganizationProvider>
  )
}

/** `/`: the first page of the organization that was open last. */
export function Home() {
  const { membership } = useOrganization()
  return <Navigate replace to={homeOf(membership)} />
}

/** `/:organizationId`: its first page. */
export function OrganizationHome() {
  const { membership } = useOrganization()
  const [first] = screensFor(membership)
  return first ? <Navigate replace to={first.path} /> : <NotFound />
}

/** Around each page of an organization: it is there for its members, and when the feed is. */
export function OrganizationPages() {
  const { isNamed, formerName, wasAdmin } = useOutletContext<MembershipState>()
  const { membership, ready, problem, retry } = useOrganization()
  const path = useMatch('/:organizationId/:path/*')?.params.path
  const screen = screens.find((one) => one.path === path)
  if (formerName !== undefined) return <LostOrganization name={formerName} other={membership} />
  if (!isNamed) return <NotFound />
  if (screen && !isFor(screen.path, membership)) {
    return wasAdmin && !isAdmin(membership) ? <LostRole membership={membership} /> : <NotFound />
  }
  if (problem) return <ProblemState problem={problem} onRetry={retry} />
  // Another organization is another page: nothing of what was typed or unfolded goes along.
  return ready ? <Outlet key={membership.organization.id} /> : <Waiting />
}
