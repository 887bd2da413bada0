import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { frameTexts } from './texts.ts'

export function NotFound() {
  const says = useTexts(frameTexts)
  useEffect(() => {
    document.title = `${says.notFound} · Gatehouse`
  }, [says])
  return (
    <EmptyState title={says.notFound}>
      <p>{says.notFoundMore}</p>
      <Button component={Link} to="/" variant="default">
        {says.home}
      </Button>
    </EmptyState>
  )
}
