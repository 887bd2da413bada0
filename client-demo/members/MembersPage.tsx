import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { isAdmin } from '../viewer/viewer.ts'
import { Members } from './documents.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { MemberRow } from './MemberRow.tsx'
import styles from './members.module.css'
import { PendingInvitations } from './PendingInvitations.tsx'
import { Reserved } from './Reserved.tsx'
import { memberTexts } from './texts.ts'

const membersIn = ({ organization }: ResultOf<typeof Members>) => organization?.members

/** Who belongs to the organization. */
export function Component() {
  const says = useTexts(memberTexts)
  const { membership } = useOrganization()
  const organizationId = membership.organization.id
  const { nodes, totalCount, hasMore, loadingMore, loadMore, problem, retry } = usePages(
    Members,
    { organizationId },
    membersIn,
  )
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
      {problem ? (
        <ProblemState problem={problem} onRetry={retry} />
      ) : nodes === undefined ? (
        <Waiting />
      ) : (
        <section aria-label={says.title}>
          <h2 className={styles.heading}>
            {says.title} <span className={styles.count}>{totalCount}</span>
          </h2>
          <ul className={styles.rows}>
            {nodes.map((member) => (
              <MemberRow key={member.id} member={member} viewer={membership} />
            ))}
          </ul>
          {nodes.length === 1 && administers && <p className={styles.alone}>{says.alone}</p>}
        </section>
      )}
      {hasMore && (
        <Button variant="default" onClick={loadMore} loading={loadingMore} className={styles.more}>
          {says.showMore}
        </Button>
      )}
    </Page>
  )
}
