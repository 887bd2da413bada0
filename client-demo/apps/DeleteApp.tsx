import { Button } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useQuery } from 'urql'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { type App, AppImpact, Delete } from './documents.ts'
import { Section } from './Section.tsx'
import { appTexts } from './texts.ts'

interface DeleteAppProps {
  readonly app: App
  readonly onDeletedGoTo: string
}

/** Deletes the app, after its name was typed. */
export function DeleteApp(props: DeleteAppProps) {
  const says = useTexts(appTexts)
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      title={says.danger}
      about={says.dangerMore}
      actions={
        <Button variant="outline" color="red" onClick={() => setAsking(true)}>
          {says.delete}
        </Button>
      }
    >
      {isAsking && <Asking {...props} onCancel={() => setAsking(false)} />}
    </Section>
  )
}

function Asking({ app, onDeletedGoTo, onCancel }: DeleteAppProps & { onCancel: () => void }) {
  const says = useTexts(appTexts)
  const navigate = useNavigate()
  const deleting = useAction(Delete)
  const variables = { clientId: app.clientId, action: 'DELETE' as const }
  const [{ data }] = useQuery({ query: AppImpact, variables, requestPolicy: 'network-only' })
  const impact = data?.app?.impact ?? null
  const confirm = async () => {
    const input = { appId: app.id, confirmation: app.name, impactVersion: impact?.version }
    const { success } = await deleting.run(input)
    if (success) navigate(onDeletedGoTo, { replace: true })
  }
  return (
    <ConfirmDialog
      title={says.deleteTitle(app.name)}
      action={says.delete}
      impact={impact}
      name={app.name}
      busy={deleting.busy}
      problem={deleting.problem}
      onConfirm={confirm}
      onCancel={onCancel}
    >
      {says.deleteAbout}
    </ConfirmDialog>
  )
}
