import { Button } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { InstalledIcon } from '../ui/icons.tsx'
import { installationTexts } from './texts.ts'

/** Why the list is empty, and what to do about it. */
export function NoInstallations({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const says = useTexts(installationTexts)
  if (!isFiltered) {
    return (
      <EmptyState icon={<InstalledIcon size={32} />} title={says.none}>
        {says.noneMore}
      </EmptyState>
    )
  }
  return (
    <EmptyState title={says.noMatch}>
      <Button variant="default" onClick={onClear}>
        {says.clear}
      </Button>
    </EmptyState>
  )
}
