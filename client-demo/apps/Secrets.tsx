import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import styles from './apps.module.css'
import { Credentials } from './Credentials.tsx'
import { credentialTexts } from './credential-texts.ts'
import { CreateSecret, RevokeSecret, Secrets as SecretsOf } from './documents.ts'
import { NothingYet, Section } from './Section.tsx'
import { ShownOnce } from './ShownOnce.tsx'

const secretsIn = ({ app }: ResultOf<typeof SecretsOf>) => app?.secrets

/** The client secrets of a WEB app. */
export function Secrets({ clientId }: { clientId: string }) {
  const says = useTexts(credentialTexts)
  const pages = usePages(SecretsOf, { clientId }, secretsIn)
  const creating = useAction(CreateSecret)
  // In the order in which they were made; each is shown until its reader has it.
  const [fresh, setFresh] = useState<readonly string[]>([])

  const create = async () => {
    const { success } = await creating.run({ appId: clientId })
    if (success) setFresh((some) => [...some, success.secret])
  }
  const hasLive = pages.nodes?.some(({ revokedAt }) => !revokedAt)
  const button = (
    <Button variant={hasLive ? 'default' : 'filled'} onClick={create} loading={creating.busy}>
      {says.createSecret}
    </Button>
  )
  return (
    <Section title={says.secrets} about={says.secretsMore} actions={button}>
      <ProblemAlert problem={creating.problem} />
      {fresh.map((secret) => (
        <ShownOnce key={secret} title={says.secretOnce} about={says.secretOnceMore}>
          <div className={styles.onceValue}>
            <code>{secret}</code>
            <CopyButton text={secret} what={says.secret} />
          </div>
          <Button variant="default" onClick={() => setFresh(fresh.filter((one) => one !== secret))}>
            {says.done}
          </Button>
        </ShownOnce>
      ))}
      <Credentials
        pages={pages}
        describe={({ hint, revokedAt, ...rest }) => ({
          ...rest,
          title: says.hint(hint),
          endedAt: revokedAt,
          endName: says.revokeOf(hint),
          endAbout: says.revokeAbout(hint),
        })}
        empty={<NothingYet title={says.noSecrets}>{says.noSecretsMore}</NothingYet>}
        words={{ title: says.revokeTitle, end: says.revoke, ended: says.revoked, tokens: says.tokensEndMore }}
        ending={useAction(RevokeSecret)}
        input={(secretId, revokeTokens) => ({ secretId, revokeTokens })}
      />
    </Section>
  )
}
