import { Button } from '@mantine/core'
import { useId } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOpening } from '../organizations/useOpening.ts'
import { Ago } from '../ui/Ago.tsx'
import { ShowMore } from '../ui/Paged.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { membershipTexts } from '../viewer/texts.ts'
import { AcceptInvitation, type MyInvitation, MyInvitations as MyInvitationsQuery } from './documents.ts'
import { invitationTexts } from './invitation-texts.ts'
import styles from './members.module.css'

const invitationsIn = ({ viewer }: ResultOf<typeof MyInvitationsQuery>) => viewer?.invitations

/** Where the viewer is invited to. Where that is nowhere, there is nothing to see. */
export function MyInvitations() {
  const says = useTexts(invitationTexts)
  const titleId = useId()
  const pages = usePages(MyInvitationsQuery, {}, invitationsIn)
  // Here, because the row goes as soon as it is accepted.
  const { isOpening, open } = useOpening()
  if (!pages.nodes?.length) return null
  return (
    <section className={styles.invitations} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {says.title}
      </h2>
      <ul className={styles.rows}>
        {pages.nodes.map((invitation) => (
          <InvitationRow key={invitation.id} of={invitation} isOpening={isOpening} onAccepted={open} />
        ))}
      </ul>
      <ShowMore of={pages} />
    </section>
  )
}

interface InvitationRowProps {
  readonly of: MyInvitation
  readonly isOpening: boolean
  readonly onAccepted: (organizationId: string) => void
}

function InvitationRow({ of, isOpening, onAccepted }: InvitationRowProps) {
  const { id, organizationName, role, expiresAt, invitedBy } = of
  const says = useTexts(invitationTexts)
  const { roles } = useTexts(membershipTexts)
  const accepting = useAction(AcceptInvitation)
  const accept = async () => {
    const { success } = await accepting.run({ invitationId: id })
    if (success) onAccepted(success.membership.organization.id)
  }
  return (
    <li className={styles.row}>
      <div className={styles.person}>
        <span className={styles.name}>{organizationName}</span>
        <span className={styles.quiet}>
          {roles[role] ?? role}
          {invitedBy && ` · ${says.by(invitedBy.name)}`}
        </span>
      </div>
      <span className={styles.since}>
        {says.until} <Ago at={expiresAt} />
      </span>
      <div className={styles.controls}>
        <Button aria-label={says.acceptTo(organizationName)} loading={accepting.busy || isOpening} onClick={accept}>
          {says.accept}
        </Button>
        {accepting.problem && (
          <div className={styles.problem}>
            <ProblemAlert problem={accepting.problem} />
          </div>
        )}
      </div>
    </li>
  )
}
