import { Button } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { Impact } from '../api/fragments.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { isPersonal, type Membership } from '../viewer/viewer.ts'
import { DeleteOrganization, OrganizationImpact } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'
import { useWayOut } from './useWayOut.ts'

/** The end of the organization, and who may bring it about. */
export function DeleteSection({ membership }: { membership: Membership }) {
  const says = useTexts(organizationTexts)
  const [isAsking, setAsking] = useState(false)
  const mayDelete = membership.role === 'SUPER_ADMIN' && !isPersonal(membership)
  return (
    <section className={styles.card} aria-label={says.danger}>
      <h2 className={styles.heading}>{says.danger}</h2>
      <div className={styles.danger}>
        <p className={styles.quiet}>
          {isPersonal(membership) ? says.deletePersonal : mayDelete ? says.deleteMore : says.deleteReserved}
        </p>
        {mayDelete && (
          <Button color="red" variant="light" onClick={() => setAsking(true)}>
            {says.delete}
          </Button>
        )}
      </div>
      {isAsking && <DeleteDialog membership={membership} onClose={() => setAsking(false)} />}
    </section>
  )
}

function DeleteDialog({ membership, onClose }: { membership: Membership; onClose: () => void }) {
  const says = useTexts(organizationTexts)
  const { id: organizationId, name } = membership.organization
  const deleting = useAction(DeleteOrganization)
  const leave = useWayOut(organizationId)
  const [{ data }] = useQuery({
    query: OrganizationImpact,
    variables: { organizationId },
    requestPolicy: 'network-only',
  })
  const changed = deleting.problem?.details.impact as Impact | undefined
  const impact = changed ?? data?.organization?.impact ?? null
  const confirm = async () => {
    const input = { organizationId, confirmation: name, impactVersion: impact?.version }
    const { success } = await deleting.run(input)
    if (success) leave()
  }
  return (
    <ConfirmDialog
      title={says.deleteTitle(name)}
      action={says.danger}
      impact={impact}
      name={name}
      busy={deleting.busy}
      problem={deleting.problem}
      onConfirm={confirm}
      onCancel={onClose}
    >
      {says.deleteText}
    </ConfirmDialog>
  )
}
