import { type ReactNode, useId } from 'react'
import styles from './apps.module.css'

interface SectionProps {
  readonly title: string
  readonly about?: string
  /** What there is to do, at the right of its title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a page that has several. */
export function Section({ title, about, actions, children }: SectionProps) {
  const titleId = useId()
  return (
    // It gets the focus where something in it goes that had it.
    <section className={styles.section} aria-labelledby={titleId} tabIndex={-1}>
      <header className={styles.sectionHeader}>
        <div>
          <h2 id={titleId} className={styles.sectionTitle}>
            {title}
          </h2>
          {about && <p className={styles.sectionAbout}>{about}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** What stands in a section that has nothing to list yet. */
export const NothingYet = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className={styles.nothing}>
    <strong>{title}</strong>
    <span>{children}</span>
  </div>
)
