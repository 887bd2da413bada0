import { VisuallyHidden } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
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

/** What members ask for, and the decision about it; what was denied, and still is. `?app=` names one app. */
export function Component() {
  const [params] = useSearchParams()
  const appId = params.get('app') ?? undefined
  // What was on the screen for one app is not remembered for another.
  return <Requests key={appId} appId={appId} />
}

const views = ['pending', 'denied'] as const

function Requests({ appId }: { appId: string | undefined }) {
  const says = useTexts(requestTexts)
  const { membership, pendingCases } = useOrganization()
  const { id: organizationId } = membership.organization
  const [params, setParams] = useSearchParams()
  const shown = views.find((name) => name === params.get('view')) ?? 'pending'
  const requests = useRequests(organizationId, appId)
  const [{ data }] = useQuery({ query: DenialCount, variables: { organizationId } })
  const pending = appId === undefined ? requests.count : pendingCases
  const counts = { pending, denied: data?.organization?.denials?.totalCount }
  return (
    <Page title={says.title} about={says.abouts[shown]} count={pending}>
      {/* Tells users of a screen reader that the list has changed. */}
      <VisuallyHidden role="status">{requests.cases && says.arrived(pending ?? 0)}</VisuallyHidden>
      <div className={styles.views}>
        <Views
          label={says.views}
          views={views.map((name) => ({ name, label: says.viewNames[name], count: counts[name] }))}
          shown={shown}
          onShow={(name) => setParams(name === 'pending' ? {} : { view: name }, { replace: true })}
        />
        {appId !== undefined && (
          <span className={styles.oneApp}>
            {says.oneApp} <Link to=".">{says.allApps}</Link>
          </span>
        )}
      </div>
      {shown === 'denied' ? (
        <DenialList organizationId={organizationId} />
      ) : (
        <PendingList of={requests} none={appId === undefined ? says.none : says.noneOfApp} />
      )}
    </Page>
  )
}
