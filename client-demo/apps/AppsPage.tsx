import { Button, CloseButton, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { AppsIcon } from '../ui/icons.tsx'
import { Page } from '../ui/Page.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { useKept } from '../ui/useKept.ts'
import { AppRow } from './AppRow.tsx'
import styles from './apps.module.css'
import { Apps, Quota } from './documents.ts'
import { appTexts } from './texts.ts'

const appsIn = ({ organization }: ResultOf<typeof Apps>) => organization?.apps

/** In milliseconds: after so long without a key, the user has stopped typing. */
const TYPING = 200

/** The apps that the organization publishes. */
export function Component() {
  const says = useTexts(appTexts)
  const { id: organizationId } = useOrganization().membership.organization
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), TYPING)
  const pages = usePages(Apps, { organizationId, search: search || null }, appsIn)
  // The results of the last search stay until those of this one are there.
  const known = useKept(pages.nodes && { nodes: pages.nodes, totalCount: pages.totalCount ?? 0, search })
  const { nodes, totalCount = 0, search: found = '' } = known.value ?? {}
  const [{ data }] = useQuery({ query: Quota, variables: { organizationId } })
  const quota = data?.organization?.appQuota
  const isFull = quota ? quota.used >= quota.limit : false

  const create = (
    <Button component={Link} to={`/${organizationId}/apps/new`}>
      {says.create}
    </Button>
  )
  const none = found ? (
    <EmptyState title={says.noneFound(found)}>
      <p>{says.noneFoundMore}</p>
    </EmptyState>
  ) : (
    <EmptyState icon={<AppsIcon size={32} />} title={says.none}>
      <p>{says.noneMore}</p>
      {create}
    </EmptyState>
  )
  return (
    <Page
      title={says.title}
      about={isFull ? says.quotaFull : says.about}
      actions={
        <>
          {quota && (
            <span
              className={styles.quota}
              data-full={isFull || undefined}
              title={says.quotaMore(quota.used, quota.limit)}
            >
              {says.quota(quota.used, quota.limit)}
            </span>
          )}
          {!isFull && create}
        </>
      }
    >
      {(nodes?.length !== 0 || typed) && (
        <TextInput
          className={styles.search}
          type="search"
          aria-label={says.search}
          placeholder={says.search}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          rightSection={typed && <CloseButton size="sm" aria-label={says.clear} onClick={() => setTyped('')} />}
        />
      )}
      <VisuallyHidden role="status">{nodes && found && says.found(totalCount)}</VisuallyHidden>
      <Paged of={{ ...pages, nodes }} empty={none}>
        {(apps) => (
          <ul className={styles.rows}>
            {apps.map((app) => (
              <AppRow key={app.id} app={app} to={`/${organizationId}/apps/${app.id}`} />
            ))}
          </ul>
        )}
      </Paged>
      <ShowMore of={pages} />
    </Page>
  )
}
