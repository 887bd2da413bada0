import { NativeSelect, TextInput } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { uiTexts } from '../ui/texts.ts'
import { SearchIcon } from './icons.tsx'
import styles from './installations.module.css'
import { StandingFilter } from './StandingFilter.tsx'
import { installationTexts } from './texts.ts'
import { type StandingChoice, types, type useFilters } from './useFilters.ts'

type Counts = Readonly<Partial<Record<StandingChoice, { readonly totalCount: number } | null>>>

interface FiltersProps {
  readonly of: ReturnType<typeof useFilters>
  readonly counts: Counts | undefined
}

/** What is looked for in the list. */
export function Filters({ of: filters, counts }: FiltersProps) {
  const says = useTexts(installationTexts)
  const { appTypes } = useTexts(uiTexts)
  return (
    <search className={styles.filters}>
      <StandingFilter value={filters.standing} counts={counts} onChange={filters.setStanding} />
      <TextInput
        type="search"
        size="xs"
        className={styles.search}
        leftSection={<SearchIcon />}
        aria-label={says.search}
        placeholder={says.search}
        value={filters.typed}
        onChange={({ currentTarget }) => filters.setTyped(currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        className={styles.type}
        aria-label={says.type}
        value={filters.type ?? ''}
        onChange={({ currentTarget }) => filters.setType(currentTarget.value)}
        data={[
          { value: '', label: says.anyType },
          ...types.map((value) => ({ value, label: appTypes[value] ?? value })),
        ]}
      />
    </search>
  )
}
