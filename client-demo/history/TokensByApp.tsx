import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Card } from './Card.tsx'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'

interface TokensByAppProps {
  /** Undefined until they are known. */
  readonly apps:
    | readonly { readonly app: { readonly id: string; readonly name: string } | null; readonly liveTokens: number }[]
    | undefined
}

/** Which apps hold most tokens now. */
export function TokensByApp({ apps }: TokensByAppProps) {
  const says = useTexts(historyTexts)
  const holding = apps?.filter(({ liveTokens }) => liveTokens > 0) ?? []
  const most = Math.max(1, ...holding.map(({ liveTokens }) => liveTokens))
  return (
    <Card title={says.tokens}>
      {apps && holding.length === 0 && <p className={styles.quiet}>{says.noTokens}</p>}
      <ul className={styles.tokens}>
        {holding.map(({ app, liveTokens }, index) => (
          <li key={app?.id ?? index}>
            <span className={styles.tokensApp}>{app?.name ?? says.deletedApp}</span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect data-tone="accent" width={Math.max(2, (liveTokens / most) * 100)} height="6" rx="1" />
            </svg>
            <span>{liveTokens}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
