import { Button, Checkbox, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { SensitiveMark } from '../ui/ScopeChips.tsx'
import { uiTexts } from '../ui/texts.ts'
import { type Case, scopesOf } from './cases.ts'
import { Approve, Deny } from './documents.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** `back`: from denying, so that the focus goes back to where it came from. */
type Stage = 'approving' | 'denying' | 'back'

/** The longest reason, in characters. */
const REASON = 1000

interface DecisionProps {
  readonly of: Case
  /** The viewer has decided; the form is about to go. */
  readonly onDecide: () => void
  /** What one should know: it stands beside the scopes. */
  readonly children: ReactNode
}

/** Approve everything, or some of it; or deny, and say why. */
export function Decision({ of, onDecide, children }: DecisionProps) {
  const says = useTexts(requestTexts)
  const general = useTexts(uiTexts)
  const language = useApiLanguage()
  const approving = useAction(Approve, { language })
  const denying = useAction(Deny, { language })
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState('')
  const [stage, setStage] = useState<Stage>('approving')
  const isDenying = stage === 'denying'

  const scopes = scopesOf(of)
  const approved = scopes.filter(({ name }) => !leftOut.has(name)).map(({ name }) => name)
  const isPart = approved.length < scopes.length
  const installRequestId = of.requests[0]?.id ?? ''
  const given = { installRequestId, reason: reason.trim() || null }
  const busy = approving.busy || denying.busy
  const problem = [approving.problem, denying.problem].find((one) => one && one.code !== 'ALREADY_DECIDED')

  const toggle = (name: string) => {
    const next = new Set(leftOut)
    if (!next.delete(name)) next.add(name)
    setLeftOut(next)
  }
  const stopDenying = () => {
    setStage('back')
    denying.forget()
  }

  const approve = () => {
    onDecide()
    void approving.run(isPart ? { ...given, scopes: approved } : { ...given, reason: null })
  }
  const deny = () => {
    onDecide()
    void denying.run(given)
  }

  return (
    <>
      <div className={styles.parts}>
        {children}
        <fieldset className={styles.scopes} disabled={busy || isDenying}>
          <legend className={styles.label}>{says.wants}</legend>
          {scopes.map(({ name, description, sensitive }) => (
            <Checkbox
              key={name}
              checked={!leftOut.has(name)}
              onChange={() => toggle(name)}
              label={
                <span className={styles.scope}>
                  <span>{description}</span> {sensitive && <SensitiveMark />} <code>{name}</code>
                </span>
              }
            />
          ))}
        </fieldset>
      </div>
      {(isDenying || isPart) && (
        <Textarea
          className={styles.why}
          label={isDenying ? says.denyReason : says.approveReason}
          description={isDenying ? says.denyReasonMore : says.leftOut}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          error={(isDenying ? denying : approving).problem?.issues.reason}
          maxLength={REASON}
          autosize
          minRows={2}
          // The viewer has just asked for it.
          autoFocus={isDenying}
        />
      )}
      <ProblemAlert problem={problem} />
      <div className={styles.actions}>
        {isDenying ? (
          <>
            <Button color="red" loading={denying.busy} onClick={deny}>
              {says.deny}
            </Button>
            <Button variant="default" disabled={busy} onClick={stopDenying}>
              {general.cancel}
            </Button>
          </>
        ) : (
          <>
            <Button loading={approving.busy} disabled={approved.length === 0} onClick={approve}>
              {isPart && approved.length > 0 ? says.approveSome(approved.length, scopes.length) : says.approve}
            </Button>
            <Button variant="default" disabled={busy} onClick={() => setStage('denying')} autoFocus={stage === 'back'}>
              {says.deny}
            </Button>
          </>
        )}
      </div>
    </>
  )
}
