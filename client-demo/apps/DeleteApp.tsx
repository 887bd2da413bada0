import { Button } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import { type App, AppImpact, Delete, impactIn } from './documents.ts'
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
  return (
    <ImpactDialog
      title={<Named text={says.deleteTitle(app.name)} name={app.name} />}
      action={says.delete}
      name={app.name}
      touching={useImpact(AppImpact, { clientId: app.clientId, action: 'DELETE' }, impactIn)}
      doing={useAction(Delete)}
      input={(impactVersion) => ({ appId: app.id, confirmation: app.name, impactVersion })}
      onDone={() => navigate(onDeletedGoTo, { replace: true })}
      onCancel={onCancel}
    >
      {says.deleteAbout}
    </ImpactDialog>
  )
}
