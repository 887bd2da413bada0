import { Anchor, Button } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import styles from './apps.module.css'
import { Choices } from './Choices.tsx'
import { createTexts } from './create-texts.ts'
import { DetailFields } from './DetailFields.tsx'
import { Create } from './documents.ts'
import { type Draft, faultsOf, inputOf } from './rules.ts'
import { ScopePicker } from './ScopePicker.tsx'
import { appTexts } from './texts.ts'
import { useFieldErrors } from './useFieldErrors.ts'

const types = ['WEB', 'PUBLIC', 'DEVICE', 'SERVICE'] as const
const steps = ['type', 'details', 'scopes'] as const
type Step = (typeof steps)[number]

const empty: Draft = {
  name: '',
  description: '',
  logoUrl: '',
  homepageUrl: '',
  distribution: 'INTERNAL',
  redirectUris: [''],
  scopes: [],
}

/** Which step a field stands in. */
const stepOf = (path: string): Step => (path.startsWith('scopes') ? 'scopes' : 'details')

/** Creates an app, in three steps. */
export function Component() {
  const says = useTexts(createTexts)
  const general = useTexts(appTexts)
  const navigate = useNavigate()
  const { id: organizationId } = useOrganization().membership.organization
  const creating = useAction(Create)
  const [step, setStep] = useState<Step>('type')
  const [type, setType] = useState<(typeof types)[number]>('WEB')
  const [draft, setDraft] = useState(empty)
  const faults = faultsOf(draft, type)
  const { errorAt, rest, complain, hush, form } = useFieldErrors(faults, creating.problem)
  const title = useFocusOnNewStep(step)
  const number = steps.indexOf(step)

  const change = (patch: Partial<Draft>) => {
    creating.forget()
    setDraft({ ...draft, ...patch })
  }
  const go = (to: Step) => {
    hush()
    setStep(to)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (creating.busy) return
    if (Object.keys(faults).some((path) => step !== 'type' && stepOf(path) === step)) return complain()
    const next = steps[number + 1]
    if (next) return go(next)
    const { success, problem } = await creating.run({ organizationId, type, ...inputOf(draft, type) })
    if (success) return navigate(`/${organizationId}/apps/${success.app.id}`, { replace: true })
    const [path] = Object.keys(problem?.issues ?? {})
    if (path) setStep(stepOf(path))
    else if (problem?.details.quota === 'redirectUrisPerApp') setStep('details')
  }

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
              chosen={type}
              onChoose={setType}
            />
          </>
        )}
        {step === 'details' && <DetailFields type={type} draft={draft} onChange={change} errorAt={errorAt} />}
        {step === 'scopes' && (
          <ScopePicker chosen={draft.scopes} onChoose={(scopes) => change({ scopes })} error={errorAt('scopes')} />
        )}
        <ProblemAlert problem={rest} />
        <div className={styles.actions}>
          <Button type="submit" loading={creating.busy}>
            {step === 'scopes' ? says.create : says.next}
          </Button>
          {number > 0 && (
            <Button variant="default" onClick={() => go(steps[number - 1] ?? 'type')} disabled={creating.busy}>
              {says.back}
            </Button>
          )}
        </div>
      </form>
    </Page>
  )
}

/** The next step begins with its question, for whoever reads or tabs. */
function useFocusOnNewStep(step: Step) {
  const title = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    // Unless a field of it has something wrong.
    if (!document.activeElement?.matches('[aria-invalid="true"], [data-field-error]')) title.current?.focus()
  }, [step])
  return title
}
