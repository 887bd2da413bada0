import type { Impact } from '../api/fragments.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from './Ago.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'
import { Waiting } from './Waiting.tsx'

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
