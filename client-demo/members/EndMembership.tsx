import type { ResultOf } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useWayOut } from '../organizations/useWayOut.ts'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { useImpact } from '../ui/useImpact.ts'
import type { Membership } from '../viewer/viewer.ts'
import { Leave, type Member, MembershipImpact, RemoveMember } from './documents.ts'
import { memberTexts } from './texts.ts'

interface EndMembershipProps {
  readonly member: Member
  readonly organization: Membership['organization']
  readonly isOwn: boolean
  readonly onClose: () => void
}

const impactIn = ({ node }: ResultOf<typeof MembershipImpact>) =>
  node?.__typename === 'Membership' ? node.impact : undefined

/** Removes somebody, or leaves; says before what ends with it. */
export function EndMembership({ member, organization, isOwn, onClose }: EndMembershipProps) {
  const says = useTexts(memberTexts)
  const goOut = useWayOut(organization.id)
  const removing = useAction(RemoveMember)
  const leaving = useAction(Leave)
  const touching = useImpact(MembershipImpact, { id: member.id }, impactIn)
  return isOwn ? (
    <ImpactDialog
      title={<Named text={says.leaveTitle(organization.name)} name={organization.name} />}
      action={says.leave}
      touching={touching}
      doing={leaving}
      input={(impactVersion) => ({ organizationId: organization.id, impactVersion })}
      onDone={() => {
        onClose()
        goOut()
      }}
      onCancel={onClose}
    >
      {says.leaveMore}
    </ImpactDialog>
  ) : (
    <ImpactDialog
      title={<Named text={says.removeTitle(member.user.name)} name={member.user.name} />}
      action={says.remove}
      touching={touching}
      doing={removing}
      input={(impactVersion) => ({ membershipId: member.id, impactVersion })}
      onDone={onClose}
      onCancel={onClose}
    >
      {says.removeMore(organization.name)}
    </ImpactDialog>
  )
}
