import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { KeyIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { Paged } from '../ui/Paged.tsx'
import { useKept } from '../ui/useKept.ts'
import { VirtualList } from '../ui/VirtualList.tsx'
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
  // An id in the address that is of nothing.
  const isOfNothing = Boolean(appId || userId) && pages.problem?.code === 'NOT_FOUND'
  const [asked, ask] = useState<Grant>()
  const [said, say] = useState('')
  const none =
    appId || userId ? (
      <EmptyState title={says.noMatch}>
        <Button variant="default" onClick={() => setParams({}, { replace: true, preventScrollReset: true })}>
          {says.clear}
        </Button>
      </EmptyState>
    ) : (
      <EmptyState icon={<KeyIcon size={32} />} title={says.none}>
        {says.noneMore}
      </EmptyState>
    )
  return (
    <Page title={says.title} about={says.about}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <GrantFilters organizationId={organizationId} />
      <Paged of={isOfNothing ? { ...pages, nodes: [], problem: undefined } : { ...pages, nodes: listed }} empty={none}>
        {(items) => (
          <VirtualList items={items} label={says.title} total={pages.totalCount} isOld={isOld} of={pages}>
            {(grant) => <GrantRow of={grant} onRevoke={ask} />}
          </VirtualList>
        )}
      </Paged>
      {asked && (
        <RevokeDialog
          of={asked}
          onDone={() => {
            say(says.isRevoked(asked.app.name))
            ask(undefined)
          }}
          onCancel={() => ask(undefined)}
        />
      )}
    </Page>
  )
}
