import type { ReactNode } from 'react'
import styles from './ui.module.css'

interface EmptyStateProps {
  readonly icon?: ReactNode
  readonly title: string
  readonly children?: ReactNode
}

/** What stands where there is nothing to list: why, and what to do about it. */
export const EmptyState = ({ icon, title, children }: EmptyStateProps) => (
  <div className={styles.empty}>
    {icon && <div className={styles.emptyIcon}>{icon}</div>}
    <h2 className={styles.emptyTitle}>{title}</h2>
    {children && <div className={styles.emptyMore}>{children}</div>}
  </div>
)
