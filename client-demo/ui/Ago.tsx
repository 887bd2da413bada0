import { useSyncExternalStore } from 'react'
import { useLanguage } from '../i18n/LanguageProvider.tsx'
import type { Language } from '../i18n/language.ts'

const units: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long ago, or in how long, as people say it. */
export function sayAgo(language: Language, at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  // The clocks of the two computers differ by a little: what just happened is not in the future.
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / length), unit)
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
