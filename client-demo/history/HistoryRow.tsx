import { memo, type ReactNode, type Ref, useId } from 'react'
import { Link } from 'react-router'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import {
  AppsIcon,
  ChevronIcon,
  HistoryIcon,
  InboxIcon,
  InstalledIcon,
  KeyIcon,
  PeopleIcon,
  PersonIcon,
} from '../ui/icons.tsx'
import { EventDetails } from './EventDetails.tsx'
import { type Kind, kindOf } from './filter.ts'
import type { Group } from './groups.ts'
import styles from './history.module.css'
import { type Part, sentenceOf } from './sentence.ts'
import { historyTexts } from './texts.ts'
import { type Objects, placeOf } from './useObjects.ts'

const icons: Readonly<Record<Kind, (props: { size?: number }) => ReactNode>> = {
  requests: InboxIcon,
  installations: InstalledIcon,
  grants: PersonIcon,
  apps: AppsIcon,
  credentials: KeyIcon,
  people: PeopleIcon,
  organization: HistoryIcon,
}

/** What went well, and what somebody should look at. */
const tones: Readonly<Record<string, string>> = {
  INSTALL_APPROVED: 'good',
  APP_ENABLED: 'good',
  APP_INSTALLED: 'good',
  INSTALL_DENIED: 'bad',
  APP_DISABLED: 'bad',
  APP_DELETED: 'bad',
  TOKEN_REUSE_DETECTED: 'bad',
}

interface ActProps {
  readonly group: Group
  readonly objects: Objects
  readonly organizationId: string
  readonly isOpen: boolean
  /** Always the same function: else every row would be drawn anew with each event. */
  readonly onToggle: (key: string) => void
}

interface HistoryRowProps extends ActProps {
  readonly index: number
  readonly isNew: boolean
  readonly ref: Ref<HTMLLIElement>
}

/** One act in the list. Its place changes with each event above it, and what it says does not. */
export function HistoryRow({ index, isNew, ref, ...act }: HistoryRowProps) {
  return (
    <li ref={ref} data-index={index} className={styles.event} data-new={isNew || undefined}>
      <Act {...act} />
    </li>
  )
}

/** Who did what, and when; the changes on demand. */
const Act = memo(function Act({ group, objects, organizationId, isOpen, onToggle }: ActProps) {
  const { language } = useLanguage()
  const says = useTexts(historyTexts)
  const sentenceId = useId()
  const buttonId = useId()
  const detailsId = useId()
  const [event] = group.events
  const kind = kindOf(event.type)
  const Icon = kind ? icons[kind] : HistoryIcon
  const place = (part: Part) =>
    part.as === 'app'
      ? placeOf(objects, organizationId, event.appId)
      : part.as === 'people'
        ? placeOf(objects, organizationId, event.userId)
        : undefined
  return (
    <>
      <div className={styles.line}>
        <span className={styles.icon} data-tone={tones[event.type]}>
          <Icon size={15} />
        </span>
        <p id={sentenceId} className={styles.sentence}>
          {sentenceOf(language, group).map((part, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence stay where they are.
            <Piece key={position} part={part} to={place(part)} />
          ))}
        </p>
        <span className={styles.when}>
          <Ago at={event.at} />
        </span>
        <button
          type="button"
          id={buttonId}
          className={styles.toggle}
          aria-label={says.details}
          aria-labelledby={`${buttonId} ${sentenceId}`}
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailsId : undefined}
          onClick={() => onToggle(group.key)}
        >
          <ChevronIcon size={16} />
        </button>
      </div>
      {isOpen && <EventDetails id={detailsId} group={group} objects={objects} organizationId={organizationId} />}
    </>
  )
})

/** What is named can be gone to, where it still is. */
function Piece({ part: { text, as }, to }: { part: Part; to: string | undefined }) {
  if (to) {
    return (
      <Link className={styles.named} to={to}>
        {text}
      </Link>
    )
  }
  if (as === 'scopes' || as === 'value') return <code className={styles.code}>{text}</code>
  return as ? <strong className={styles.named}>{text}</strong> : text
}
