import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { Page } from '../ui/Page.tsx'
import { Paged } from '../ui/Paged.tsx'
import { useKept } from '../ui/useKept.ts'
import { VirtualList } from '../ui/VirtualList.tsx'
import { Installations, StandingCounts } from './documents.ts'
import { Filters } from './Filters.tsx'
import { type Doing, InstallationRow } from './InstallationRow.tsx'
import { InstallDialog } from './InstallDialog.tsx'
import { NoInstallations } from './NoInstallations.tsx'
import { ScopesDialog } from './ScopesDialog.tsx'
import { installationTexts } from './texts.ts'
import { UninstallDialog } from './UninstallDialog.tsx'
import { ALL, useFilters } from './useFilters.ts'

const installationsIn = ({ organization }: ResultOf<typeof Installations>) => organization?.installations

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

  const [isInstalling, setInstalling] = useState(false)
  const [asked, ask] = useState<Doing>()
  const [said, say] = useState('')
  const close = () => {
    setInstalling(false)
    ask(undefined)
  }
  const done = (what: string) => {
    say(what)
    close()
  }

  return (
    <Page
      title={says.title}
      about={says.about}
      actions={<Button onClick={() => setInstalling(true)}>{says.installApp}</Button>}
    >
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Filters of={filters} counts={counts} />
      <Paged
        of={{ ...pages, nodes: listed }}
        empty={<NoInstallations isFiltered={filters.isFiltered} onClear={filters.clear} />}
      >
        {(items) => (
          <VirtualList items={items} label={says.title} total={count} isOld={isOld} of={pages}>
            {(one) => <InstallationRow of={one} onDo={ask} />}
          </VirtualList>
        )}
      </Paged>
      {isInstalling && (
        <InstallDialog
          title={says.installApp}
          organizationId={organizationId}
          onDone={(name) => done(says.isInstalled(name))}
          onCancel={close}
        />
      )}
      {asked?.doing === 'scopes' && (
        <ScopesDialog
          of={asked.of}
          organizationId={organizationId}
          onDone={() => done(says.isReplaced(asked.of.app.name))}
          onCancel={close}
        />
      )}
      {asked?.doing === 'uninstall' && (
        <UninstallDialog of={asked.of} onDone={() => done(says.isUninstalled(asked.of.app.name))} onCancel={close} />
      )}
    </Page>
  )
}
