import { useQuery } from 'urql'
import { problemOfError } from '../api/problem.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Page } from '../ui/Page.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { isPersonal } from '../viewer/viewer.ts'
import { DeleteSection } from './DeleteSection.tsx'
import { OrganizationSettings } from './documents.ts'
import { IdentitiesSection } from './IdentitiesSection.tsx'
import { useOrganization } from './OrganizationProvider.tsx'
import styles from './organizations.module.css'
import { RenameForm } from './RenameForm.tsx'
import { organizationTexts } from './texts.ts'

/** The organization itself: its name, how many apps it may publish, and its end. */
export function Component() {
  const says = useTexts(organizationTexts)
  const { membership } = useOrganization()
  const variables = { organizationId: membership.organization.id }
  const [{ data, error }, read] = useQuery({ query: OrganizationSettings, variables })
  const organization = data?.organization
  if (!organization) {
    return (
      <Page title={says.settings}>
        {error ? (
          <ProblemState problem={problemOfError(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  const { organizationId, createdAt, appQuota } = organization
  return (
    <Page title={says.settings} about={says.settingsAbout}>
      <div className={styles.sections}>
        <section className={styles.card} aria-label={says.general}>
          <RenameForm organization={organization} mayRename={membership.role === 'SUPER_ADMIN'} />
          <dl className={styles.facts}>
            <dt>{says.id}</dt>
            <dd>
              <code>{organizationId}</code> <CopyButton text={organizationId} what={says.id} />
            </dd>
            <dt>{says.created}</dt>
            <dd>
              <Ago at={createdAt} />
            </dd>
          </dl>
        </section>
        {appQuota && <Quota {...appQuota} />}
        {isPersonal(membership) && <IdentitiesSection />}
        <DeleteSection membership={membership} />
      </div>
    </Page>
  )
}

function Quota({ used, limit }: { used: number; limit: number }) {
  const says = useTexts(organizationTexts)
  const isFull = used >= limit
  return (
    <section className={styles.card} aria-label={says.quota}>
      <header className={styles.quota}>
        <h2 className={styles.heading}>{says.quota}</h2>
        <span>{says.quotaOf(used, limit)}</span>
      </header>
      <svg className={styles.meter} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect className={styles.room} width="100" height="1" />
        <rect
          className={styles.used}
          data-full={isFull || undefined}
          width={Math.min(100, (used / Math.max(1, limit)) * 100)}
          height="1"
        />
      </svg>
      <p className={styles.quiet}>{isFull ? says.quotaFull : says.quotaMore}</p>
    </section>
  )
}
