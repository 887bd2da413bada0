import { useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import type { Case } from './cases.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** What became of a case that was pending while the page was open. */
export function SettledCase({ of }: { of: Case }) {
  const says = useTexts(requestTexts)
  const titleId = useId()
  const { status = '', decidedAt, decidedBy, decisionReason, requester, installation } = of.outcome ?? {}
  const approved = new Set(installation?.approvedScopes.map(({ name }) => name))
  const some = of.scopes.filter(({ name }) => approved.has(name)).length
  // Withdrawn requests name their requester, also where another change withdrew them.
  const by = (status === 'WITHDRAWN' ? requester?.name : decidedBy?.name) ?? says.somebody
  const decided = says.decided[status]?.(by) ?? says.unknownStatus(status)
  return (
    <article aria-labelledby={titleId} className={styles.settled}>
      <CaseHeader of={of} titleId={titleId}>
        {of.isGone ? (
          <span>{says.gone}</span>
        ) : (
          <>
            <strong data-status={status} className={styles.outcome}>
              {decided}
            </strong>
            {status === 'APPROVED' && some > 0 && some < of.scopes.length && (
              <span>{says.partly(some, of.scopes.length)}</span>
            )}
            {decidedAt && <Ago at={decidedAt} />}
          </>
        )}
      </CaseHeader>
      {decisionReason && !of.isGone && <p className={styles.decisionReason}>{decisionReason}</p>}
    </article>
  )
}
