import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { homeOf } from '../viewer/home.ts'
import { membershipTexts } from '../viewer/texts.ts'
import type { Membership } from '../viewer/viewer.ts'
import { screensFor } from './screens.ts'
import { frameTexts } from './texts.ts'

/** Instead of a page of an organization that the viewer belongs to no longer. */
export function LostOrganization({ name, other }: { name: string; other: Membership }) {
  const says = useTexts(frameTexts)
  return (
    <Page title={says.noMember(name)} about={says.noMemberMore}>
      <Button component={Link} to={homeOf(other)} variant="default">
        {says.goTo(other.organization.name)}
      </Button>
    </Page>
  )
}

/** Instead of a page that was for the viewer until they lost their role. */
export function LostRole({ membership }: { membership: Membership }) {
  const says = useTexts(frameTexts)
  const { roles } = useTexts(membershipTexts)
  const { id, name } = membership.organization
  const [first] = screensFor(membership)
  return (
    <Page title={says.roleNow(roles[membership.role] ?? membership.role)} about={says.roleNowMore(name)}>
      <Button component={Link} to={first ? `/${id}/${first.path}` : homeOf(membership)} variant="default">
        {says.goTo(first ? says[first.path] : says.myApps)}
      </Button>
    </Page>
  )
}
