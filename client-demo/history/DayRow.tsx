import type { Ref } from 'react'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'

const DAY = 86_400_000

/** The day of the events below. */
export function DayRow({ at, index, ref }: { at: string; index: number; ref: Ref<HTMLLIElement> }) {
  const { language } = useLanguage()
  const says = useTexts(historyTexts)
  const date = new Date(at)
  const day = date.toDateString()
  const said = new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(date)
  const now = Date.now()
  return (
    <li ref={ref} data-index={index} className={styles.day}>
      <h2>
        {day === new Date(now).toDateString()
          ? says.today
          : day === new Date(now - DAY).toDateString()
            ? says.yesterday
            : said}
      </h2>
    </li>
  )
}
