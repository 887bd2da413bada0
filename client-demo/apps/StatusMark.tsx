import { useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './apps.module.css'
import { appTexts } from './texts.ts'

/** Whether an app works: a dot, and the word for it. */
export function StatusMark({ status }: { status: string | null }) {
  const says = useTexts(appTexts)
  if (!status) return null
  return (
    <span className={styles.status} data-status={status}>
      {says.statuses[status] ?? status}
    </span>
  )
}
