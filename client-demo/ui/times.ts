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
/** With the time zone: who passes a time on to somebody elsewhere means the same moment. */
const exact = once(
  (language) =>
    new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    }),
)

/** How long ago, or in about how long, as people say it; less than a minute is now. */
export function sayAgo(language: Language, at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000
  const unit = units.find(([, length]) => Math.abs(seconds) >= length)
  if (!unit) return uiTexts[language].now
  const count = seconds / unit[1]
  // Days are those of the calendar, as they head the history.
  if (count < 0 && unit[0] === 'day') return relative(language).format(daysBetween(new Date(now), at), 'day')
  // What ends in 30 days still does a moment later.
  const whole = count > 0 ? Math.round(count) : Math.trunc(count)
  return relative(language).format(whole, unit[0])
}

/** As if each had its noon: by the clock, a day has 23 or 25 hours where the summer begins or ends. */
const daysBetween = (from: Date, to: Date): number => Math.round((noonOf(to) - noonOf(from)) / 86_400_000)

const noonOf = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime()

export const sayTime = (language: Language, at: Date): string => exact(language).format(at)

export const sayDay = (language: Language, at: Date): string => day(language).format(at)
