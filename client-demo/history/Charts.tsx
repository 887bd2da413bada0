import { memo, useId } from 'react'
import { useQuery } from 'urql'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { isPersonal } from '../viewer/viewer.ts'
import { type Bar, BarChart } from './BarChart.tsx'
import { Card } from './Card.tsx'
import { type Buckets, HistoryStatistics } from './documents.ts'
import styles from './history.module.css'
import { type Period, useRange } from './periods.ts'
import { TokensByApp } from './TokensByApp.tsx'
import { historyTexts } from './texts.ts'

type Count = 'requests' | 'approvals' | 'denials'
const tones = { requests: 'accent', approvals: 'good', denials: 'bad' } as const

/** What people would rather look at than read: how much is asked for and decided, and who holds tokens. */
export const Charts = memo(function Charts({ period }: { period: Period }) {
  const says = useTexts(historyTexts)
  const { membership } = useOrganization()
  const variables = { organizationId: membership.organization.id, ...useRange(period) }
  const [{ data }] = useQuery({ query: HistoryStatistics, variables })
  const statistics = data?.organization?.statistics
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is too wide for the window, one scrolls it by keyboard, too.
    <section className={styles.charts} aria-label={says.charts} tabIndex={0}>
      {!isPersonal(membership) && (
        <>
          <OverTime name={says.requests} period={period} buckets={statistics?.buckets} counts={['requests']} />
          <OverTime
            name={says.decisions}
            period={period}
            buckets={statistics?.buckets}
            counts={['approvals', 'denials']}
          />
        </>
      )}
      <TokensByApp apps={statistics?.apps} />
    </section>
  )
})

interface OverTimeProps {
  readonly name: string
  readonly period: Period
  /** Undefined until they are known. */
  readonly buckets: Buckets | undefined
  readonly counts: readonly Count[]
}

function OverTime({ name, period, buckets = [], counts }: OverTimeProps) {
  const says = useTexts(historyTexts)
  const { language } = useLanguage()
  const titleId = useId()
  const format = new Intl.DateTimeFormat(
    language,
    period === 'day' ? { hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric', timeZone: 'UTC' },
  )
  const sayStart = (start: string) => format.format(new Date(start))
  const names: Record<Count, string> = { requests: says.requests, approvals: says.approved, denials: says.denied }
  const total = (one: Count) => buckets.reduce((sum, bucket) => sum + bucket[one], 0)
  const sum = (bucket: Buckets[number]) => counts.reduce((all, one) => all + bucket[one], 0)
  const highest = buckets.reduce<Buckets[number] | undefined>((a, b) => (a && sum(a) >= sum(b) ? a : b), undefined)
  const all = counts.reduce((some, one) => some + total(one), 0)
  const most = highest && all > 0 ? says.most(sum(highest), sayStart(highest.start)) : ''
  const bars = buckets.map(
    (bucket): Bar => ({
      key: bucket.start,
      title: `${sayStart(bucket.start)}: ${counts.map((one) => `${bucket[one]} ${counts.length > 1 ? names[one] : ''}`).join(', ')}`,
      values: counts.map((one) => ({ count: bucket[one], tone: tones[one] })),
    }),
  )
  return (
    <Card
      title={name}
      titleId={titleId}
      aside={
        counts.length === 1 ? (
          <strong>{all}</strong>
        ) : (
          counts.map((one) => (
            <span key={one} className={styles.legend} data-tone={tones[one]}>
              {total(one)} {names[one]}
            </span>
          ))
        )
      }
    >
      <BarChart label={says.chart(name, says.periods[period], all) + most} bars={bars} />
      <div className={styles.axis} aria-hidden="true">
        <span>{buckets[0] && sayStart(buckets[0].start)}</span>
        <span>{says.periods[period]}</span>
        <span>{buckets[0] && sayStart(buckets.at(-1)?.start ?? buckets[0].start)}</span>
      </div>
      <details className={styles.asTable}>
        <summary>{says.asTable}</summary>
        <div className={styles.scroll}>
          <table className={styles.table} aria-labelledby={titleId}>
            <thead>
              <tr>
                <th scope="col">{says.time}</th>
                {counts.map((one) => (
                  <th key={one} scope="col">
                    {names[one]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {buckets.toReversed().map((bucket) => (
                <tr key={bucket.start}>
                  <th scope="row">{sayStart(bucket.start)}</th>
                  {counts.map((one) => (
                    <td key={one}>{bucket[one]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Card>
  )
}
