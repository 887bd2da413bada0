import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import { type Grant, GrantImpact, Revoke } from './documents.ts'
import { grantTexts } from './texts.ts'

interface RevokeDialogProps {
  readonly of: Grant
  readonly onDone: () => void
  readonly onCancel: () => void
}

const impactIn = ({ node }: ResultOf<typeof GrantImpact>) => (node && 'impact' in node ? node.impact : null)

/** Asks before a grant is revoked, and says what that would end. */
export function RevokeDialog({ of: { id, app, user, organization }, onDone, onCancel }: RevokeDialogProps) {
  const says = useTexts(grantTexts)
  return (
    <ImpactDialog
      title={<Named text={says.revokeTitle(app.name)} name={app.name} />}
      action={says.revoke}
      touching={useImpact(GrantImpact, { id }, impactIn)}
      doing={useAction(Revoke)}
      input={(impactVersion) => ({ grantId: id, impactVersion })}
      onDone={onDone}
      onCancel={onCancel}
    >
      {user
        ? says.revokeMore(user.name, organization.name)
        : organization.edition === 'PERSONAL'
          ? says.revokeService
          : says.revokeInstalled}
    </ImpactDialog>
  )
}
