import { Button, Group, Stack } from '@mantine/core'
import { useId, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { ScopeChoice, sensitiveFirst, toggled } from '../ui/ScopeChoice.tsx'
import { uiTexts } from '../ui/texts.ts'
import { type AppCard, Authorize, Install } from './documents.ts'
import styles from './installations.module.css'
import { installationTexts } from './texts.ts'

interface ScopesFormProps {
  readonly app: AppCard
  readonly organizationId: string
  /** The names of what is approved already; undefined where the app is not installed yet. */
  readonly approved: readonly string[] | undefined
  /** Whether nothing else in the dialog has the focus. */
  readonly autoFocus?: boolean
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** What an app may do: chosen, and then installed, authorized or replaced. */
export function ScopesForm({ app, organizationId, approved, autoFocus, onDone, onCancel }: ScopesFormProps) {
  const says = useTexts(installationTexts)
  const general = useTexts(uiTexts)
  const language = useApiLanguage()
  const form = useId()
  const installing = useAction(Install, { language })
  const authorizing = useAction(Authorize)
  const actsAsItself = app.authorizationKind === 'APP_AUTH'
  const action = actsAsItself ? authorizing : installing
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(approved ?? app.scopes.map(({ name }) => name)))
  const scopes = sensitiveFirst(app.scopes)
  const names = scopes.filter(({ name }) => chosen.has(name)).map(({ name }) => name)
  const isSame = approved?.length === names.length && names.every((name) => approved.includes(name))

  const save = async () => {
    const input = { organizationId, appId: app.id, scopes: names }
    const { success } = await action.run(input)
    if (success) onDone()
  }

  return (
    <form
      id={form}
      onSubmit={(event) => {
        event.preventDefault()
        if (names.length > 0 && !isSame && !action.busy) void save()
      }}
    >
      <Stack gap="md">
        <ScopeChoice
          label={says.lists[approved ? 'has' : 'wants'][actsAsItself ? 'APP_AUTH' : 'OBO']}
          disabled={action.busy}
          scopes={scopes}
          isChosen={(name) => chosen.has(name)}
          onToggle={(name) => setChosen(toggled(chosen, name))}
        />
        <p className={styles.note}>
          {names.length === 0 ? says.atLeastOne : approved ? says.replaceMore : says.leftOut}
        </p>
        <ProblemAlert problem={action.problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel} autoFocus={autoFocus} data-autofocus={autoFocus}>
            {general.cancel}
          </Button>
          <Button type="submit" loading={action.busy} disabled={names.length === 0 || isSame}>
            {approved ? says.replace : actsAsItself ? says.authorize : says.install}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
