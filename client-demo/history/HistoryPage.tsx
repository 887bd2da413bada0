import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { HistoryIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { Charts } from './Charts.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import { isFiltering, useFilter, useSelection } from './filter.ts'
import { HistoryFilters } from './HistoryFilters.tsx'
import { HistoryList } from './HistoryList.tsx'
import { historyTexts } from './texts.ts'
import { useHistory } from './useHistory.ts'

/** What happened in the organization, as it happens. */
export function Component() {
  const says = useTexts(historyTexts)
  const { membership } = useOrganization()
  const [filter, change] = useFilter()
  const selection = useSelection(membership.organization.id, filter)
  const { feed, ...listed } = useHistory(selection)
  const isFiltered = isFiltering(filter)
  return (
    <Page title={says.title} about={says.about} actions={<ExportMenu selection={selection} />}>
      <Charts period={filter.period ?? 'month'} />
      <HistoryFilters filter={filter} onChange={change} />
      {listed.events === undefined ? (
        listed.problem ? (
          <ProblemState problem={listed.problem} onRetry={feed.retry} />
        ) : (
          <Waiting />
        )
      ) : listed.events.length === 0 && !listed.hasMore ? (
        <EmptyState icon={<HistoryIcon size={32} />} title={isFiltered ? says.noMatch : says.none}>
          {isFiltered ? says.noMatchMore : says.noneMore}
        </EmptyState>
      ) : (
        <HistoryList feed={feed} listed={{ ...listed, events: listed.events }} isFiltered={isFiltered} />
      )}
    </Page>
  )
}
