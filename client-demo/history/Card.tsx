import type { ReactNode } from 'react'
import styles from './history.module.css'

interface CardProps {
  readonly title: string
  readonly titleId?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

export const Card = ({ title, titleId, aside, children }: CardProps) => (
  <div className={styles.card}>
    <header className={styles.cardHeader}>
      <h2 id={titleId}>{title}</h2>
      <span>{aside}</span>
    </header>
    {children}
  </div>
)
