import { Badge } from '@mantine/core'
import { mixesScripts } from '../../src/names.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { AppLogo } from './AppLogo.tsx'
import { Named } from './Named.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

interface AppNameProps {
  readonly app: {
    readonly name: string
    readonly logoUrl: string | null
    readonly publisherName: string
    readonly type: string
  }
  /** The id that its name gets, for what is labelled by it. */
  readonly titleId: string
  readonly level?: 2 | 3
  readonly large?: boolean
  readonly suspended?: boolean
  /** Of the logo, in pixels. */
  readonly size?: number
}

/** Which app a row or a card is about, and who publishes it: two boxes, to be laid out by what they stand in. */
export function AppName({ app, titleId, level = 2, large, suspended, size }: AppNameProps) {
  const says = useTexts(uiTexts)
  const Heading = `h${level}` as const
  return (
    <>
      <AppLogo name={app.name} logoUrl={app.logoUrl} size={size} />
      <div className={styles.app}>
        <div className={styles.appTitle} data-large={large || undefined}>
          <Heading id={titleId} dir="auto">
            {app.name}
          </Heading>
          {suspended && (
            <Badge size="sm" variant="default" className={styles.suspended} title={says.suspendedMore}>
              {says.suspended}
            </Badge>
          )}
        </div>
        <span className={styles.publisher}>
          <Named text={says.publishedBy(app.publisherName)} name={app.publisherName} /> ·{' '}
          {says.appTypes[app.type] ?? app.type}
        </span>
        {(mixesScripts(app.name) || mixesScripts(app.publisherName)) && (
          <span className={styles.mixedScripts}>{says.mixedScripts}</span>
        )}
      </div>
    </>
  )
}
