import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import { type Installation, InstallationImpact, Uninstall } from './documents.ts'
import { installationTexts } from './texts.ts'

interface UninstallDialogProps {
  readonly of: Installation
  readonly onDone: () => void
  readonly onCancel: () => void
}

const impactIn = ({ node }: ResultOf<typeof InstallationImpact>) => (node && 'impact' in node ? node.impact : null)

/** Asks before an app is uninstalled, and says what that would end. */
export function UninstallDialog({ of: { id, app }, onDone, onCancel }: UninstallDialogProps) {
  const says = useTexts(installationTexts)
  return (
    <ImpactDialog
      title={<Named text={says.uninstallTitle(app.name)} name={app.name} />}
      action={says.uninstall}
      touching={useImpact(InstallationImpact, { id }, impactIn)}
      doing={useAction(Uninstall)}
      input={(impactVersion) => ({ installationId: id, impactVersion })}
      onDone={onDone}
      onCancel={onCancel}
    >
      {says.uninstallMore}
    </ImpactDialog>
  )
}
