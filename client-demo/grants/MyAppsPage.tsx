import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { InstallDialog } from '../installations/InstallDialog.tsx'
import { installationTexts } from '../installations/texts.ts'
import { useDialog } from '../installations/useDialog.ts'
import { Page } from '../ui/Page.tsx'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { isPersonal, membershipsOf } from '../viewer/viewer.ts'
import { MyGrantList } from './MyGrantList.tsx'
import { MyRequestList } from './MyRequestList.tsx'
import { grantTexts } from './texts.ts'

/** The id of the button that opens the dialog to authorize a service app. */
const AUTHORIZE = 'authorize-service'

/** What the viewer has authorized, and what they have asked for, in all organizations. */
export function Component() {
  const says = useTexts(grantTexts)
  const about = useTexts(installationTexts)
  const personal = membershipsOf(useViewer()).find(isPersonal)
  const dialog = useDialog<true>()
  const [said, say] = useState('')
  const authorize = personal && (
    <Button id={AUTHORIZE} variant="default" onClick={() => dialog.open(true)}>
      {about.authorizeService}
    </Button>
  )
  return (
    <Page title={says.mine} about={says.mineAbout} actions={authorize}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <MyGrantList onSay={say} />
      <MyRequestList onSay={say} />
      {dialog.what && personal && (
        <InstallDialog
          organizationId={personal.organization.id}
          onlyServices
          onDone={(name) => {
            say(says.isAuthorized(name))
            dialog.close(AUTHORIZE)
          }}
          onCancel={() => dialog.close(AUTHORIZE)}
        />
      )}
    </Page>
  )
}
