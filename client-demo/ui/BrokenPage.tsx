import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from './EmptyState.tsx'
import { AlertIcon } from './icons.tsx'
import { uiTexts } from './texts.ts'

/** What is shown instead of a page that failed: also one that was not to be had, after an upgrade of the server. */
export function BrokenPage() {
  const says = useTexts(uiTexts)
  useEffect(() => {
    document.title = `${says.broken} · Gatehouse`
  }, [says])
  return (
    <EmptyState icon={<AlertIcon size={28} />} title={says.broken} order={1}>
      <p>{says.brokenMore}</p>
      <Button variant="default" onClick={() => window.location.reload()}>
        {says.reload}
      </Button>
    </EmptyState>
  )
}
