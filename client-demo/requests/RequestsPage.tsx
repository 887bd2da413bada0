import { Button, VisuallyHidden } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { InboxIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { CaseRow } from './CaseRow.tsx'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'
import { useRequests } from './useRequests.ts'

/** What members ask for, and the decision about it. */
export function Component() {
  const says = useTexts(requestTexts)
  const { membership } = useOrganization()
  const {
    cases,
    count = 0,
    isNew,
    isGone,
    hasMore,
    loadingMore,
    loadMore,
    problem,
    retry,
  } = useRequests(membership.organization.id)
  return (
    <Page title={says.title} about={says.about} count={count}>
      {/* Tells whoever does not see the list that it has changed. */}
      <VisuallyHidden role="status">{cases && says.arrived(count)}</VisuallyHidden>
      {problem ? (
        <ProblemState problem={problem} onRetry={retry} />
      ) : cases === undefined ? (
        <Waiting />
      ) : cases.length === 0 ? (
        <EmptyState icon={<InboxIcon size={32} />} title={says.none}>
          {says.noneMore}
        </EmptyState>
      ) : (
        <ul className={styles.cases}>
          {cases.map((one) => (
            <CaseRow key={one.key} of={one} isNew={isNew(one)} isGone={isGone(one)} />
          ))}
        </ul>
      )}
      {hasMore && (
        <Button variant="default" onClick={loadMore} loading={loadingMore} className={styles.more}>
          {says.showMore}
        </Button>
      )}
    </Page>
  )
}
