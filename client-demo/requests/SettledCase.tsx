import { useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import { approvedOf, type Case, scopesOf } from './cases.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** What became of a request that was pending while the page was open. */
export function SettledCase({ of }: { of: Case }) {
  const says = useTexts(requestTexts)
  const titleId = useId()
  const { isGone, requests } = of
  const { status, decidedAt, decidedBy, decisionReason, requester } = requests[0] ?? {}
  const approved = approvedOf(of).length
  const all = scopesOf(of).length
  // Withdrawn requests name whoever made them, also where they were withdrawn for them.
  const by = (status === 'WITHDRAWN' ? requester?.name : decidedBy?.name) ?? says.somebody
  const decided = says.decided[status ?? '']?.(by) ?? says.unknownStatus(status ?? '')
  return (
    <article aria-labelledby={titleId} className={styles.settled}>
      <CaseHeader of={of} titleId={titleId}>
        {isGone ? (
          <span>{says.gone}</span>
        ) : (
          <>
            <strong data-status={status} className={styles.outcome}>
              {decided}
            </strong>
            {status === 'APPROVED' && approved < all && <span>{says.partly(approved, all)}</span>}
            {decidedAt && <Ago at={decidedAt} />}
          </>
        )}
      </CaseHeader>
      {decisionReason && !isGone && <p className={styles.decisionReason}>{decisionReason}</p>}
    </article>
  )
}
