import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { CheckIcon, CopyIcon } from './icons.tsx'
import { uiTexts } from './texts.ts'

/** Copies a text. `what` names it for users who do not see the text beside the button. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { copy, copied } = useClipboard({ timeout: 2000 })
  const says = useTexts(uiTexts)
  const label = copied ? says.copied : says.copy
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" onClick={() => copy(text)} aria-label={`${label}: ${what}`}>
        {copied ? <CheckIcon size={15} /> : <CopyIcon size={15} />}
      </ActionIcon>
    </Tooltip>
  )
}
