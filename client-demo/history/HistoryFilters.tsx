import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from 'urql'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { AppChoices } from './documents.ts'
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
  const apps = useAppChoices(filter.appId)
  return (
    <fieldset className={styles.filters} aria-label={says.filters}>
      <TypeFilter types={filter.types} onChange={(types) => onChange({ types })} />
      <NativeSelect
        size="xs"
        aria-label={says.app}
        value={filter.appId ?? ''}
        onChange={({ currentTarget }) => onChange({ appId: currentTarget.value || undefined })}
        data={[{ value: '', label: says.allApps }, ...apps]}
      />
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

/** The apps to choose from, by name; also the one that is chosen and gone meanwhile. */
function useAppChoices(chosen: string | undefined) {
  const { membership } = useOrganization()
  const variables = { organizationId: membership.organization.id }
  const [{ data }] = useQuery({ query: AppChoices, variables })
  const published = data?.organization?.apps?.edges.map(({ node }) => node) ?? []
  const installed = data?.organization?.installations?.edges.map(({ node }) => node.app) ?? []
  const names = new Map([...published, ...installed].map(({ id, name }) => [id, name]))
  if (chosen && !names.has(chosen)) names.set(chosen, chosen)
  return [...names].map(([value, label]) => ({ value, label })).toSorted((a, b) => a.label.localeCompare(b.label))
}
