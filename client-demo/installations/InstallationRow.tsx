import { ActionIcon, Menu } from '@mantine/core'
import { memo, useId } from 'react'
import { Link } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { AppName } from '../ui/AppName.tsx'
import { ScopeList } from '../ui/ScopeList.tsx'
import type { Installation } from './documents.ts'
import { MoreIcon } from './icons.tsx'
import styles from './installations.module.css'
import { installationTexts } from './texts.ts'

/** What is to be done about an installation. */
export interface Doing {
  readonly doing: 'scopes' | 'uninstall'
  readonly of: Installation
}

interface InstallationRowProps {
  readonly of: Installation
  /** Always the same function: else every row would be made anew with every step of scrolling. */
  readonly onDo: (what: Doing) => void
}

export const InstallationRow = memo(function InstallationRow({ of, onDo }: InstallationRowProps) {
  const says = useTexts(installationTexts)
  const titleId = useId()
  const { app, standing, suspended, approvedScopes, scopesNotApproved } = of
  const missing = standing === 'APP_AUTH_INSTALLED' ? scopesNotApproved.length : 0
  return (
    <article className={styles.row} aria-labelledby={titleId}>
      <AppName app={app} titleId={titleId} suspended={suspended} />
      <div className={styles.middle}>
        <span className={styles.standing} data-standing={standing}>
          {says.standings[standing] ?? standing}
        </span>
        {missing > 0 && (
          <span className={styles.missing} title={scopesNotApproved.map(({ name }) => name).join(', ')}>
            {says.notApproved(missing)}
          </span>
        )}
        <ScopeList scopes={approvedScopes} />
      </div>
      <Since of={of} />
      <RowMenu of={of} onDo={onDo} />
    </article>
  )
})

function Since({ of: { app, installedAt, installedBy, createdAt } }: { of: Installation }) {
  const says = useTexts(installationTexts)
  return (
    <div className={styles.since}>
      <span>
        {installedAt ? says.installed : says.askedFor} <Ago at={installedAt ?? createdAt} />
      </span>
      {installedAt ? (
        installedBy && <span className={styles.quiet}>{says.installedBy(installedBy.name)}</span>
      ) : (
        <Link to={`../requests?app=${app.id}`} className={styles.link}>
          {says.review}
        </Link>
      )}
    </div>
  )
}

function RowMenu({ of, onDo }: InstallationRowProps) {
  const says = useTexts(installationTexts)
  const { app, installedAt } = of
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon className={styles.menu} aria-label={says.actionsFor(app.name)}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {installedAt ? (
          <>
            <Menu.Item onClick={() => onDo({ doing: 'scopes', of })}>{says.changeScopes}</Menu.Item>
            <Menu.Item component={Link} to={`../grants?app=${app.id}`}>
              {says.seeGrants}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => onDo({ doing: 'uninstall', of })}>
              {says.uninstall} …
            </Menu.Item>
          </>
        ) : (
          <Menu.Item component={Link} to={`../requests?app=${app.id}`}>
            {says.review}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
