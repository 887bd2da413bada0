import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { isAdmin } from '../viewer/viewer.ts'
import { type Member, Members } from './documents.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { MemberRow } from './MemberRow.tsx'
import styles from './members.module.css'
import { PendingInvitations } from './PendingInvitations.tsx'
import { Reserved } from './Reserved.tsx'
import { memberTexts } from './texts.ts'

const superAdminsAmong = (members: readonly Member[]): number =>
  members.filter(({ role }) => role === 'SUPER_ADMIN').length

const membersIn = ({ organization }: ResultOf<typeof Members>) => organization?.members

/** Who belongs to the organization. */
export function Component() {
  const says = useTexts(memberTexts)
  const { membership } = useOrganization()
  const organizationId = membership.organization.id
  const pages = usePages(Members, { organizationId }, membersIn)
  const [isInviting, setInviting] = useState(false)
  const administers = isAdmin(membership)
  const invite = (
    <Reserved reason={administers ? undefined : says.inviteReserved} onClick={() => setInviting(true)}>
      {says.invite}
    </Reserved>
  )
  return (
    <Page title={says.title} about={says.about} actions={invite}>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {administers && <PendingInvitations organizationId={organizationId} />}
      <Paged of={pages} empty={null}>
        {(members) => (
          <section aria-label={says.title}>
            <h2 className={styles.heading}>
              {says.title} <span className={styles.count}>{pages.totalCount}</span>
            </h2>
            <ul className={styles.rows}>
              {members.map((member) => (
                <MemberRow
                  key={member.id}
                  member={member}
                  viewer={membership}
                  isLast={member.role === 'SUPER_ADMIN' && !pages.hasMore && superAdminsAmong(members) === 1}
                />
              ))}
            </ul>
            {members.length === 1 && administers && <p className={styles.alone}>{says.alone}</p>}
          </section>
        )}
      </Paged>
      <ShowMore of={pages} />
    </Page>
  )
}
