import type { ReactNode } from 'react'
import { AppName } from '../ui/AppName.tsx'
import type { Case } from './cases.ts'
import styles from './requests.module.css'

interface CaseHeaderProps {
  readonly of: Case
  readonly titleId: string
  readonly children?: ReactNode
}

/** Which app it is about, and who publishes it. */
export const CaseHeader = ({ of: { app, isPending }, titleId, children }: CaseHeaderProps) => (
  <header className={styles.header}>
    <AppName app={app} titleId={titleId} large={isPending} size={isPending ? 36 : 28} />
    {children && <div className={styles.aside}>{children}</div>}
  </header>
)
