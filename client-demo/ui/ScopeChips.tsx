import { Badge } from '@mantine/core'
import type { Scope } from '../api/fragments.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

/** Marks what to think twice about. */
export function SensitiveMark() {
  const says = useTexts(uiTexts)
  return (
    <Badge size="xs" variant="default" className={styles.sensitive}>
      {says.sensitive}
    </Badge>
  )
}

/** A row of chips: each shows the name of a scope, and on hover what the scope allows. */
export const ScopeChips = ({ scopes }: { scopes: readonly Scope[] }) => (
  <ul className={styles.chips}>
    {scopes.map(({ name, description, sensitive }) => (
      <li key={name} className={styles.chip} data-sensitive={sensitive || undefined} title={description}>
        {name}
      </li>
    ))}
  </ul>
)
