import { type ReactNode, type Ref, useId } from 'react'
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

interface HistoryRowProps {
  readonly group: Group
  readonly index: number
  readonly objects: Objects
  readonly organizationId: string
  readonly isNew: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly ref: Ref<HTMLLIElement>
}

/** One act: who did what, and when; the changes on demand. */
export function HistoryRow(props: HistoryRowProps) {
  const { group, index, objects, organizationId, isNew, isOpen, onToggle, ref } = props
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
    <li ref={ref} data-index={index} className={styles.event} data-new={isNew || undefined}>
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
          onClick={onToggle}
        >
          <ChevronIcon size={16} />
        </button>
      </div>
      {isOpen && <EventDetails id={detailsId} group={group} objects={objects} organizationId={organizationId} />}
    </li>
  )
}

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
