import { InvalidInput } from '../errors.ts'

/** What statistics count together. All begin at midnight or on the hour by UTC, weeks on Monday. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'

/** A time from its `start` until before its `end`. */
export interface Period {
  readonly start: Date
  readonly end: Date
}

/**
 * The whole buckets that touch the time from `from` until before `to`, one after the other.
 *
 * @throws {InvalidInput} where `to` is not after `from`, or there are more than `limit`.
 */
export function bucketsBetween(from: Date, to: Date, bucket: Bucket, limit: number): Period[] {
  if (to <= from) throw InvalidInput.at('to', { code: 'TOO_EARLY', message: 'must be later than `from`' })
  const periods: Period[] = []
  for (let start = startOf(bucket, from); start < to; ) {
    if (periods.length === limit) {
      const message = `would make more than ${limit} buckets: ask for larger ones, or for less time`
      throw InvalidInput.at('bucket', { code: 'TOO_MANY', message, limit })
    }
    const end = startOfNext(bucket, start)
    periods.push({ start, end })
    start = end
  }
  return periods
}

/** The beginning of the bucket that the time falls in. */
function startOf(bucket: Bucket, time: Date): Date {
  const start = new Date(time)
  start.setUTCMinutes(0, 0, 0)
  if (bucket !== 'HOUR') start.setUTCHours(0)
  if (bucket === 'WEEK') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7))
  if (bucket === 'MONTH') start.setUTCDate(1)
  return start
}

function startOfNext(bucket: Bucket, start: Date): Date {
  const next = new Date(start)
  if (bucket === 'HOUR') next.setUTCHours(next.getUTCHours() + 1)
  else if (bucket === 'MONTH') next.setUTCMonth(next.getUTCMonth() + 1)
  else next.setUTCDate(next.getUTCDate() + (bucket === 'WEEK' ? 7 : 1))
  return next
}
