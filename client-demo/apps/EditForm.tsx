import { Button } from '@mantine/core'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { useLossOnLeave } from '../ui/useLossOnLeave.ts'
import styles from './apps.module.css'
import { DetailFields } from './DetailFields.tsx'
import { type App, Update } from './documents.ts'
import { type Edit, NarrowDialog, narrows } from './NarrowDialog.tsx'
import { type Draft, faultsOf, inputOf, problemAtField } from './rules.ts'
import { ScopePicker } from './ScopePicker.tsx'
import { Section } from './Section.tsx'
import { appTexts } from './texts.ts'

/** The app as its form shows it. */
const draftOf = (app: App): Draft => ({
  name: app.name,
  description: app.description,
  logoUrl: app.logoUrl ?? '',
  homepageUrl: app.homepageUrl ?? '',
  distribution: app.distribution ?? 'INTERNAL',
  redirectUris: app.redirectUris ?? [],
  postLogoutRedirectUris: app.postLogoutRedirectUris ?? [],
  scopes: app.scopes.map(({ name }) => name),
})

const fields = [
  ...['name', 'description', 'logoUrl', 'homepageUrl', 'distribution'],
  ...['redirectUris', 'postLogoutRedirectUris', 'scopes'],
]

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Edits an app. Only what was changed here is sent; what others change meanwhile shows in the rest. */
export function EditForm({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const updating = useAction(Update, { language: useApiLanguage() })
  const [patch, setPatch] = useState<Partial<Draft>>({})
  const [isSaved, setSaved] = useState(false)
  /** What is asked about before it is sent. */
  const [asked, ask] = useState<Edit>()
  const saving = useRef<HTMLButtonElement>(null)
  const current = draftOf(app)
  const draft = { ...current, ...patch }
  const changed = (Object.keys(patch) as (keyof Draft)[]).filter((field) => !isSame(draft[field], current[field]))
  const isUnchanged = changed.length === 0
  useLossOnLeave(isUnchanged ? undefined : 'edits')
  const problem = useMemo(() => problemAtField(updating.problem), [updating.problem])
  const faults = faultsOf(draft, app.type, current)
  const { errorAt, errorWithin, rest, check, hush, form } = useFieldErrors(fields, faults, problem)

  const change = (more: Partial<Draft>) => {
    updating.forget()
    setSaved(false)
    setPatch({ ...patch, ...more })
  }
  const leave = () => {
    hush()
    setPatch({})
  }
  const discard = () => {
    updating.forget()
    leave()
    // What was pressed goes.
    saving.current?.focus()
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (isUnchanged || updating.busy) return
    if (!check()) return
    const all = inputOf(draft, app.type)
    const edit: Edit = { appId: app.id, ...Object.fromEntries(changed.map((field) => [field, all[field]])) }
    if (narrows(app, edit)) return ask(edit)
    const { success } = await updating.run(edit)
    if (success) finish()
  }
  const finish = () => {
    ask(undefined)
    leave()
    setSaved(true)
  }

  return (
    <Section title={says.general} about={says.generalMore}>
      <form ref={form} className={styles.form} onSubmit={save} noValidate>
        <DetailFields
          type={app.type}
          draft={draft}
          onChange={change}
          errorAt={errorAt}
          wasExternal={app.distribution === 'EXTERNAL'}
          links
        />
        <ScopePicker
          chosen={draft.scopes}
          onChoose={(scopes) => change({ scopes })}
          had={app.scopes}
          hint={says.scopesNarrow}
          error={errorWithin('scopes')}
        />
        {!asked && <ProblemAlert problem={rest} />}
        <div className={styles.actions}>
          {/* Not disabled: it would lose the focus as soon as everything is saved. */}
          <Button
            ref={saving}
            type="submit"
            loading={updating.busy}
            data-disabled={isUnchanged || undefined}
            aria-disabled={isUnchanged}
          >
            {says.save}
          </Button>
          {!isUnchanged && (
            <Button variant="default" onClick={discard} disabled={updating.busy}>
              {says.discard}
            </Button>
          )}
          <span role="status" className={styles.quiet}>
            {isSaved && isUnchanged && says.saved}
          </span>
        </div>
      </form>
      {asked && (
        <NarrowDialog
          app={app}
          edit={asked}
          updating={updating}
          onDone={finish}
          onCancel={() => {
            updating.forget()
            ask(undefined)
          }}
        />
      )}
    </Section>
  )
}
