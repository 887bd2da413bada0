import type { ReactNode } from 'react'
import styles from './ui.module.css'

/** A page without the frame: for who is not signed in yet, and for when nothing else works. */
export const FullPage = ({ children }: { children: ReactNode }) => <main className={styles.fullPage}>{children}</main>
