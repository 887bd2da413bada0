import { useQuery } from 'urql'
import { problemOfError } from '../api/problem.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Named } from '../ui/Named.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { gone } from '../ui/useImpact.ts'
import { Waiting } from '../ui/Waiting.tsx'
import { AppByClientId, type Installation } from './documents.ts'
import { ScopesForm } from './ScopesForm.tsx'
import { installationTexts } from './texts.ts'

interface ScopesDialogProps {
  readonly of: Installation
  readonly organizationId: string
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Replaces what is approved for an installed app. */
export function ScopesDialog({ of: { app, approvedScopes }, organizationId, onDone, onCancel }: ScopesDialogProps) {
  const says = useTexts(installationTexts)
  const variables = { clientId: app.id, language: useApiLanguage() }
  const [{ data, error }] = useQuery({ query: AppByClientId, variables })
  return (
    <Dialog onClose={onCancel} title={<Named text={says.scopesOf(app.name)} name={app.name} />}>
      {data?.app ? (
        <ScopesForm
          app={data.app}
          autoFocus
          organizationId={organizationId}
          approved={approvedScopes.map(({ name }) => name)}
          onDone={onDone}
          onCancel={onCancel}
        />
      ) : error || data?.app === null ? (
        <ProblemAlert problem={error ? problemOfError(error) : gone} />
      ) : (
        <Waiting />
      )}
    </Dialog>
  )
}
