import { useQuery } from 'urql'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import styles from './apps.module.css'
import { commandTexts } from './command-texts.ts'
import { commandsOf } from './commands.ts'
import { type App, Keys } from './documents.ts'
import { Section } from './Section.tsx'

/** The flow of the app as commands, with its own ids filled in. */
export function Commands({ app }: { app: App }) {
  const says = useTexts(commandTexts)
  const { id: organizationId } = useOrganization().membership.organization
  const { type, clientId, redirectUris, scopes } = app
  const isService = type === 'SERVICE'
  // The same query as that of the list of keys, and so no further request.
  const [{ data }] = useQuery({ query: Keys, variables: { clientId, after: null }, pause: !isService })
  const steps = commandsOf(type, {
    url: window.location.origin,
    clientId,
    redirectUris: redirectUris ?? [],
    scopes: scopes.map(({ name }) => name),
    organizationId,
    key: data?.app?.keys?.edges.find(({ node }) => !node.removedAt)?.node,
  })
  if (steps.length === 0 && !isService) return null
  const hint = type === 'WEB' ? says.needSecret : isService ? says.needFile : ''
  return (
    <Section title={says.title} about={steps.length > 0 ? `${says.about} ${hint}` : says.needKey}>
      {steps.length > 0 && (
        <ol className={styles.commands}>
          {steps.map(({ name, command }) => (
            <li key={name}>
              <div className={styles.commandTitle}>
                <span>{says.steps[name]}</span>
                <CopyButton text={command} what={says.steps[name]} />
              </div>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
              <pre className={styles.command} tabIndex={0}>
                {command}
              </pre>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
