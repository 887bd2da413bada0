import { graphql, type ResultOf } from '../api/graphql.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from './Ago.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'
import { Waiting } from './Waiting.tsx'

/** What an action touches. The mutation takes the `version`, and is refused where that is not how things are. */
export const ImpactFields = graphql(`
  fragment ImpactFields on Impact { organizations users grants liveTokens lastUsedAt version }
`)

export type Impact = ResultOf<typeof ImpactFields>

const counts = ['organizations', 'users', 'grants', 'liveTokens'] as const

/** What an action would touch, in numbers; null while that is being asked. */
export function ImpactSummary({ impact }: { impact: Impact | null }) {
  const says = useTexts(uiTexts)
  if (!impact) return <Waiting />
  const touched = counts.filter((one) => impact[one] > 0)
  return (
    <div className={styles.impact}>
      {touched.length === 0 ? (
        says.impactNothing
      ) : (
        <>
          {says.impact}
          <ul>
            {touched.map((one) => (
              <li key={one}>{says.impactOf[one](impact[one])}</li>
            ))}
          </ul>
        </>
      )}
      {impact.lastUsedAt && (
        <p>
          {says.lastUsed} <Ago at={impact.lastUsedAt} />
        </p>
      )}
    </div>
  )
}
