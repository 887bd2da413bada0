import { Button, NativeSelect } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { AppFilter } from './AppFilter.tsx'
import { type Filter, isFiltering } from './filter.ts'
import styles from './history.module.css'
import { isPeriod, type Period, periods } from './periods.ts'
import { TypeFilter } from './TypeFilter.tsx'
import { historyTexts } from './texts.ts'

interface HistoryFiltersProps {
  readonly filter: Filter
  readonly onChange: (patch: Partial<Filter>) => void
}

export function HistoryFilters({ filter, onChange }: HistoryFiltersProps) {
  const says = useTexts(historyTexts)
  return (
    <fieldset className={styles.filters} aria-label={says.filters}>
      <TypeFilter types={filter.types} onChange={(types) => onChange({ types })} />
      <AppFilter chosen={filter.appId} onChoose={(appId) => onChange({ appId })} />
      <NativeSelect
        size="xs"
        aria-label={says.since}
        value={filter.period ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ period: isPeriod(value) ? value : undefined })}
        data={[
          { value: '', label: says.always },
          ...(Object.keys(periods) as Period[]).map((value) => ({ value, label: says.periods[value] })),
        ]}
      />
      {isFiltering(filter) && (
        <Button variant="subtle" onClick={() => onChange({ types: [], appId: undefined, period: undefined })}>
          {says.clear}
        </Button>
      )}
    </fieldset>
  )
}
