import type { ReactNode } from 'react'
import styles from './ui.module.css'

interface EmptyStateProps {
  readonly icon?: ReactNode
  readonly title: string
  /** Of its heading: 1 where it is all that there is. */
  readonly order?: 1 | 2
  readonly children?: ReactNode
}

/** What stands where there is nothing to list: why, and what to do about it. */
export const EmptyState = ({ icon, title, order = 2, children }: EmptyStateProps) => {
  const Heading = `h${order}` as const
  return (
    <div className={styles.empty}>
      {icon && <div className={styles.emptyIcon}>{icon}</div>}
      <Heading className={styles.emptyTitle}>{title}</Heading>
      {children && <div className={styles.emptyMore}>{children}</div>}
    </div>
  )
}
