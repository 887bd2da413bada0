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

/** To make one takes longer than to use it a thousand times. */
function once<Format>(make: (language: Language) => Format): (language: Language) => Format {
  const made = new Map<Language, Format>()
  return (language) => {
    const format = made.get(language) ?? make(language)
    made.set(language, format)
    return format
  }
}

const relative = once((language) => new Intl.RelativeTimeFormat(language))
const day = once((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' }))
const exact = once((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }))

/** How long ago, or in about how long, as people say it; less than a minute is now. */
export function sayAgo(language: Language, at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000
  const unit = units.find(([, length]) => Math.abs(seconds) >= length)
  if (!unit) return uiTexts[language].now
  const count = seconds / unit[1]
  // What ends in 30 days still does a moment later.
  const whole = count > 0 ? Math.round(count) : Math.trunc(count)
  return relative(language).format(whole, unit[0])
}

export const sayTime = (language: Language, at: Date): string => exact(language).format(at)

export const sayDay = (language: Language, at: Date): string => day(language).format(at)

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
