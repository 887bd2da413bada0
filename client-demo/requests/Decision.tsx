import { Button, Checkbox, Textarea } from '@mantine/core'
import { useId, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { SensitiveMark } from '../ui/ScopeChips.tsx'
import { uiTexts } from '../ui/texts.ts'
import { type Case, scopesOf } from './cases.ts'
import { Approve, Deny } from './documents.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** The longest reason, in characters. */
const REASON = 1000

/** Approve everything, or some of it; or deny, and say why. */
export function Decision({ of }: { of: Case }) {
  const says = useTexts(requestTexts)
  const general = useTexts(uiTexts)
  const language = useApiLanguage()
  const approving = useAction(Approve, { language })
  const denying = useAction(Deny, { language })
  const labelId = useId()
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState('')
  const [isDenying, setDenying] = useState(false)

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
    setDenying(false)
    denying.forget()
  }

  return (
    <>
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
      <div className={styles.actions} id={labelId}>
        {isDenying ? (
          <>
            <Button color="red" loading={denying.busy} onClick={() => denying.run(given)}>
              {says.deny}
            </Button>
            <Button variant="default" disabled={busy} onClick={stopDenying}>
              {general.cancel}
            </Button>
          </>
        ) : (
          <>
            <Button
              loading={approving.busy}
              disabled={approved.length === 0}
              onClick={() => approving.run(isPart ? { ...given, scopes: approved } : { ...given, reason: null })}
            >
              {isPart && approved.length > 0 ? says.approveSome(approved.length, scopes.length) : says.approve}
            </Button>
            <Button variant="default" disabled={busy} onClick={() => setDenying(true)}>
              {says.deny}
            </Button>
          </>
        )}
      </div>
    </>
  )
}
