import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { InstallDialog } from '../installations/InstallDialog.tsx'
import { MyInvitations } from '../members/MyInvitations.tsx'
import { Page } from '../ui/Page.tsx'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { isPersonal, membershipsOf } from '../viewer/viewer.ts'
import { MyGrantList } from './MyGrantList.tsx'
import { MyRequestList } from './MyRequestList.tsx'
import { grantTexts } from './texts.ts'

/** What the viewer has authorized, and what they have asked for, in all organizations. */
export function Component() {
  const says = useTexts(grantTexts)
  const personal = membershipsOf(useViewer()).find(isPersonal)
  const [isAsking, setAsking] = useState(false)
  const [said, say] = useState('')
  const authorize = personal && (
    <Button variant="default" onClick={() => setAsking(true)}>
      {says.authorizeService}
    </Button>
  )
  return (
    <Page title={says.mine} about={says.mineAbout} actions={authorize}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <MyInvitations />
      <MyGrantList onSay={say} />
      <MyRequestList onSay={say} />
      {isAsking && personal && (
        <InstallDialog
          title={says.authorizeService}
          organizationId={personal.organization.id}
          onlyServices
          onDone={(name) => {
            say(says.isAuthorized(name))
            setAsking(false)
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </Page>
  )
}
