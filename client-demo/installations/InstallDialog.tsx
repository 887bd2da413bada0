import { Stack, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { useQuery } from 'urql'
import { problemOfError } from '../api/problem.ts'
import { useApiLanguage, useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { AppName } from '../ui/AppName.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { sayDay } from '../ui/times.ts'
import { Waiting } from '../ui/Waiting.tsx'
import { AppByClientId, type AppCard } from './documents.ts'
import styles from './installations.module.css'
import { ScopesForm } from './ScopesForm.tsx'
import { installationTexts } from './texts.ts'
import { type StandingDenial, useApproved } from './useApproved.ts'

interface InstallDialogProps {
  readonly title: string
  readonly organizationId: string
  /** A personal organization installs nothing; what it can authorize is service apps. */
  readonly onlyServices?: boolean
  /** With the name of the app. */
  readonly onDone: (name: string) => void
  readonly onCancel: () => void
}

/** Wherever it stands in what was pasted. */
const CLIENT_ID = /app_[0-9a-f]{32}/

/** Finds an app by its client id, shows what it is and wants, and installs or authorizes it. */
export function InstallDialog(props: InstallDialogProps) {
  const { title, organizationId, onlyServices = false, onDone, onCancel } = props
  const says = useTexts(installationTexts)
  const language = useApiLanguage()
  const [typed, setTyped] = useState('')
  const clientId = CLIENT_ID.exec(typed)?.[0]
  const [{ data, error, fetching }] = useQuery({
    query: AppByClientId,
    variables: { clientId: clientId ?? '', language },
    pause: !clientId,
  })
  const app = clientId ? data?.app : undefined
  const found = app?.id === clientId ? app : undefined
  const mistake = clientId && app === null && !fetching ? says.noSuchApp : isWrong(typed) ? says.notAnId : undefined
  return (
    <Dialog onClose={onCancel} title={title}>
      <Stack gap="md">
        <TextInput
          label={says.clientId}
          description={says.clientIdMore}
          placeholder="app_…"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={mistake}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: styles.clientId }}
          data-autofocus
        />
        {error && !found && <ProblemAlert problem={problemOfError(error)} />}
        {clientId && fetching && !found && <Waiting />}
        {found && (
          <div>
            <Card app={found} />
            {onlyServices && found.authorizationKind !== 'APP_AUTH' ? (
              <p className={styles.note}>{says.signInInstead}</p>
            ) : (
              <Form
                key={found.id}
                app={found}
                organizationId={organizationId}
                onDone={() => onDone(found.name)}
                onCancel={onCancel}
              />
            )}
          </div>
        )}
      </Stack>
    </Dialog>
  )
}

/** Whether it cannot become a client id any more, however one goes on. */
const isWrong = (typed: string): boolean => {
  const text = typed.trim()
  return text !== '' && !CLIENT_ID.test(text) && !/^(a|ap|app|app_[0-9a-f]{0,31})$/.test(text)
}

function Card({ app }: { app: AppCard }) {
  const says = useTexts(installationTexts)
  const titleId = useId()
  const { description, authorizationKind } = app
  return (
    <section className={styles.card} aria-labelledby={titleId}>
      <AppName app={app} titleId={titleId} level={3} />
      {description && <p>{description}</p>}
      <p className={styles.quiet}>{says.kinds[authorizationKind] ?? authorizationKind}</p>
    </section>
  )
}

function Form(props: Omit<Parameters<typeof ScopesForm>[0], 'approved'>) {
  const says = useTexts(installationTexts)
  const { approved, denial, ready } = useApproved(props.organizationId, props.app.id)
  if (!ready) return <Waiting />
  return (
    <>
      {approved && <p className={styles.installedAlready}>{says.installedAlready}</p>}
      {denial && <Denied denial={denial} />}
      <ScopesForm {...props} approved={approved} />
    </>
  )
}

/** What another admin denied the app, and why: installing it overrules them. */
function Denied({ denial: { deniedBy, deniedUntil, reason, scopes } }: { denial: StandingDenial }) {
  const says = useTexts(installationTexts)
  const { language } = useLanguage()
  const until = sayDay(language, new Date(deniedUntil))
  return (
    <div role="note" className={styles.denied}>
      <strong>{says.denied(deniedBy?.name, until)}</strong>
      <p>{scopes.map(({ name }) => name).join(', ')}</p>
      {reason && <p className={styles.deniedReason}>{reason}</p>}
      <p>{says.deniedEnds}</p>
    </div>
  )
}
