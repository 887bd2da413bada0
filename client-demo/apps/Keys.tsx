import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { AddKey } from './AddKey.tsx'
import { Credentials } from './Credentials.tsx'
import { credentialTexts } from './credential-texts.ts'
import { Keys as KeysOf, RemoveKey } from './documents.ts'
import { download, privateKeyFile } from './key-pair.ts'
import { RevokeDialog } from './RevokeDialog.tsx'
import { NothingYet, Section } from './Section.tsx'
import { ShownOnce } from './ShownOnce.tsx'

const keysIn = ({ app }: ResultOf<typeof KeysOf>) => app?.keys

/** The public keys of a SERVICE app. */
export function Keys({ clientId }: { clientId: string }) {
  const says = useTexts(credentialTexts)
  const pages = usePages(KeysOf, { clientId }, keysIn)
  const removing = useAction(RemoveKey)
  const [isAdding, setAdding] = useState(false)
  const [fresh, setFresh] = useState<{ readonly file: string; readonly pem: string }>()
  const [asked, setAsked] = useState<{ readonly id: string; readonly kid: string }>()

  const added = (kid: string, pem: string | undefined) => {
    setAdding(false)
    if (!pem) return
    const file = privateKeyFile(kid)
    download(file, pem)
    setFresh({ file, pem })
  }
  const stop = () => {
    removing.forget()
    setAsked(undefined)
  }
  const live = pages.nodes?.filter(({ removedAt }) => !removedAt) ?? []
  return (
    <Section
      title={says.keys}
      about={says.keysMore}
      actions={
        <Button variant={live.length === 0 ? 'filled' : 'default'} onClick={() => setAdding(true)}>
          {says.addKey}
        </Button>
      }
    >
      {fresh && (
        <ShownOnce title={says.keyOnce} about={says.keyOnceMore(fresh.file)}>
          <Group gap="xs">
            <Button onClick={() => download(fresh.file, fresh.pem)}>{says.downloadAgain}</Button>
            <Button variant="default" onClick={() => setFresh(undefined)}>
              {says.done}
            </Button>
          </Group>
        </ShownOnce>
      )}
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : !pages.nodes ? (
        <Waiting />
      ) : (
        <Credentials
          {...pages}
          items={pages.nodes.map(({ kid, algorithm, removedAt, ...rest }) => ({
            ...rest,
            title: algorithm,
            detail: kid,
            endedAt: removedAt,
            ended: says.removed,
            action: says.remove,
            actionName: says.removeOf(kid),
            onAction: () => setAsked({ id: rest.id, kid }),
          }))}
          empty={<NothingYet title={says.noKeys}>{says.noKeysMore}</NothingYet>}
        />
      )}
      {isAdding && <AddKey appId={clientId} onAdded={added} onCancel={() => setAdding(false)} />}
      {asked && (
        <RevokeDialog
          title={says.removeTitle}
          action={says.remove}
          endMore={says.tokensEndService}
          busy={removing.busy}
          problem={removing.problem}
          onCancel={stop}
          onConfirm={async (revokeTokens) => {
            const { success } = await removing.run({ keyId: asked.id, revokeTokens })
            if (success) stop()
          }}
        >
          {says.removeAbout(asked.kid)}
        </RevokeDialog>
      )}
    </Section>
  )
}
