import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Action } from '../api/useAction.ts'
import type { Paging } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { uiTexts } from '../ui/texts.ts'
import styles from './apps.module.css'
import { credentialTexts } from './credential-texts.ts'
import { RevokeDialog } from './RevokeDialog.tsx'
import { appTexts } from './texts.ts'

interface AppCredential {
  readonly id: string
  readonly title: string
  readonly detail?: string
  readonly createdAt: string
  readonly createdBy: { readonly name: string } | null
  readonly lastUsedAt: string | null
  readonly endedAt: string | null
  /** Names the button that ends it, for users who do not see in which row the button stands. */
  readonly endName: string
  /** What ending it means. */
  readonly endAbout: string
}

interface EndingWords {
  readonly title: string
  readonly end: string
  readonly ended: string
  /** When to end the tokens, too. */
  readonly tokens: string
}

interface CredentialsProps<Node, Data, Input> {
  readonly pages: Paging<Node>
  readonly describe: (node: Node) => AppCredential
  /** What stands there while none is live. */
  readonly empty: ReactNode
  readonly words: EndingWords
  readonly ending: Action<Data, Input>
  readonly input: (id: string, revokeTokens: boolean) => Input
}

/** Secrets or keys: those that are live, each with the way to end it, and on demand those that were. */
export function Credentials<Node, Data, Input>(props: CredentialsProps<Node, Data, Input>) {
  const { pages, describe, empty, words, ending, input } = props
  const says = useTexts(credentialTexts)
  const [showsEnded, setShowsEnded] = useState(false)
  const [asked, ask] = useState<AppCredential>()
  const all = pages.nodes?.map(describe) ?? []
  const live = all.filter(({ endedAt }) => !endedAt)
  const ended = all.filter(({ endedAt }) => endedAt)
  const shown = showsEnded ? [...live, ...ended] : live
  const stop = () => {
    ending.forget()
    ask(undefined)
  }
  return (
    <>
      <Paged of={pages} empty={empty}>
        {() => (
          <>
            {live.length === 0 && empty}
            {shown.length > 0 && (
              <ul className={styles.rows}>
                {shown.map((one) => (
                  <Row key={one.id} of={one} words={words} onEnd={() => ask(one)} />
                ))}
              </ul>
            )}
          </>
        )}
      </Paged>
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
        <ShowMore of={pages} />
      </div>
      {asked && (
        <RevokeDialog
          title={words.title}
          action={words.end}
          endMore={words.tokens}
          busy={ending.busy}
          problem={ending.problem}
          onCancel={stop}
          onConfirm={async (revokeTokens) => {
            const { success } = await ending.run(input(asked.id, revokeTokens))
            if (success) stop()
          }}
        >
          {asked.endAbout}
        </RevokeDialog>
      )}
    </>
  )
}

interface RowProps {
  readonly of: AppCredential
  readonly words: EndingWords
  readonly onEnd: () => void
}

function Row({ of, words, onEnd }: RowProps) {
  const says = useTexts(credentialTexts)
  const general = useTexts(appTexts)
  const { lastUsed } = useTexts(uiTexts)
  const { title, detail, createdAt, createdBy, lastUsedAt, endedAt } = of
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
          {words.ended} <Ago at={endedAt} />
        </span>
      ) : (
        <Button variant="default" size="compact-xs" aria-label={of.endName} onClick={onEnd}>
          {words.end}
        </Button>
      )}
    </li>
  )
}
