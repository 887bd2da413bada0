import { Anchor, Button } from '@mantine/core'
import { Link, useParams } from 'react-router'
import { useQuery } from 'urql'
import { problemOfQuery } from '../api/problem.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { AppLogo } from '../ui/AppLogo.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { uiTexts } from '../ui/texts.ts'
import { Waiting } from '../ui/Waiting.tsx'
import styles from './apps.module.css'
import { Commands } from './Commands.tsx'
import { DeleteApp } from './DeleteApp.tsx'
import { type App, OneApp } from './documents.ts'
import { EditForm } from './EditForm.tsx'
import { Installations } from './Installations.tsx'
import { Keys } from './Keys.tsx'
import { Secrets } from './Secrets.tsx'
import { StatusControl } from './StatusControl.tsx'
import { appTexts } from './texts.ts'

/** One app of the organization, and all that its publisher can do with it. */
export function Component() {
  const says = useTexts(appTexts)
  const { appId = '' } = useParams()
  const { id: organizationId } = useOrganization().membership.organization
  const variables = { clientId: appId, language: useApiLanguage() }
  const [{ data, error }, read] = useQuery({ query: OneApp, variables })
  const all = `/${organizationId}/apps`
  const problem = data || !error ? undefined : problemOfQuery(error)
  if (problem && problem.code !== 'NOT_FOUND') {
    return <ProblemState problem={problem} onRetry={() => read({ requestPolicy: 'network-only' })} />
  }
  if (!data && !problem) return <Waiting />
  const app = data?.app
  if (app?.publisher?.id !== organizationId)
    return (
      <Page title={says.title}>
        <EmptyState title={says.gone}>
          <p>{says.goneMore}</p>
          <Button component={Link} to={all} variant="default">
            {says.back}
          </Button>
        </EmptyState>
      </Page>
    )
  return <OfApp key={app.id} app={app} all={all} />
}

function OfApp({ app, all }: { app: App; all: string }) {
  const says = useTexts(appTexts)
  const { appTypes } = useTexts(uiTexts)
  const { name, logoUrl, type, distribution, clientId } = app
  return (
    <Page
      title={name}
      about={
        <>
          <Anchor component={Link} to={all} inherit className={styles.back}>
            {says.back}
          </Anchor>{' '}
          · {appTypes[type] ?? type}
          {distribution && <> · {says.distributions[distribution] ?? distribution}</>}
        </>
      }
      actions={logoUrl && <AppLogo name={name} logoUrl={logoUrl} size={40} />}
    >
      <StatusControl app={app} />
      <dl className={styles.facts}>
        <dt>{says.clientId}</dt>
        <dd>
          <code>{clientId}</code> <CopyButton text={clientId} what={says.clientId} />
        </dd>
      </dl>
      {type === 'WEB' && <Secrets clientId={clientId} />}
      {type === 'SERVICE' && <Keys clientId={clientId} />}
      <Commands app={app} />
      <Installations app={app} />
      <EditForm app={app} />
      <DeleteApp app={app} onDeletedGoTo={all} />
    </Page>
  )
}
