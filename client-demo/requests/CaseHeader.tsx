import type { ReactNode } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { AppLogo } from '../ui/AppLogo.tsx'
import type { Case } from './cases.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

interface CaseHeaderProps {
  readonly of: Case
  readonly titleId: string
  readonly children?: ReactNode
}

/** Which app it is about, and who publishes it. */
export function CaseHeader({ of: { app, isPending }, titleId, children }: CaseHeaderProps) {
  const says = useTexts(requestTexts)
  return (
    <header className={styles.header}>
      <AppLogo name={app.name} logoUrl={app.logoUrl} size={isPending ? 36 : 28} />
      <div className={styles.heading}>
        <h2 id={titleId} className={styles.name}>
          {app.name}
        </h2>
        <span className={styles.publisher}>
          {says.by(app.publisherName)} · {says.types[app.type] ?? app.type}
        </span>
      </div>
      {children && <div className={styles.aside}>{children}</div>}
    </header>
  )
}
