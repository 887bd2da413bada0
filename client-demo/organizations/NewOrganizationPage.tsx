import { Button, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { lineFault } from '../ui/rules.ts'
import { uiTexts } from '../ui/texts.ts'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { membershipTexts } from '../viewer/texts.ts'
import { CreateOrganization } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'
import { useOpening } from './useOpening.ts'

const editions = ['TEAM', 'ENTERPRISE'] as const

export function Component() {
  const says = useTexts(organizationTexts)
  const general = useTexts(uiTexts)
  const { editions: names } = useTexts(membershipTexts)
  const go = useNavigate()
  const creating = useAction(CreateOrganization)
  const [name, setName] = useState('')
  const [edition, setEdition] = useState<(typeof editions)[number]>('TEAM')
  const { isOpening, open } = useOpening()
  const faults = { name: lineFault(name, 100) }
  const { errorAt, rest, check, form } = useFieldErrors(['name', 'edition'], faults, creating.problem)

  const create = async () => {
    const { success } = await creating.run({ name, edition })
    if (success) open(success.organization.id)
  }
  return (
    <Page title={says.create} about={says.createAbout}>
      <form
        ref={form}
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault()
          if (!creating.busy && !isOpening && check()) void create()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={says.name}
            placeholder={says.namePlaceholder}
            value={name}
            onChange={({ currentTarget }) => {
              creating.forget()
              setName(currentTarget.value)
            }}
            error={errorAt('name')}
            autoComplete="off"
            autoFocus
          />
          <Radio.Group
            label={says.edition}
            description={says.editionFixed}
            value={edition}
            onChange={(value) => setEdition(value as typeof edition)}
            error={errorAt('edition')}
          >
            <Stack gap="sm" mt="xs">
              {editions.map((one) => (
                <Radio key={one} size="xs" value={one} label={names[one]} description={says.editionsMore[one]} />
              ))}
            </Stack>
          </Radio.Group>
          <ProblemAlert problem={rest} />
          <Group gap="xs">
            <Button type="submit" loading={creating.busy || isOpening} disabled={name.trim() === ''}>
              {says.create}
            </Button>
            <Button variant="default" onClick={() => go(-1)}>
              {general.cancel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  )
}
