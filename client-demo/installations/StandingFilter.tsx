import { useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './installations.module.css'
import { installationTexts } from './texts.ts'
import { ALL, type Standing, standings } from './useFilters.ts'

interface StandingFilterProps {
  readonly value: Standing
  readonly counts: Readonly<Partial<Record<Standing, { readonly totalCount: number } | null>>> | undefined
  readonly onChange: (standing: Standing) => void
}

/** Which of the three standings is looked at, or all; each with how many there are. */
export function StandingFilter({ value, counts, onChange }: StandingFilterProps) {
  const says = useTexts(installationTexts)
  const name = useId()
  return (
    <fieldset className={styles.tabs}>
      <legend>{says.standing}</legend>
      {([ALL, ...standings] as const).map((standing) => (
        <label key={standing} className={styles.tab} title={says.standingMore[standing]}>
          <input type="radio" name={name} checked={standing === value} onChange={() => onChange(standing)} />
          {says.standings[standing]}
          <span className={styles.tabCount}>{counts?.[standing]?.totalCount.toLocaleString('en')}</span>
        </label>
      ))}
    </fieldset>
  )
}
