import { Button } from '@mantine/core'
import { useState } from 'react'
import { leaveFor } from '../api/sign-in.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { DeleteAccount } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'

/** The end of the viewer's account, and of their personal organization with it. */
export function DeleteAccountSection() {
  const says = useTexts(organizationTexts)
  const { name } = useViewer().user
  const deleting = useAction(DeleteAccount)
  const [isAsking, setAsking] = useState(false)
  const confirm = async () => {
    const { success } = await deleting.run({ confirmation: name })
    if (success) leaveFor('/')
  }
  const cancel = () => {
    deleting.forget()
    setAsking(false)
  }
  return (
    <section className={styles.card} aria-label={says.account}>
      <h2 className={styles.heading}>{says.account}</h2>
      <div className={styles.danger}>
        <p className={styles.quiet}>{says.accountMore}</p>
        <Button color="red" variant="outline" onClick={() => setAsking(true)}>
          {says.accountDelete}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={says.accountTitle}
          action={says.account}
          name={name}
          busy={deleting.busy}
          problem={deleting.problem}
          onConfirm={confirm}
          onCancel={cancel}
        >
          {says.accountText}
        </ConfirmDialog>
      )}
    </section>
  )
}
