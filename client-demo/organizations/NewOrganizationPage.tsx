import { Button, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../api/SessionProvider.tsx'
import { useAction } from '../api/useAction.ts'
import { homeOf } from '../frame/screens.ts'
import { frameTexts } from '../frame/texts.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { uiTexts } from '../ui/texts.ts'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { membershipsOf } from '../viewer/viewer.ts'
import { CreateOrganization } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'

const editions = ['TEAM', 'ENTERPRISE'] as const

export function Component() {
  const says = useTexts(organizationTexts)
  const general = useTexts(uiTexts)
  const { editions: names } = useTexts(frameTexts)
  const go = useNavigate()
  const { live } = useSession()
  const creating = useAction(CreateOrganization)
  const [name, setName] = useState('')
  const [edition, setEdition] = useState<(typeof editions)[number]>('TEAM')
  const [createdId, setCreatedId] = useState<string>()

  // It is opened as soon as it is known to be one of the viewer's.
  const created = membershipsOf(useViewer()).find(({ organization }) => organization.id === createdId)
  useEffect(() => {
    if (created) go(homeOf(created))
  }, [created, go])

  const create = async () => {
    const { success } = await creating.run({ name, edition })
    if (!success) return
    setCreatedId(success.organization.id)
    // No stream that is followed yet tells of it.
    live.refresh()
  }
  return (
    <Page title={says.create} about={says.createAbout}>
      <form
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault()
          if (!creating.busy && !createdId) void create()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={says.name}
            placeholder={says.namePlaceholder}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={creating.problem?.issues.name}
            maxLength={100}
            autoComplete="off"
            autoFocus
          />
          <Radio.Group
            label={says.edition}
            description={says.editionFixed}
            value={edition}
            onChange={(value) => setEdition(value as typeof edition)}
            error={creating.problem?.issues.edition}
          >
            <Stack gap="sm" mt="xs">
              {editions.map((one) => (
                <Radio key={one} size="xs" value={one} label={names[one]} description={says.editionsMore[one]} />
              ))}
            </Stack>
          </Radio.Group>
          <ProblemAlert problem={creating.problem} />
          <Group gap="xs">
            <Button type="submit" loading={creating.busy || createdId !== undefined} disabled={name.trim() === ''}>
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
