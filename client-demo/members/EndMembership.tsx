import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useWayOut } from '../organizations/useWayOut.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Named } from '../ui/Named.tsx'
import type { Membership } from '../viewer/viewer.ts'
import { Leave, type Member, RemoveMember } from './documents.ts'
import { memberTexts } from './texts.ts'

interface EndMembershipProps {
  readonly member: Member
  readonly organization: Membership['organization']
  readonly isOwn: boolean
  readonly onClose: () => void
}

/** Removes somebody, or leaves. */
export function EndMembership({ member, organization, isOwn, onClose }: EndMembershipProps) {
  const says = useTexts(memberTexts)
  const goOut = useWayOut(organization.id)
  const removing = useAction(RemoveMember)
  const leaving = useAction(Leave)
  const confirm = async () => {
    const { success } = await (isOwn
      ? leaving.run({ organizationId: organization.id })
      : removing.run({ membershipId: member.id }))
    if (!success) return
    onClose()
    if (isOwn) goOut()
  }
  const shared = {
    busy: removing.busy || leaving.busy,
    problem: removing.problem ?? leaving.problem,
    onConfirm: confirm,
    onCancel: onClose,
  }
  return isOwn ? (
    <ConfirmDialog
      title={<Named text={says.leaveTitle(organization.name)} name={organization.name} />}
      action={says.leave}
      {...shared}
    >
      {says.leaveMore}
    </ConfirmDialog>
  ) : (
    <ConfirmDialog
      title={<Named text={says.removeTitle(member.user.name)} name={member.user.name} />}
      action={says.remove}
      {...shared}
    >
      {says.removeMore(organization.name)}
    </ConfirmDialog>
  )
}
