import { Button, Group, SegmentedControl, Stack, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { uiTexts } from '../ui/texts.ts'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { credentialTexts } from './credential-texts.ts'
import { AddKey as AddKeyDocument } from './documents.ts'
import { canMakeKeys, keyFault, makeKeyPair, mayBePrivate } from './key-pair.ts'

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
  const [making, setMaking] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const isPasting = way === 'paste'
  const isPrivate = mayBePrivate(text)
  const fields = isPasting ? ['key'] : []
  const { errorAt, rest, check, form } = useFieldErrors(
    fields,
    { key: isPrivate ? { code: 'PRIVATE_KEY' } : keyFault(text) },
    adding.problem,
  )
  const busy = making || adding.busy
  const failure = hasFailed ? { code: 'NO_KEY_PAIR', message: says.notMade, issues: {}, details: {} } : undefined

  const make = async () => {
    setMaking(true)
    setFailed(false)
    const pair = await makeKeyPair().catch(() => undefined)
    setMaking(false)
    if (!pair) return setFailed(true)
    const { success } = await adding.run({ appId, key: pair.publicPem })
    if (success) onAdded(success.appKey.kid, pair.privatePem)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (!isPasting) return make()
    if (!check()) return
    const { success } = await adding.run({ appId, key: text.trim() })
    if (success) onAdded(success.appKey.kid, undefined)
  }

  return (
    <Dialog onClose={onCancel} title={says.addKey}>
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            transitionDuration={0}
            aria-label={says.addKey}
            value={way}
            onChange={(value) => {
              adding.forget()
              setFailed(false)
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
              // A private key is refused at once, before the form is sent.
              error={isPrivate ? says.keyPrivate : errorAt('key')}
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
          <ProblemAlert problem={failure ?? rest} />
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
    </Dialog>
  )
}
