import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { frameTexts } from './texts.ts'

export function NotFound() {
  const says = useTexts(frameTexts)
  return (
    <Page title={says.notFound} about={says.notFoundMore}>
      <Button component={Link} to="/" variant="default">
        {says.home}
      </Button>
    </Page>
  )
}
