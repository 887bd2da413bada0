import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { type Installation, Installations, StandingCounts } from './documents.ts'
import { Filters } from './Filters.tsx'
import { type Doing, InstallationRow } from './InstallationRow.tsx'
import { InstallDialog } from './InstallDialog.tsx'
import { NoInstallations } from './NoInstallations.tsx'
import { ScopesDialog } from './ScopesDialog.tsx'
import { installationTexts } from './texts.ts'
import { UninstallDialog } from './UninstallDialog.tsx'
import { useDialog } from './useDialog.ts'
import { ALL, useFilters } from './useFilters.ts'
import { useKept } from './useKept.ts'
import { VirtualList } from './VirtualList.tsx'

const installationsIn = ({ organization }: ResultOf<typeof Installations>) => organization?.installations

/** The id that its button gets from the menu of an installation. */
const menuOf = ({ id }: Installation) => `actions-${id}`

/** The id of the button that opens the dialog to install an app. */
const INSTALL = 'install-app'

/** The apps that are installed or asked for in the organization. */
export function Component() {
  const says = useTexts(installationTexts)
  const language = useApiLanguage()
  const organizationId = useOrganization().membership.organization.id
  const filters = useFilters()
  const looked = { organizationId, type: filters.type ?? null, search: filters.search || null }
  const standing = filters.standing === ALL ? null : filters.standing
  const pages = usePages(Installations, { ...looked, standing, language }, installationsIn)
  const [{ data }] = useQuery({ query: StandingCounts, variables: looked })
  const { value: listed, isOld } = useKept(pages.problem ? undefined : pages.nodes)
  const counts = useKept(data?.organization ?? undefined).value
  const count = counts?.[filters.standing]?.totalCount

  const dialog = useDialog<Doing | 'install'>()
  const [said, say] = useState('')
  const about = dialog.what && dialog.what !== 'install' ? dialog.what : undefined
  const cancel = () => dialog.close(about ? menuOf(about.of) : INSTALL)
  const done = (what: string, elementId?: string) => {
    say(what)
    dialog.close(elementId)
  }
  const install = (
    <Button id={INSTALL} onClick={() => dialog.open('install')}>
      {says.installApp}
    </Button>
  )

  return (
    <Page title={says.title} about={says.about} actions={install}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Filters of={filters} counts={counts} />
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : listed === undefined ? (
        <Waiting />
      ) : listed.length === 0 ? (
        <NoInstallations isFiltered={filters.isFiltered} onClear={filters.clear} />
      ) : (
        <VirtualList
          items={listed}
          label={says.title}
          total={count}
          isOld={isOld}
          hasMore={pages.hasMore}
          onMore={pages.loadMore}
        >
          {(one) => <InstallationRow of={one} onDo={dialog.open} />}
        </VirtualList>
      )}
      {dialog.what === 'install' && (
        <InstallDialog
          organizationId={organizationId}
          onDone={(name) => done(says.isInstalled(name), INSTALL)}
          onCancel={cancel}
        />
      )}
      {about?.doing === 'scopes' && (
        <ScopesDialog
          of={about.of}
          organizationId={organizationId}
          onDone={() => done(says.isReplaced(about.of.app.name), menuOf(about.of))}
          onCancel={cancel}
        />
      )}
      {about?.doing === 'uninstall' && (
        <UninstallDialog of={about.of} onDone={() => done(says.isUninstalled(about.of.app.name))} onCancel={cancel} />
      )}
    </Page>
  )
}
