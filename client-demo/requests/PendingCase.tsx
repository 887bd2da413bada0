import { Badge } from '@mantine/core'
import { useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { ScopeChips } from '../ui/ScopeChips.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import type { Case } from './cases.ts'
import { Decision } from './Decision.tsx'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

interface PendingCaseProps {
  readonly of: Case
  readonly isNew: boolean
}

/** What is asked for one app, and what to decide about it. */
export function PendingCase({ of, isNew }: PendingCaseProps) {
  const says = useTexts(requestTexts)
  const titleId = useId()
  const { app, requests } = of
  return (
    <article aria-labelledby={titleId}>
      <CaseHeader of={of} titleId={titleId}>
        {isNew && <Badge size="sm">{says.fresh}</Badge>}
        {requests.length > 1 && <span>{says.asksFor(requests.length)}</span>}
      </CaseHeader>
      {app.description && <p className={styles.description}>{app.description}</p>}
      <Decision of={of}>
        <div className={styles.facts}>
          <div>
            <h3 className={styles.label}>{says.requesters}</h3>
            <ul className={styles.requesters}>
              {requests.map(({ id, requester, reason, createdAt }) => (
                <li key={id}>
                  <span className={styles.requester} title={requester.email ?? undefined}>
                    {requester.name}
                  </span>
                  <span className={styles.when}>
                    <Ago at={createdAt} />
                  </span>
                  <span className={reason ? styles.reason : styles.noReason}>{reason || says.noReason}</span>
                </li>
              ))}
            </ul>
          </div>
          <ApprovedAlready of={of} />
        </div>
      </Decision>
    </article>
  )
}

/** What the app may do here already, where it asks for more. */
function ApprovedAlready({ of: { requests } }: { of: Case }) {
  const says = useTexts(requestTexts)
  const approved = requests[0]?.installation?.approvedScopes ?? []
  if (approved.length === 0) return null
  return (
    <div>
      <h3 className={styles.label}>{says.approvedAlready}</h3>
      <ScopeChips scopes={approved} />
    </div>
  )
}
