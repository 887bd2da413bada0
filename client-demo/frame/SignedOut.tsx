import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { FullPage } from '../ui/FullPage.tsx'
import { frameTexts } from './texts.ts'

/** After signing out. Whoever lost their session without wanting to is sent to sign in instead. */
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
