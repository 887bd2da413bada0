import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import { isPersonal, type Membership } from '../viewer/viewer.ts'
import { DeleteAccountSection } from './DeleteAccountSection.tsx'
import { DeleteOrganization, OrganizationImpact } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'
import { useWayOut } from './useWayOut.ts'

const impactIn = ({ organization }: ResultOf<typeof OrganizationImpact>) => organization?.impact

/** The end of the organization, and who may bring it about. */
export function DeleteSection({ membership }: { membership: Membership }) {
  const says = useTexts(organizationTexts)
  const [isAsking, setAsking] = useState(false)
  if (isPersonal(membership)) return <DeleteAccountSection />
  const mayDelete = membership.role === 'SUPER_ADMIN'
  return (
    <section className={styles.card} aria-label={says.danger}>
      <h2 className={styles.heading}>{says.danger}</h2>
      <div className={styles.danger}>
        <p className={styles.quiet}>{mayDelete ? says.deleteMore : says.deleteReserved}</p>
        {mayDelete && (
          <Button color="red" variant="outline" onClick={() => setAsking(true)}>
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
  const leave = useWayOut(organizationId)
  return (
    <ImpactDialog
      title={<Named text={says.deleteTitle(name)} name={name} />}
      action={says.danger}
      name={name}
      touching={useImpact(OrganizationImpact, { organizationId }, impactIn)}
      doing={useAction(DeleteOrganization)}
      input={(impactVersion) => ({ organizationId, confirmation: name, impactVersion })}
      onDone={leave}
      onCancel={onClose}
    >
      {says.deleteText}
    </ImpactDialog>
  )
}
