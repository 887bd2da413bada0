import { useId } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { MyRequests } from './documents.ts'
import styles from './grants.module.css'
import { MyRequestRow } from './MyRequestRow.tsx'
import { grantTexts } from './texts.ts'

const requestsIn = ({ viewer }: ResultOf<typeof MyRequests>) => viewer?.installRequests

/** The viewer's requests and their outcomes. `onSay` announces changes to screen readers. */
export function MyRequestList({ onSay }: { onSay: (what: string) => void }) {
  const says = useTexts(grantTexts)
  const titleId = useId()
  const pages = usePages(MyRequests, { language: useApiLanguage() }, requestsIn)
  return (
    <section className={styles.section} aria-labelledby={titleId}>
      <h2 id={titleId}>{says.requests}</h2>
      <Paged of={pages} empty={<p className={styles.quiet}>{says.noRequests}</p>}>
        {(requests) => (
          <ul className={styles.list} aria-labelledby={titleId}>
            {requests.map((request) => (
              <li key={request.id}>
                <MyRequestRow of={request} onWithdrawn={() => onSay(says.isWithdrawn(request.app.name))} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      <ShowMore of={pages} />
    </section>
  )
}
