import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { ShowMore } from '../ui/Paged.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { membershipTexts } from '../viewer/texts.ts'
import { type Invitation, Invitations, RevokeInvitation } from './documents.ts'
import styles from './members.module.css'
import { Reserved } from './Reserved.tsx'
import { memberTexts } from './texts.ts'

const invitationsIn = ({ organization }: ResultOf<typeof Invitations>) => organization?.invitations

/** Who was invited and has not come yet. Where nobody was, there is nothing to see. */
export function PendingInvitations({ organizationId }: { organizationId: string }) {
  const says = useTexts(memberTexts)
  const pages = usePages(Invitations, { organizationId }, invitationsIn)
  const pending = pages.nodes?.filter(({ status }) => status === 'PENDING') ?? []
  if (pending.length === 0) return null
  return (
    <section className={styles.invitations} aria-label={says.pending}>
      <h2 className={styles.heading}>
        {says.pending} <span className={styles.count}>{pending.length}</span>
      </h2>
      <ul className={styles.rows}>
        {pending.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </ul>
      <ShowMore of={pages} />
    </section>
  )
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const says = useTexts(memberTexts)
  const { roles } = useTexts(membershipTexts)
  const { membership } = useOrganization()
  const revoking = useAction(RevokeInvitation)
  const { id, email, role, expiresAt, invitedBy } = invitation
  const mayRevoke = role === 'MEMBER' || membership.role === 'SUPER_ADMIN'
  const isExpired = Date.parse(expiresAt) <= Date.now()
  return (
    <li className={styles.row}>
      <div className={styles.person}>
        <span className={styles.name}>{email}</span>
        <span className={styles.quiet}>
          {roles[role] ?? role}
          {invitedBy && ` · ${says.by(invitedBy.name)}`}
        </span>
      </div>
      <span className={styles.since}>
        {isExpired ? says.expired : says.until} <Ago at={expiresAt} />
      </span>
      <div className={styles.controls}>
        <Reserved
          variant="default"
          reason={mayRevoke ? undefined : says.revokeReserved}
          label={says.revokeThis(email)}
          loading={revoking.busy}
          onClick={() => void revoking.run({ invitationId: id })}
        >
          {says.revoke}
        </Reserved>
        {revoking.problem && (
          <div className={styles.problem}>
            <ProblemAlert problem={revoking.problem} />
          </div>
        )}
      </div>
    </li>
  )
}
