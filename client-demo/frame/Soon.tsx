import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Page } from '../ui/Page.tsx'
import { frameTexts } from './texts.ts'

type Name = 'installations' | 'apps' | 'grants' | 'history' | 'members' | 'myApps'

/** Stands where a page will be. */
export function Soon({ name }: { name: Name }) {
  const says = useTexts(frameTexts)
  return (
    <Page title={says[name]}>
      <EmptyState title={says.soon}>{says.soonMore}</EmptyState>
    </Page>
  )
}
