import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { denialTexts } from './denial-texts.ts'
import { type Denial, LiftDenial } from './documents.ts'

interface LiftDialogProps {
  readonly of: Denial
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Says what lifting a denial means, and does it. */
export function LiftDialog({ of: { id, app }, onDone, onCancel }: LiftDialogProps) {
  const says = useTexts(denialTexts)
  const lifting = useAction(LiftDenial)
  const lift = async () => {
    const { success } = await lifting.run({ denialId: id })
    if (success) onDone()
  }
  return (
    <ConfirmDialog
      title={<Named text={says.liftTitle(app.name)} name={app.name} />}
      action={says.lift}
      isHarmless
      busy={lifting.busy}
      problem={lifting.problem}
      onConfirm={lift}
      onCancel={onCancel}
    >
      {says.liftMore}
    </ConfirmDialog>
  )
}
