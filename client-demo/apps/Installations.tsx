import { Button } from '@mantine/core'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Authorize } from '../installations/documents.ts'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { CheckIcon } from '../ui/icons.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { ScopeChips } from '../ui/ScopeChips.tsx'
import styles from './apps.module.css'
import { type App, Installations as InstallationsOf, OwnGrant } from './documents.ts'
import { NothingYet, Section } from './Section.tsx'
import { appTexts } from './texts.ts'

const installationsIn = ({ app }: ResultOf<typeof InstallationsOf>) => app?.installations

/** Which organizations have installed the app: their names and standing, which is all that its publisher sees. */
export function Installations({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const pages = usePages(InstallationsOf, { clientId: app.clientId }, installationsIn)
  const isService = app.type === 'SERVICE'
  const none = (
    <NothingYet title={says.noInstallations}>
      {isService ? says.noInstallationsService : says.noInstallationsMore}
    </NothingYet>
  )
  return (
    <Section title={says.installations} about={isService ? says.installationsService : says.installationsMore}>
      {isService && <AuthorizeHere app={app} />}
      <Paged of={pages} empty={none}>
        {(installations) => (
          <ul className={styles.rows}>
            {installations.map(({ organizationName, standing }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else that tells them apart.
              <li key={index} className={styles.row}>
                <span className={styles.rowMain}>{organizationName}</span>
                <span className={styles.quiet}>{says.standings[standing] ?? standing}</span>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      <ShowMore of={pages} />
    </Section>
  )
}

/** Authorizes a service for the organization that publishes it: before that it gets no token. */
function AuthorizeHere({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const { id: organizationId, name } = useOrganization().membership.organization
  const authorizing = useAction(Authorize)
  const [{ data }] = useQuery({ query: OwnGrant, variables: { organizationId, appId: app.id } })
  const grants = data?.organization?.grants
  if (!grants) return null
  if (grants.edges.length > 0)
    return (
      <p className={styles.authorized}>
        <CheckIcon size={16} /> {says.authorizedHere(name)}
      </p>
    )
  return (
    <div className={styles.authorize}>
      <div>
        <span>{says.authorizeAbout}</span>
        <ScopeChips scopes={app.scopes} />
      </div>
      <Button onClick={() => authorizing.run({ appId: app.id, organizationId })} loading={authorizing.busy}>
        {says.authorizeHere(name)}
      </Button>
      <ProblemAlert problem={authorizing.problem} />
    </div>
  )
}
