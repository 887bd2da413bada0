import { Alert, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Named } from '../ui/Named.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { emailFault } from '../ui/rules.ts'
import { uiTexts } from '../ui/texts.ts'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { membershipTexts } from '../viewer/texts.ts'
import { Invite, type Role, roles } from './documents.ts'
import styles from './members.module.css'
import { memberTexts } from './texts.ts'

interface Invited {
  readonly email: string
  readonly link: string | null
  readonly mailed: boolean
}

/** Invites by e-mail; where the server sends none, hands out the link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const says = useTexts(memberTexts)
  const { organization } = useOrganization().membership
  const [invited, setInvited] = useState<Invited>()
  return (
    // The link is shown only once: nobody should lose it by a click beside the dialog.
    <Dialog
      onClose={onClose}
      title={<Named text={says.inviteTitle(organization.name)} name={organization.name} />}
      closeOnClickOutside={!invited?.link}
    >
      {invited ? (
        <Handover invited={invited} onAnother={() => setInvited(undefined)} onClose={onClose} />
      ) : (
        <InviteForm onInvited={setInvited} onClose={onClose} />
      )}
    </Dialog>
  )
}

function InviteForm({ onInvited, onClose }: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const says = useTexts(memberTexts)
  const general = useTexts(uiTexts)
  const { roles: names } = useTexts(membershipTexts)
  const { membership } = useOrganization()
  const inviting = useAction(Invite)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const { errorAt, rest, check, form } = useFieldErrors(['email'], { email: emailFault(email) }, inviting.problem)
  const mayGiveRoles = membership.role === 'SUPER_ADMIN'
  const invite = async () => {
    const { success } = await inviting.run({ organizationId: membership.organization.id, email, role })
    if (success) onInvited({ email: success.invitation.email, link: success.link, mailed: success.mailed })
  }
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!inviting.busy && check()) void invite()
      }}
    >
      <Stack gap="md">
        <TextInput
          type="email"
          required
          withAsterisk={false}
          label={says.email}
          value={email}
          onChange={({ currentTarget }) => {
            inviting.forget()
            setEmail(currentTarget.value)
          }}
          error={errorAt('email')}
          autoComplete="off"
          // Also after somebody else was invited.
          autoFocus
          data-autofocus
        />
        <NativeSelect
          label={says.role}
          description={mayGiveRoles ? says.rolesMore[role] : says.roleReserved}
          disabled={!mayGiveRoles}
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
          data={roles.map((value) => ({ value, label: names[value] ?? value }))}
        />
        <ProblemAlert problem={rest} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {general.cancel}
          </Button>
          <Button type="submit" loading={inviting.busy} disabled={email.trim() === ''}>
            {says.send}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface HandoverProps {
  readonly invited: Invited
  readonly onAnother: () => void
  readonly onClose: () => void
}

function Handover({ invited: { email, link, mailed }, onAnother, onClose }: HandoverProps) {
  const says = useTexts(memberTexts)
  return (
    <Stack gap="md">
      <div role="status">
        <strong>{says.invited(email)}</strong>
        <p className={styles.told}>{link ? says.linkOnce : mailed ? says.mailed : ''}</p>
        {!link && !mailed && (
          <Alert color="red" p="xs">
            {says.notMailed}
          </Alert>
        )}
      </div>
      {link && (
        <div className={styles.link}>
          <code>{link}</code>
          <CopyButton text={link} what={says.link} />
        </div>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onAnother}>
          {says.another}
        </Button>
        <Button onClick={onClose} autoFocus>
          {says.done}
        </Button>
      </Group>
    </Stack>
  )
}
