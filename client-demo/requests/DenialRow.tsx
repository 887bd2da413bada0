import { Button } from '@mantine/core'
import { useId } from 'react'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { AppName } from '../ui/AppName.tsx'
import { ScopeInWords, sensitiveFirst } from '../ui/ScopeChoice.tsx'
import { sayDay } from '../ui/times.ts'
import { denialTexts } from './denial-texts.ts'
import type { Denial } from './documents.ts'
import styles from './requests.module.css'

interface DenialRowProps {
  readonly of: Denial
  readonly onLift: () => void
}

/** What nobody is to ask for again, why, and until when. */
export function DenialRow({ of: { app, scopes, reason, createdAt, deniedBy, deniedUntil }, onLift }: DenialRowProps) {
  const says = useTexts(denialTexts)
  const { language } = useLanguage()
  const titleId = useId()
  return (
    <article aria-labelledby={titleId}>
      <header className={styles.header}>
        <AppName app={app} titleId={titleId} large />
        <Button variant="default" className={styles.lift} onClick={onLift} aria-label={says.liftOf(app.name)}>
          {says.lift}
        </Button>
      </header>
      <div className={styles.parts}>
        <dl className={styles.terms}>
          <div>
            <dt className={styles.label}>{says.reason}</dt>
            <dd className={reason ? styles.reason : styles.noReason}>{reason || says.noReason}</dd>
          </div>
          <div>
            <dt className={styles.label}>{says.denied}</dt>
            <dd>
              {deniedBy?.name ?? says.somebody} · <Ago at={createdAt} />
            </dd>
          </div>
          <div>
            <dt className={styles.label}>{says.until}</dt>
            <dd>
              {sayDay(language, new Date(deniedUntil))} · <Ago at={deniedUntil} />
            </dd>
          </div>
        </dl>
        <div>
          <h3 className={styles.label}>{says.cannotAsk}</h3>
          <ul className={styles.denied}>
            {sensitiveFirst(scopes).map((scope) => (
              <li key={scope.name}>
                <ScopeInWords scope={scope} />
              </li>
            ))}
          </ul>
        </div>
      </div>
    </article>
  )
}
