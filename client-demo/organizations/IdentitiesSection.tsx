import { Button } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { signInAgainPath } from '../api/sign-in.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { DisconnectIdentity, Identities, type Identity } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'

/** What the viewer signs in with elsewhere. Where that is nothing, there is nothing to see. */
export function IdentitiesSection() {
  const says = useTexts(organizationTexts)
  const [{ data }, read] = useQuery({ query: Identities, requestPolicy: 'cache-and-network' })
  const [asked, setAsked] = useState<Identity>()
  const identities = data?.viewer?.identities ?? []
  if (identities.length === 0) return null
  const onDone = () => {
    setAsked(undefined)
    read({ requestPolicy: 'network-only' })
  }
  return (
    <section className={styles.card} aria-label={says.identities}>
      <h2 className={styles.heading}>{says.identities}</h2>
      <p className={styles.quiet}>{says.identitiesMore}</p>
      <ul className={styles.identities}>
        {identities.map((identity) => (
          <IdentityRow key={`${identity.issuer} ${identity.subject}`} identity={identity} onDisconnect={setAsked} />
        ))}
      </ul>
      {asked && <DisconnectDialog identity={asked} onDone={onDone} onCancel={() => setAsked(undefined)} />}
    </section>
  )
}

const nameOf = ({ name, issuer }: Identity): string => name ?? issuer

function IdentityRow({ identity, onDisconnect }: { identity: Identity; onDisconnect: (identity: Identity) => void }) {
  const says = useTexts(organizationTexts)
  return (
    <li className={styles.danger}>
      <span>
        {nameOf(identity)}{' '}
        <span className={styles.quiet}>
          {says.connected} <Ago at={identity.connectedAt} />
          {identity.name === null && ` · ${says.notOffered}`}
        </span>
      </span>
      <Button
        variant="default"
        aria-label={says.disconnectThis(nameOf(identity))}
        onClick={() => onDisconnect(identity)}
      >
        {says.disconnect}
      </Button>
    </li>
  )
}

interface DisconnectDialogProps {
  readonly identity: Identity
  readonly onDone: () => void
  readonly onCancel: () => void
}

function DisconnectDialog({ identity, onDone, onCancel }: DisconnectDialogProps) {
  const says = useTexts(organizationTexts)
  const disconnecting = useAction(DisconnectIdentity)
  const { issuer, subject } = identity
  const confirm = async () => {
    const { success } = await disconnecting.run({ issuer, subject })
    if (success) onDone()
  }
  return (
    <ConfirmDialog
      title={says.disconnectTitle(nameOf(identity))}
      action={says.disconnectThis(nameOf(identity))}
      busy={disconnecting.busy}
      problem={disconnecting.problem}
      onConfirm={confirm}
      onCancel={onCancel}
    >
      {says.disconnectText(nameOf(identity))}{' '}
      {disconnecting.problem?.code === 'SIGN_IN_TOO_OLD' && <a href={signInAgainPath()}>{says.signInAgain}</a>}
    </ConfirmDialog>
  )
}
