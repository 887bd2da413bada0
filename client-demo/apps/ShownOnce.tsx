import { Alert } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { KeyIcon } from '../ui/icons.tsx'
import { useLossOnLeave } from '../ui/useLossOnLeave.ts'
import styles from './apps.module.css'

interface ShownOnceProps {
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

/** What cannot be had again. It gets the focus, so that nobody misses it, and nobody leaves it unasked. */
export function ShownOnce({ title, about, children }: ShownOnceProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  useLossOnLeave('secret')
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      className={styles.once}
      variant="light"
      icon={<KeyIcon />}
      title={title}
      role="group"
      aria-label={title}
    >
      <p className={styles.onceAbout}>{about}</p>
      {children}
    </Alert>
  )
}
