import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { download } from '../ui/download.ts'
import { AddKey } from './AddKey.tsx'
import { Credentials } from './Credentials.tsx'
import { credentialTexts } from './credential-texts.ts'
import { Keys as KeysOf, RemoveKey } from './documents.ts'
import { PEM_TYPE, privateKeyFile } from './key-pair.ts'
import { NothingYet, Section } from './Section.tsx'
import { ShownOnce } from './ShownOnce.tsx'

const keysIn = ({ app }: ResultOf<typeof KeysOf>) => app?.keys

/** The public keys of a SERVICE app. */
export function Keys({ clientId }: { clientId: string }) {
  const says = useTexts(credentialTexts)
  const pages = usePages(KeysOf, { clientId }, keysIn)
  const [isAdding, setAdding] = useState(false)
  const [fresh, setFresh] = useState<readonly { readonly file: string; readonly pem: string }[]>([])

  const added = (kid: string, pem: string | undefined) => {
    setAdding(false)
    if (!pem) return
    const file = privateKeyFile(kid)
    download(file, pem, PEM_TYPE)
    setFresh((some) => [...some, { file, pem }])
  }
  const hasLive = pages.nodes?.some(({ removedAt }) => !removedAt)
  return (
    <Section
      title={says.keys}
      about={says.keysMore}
      actions={
        <Button variant={hasLive ? 'default' : 'filled'} onClick={() => setAdding(true)}>
          {says.addKey}
        </Button>
      }
    >
      {fresh.map(({ file, pem }) => (
        <ShownOnce key={file} title={says.keyOnce} about={says.keyOnceMore(file)}>
          <Group gap="xs">
            <Button onClick={() => download(file, pem, PEM_TYPE)}>{says.downloadAgain}</Button>
            <Button variant="default" onClick={() => setFresh(fresh.filter((one) => one.pem !== pem))}>
              {says.done}
            </Button>
          </Group>
        </ShownOnce>
      ))}
      <Credentials
        pages={pages}
        describe={({ kid, algorithm, removedAt, ...rest }) => ({
          ...rest,
          title: algorithm,
          detail: kid,
          endedAt: removedAt,
          endName: says.removeOf(kid),
          endAbout: says.removeAbout(kid),
        })}
        empty={<NothingYet title={says.noKeys}>{says.noKeysMore}</NothingYet>}
        words={{ title: says.removeTitle, end: says.remove, ended: says.removed, tokens: says.tokensEndService }}
        ending={useAction(RemoveKey)}
        input={(keyId, revokeTokens) => ({ keyId, revokeTokens })}
      />
      {isAdding && <AddKey appId={clientId} onAdded={added} onCancel={() => setAdding(false)} />}
    </Section>
  )
}
