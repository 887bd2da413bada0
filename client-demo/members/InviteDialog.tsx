import { Alert, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { frameTexts } from '../frame/texts.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { uiTexts } from '../ui/texts.ts'
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
    <Modal opened onClose={onClose} title={says.inviteTitle(organization.name)} closeOnClickOutside={!invited?.link}>
      {invited ? (
        <Handover invited={invited} onAnother={() => setInvited(undefined)} onClose={onClose} />
      ) : (
        <InviteForm onInvited={setInvited} onClose={onClose} />
      )}
    </Modal>
  )
}

function InviteForm({ onInvited, onClose }: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const says = useTexts(memberTexts)
  const general = useTexts(uiTexts)
  const { roles: names } = useTexts(frameTexts)
  const { membership } = useOrganization()
  const inviting = useAction(Invite)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const mayGiveRoles = membership.role === 'SUPER_ADMIN'
  const invite = async () => {
    const { success } = await inviting.run({ organizationId: membership.organization.id, email, role })
    if (success) onInvited({ email: success.invitation.email, link: success.link, mailed: success.mailed })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!inviting.busy) void invite()
      }}
    >
      <Stack gap="md">
        <TextInput
          type="email"
          required
          withAsterisk={false}
          label={says.email}
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          error={inviting.problem?.issues.email}
          autoComplete="off"
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
        <ProblemAlert problem={inviting.problem} />
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
        <Button onClick={onClose} data-autofocus>
          {says.done}
        </Button>
      </Group>
    </Stack>
  )
}
