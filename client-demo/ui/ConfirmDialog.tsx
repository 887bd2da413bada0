import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'
import { isSameName } from '../../src/text.ts'
import type { Impact } from '../api/fragments.ts'
import type { Problem } from '../api/problem.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Dialog } from './Dialog.tsx'
import { ImpactSummary } from './ImpactSummary.tsx'
import { Named } from './Named.tsx'
import { ProblemAlert } from './ProblemState.tsx'
import { uiTexts } from './texts.ts'

export interface ConfirmDialogProps {
  readonly title: ReactNode
  /** What will happen, in a sentence. */
  readonly children: ReactNode
  /** The button that does it: a verb. */
  readonly action: string
  /** What it will touch, where that can be said; null while that is being asked. */
  readonly impact?: Impact | null
  /** The name to be typed, for what cannot be undone. */
  readonly name?: string
  /** Whether it neither breaks nor ends anything: its button is not red. */
  readonly isHarmless?: boolean
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Tries again to say what it will touch. */
  readonly onRetry?: (() => void) | undefined
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** Asks before something that cannot be undone, or that breaks what others use; it is there while it asks. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, impact, name, isHarmless, busy, problem, onRetry, onConfirm, onCancel } = props
  const says = useTexts(uiTexts)
  const [typed, setTyped] = useState('')
  const form = useId()
  const isReady = impact !== null && (name === undefined || isSameName(typed, name))
  return (
    <Dialog onClose={onCancel} title={title}>
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !busy) onConfirm()
        }}
      >
        <Stack gap="md">
          <div>{children}</div>
          {(impact || (impact === null && !problem)) && <ImpactSummary impact={impact} />}
          {name !== undefined && (
            <TextInput
              label={<Named text={says.typeName(name)} name={name} />}
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          <ProblemAlert problem={problem} />
          <Group justify="flex-end" gap="xs">
            {onRetry && (
              <Button variant="default" onClick={onRetry}>
                {says.retry}
              </Button>
            )}
            <Button variant="default" onClick={onCancel} data-autofocus={name === undefined || undefined}>
              {says.cancel}
            </Button>
            <Button type="submit" color={isHarmless ? undefined : 'red'} loading={busy} disabled={!isReady}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
