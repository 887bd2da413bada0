import { VisuallyHidden } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useQuery } from 'urql'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { Views } from '../ui/Views.tsx'
import { DenialList } from './DenialList.tsx'
import { DenialCount } from './documents.ts'
import { PendingList } from './PendingList.tsx'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'
import { useRequests } from './useRequests.ts'

const views = ['pending', 'denied'] as const

/** What members ask for, and the decision about it; what was denied, and still is. */
export function Component() {
  const says = useTexts(requestTexts)
  const { id: organizationId } = useOrganization().membership.organization
  const [params, setParams] = useSearchParams()
  const shown = views.find((name) => name === params.get('view')) ?? 'pending'
  const requests = useRequests(organizationId)
  const { cases, count } = requests
  const [{ data }] = useQuery({ query: DenialCount, variables: { organizationId } })
  const counts = { pending: count, denied: data?.organization?.denials?.totalCount }
  return (
    <Page title={says.title} about={says.abouts[shown]} count={count}>
      {/* Tells whoever does not see the list that it has changed. */}
      <VisuallyHidden role="status">{cases && says.arrived(count ?? 0)}</VisuallyHidden>
      <div className={styles.views}>
        <Views
          label={says.views}
          views={views.map((name) => ({ name, label: says.viewNames[name], count: counts[name] }))}
          shown={shown}
          onShow={(name) => setParams(name === 'pending' ? {} : { view: name }, { replace: true })}
        />
      </div>
      {shown === 'denied' ? <DenialList organizationId={organizationId} /> : <PendingList of={requests} />}
    </Page>
  )
}
