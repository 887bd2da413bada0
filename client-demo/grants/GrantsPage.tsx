import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useDialog } from '../installations/useDialog.ts'
import { useKept } from '../installations/useKept.ts'
import { VirtualList } from '../installations/VirtualList.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { KeyIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { type Grant, Grants } from './documents.ts'
import { GrantFilters } from './GrantFilters.tsx'
import { GrantRow } from './GrantRow.tsx'
import { RevokeDialog } from './RevokeDialog.tsx'
import { grantTexts } from './texts.ts'

const grantsIn = ({ organization }: ResultOf<typeof Grants>) => organization?.grants

/** What members have granted to apps here, and what service apps were authorized for. */
export function Component() {
  const says = useTexts(grantTexts)
  const language = useApiLanguage()
  const organizationId = useOrganization().membership.organization.id
  const [params, setParams] = useSearchParams()
  const appId = params.get('app')
  const userId = params.get('user')
  const pages = usePages(Grants, { organizationId, appId, userId, language }, grantsIn)
  const { value: listed, isOld } = useKept(pages.problem ? undefined : pages.nodes)
  const dialog = useDialog<Grant>()
  const [said, say] = useState('')
  return (
    <Page title={says.title} about={says.about}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <GrantFilters organizationId={organizationId} />
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : listed === undefined ? (
        <Waiting />
      ) : listed.length > 0 ? (
        <VirtualList
          items={listed}
          label={says.title}
          total={pages.totalCount}
          isOld={isOld}
          hasMore={pages.hasMore}
          onMore={pages.loadMore}
        >
          {(grant) => <GrantRow of={grant} onRevoke={dialog.open} />}
        </VirtualList>
      ) : appId || userId ? (
        <EmptyState title={says.noMatch}>
          <Button variant="default" onClick={() => setParams({}, { replace: true })}>
            {says.clear}
          </Button>
        </EmptyState>
      ) : (
        <EmptyState icon={<KeyIcon size={32} />} title={says.none}>
          {says.noneMore}
        </EmptyState>
      )}
      {dialog.what && (
        <RevokeDialog
          of={dialog.what}
          onDone={() => {
            say(says.isRevoked(dialog.what?.app.name ?? ''))
            dialog.close()
          }}
          onCancel={() => dialog.close(`revoke-${dialog.what?.id}`)}
        />
      )}
    </Page>
  )
}
