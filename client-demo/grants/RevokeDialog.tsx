import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useImpact } from '../installations/useImpact.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { type Grant, Revoke } from './documents.ts'
import { grantTexts } from './texts.ts'

interface RevokeDialogProps {
  readonly of: Grant
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Asks before a grant is revoked, and says what that would end. */
export function RevokeDialog({ of: { id, app, user, organization }, onDone, onCancel }: RevokeDialogProps) {
  const says = useTexts(grantTexts)
  const { impact, problem, learn } = useImpact(id)
  const revoking = useAction(Revoke)
  const revoke = async () => {
    const outcome = await revoking.run({ grantId: id, impactVersion: impact?.version ?? null })
    if (outcome.success) onDone()
    else learn(outcome.problem)
  }
  return (
    <ConfirmDialog
      title={says.revokeTitle(app.name)}
      action={says.revoke}
      impact={impact}
      busy={revoking.busy}
      problem={revoking.problem ?? problem}
      onConfirm={revoke}
      onCancel={onCancel}
    >
      {user
        ? says.revokeMore(user.name, organization.name)
        : organization.edition === 'PERSONAL'
          ? says.revokeService
          : says.revokeInstalled}
    </ConfirmDialog>
  )
}
