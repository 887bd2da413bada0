import { Badge } from '@mantine/core'
import { useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ScopeChips } from '../ui/ScopeChips.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import type { Case } from './cases.ts'
import { Decision } from './Decision.tsx'
import { Asking } from './Requesters.tsx'
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
  const { app, requestCount, approvedScopes } = of
  return (
    <article aria-labelledby={titleId}>
      <CaseHeader of={of} titleId={titleId}>
        {isNew && <Badge size="sm">{says.fresh}</Badge>}
        {requestCount > 1 && <span>{says.asksFor(requestCount)}</span>}
      </CaseHeader>
      {app.description && <p className={styles.description}>{app.description}</p>}
      <Decision of={of}>
        <div className={styles.facts}>
          <Asking of={of} />
          {approvedScopes.length > 0 && (
            <div>
              <h3 className={styles.label}>{says.approvedAlready}</h3>
              <ScopeChips scopes={approvedScopes} />
            </div>
          )}
        </div>
      </Decision>
    </article>
  )
}
