import { Button, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { proseFault } from '../ui/rules.ts'
import { ScopeChoice, sensitiveFirst, toggled } from '../ui/ScopeChoice.tsx'
import { uiTexts } from '../ui/texts.ts'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import type { Case } from './cases.ts'
import { Approve, Deny } from './documents.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** `back`: from denying, so that the focus goes back to where it came from. */
type Stage = 'approving' | 'denying' | 'back'

/** The longest reason, in characters. */
const REASON = 1000

interface DecisionProps {
  readonly of: Case
  /** What one should know: it stands beside the scopes. */
  readonly children: ReactNode
}

/** Approve everything, or some of it; or deny, and say why. */
export function Decision({ of, children }: DecisionProps) {
  const says = useTexts(requestTexts)
  const general = useTexts(uiTexts)
  const approving = useAction(Approve)
  const denying = useAction(Deny)
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState('')
  const [stage, setStage] = useState<Stage>('approving')
  const isDenying = stage === 'denying'

  const scopes = sensitiveFirst(of.scopes)
  const approved = scopes.filter(({ name }) => !leftOut.has(name)).map(({ name }) => name)
  const isPart = approved.length < scopes.length
  const installRequestId = of.requests[0]?.id ?? ''
  // Only what stands here is decided, whatever else has been asked for by the time that the server hears of it.
  const given = { installRequestId, offeredScopes: scopes.map(({ name }) => name), reason: reason.trim() || null }
  const busy = approving.busy || denying.busy
  // Where it is decided already, the row itself says so.
  const problem = [approving.problem, denying.problem].find((one) => one && one.code !== 'ALREADY_DECIDED')

  const hasReason = isDenying || isPart
  const fields = hasReason ? ['reason'] : []
  const faults = { reason: hasReason ? proseFault(reason, REASON) : undefined }
  const { errorAt, rest, check, hush, form } = useFieldErrors<HTMLDivElement>(fields, faults, problem)

  const stopDenying = () => {
    setStage('back')
    denying.forget()
    hush()
  }

  const approve = () => {
    if (check()) void approving.run({ ...given, scopes: approved, reason: isPart ? given.reason : null })
  }
  const deny = () => {
    if (check()) void denying.run(given)
  }

  return (
    <div ref={form}>
      <div className={styles.parts}>
        {children}
        <ScopeChoice
          label={says.wants}
          disabled={busy || isDenying}
          scopes={scopes}
          isChosen={(name) => !leftOut.has(name)}
          onToggle={(name) => setLeftOut(toggled(leftOut, name))}
        />
      </div>
      {hasReason && (
        <Textarea
          className={styles.why}
          label={isDenying ? says.denyReason : says.approveReason}
          description={isDenying ? says.denyReasonMore : says.leftOut}
          value={reason}
          onChange={({ currentTarget }) => {
            approving.forget()
            denying.forget()
            setReason(currentTarget.value)
          }}
          error={errorAt('reason')}
          autosize
          minRows={2}
          // The viewer has just asked for it.
          autoFocus={isDenying}
        />
      )}
      <div className={styles.problem}>
        <ProblemAlert problem={rest} />
      </div>
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
    </div>
  )
}
