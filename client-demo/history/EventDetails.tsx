import { Link } from 'react-router'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { sayTime } from '../ui/times.ts'
import type { HistoryEvent } from './documents.ts'
import type { Group } from './groups.ts'
import styles from './history.module.css'
import { sentenceTexts } from './sentence-texts.ts'
import { historyTexts } from './texts.ts'
import { type Objects, placeOf } from './useObjects.ts'

interface EventDetailsProps {
  readonly id: string
  readonly group: Group
  readonly objects: Objects
  readonly organizationId: string
}

/** What changed, field by field, and what it was about. */
export function EventDetails({ id, group, objects, organizationId }: EventDetailsProps) {
  return (
    <div id={id} className={styles.details}>
      {group.events.map((event) => (
        <section key={event.id} className={styles.detail}>
          <Facts event={event} objects={objects} organizationId={organizationId} />
          <Changes event={event} />
        </section>
      ))}
    </div>
  )
}

function Facts({ event, objects, organizationId }: Omit<EventDetailsProps, 'id' | 'group'> & { event: HistoryEvent }) {
  const says = useTexts(historyTexts)
  const { language } = useLanguage()
  const named = [
    ['app', event.appId, event.appName],
    ['user', event.userId, event.userName],
    ['request', event.installRequestId, null],
    ['installation', event.installationId, null],
    ['grant', event.grantId, null],
  ] as const
  return (
    <dl className={styles.facts}>
      <dt>{says.exactly}</dt>
      <dd>
        {sayTime(language, new Date(event.at))} · {says.number} {event.sequence}
      </dd>
      {named.flatMap(([what, id, name]) => {
        if (id === null) return []
        const place = placeOf(objects, organizationId, id)
        return [
          <dt key={what}>{says.objectNames[what]}</dt>,
          <dd key={id}>
            {place ? <Link to={place}>{name ?? id}</Link> : (name ?? <code className={styles.code}>{id}</code>)}
            {!objects.has(id) && <span className={styles.quiet}> · {says.gone}</span>}
          </dd>,
        ]
      })}
    </dl>
  )
}

function Changes({ event: { changes } }: { event: HistoryEvent }) {
  const says = useTexts(historyTexts)
  const { fields } = useTexts(sentenceTexts)
  if (changes.length === 0) return <p className={styles.quiet}>{says.noChanges}</p>
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{says.field}</th>
            <th scope="col">{says.before}</th>
            <th scope="col">{says.after}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{fields[field] ?? field}</th>
              <td>
                <Value value={before} other={after} mark="del" />
              </td>
              <td>
                <Value value={after} other={before} mark="ins" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface ValueProps {
  readonly value: unknown
  readonly other: unknown
  /** How what the other one does not have is marked. */
  readonly mark: 'ins' | 'del'
}

function Value({ value, other, mark: Mark }: ValueProps) {
  const says = useTexts(historyTexts)
  if (value === null || value === undefined || value === '') return <span className={styles.quiet}>–</span>
  if (typeof value === 'boolean') return value ? says.yes : says.no
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (value.length === 0) return <span className={styles.quiet}>–</span>
  const others = new Set<unknown>(Array.isArray(other) ? other : [])
  return (
    <ul className={styles.values}>
      {value.map((one) => (
        <li key={String(one)}>{others.has(one) ? <code>{String(one)}</code> : <Mark>{String(one)}</Mark>}</li>
      ))}
    </ul>
  )
}
