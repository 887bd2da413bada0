import { Link } from 'react-router'
import type { ResultOf } from '../api/graphql.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { AppLogo } from '../ui/AppLogo.tsx'
import { uiTexts } from '../ui/texts.ts'
import styles from './apps.module.css'
import type { Apps } from './documents.ts'
import { StatusMark } from './StatusMark.tsx'
import { appTexts } from './texts.ts'

type Listed = NonNullable<NonNullable<ResultOf<typeof Apps>['organization']>['apps']>['edges'][number]['node']

/** An app in the list. All of the row leads to its page. */
export function AppRow({ app, to }: { app: Listed; to: string }) {
  const says = useTexts(appTexts)
  const { appTypes } = useTexts(uiTexts)
  const { name, logoUrl, type, distribution, status, createdAt } = app
  return (
    <li className={styles.row} data-status={status}>
      <AppLogo name={name} logoUrl={logoUrl} size={32} />
      <div className={styles.rowMain}>
        <Link className={styles.rowName} to={to}>
          {name}
        </Link>
        <span className={styles.quiet}>
          {appTypes[type] ?? type}
          {distribution && <> · {says.distributions[distribution] ?? distribution}</>}
        </span>
      </div>
      <StatusMark status={status} />
      {createdAt && (
        <span className={styles.rowWhen}>
          <span className={styles.rowWhenLabel}>{says.created} </span>
          <Ago at={createdAt} />
        </span>
      )}
    </li>
  )
}
