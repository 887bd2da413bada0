import { useEffect, useState } from 'react'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Times to look back on, in milliseconds, and what is counted together in each. */
export const periods = {
  day: { span: DAY, bucket: 'HOUR', step: HOUR },
  week: { span: 7 * DAY, bucket: 'DAY', step: DAY },
  month: { span: 30 * DAY, bucket: 'DAY', step: DAY },
  quarter: { span: 91 * DAY, bucket: 'WEEK', step: DAY },
} as const

export type Period = keyof typeof periods

export const isPeriod = (text: string): text is Period => Object.hasOwn(periods, text)

/** The whole hours or days of a period until now; it moves on as time does. */
export function useRange(period: Period) {
  const { span, bucket, step } = periods[period]
  const [now, setNow] = useState(Date.now)
  const end = (Math.floor(now / step) + 1) * step
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), Math.max(1000, end - Date.now()))
    return () => clearTimeout(timer)
  }, [end])
  return { bucket, from: new Date(end - span).toISOString(), to: new Date(end).toISOString() }
}
