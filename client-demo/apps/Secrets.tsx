import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ProblemAlert, ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import styles from './apps.module.css'
import { Credentials } from './Credentials.tsx'
import { credentialTexts } from './credential-texts.ts'
import { CreateSecret, RevokeSecret, Secrets as SecretsOf } from './documents.ts'
import { RevokeDialog } from './RevokeDialog.tsx'
import { NothingYet, Section } from './Section.tsx'
import { ShownOnce } from './ShownOnce.tsx'

const secretsIn = ({ app }: ResultOf<typeof SecretsOf>) => app?.secrets

/** The client secrets of a WEB app. */
export function Secrets({ clientId }: { clientId: string }) {
  const says = useTexts(credentialTexts)
  const pages = usePages(SecretsOf, { clientId }, secretsIn)
  const creating = useAction(CreateSecret)
  const revoking = useAction(RevokeSecret)
  const [fresh, setFresh] = useState<string>()
  const [asked, setAsked] = useState<{ readonly id: string; readonly hint: string }>()

  const create = async () => {
    const { success } = await creating.run({ appId: clientId })
    if (success) setFresh(success.secret)
  }
  const stop = () => {
    revoking.forget()
    setAsked(undefined)
  }
  const live = pages.nodes?.filter(({ revokedAt }) => !revokedAt) ?? []
  const button = (
    <Button variant={live.length === 0 ? 'filled' : 'default'} onClick={create} loading={creating.busy}>
      {says.createSecret}
    </Button>
  )
  return (
    <Section title={says.secrets} about={says.secretsMore} actions={button}>
      <ProblemAlert problem={creating.problem} />
      {fresh && (
        <ShownOnce title={says.secretOnce} about={says.secretOnceMore}>
          <div className={styles.onceValue}>
            <code>{fresh}</code>
            <CopyButton text={fresh} what={says.secret} />
          </div>
          <Button variant="default" onClick={() => setFresh(undefined)}>
            {says.done}
          </Button>
        </ShownOnce>
      )}
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : !pages.nodes ? (
        <Waiting />
      ) : (
        <Credentials
          {...pages}
          items={pages.nodes.map(({ hint, revokedAt, ...rest }) => ({
            ...rest,
            title: says.hint(hint),
            endedAt: revokedAt,
            ended: says.revoked,
            action: says.revoke,
            actionName: says.revokeOf(hint),
            onAction: () => setAsked({ id: rest.id, hint }),
          }))}
          empty={<NothingYet title={says.noSecrets}>{says.noSecretsMore}</NothingYet>}
        />
      )}
      {asked && (
        <RevokeDialog
          title={says.revokeTitle}
          action={says.revoke}
          endMore={says.tokensEndMore}
          busy={revoking.busy}
          problem={revoking.problem}
          onCancel={stop}
          onConfirm={async (revokeTokens) => {
            const { success } = await revoking.run({ secretId: asked.id, revokeTokens })
            if (success) stop()
          }}
        >
          {says.revokeAbout(asked.hint)}
        </RevokeDialog>
      )}
    </Section>
  )
}
