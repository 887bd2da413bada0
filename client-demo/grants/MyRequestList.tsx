import { Button } from '@mantine/core'
import { useId } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { MyRequests } from './documents.ts'
import styles from './grants.module.css'
import { MyRequestRow } from './MyRequestRow.tsx'
import { grantTexts } from './texts.ts'

const requestsIn = ({ viewer }: ResultOf<typeof MyRequests>) => viewer?.installRequests

/** What the viewer has asked for, and what became of it. `onSay` tells whoever does not see it what was done. */
export function MyRequestList({ onSay }: { onSay: (what: string) => void }) {
  const says = useTexts(grantTexts)
  const titleId = useId()
  const pages = usePages(MyRequests, { language: useApiLanguage() }, requestsIn)
  return (
    <section className={styles.section} aria-labelledby={titleId}>
      <h2 id={titleId}>{says.requests}</h2>
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : pages.nodes === undefined ? (
        <Waiting />
      ) : pages.nodes.length === 0 ? (
        <p className={styles.quiet}>{says.noRequests}</p>
      ) : (
        <ul className={styles.list} aria-labelledby={titleId}>
          {pages.nodes.map((request) => (
            <li key={request.id}>
              <MyRequestRow of={request} onWithdrawn={() => onSay(says.isWithdrawn(request.app.name))} />
            </li>
          ))}
        </ul>
      )}
      {pages.hasMore && (
        <Button variant="default" className={styles.more} onClick={pages.loadMore} loading={pages.loadingMore}>
          {says.showMore}
        </Button>
      )}
    </section>
  )
}
