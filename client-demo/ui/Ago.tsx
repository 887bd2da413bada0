import { useSyncExternalStore } from 'react'
import { useLanguage } from '../i18n/LanguageProvider.tsx'
import type { Language } from '../i18n/language.ts'
import { uiTexts } from './texts.ts'

const units: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long ago, or in how long, as people say it; less than a minute is now. */
export function sayAgo(language: Language, at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000
  const unit = units.find(([, length]) => Math.abs(seconds) >= length)
  if (!unit) return uiTexts[language].now
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / unit[1]), unit[0])
}

export const sayTime = (language: Language, at: Date): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)

/** A moment, relative to now; the exact time is in its title. */
export function Ago({ at }: { at: string }) {
  const { language } = useLanguage()
  const now = useSyncExternalStore(onTick, currentTick)
  const date = new Date(at)
  return (
    <time dateTime={at} title={sayTime(language, date)}>
      {sayAgo(language, date, now)}
    </time>
  )
}

/** One timer for all of them, which runs while there are any. In milliseconds. */
const TICK = 20_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let tick = Date.now()

const currentTick = () => tick

function onTick(listener: () => void): () => void {
  if (listeners.size === 0) {
    tick = Date.now()
    timer = setInterval(() => {
      tick = Date.now()
      for (const tell of listeners) tell()
    }, TICK)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}
