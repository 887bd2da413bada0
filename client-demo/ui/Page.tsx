import { type ReactNode, useEffect } from 'react'
import styles from './ui.module.css'

interface PageProps {
  readonly title: string
  /** How many things wait for the viewer here: stands in the title of the window. */
  readonly count?: number
  /** What there is to do on the whole page, at the right of its title. */
  readonly actions?: ReactNode
  /** One line about what the page is for. */
  readonly about?: ReactNode
  readonly children: ReactNode
}

/** A page in the frame: its heading, and what stands below it. */
export function Page({ title, count = 0, actions, about, children }: PageProps) {
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${title} · Gatehouse`
  }, [title, count])
  return (
    <>
      <header className={styles.pageHeader}>
        <div>
          <h1 className={styles.pageTitle}>{title}</h1>
          {about && <p className={styles.pageAbout}>{about}</p>}
        </div>
        {actions && <div className={styles.pageActions}>{actions}</div>}
      </header>
      {children}
    </>
  )
}
