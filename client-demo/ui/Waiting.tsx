import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

/** In milliseconds: what is there sooner needs no sign that it is being waited for. */
const PATIENCE = 250

export function Waiting() {
  const says = useTexts(uiTexts)
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={styles.waiting} role="status" aria-label={says.loading}>
      {isLong && <Loader size="sm" type="dots" aria-hidden />}
    </div>
  )
}
