import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { type Installation, Uninstall } from './documents.ts'
import { installationTexts } from './texts.ts'
import { useImpact } from './useImpact.ts'

interface UninstallDialogProps {
  readonly of: Installation
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Asks before an app is uninstalled, and says what that would end. */
export function UninstallDialog({ of: { id, app }, onDone, onCancel }: UninstallDialogProps) {
  const says = useTexts(installationTexts)
  const { impact, problem, learn } = useImpact(id)
  const uninstalling = useAction(Uninstall)
  const uninstall = async () => {
    const outcome = await uninstalling.run({ installationId: id, impactVersion: impact?.version ?? null })
    if (outcome.success) onDone()
    else learn(outcome.problem)
  }
  return (
    <ConfirmDialog
      title={says.uninstallTitle(app.name)}
      action={says.uninstall}
      impact={impact}
      busy={uninstalling.busy}
      problem={uninstalling.problem ?? problem}
      onConfirm={uninstall}
      onCancel={onCancel}
    >
      {says.uninstallMore}
    </ConfirmDialog>
  )
}
