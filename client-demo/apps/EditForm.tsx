import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import styles from './apps.module.css'
import { DetailFields } from './DetailFields.tsx'
import { type App, Update } from './documents.ts'
import { type Draft, faultsOf, inputOf } from './rules.ts'
import { ScopePicker } from './ScopePicker.tsx'
import { Section } from './Section.tsx'
import { appTexts } from './texts.ts'
import { useFieldErrors } from './useFieldErrors.ts'

/** The app as its form shows it. */
const draftOf = (app: App): Draft => ({
  name: app.name,
  description: app.description,
  logoUrl: app.logoUrl ?? '',
  homepageUrl: app.homepageUrl ?? '',
  distribution: app.distribution ?? 'INTERNAL',
  redirectUris: app.redirectUris ?? [],
  scopes: app.scopes.map(({ name }) => name),
})

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Edits an app. Only what was changed here is sent; what others change meanwhile shows in the rest. */
export function EditForm({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const updating = useAction(Update, { language: useApiLanguage() })
  const [patch, setPatch] = useState<Partial<Draft>>({})
  const [isSaved, setSaved] = useState(false)
  const current = draftOf(app)
  const draft = { ...current, ...patch }
  const changed = (Object.keys(patch) as (keyof Draft)[]).filter((field) => !isSame(draft[field], current[field]))
  const faults = faultsOf(draft, app.type)
  const { errorAt, rest, complain, hush, form } = useFieldErrors(faults, updating.problem)

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
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (changed.length === 0 || updating.busy) return
    if (Object.keys(faults).length > 0) return complain()
    const all = inputOf(draft, app.type)
    const input = Object.fromEntries(changed.map((field) => [field, all[field]]))
    const { success } = await updating.run({ appId: app.id, ...input })
    if (!success) return
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
          error={errorAt('scopes')}
        />
        <ProblemAlert problem={rest} />
        <div className={styles.actions}>
          <Button type="submit" loading={updating.busy} disabled={changed.length === 0}>
            {says.save}
          </Button>
          {changed.length > 0 && (
            <Button variant="default" onClick={discard} disabled={updating.busy}>
              {says.discard}
            </Button>
          )}
          <span role="status" className={styles.quiet}>
            {isSaved && changed.length === 0 && says.saved}
          </span>
        </div>
      </form>
    </Section>
  )
}
