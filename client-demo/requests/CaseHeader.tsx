import type { ReactNode } from 'react'
import { AppName } from '../ui/AppName.tsx'
import { type Case, isPending } from './cases.ts'
import styles from './requests.module.css'

interface CaseHeaderProps {
  readonly of: Case
  readonly titleId: string
  readonly children?: ReactNode
}

/** Which app it is about, and who publishes it. */
export function CaseHeader({ of, titleId, children }: CaseHeaderProps) {
  const large = isPending(of)
  return (
    <header className={styles.header}>
      <AppName app={of.app} titleId={titleId} large={large} size={large ? 36 : 28} />
      {children && <div className={styles.aside}>{children}</div>}
    </header>
  )
}
