import type { Action } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import { type App, impactIn, UpdateImpact } from './documents.ts'
import type { inputOf } from './rules.ts'
import { appTexts } from './texts.ts'

/** What the edit of an app sends. */
export type Edit = { readonly appId: string } & Partial<ReturnType<typeof inputOf>>

/** Whether the edit takes something away that others may use. */
export const narrows = (app: App, { distribution, scopes }: Edit): boolean =>
  (app.distribution === 'EXTERNAL' && distribution === 'INTERNAL') ||
  (scopes !== undefined && app.scopes.some(({ name }) => !scopes.includes(name)))

interface NarrowDialogProps<Data> {
  readonly app: App
  readonly edit: Edit
  readonly updating: Action<Data, Edit & { readonly impactVersion?: string | null }>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Asks before an edit that takes scopes away, or the app from everybody outside, and says what that touches. */
export function NarrowDialog<Data>({ app, edit, updating, ...rest }: NarrowDialogProps<Data>) {
  const says = useTexts(appTexts)
  const { clientId, name } = app
  const { distribution, scopes } = edit
  return (
    <ImpactDialog
      title={<Named text={says.narrowTitle(name)} name={name} />}
      action={says.save}
      touching={useImpact(UpdateImpact, { clientId, distribution, scopes }, impactIn)}
      doing={updating}
      input={(impactVersion) => ({ ...edit, impactVersion })}
      {...rest}
    >
      {says.narrowAbout}
    </ImpactDialog>
  )
}
