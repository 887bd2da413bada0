import { Button } from '@mantine/core'
import { memo, useId } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { AppName } from '../ui/AppName.tsx'
import { ScopeList } from '../ui/ScopeList.tsx'
import { uiTexts } from '../ui/texts.ts'
import type { Grant } from './documents.ts'
import styles from './grants.module.css'
import { grantTexts } from './texts.ts'

interface GrantRowProps {
  readonly of: Grant
  /** Whether it is one of the viewer's own: then it says where it holds, else whose it is. */
  readonly isMine?: boolean
  /** Always the same function: else every row would be made anew with every step of scrolling. */
  readonly onRevoke: (grant: Grant) => void
}

export const GrantRow = memo(function GrantRow({ of, isMine = false, onRevoke }: GrantRowProps) {
  const says = useTexts(grantTexts)
  const titleId = useId()
  const { app, suspended, scopes } = of
  return (
    <article className={styles.row} aria-labelledby={titleId}>
      <AppName app={app} titleId={titleId} suspended={suspended} />
      <div className={styles.whose}>{isMine ? <Where of={of} /> : <Whose of={of} />}</div>
      <div className={styles.facts}>
        <ScopeList scopes={scopes} />
        <Use of={of} />
      </div>
      <Button variant="default" onClick={() => onRevoke(of)} aria-label={says.revokeOf(app.name)}>
        {says.revoke}
      </Button>
    </article>
  )
})

function Whose({ of: { user } }: { of: Grant }) {
  const says = useTexts(grantTexts)
  if (!user) return <span className={styles.quiet}>{says.itself}</span>
  return (
    <>
      <span>{user.name}</span>
      {user.email && <span className={styles.quiet}>{user.email}</span>}
    </>
  )
}

function Where({ of: { organization, user } }: { of: Grant }) {
  const says = useTexts(grantTexts)
  return (
    <>
      <span>{organization.name}</span>
      <span className={styles.quiet}>{user ? says.forYou : says.itself}</span>
    </>
  )
}

function Use({ of: { createdAt, lastUsedAt, liveTokens } }: { of: Grant }) {
  const says = useTexts(grantTexts)
  const general = useTexts(uiTexts)
  return (
    <ul className={styles.use}>
      <li>
        {says.granted} <Ago at={createdAt} />
      </li>
      <li>
        {general.lastUsed} {lastUsedAt ? <Ago at={lastUsedAt} /> : general.never}
      </li>
      <li data-live={liveTokens > 0}>{general.impactOf.liveTokens(liveTokens)}</li>
    </ul>
  )
}
