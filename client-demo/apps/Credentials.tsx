import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { uiTexts } from '../ui/texts.ts'
import styles from './apps.module.css'
import { credentialTexts } from './credential-texts.ts'
import { appTexts } from './texts.ts'

interface Credential {
  readonly id: string
  readonly title: string
  readonly detail?: string
  readonly createdAt: string
  readonly createdBy: { readonly name: string } | null
  readonly lastUsedAt: string | null
  readonly endedAt: string | null
  /** The word for it once it has ended. */
  readonly ended: string
  readonly action: string
  /** The action for whoever does not see in which row it stands. */
  readonly actionName: string
  readonly onAction: () => void
}

interface CredentialsProps {
  readonly items: readonly Credential[]
  /** What stands there while none is live. */
  readonly empty: ReactNode
  readonly hasMore: boolean
  readonly loadingMore: boolean
  readonly loadMore: () => void
}

/** Secrets or keys: those that are live, and on demand those that were. */
export function Credentials({ items, empty, hasMore, loadingMore, loadMore }: CredentialsProps) {
  const says = useTexts(credentialTexts)
  const general = useTexts(appTexts)
  const [showsEnded, setShowsEnded] = useState(false)
  const live = items.filter(({ endedAt }) => !endedAt)
  const ended = items.filter(({ endedAt }) => endedAt)
  const shown = showsEnded ? [...live, ...ended] : live
  return (
    <>
      {live.length === 0 && empty}
      {shown.length > 0 && (
        <ul className={styles.rows}>
          {shown.map((one) => (
            <Row key={one.id} of={one} />
          ))}
        </ul>
      )}
      <div className={styles.under}>
        {ended.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-expanded={showsEnded}
            onClick={() => setShowsEnded(!showsEnded)}
          >
            {showsEnded ? says.hideRevoked : says.showRevoked(ended.length)}
          </Button>
        )}
        {hasMore && (
          <Button variant="default" onClick={loadMore} loading={loadingMore}>
            {general.showMore}
          </Button>
        )}
      </div>
    </>
  )
}

function Row({ of }: { of: Credential }) {
  const says = useTexts(credentialTexts)
  const general = useTexts(appTexts)
  const { lastUsed } = useTexts(uiTexts)
  const { title, detail, createdAt, createdBy, lastUsedAt, endedAt, ended } = of
  return (
    <li className={styles.row} data-ended={endedAt !== null || undefined}>
      <div className={styles.rowMain}>
        <span className={styles.credential}>
          {title} {detail && <code>{detail}</code>}
        </span>
        <span className={styles.quiet}>
          {general.created} <Ago at={createdAt} /> {createdBy && says.by(createdBy.name)} ·{' '}
          {lastUsedAt ? (
            <>
              {lastUsed} <Ago at={lastUsedAt} />
            </>
          ) : (
            says.neverUsed
          )}
        </span>
      </div>
      {endedAt ? (
        <span className={styles.quiet}>
          {ended} <Ago at={endedAt} />
        </span>
      ) : (
        <Button variant="default" size="compact-xs" aria-label={of.actionName} onClick={of.onAction}>
          {of.action}
        </Button>
      )}
    </li>
  )
}
