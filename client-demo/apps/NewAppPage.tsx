import { Anchor, Button } from '@mantine/core'
import { type FormEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { useLossOnLeave } from '../ui/useLossOnLeave.ts'
import { Waiting } from '../ui/Waiting.tsx'
import styles from './apps.module.css'
import { Choices } from './Choices.tsx'
import { createTexts } from './create-texts.ts'
import { DetailFields } from './DetailFields.tsx'
import { Create } from './documents.ts'
import { type Draft, faultsOf, inputOf, problemAtField } from './rules.ts'
import { ScopePicker } from './ScopePicker.tsx'
import { appTexts } from './texts.ts'
import { type Step, steps, types, useSteps } from './useSteps.ts'

const empty: Draft = {
  name: '',
  description: '',
  logoUrl: '',
  homepageUrl: '',
  distribution: 'INTERNAL',
  redirectUris: [''],
  postLogoutRedirectUris: [],
  scopes: [],
}

const fields = ['name', 'description', 'distribution', 'redirectUris', 'postLogoutRedirectUris', 'scopes']

/** Which step a field stands in. */
const stepOf = (path: string): Step => (path.startsWith('scopes') ? 'scopes' : 'details')

/** Creates an app, in three steps. */
export function Component() {
  const says = useTexts(createTexts)
  const general = useTexts(appTexts)
  const { id: organizationId } = useOrganization().membership.organization
  const creating = useAction(Create)
  const { step, next, back, leaveFor, isLeaving, ...address } = useSteps()
  const [chosen, choose] = useState(address.type ?? 'WEB')
  const type = address.type ?? chosen
  const [draft, setDraft] = useState(empty)
  useLossOnLeave(draft === empty || isLeaving ? undefined : 'edits')
  const faults = Object.fromEntries(Object.entries(faultsOf(draft, type)).filter(([path]) => stepOf(path) === step))
  const problem = useMemo(() => problemAtField(creating.problem), [creating.problem])
  const { errorAt, errorWithin, rest, check, hush, form } = useFieldErrors(fields, faults, problem)
  const title = useFocusOnNewStep(step, form)
  const number = steps.indexOf(step)

  const change = (patch: Partial<Draft>) => {
    creating.forget()
    setDraft({ ...draft, ...patch })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (creating.busy || !check()) return
    if (step !== 'scopes') {
      hush()
      return next(type)
    }
    const { success, problem: refusal } = await creating.run({ organizationId, type, ...inputOf(draft, type) })
    if (success) return leaveFor(`/${organizationId}/apps/${success.app.id}`)
    const [path] = Object.keys(problemAtField(refusal)?.issues ?? {})
    if (path && stepOf(path) !== step) back()
  }

  if (isLeaving) return <Waiting />
  return (
    <Page
      title={says.title}
      about={
        <Anchor component={Link} to={`/${organizationId}/apps`} inherit>
          {general.back}
        </Anchor>
      }
    >
      <ol className={styles.steps} aria-label={says.progressName}>
        {steps.map((one, index) => (
          <li key={one} aria-current={one === step ? 'step' : undefined} data-done={index < number || undefined}>
            {says.steps[one]}
          </li>
        ))}
      </ol>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <h2
          ref={title}
          tabIndex={-1}
          className={styles.stepTitle}
          aria-description={says.progress(number + 1, steps.length)}
        >
          {step === 'type' ? says.question : step === 'details' ? says.detailsTitle : says.scopesTitle}
        </h2>
        {step === 'type' && (
          <>
            <p className={styles.stepAbout}>{says.questionMore}</p>
            <Choices
              label={says.question}
              choices={types.map((value) => {
                const { title, about, how } = says.types[value]
                return { value, title, about, more: how }
              })}
              chosen={chosen}
              onChoose={choose}
            />
          </>
        )}
        {step === 'details' && <DetailFields type={type} draft={draft} onChange={change} errorAt={errorAt} />}
        {step === 'scopes' && (
          <ScopePicker chosen={draft.scopes} onChoose={(scopes) => change({ scopes })} error={errorWithin('scopes')} />
        )}
        <ProblemAlert problem={rest} />
        <div className={styles.actions}>
          <Button type="submit" loading={creating.busy}>
            {step === 'scopes' ? says.create : says.next}
          </Button>
          {number > 0 && (
            <Button variant="default" onClick={back} disabled={creating.busy}>
              {says.back}
            </Button>
          )}
        </div>
      </form>
    </Page>
  )
}

/** Moves the focus to the title of the next step, or to the first field with a mistake. */
function useFocusOnNewStep(step: Step, form: RefObject<HTMLFormElement | null>) {
  const title = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-field-error]')
    const target = wrong ?? title.current
    target?.focus()
  }, [step, form])
  return title
}
