import { Button } from '@mantine/core'
import { useId, useRef } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { AppName } from '../ui/AppName.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { ScopeList } from '../ui/ScopeList.tsx'
import { type MyRequest, Withdraw } from './documents.ts'
import styles from './grants.module.css'
import { grantTexts } from './texts.ts'

interface MyRequestRowProps {
  readonly of: MyRequest
  readonly onWithdrawn: () => void
}

export function MyRequestRow({ of: request, onWithdrawn }: MyRequestRowProps) {
  const says = useTexts(grantTexts)
  const titleId = useId()
  const row = useRef<HTMLElement>(null)
  const withdrawing = useAction(Withdraw, { language: useApiLanguage() })
  const { id, app, organization, status, scopes, createdAt, reason } = request
  const withdraw = async () => {
    const { success } = await withdrawing.run({ installRequestId: id })
    if (!success) return
    // The button is gone, and the focus with it.
    row.current?.focus({ preventScroll: true })
    onWithdrawn()
  }
  // The row itself shows a decision that somebody made meanwhile.
  const problem = withdrawing.problem?.code === 'ALREADY_DECIDED' ? undefined : withdrawing.problem
  return (
    <article ref={row} tabIndex={-1} className={styles.row} aria-labelledby={titleId}>
      <AppName app={app} titleId={titleId} level={3} />
      <div className={styles.whose}>
        <span>{organization.name}</span>
        <span className={styles.quiet}>
          {says.asked} <Ago at={createdAt} />
        </span>
      </div>
      <div className={styles.facts}>
        <Outcome of={request} />
        {status === 'PENDING' && <ScopeList scopes={scopes} />}
        {reason && status === 'PENDING' && <span className={styles.reason}>{reason}</span>}
        <ProblemAlert problem={problem} />
      </div>
      {status === 'PENDING' && (
        <Button variant="default" loading={withdrawing.busy} onClick={withdraw} aria-label={says.withdrawOf(app.name)}>
          {says.withdraw}
        </Button>
      )}
    </article>
  )
}

/** What became of a request: who settled it, when and why. */
function Outcome({ of }: { of: MyRequest }) {
  const says = useTexts(grantTexts)
  const { status, decidedAt, decidedBy, decisionReason, scopes, approvedScopes } = of
  const isPart = status === 'APPROVED' && approvedScopes.length < scopes.length
  const by = status === 'WITHDRAWN' ? undefined : decidedBy?.name
  return (
    <div className={styles.outcome}>
      <span className={styles.status} data-status={status}>
        {says.statuses[status] ?? status}
      </span>
      {isPart && <span className={styles.quiet}>{says.partly(approvedScopes.length, scopes.length)}</span>}
      {decidedAt && (
        <span className={styles.quiet}>
          {by && `${says.decidedBy(by)} · `}
          <Ago at={decidedAt} />
        </span>
      )}
      {status === 'PENDING' && <span className={styles.quiet}>{says.waits}</span>}
      {decisionReason && <span className={styles.reason}>{decisionReason}</span>}
    </div>
  )
}
