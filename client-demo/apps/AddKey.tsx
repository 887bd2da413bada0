import { Button, Group, Modal, SegmentedControl, Stack, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { uiTexts } from '../ui/texts.ts'
import { credentialTexts } from './credential-texts.ts'
import { AddKey as AddKeyDocument } from './documents.ts'
import { canMakeKeys, keyFault, makeKeyPair } from './key-pair.ts'

interface AddKeyProps {
  readonly appId: string
  /** The private key, where it was made here. */
  readonly onAdded: (kid: string, privatePem: string | undefined) => void
  readonly onCancel: () => void
}

/** Adds a public key: of a pair that is made here, or one that is pasted. */
export function AddKey({ appId, onAdded, onCancel }: AddKeyProps) {
  const says = useTexts(credentialTexts)
  const general = useTexts(uiTexts)
  const adding = useAction(AddKeyDocument)
  const [way, setWay] = useState(canMakeKeys() ? 'make' : 'paste')
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const [making, setMaking] = useState(false)
  const isPasting = way === 'paste'
  const fault = keyFault(text)
  // That it is a private one is said at once.
  const shownFault = tried || fault === 'keyPrivate' ? fault : undefined
  const busy = making || adding.busy

  const make = async () => {
    setMaking(true)
    const { publicPem, privatePem } = await makeKeyPair()
    setMaking(false)
    const { success } = await adding.run({ appId, key: publicPem })
    if (success) onAdded(success.appKey.kid, privatePem)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (!isPasting) return make()
    setTried(true)
    if (fault) return
    const { success } = await adding.run({ appId, key: text.trim() })
    if (success) onAdded(success.appKey.kid, undefined)
  }

  const issue = adding.problem?.issues.key
  return (
    <Modal opened onClose={onCancel} title={says.addKey}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            aria-label={says.addKey}
            value={way}
            onChange={(value) => {
              adding.forget()
              setWay(value)
            }}
            data={[
              { value: 'make', label: says.makePair, disabled: !canMakeKeys() },
              { value: 'paste', label: says.paste },
            ]}
          />
          {isPasting ? (
            <Textarea
              label={says.paste}
              description={canMakeKeys() ? says.pasteMore : `${says.needsSecure} ${says.pasteMore}`}
              value={text}
              onChange={({ currentTarget }) => {
                adding.forget()
                setText(currentTarget.value)
              }}
              error={shownFault ? says[shownFault] : issue}
              autosize
              minRows={6}
              maxRows={14}
              spellCheck={false}
              autoComplete="off"
              placeholder="-----BEGIN PUBLIC KEY-----"
            />
          ) : (
            <div>{says.makePairMore}</div>
          )}
          <ProblemAlert problem={isPasting && issue ? undefined : adding.problem} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onCancel}>
              {general.cancel}
            </Button>
            <Button type="submit" loading={busy} data-autofocus>
              {isPasting ? says.add : says.makeAndDownload}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
