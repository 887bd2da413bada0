import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { FullPage } from '../ui/FullPage.tsx'
import { frameTexts } from './texts.ts'

/** After signing out. A user who lost the session without signing out is sent to sign in instead. */
export function SignedOut() {
  const says = useTexts(frameTexts)
  useEffect(() => {
    document.title = `${says.signedOut} · Gatehouse`
  }, [says])
  return (
    <FullPage>
      <EmptyState title={says.signedOut} order={1}>
        <p>{says.signedOutMore}</p>
        <Button component="a" href="/sign-in?return_to=/console/">
          {says.signIn}
        </Button>
      </EmptyState>
    </FullPage>
  )
}
