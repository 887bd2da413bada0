import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { HistoryIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { Charts } from './Charts.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import type { Selection } from './feed.ts'
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
  return (
    <Page title={says.title} about={says.about} actions={<ExportMenu selection={selection} />}>
      <Charts period={filter.period ?? 'month'} />
      <HistoryFilters filter={filter} onChange={change} />
      <Events selection={selection} isFiltered={isFiltering(filter)} />
    </Page>
  )
}

/** By itself, because it changes with every event: what stands above it does not. */
function Events({ selection, isFiltered }: { selection: Selection; isFiltered: boolean }) {
  const says = useTexts(historyTexts)
  const { feed, events, ...listed } = useHistory(selection)
  if (events === undefined) {
    return listed.problem ? <ProblemState problem={listed.problem} onRetry={feed.retry} /> : <Waiting />
  }
  if (events.length === 0 && !listed.hasMore) {
    return (
      <EmptyState icon={<HistoryIcon size={32} />} title={isFiltered ? says.noMatch : says.none}>
        {isFiltered ? says.noMatchMore : says.noneMore}
      </EmptyState>
    )
  }
  return <HistoryList feed={feed} listed={{ ...listed, events }} isFiltered={isFiltered} />
}
