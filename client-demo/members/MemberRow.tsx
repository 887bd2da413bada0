import { Avatar } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { membershipTexts } from '../viewer/texts.ts'
import { isAdmin, type Membership } from '../viewer/viewer.ts'
import type { Member } from './documents.ts'
import { EndMembership } from './EndMembership.tsx'
import styles from './members.module.css'
import { Reserved } from './Reserved.tsx'
import { RoleMenu } from './RoleMenu.tsx'
import { memberTexts } from './texts.ts'

interface MemberRowProps {
  readonly member: Member
  /** The viewer's own membership. */
  readonly viewer: Membership
  /** Whether it is the only super admin, who has to stay that. */
  readonly isLast: boolean
}

export function MemberRow({ member, viewer, isLast }: MemberRowProps) {
  const says = useTexts(memberTexts)
  const { roles } = useTexts(membershipTexts)
  const [isEnding, setEnding] = useState(false)
  const { user, role, createdAt } = member
  const isOwn = member.id === viewer.id
  const mayRemove = viewer.role === 'SUPER_ADMIN' || role === 'MEMBER'
  const reserved = isOwn || mayRemove ? undefined : says.removeReserved
  const reason = isOwn && isLast ? says.lastSuperAdmin : reserved
  return (
    <li className={styles.row}>
      <Avatar size={32} radius="xl" name={user.name} classNames={{ placeholder: styles.initials }} alt="" aria-hidden />
      <div className={styles.person}>
        <span className={styles.name}>
          {user.name} {isOwn && <span className={styles.you}>{says.you}</span>}
        </span>
        <span className={styles.quiet}>{user.email}</span>
      </div>
      <span className={styles.since}>
        {says.joined} <Ago at={createdAt} />
      </span>
      <div className={styles.controls}>
        {isAdmin(viewer) ? (
          <RoleMenu
            member={member}
            isOwn={isOwn}
            reason={viewer.role !== 'SUPER_ADMIN' ? says.rolesReserved : isLast ? says.lastSuperAdmin : undefined}
          />
        ) : (
          <span className={styles.quiet}>{roles[role] ?? role}</span>
        )}
        {(isOwn || isAdmin(viewer)) && (
          <Reserved
            variant="default"
            className={styles.end}
            reason={reason}
            label={isOwn ? undefined : says.removeThis(user.name)}
            onClick={() => setEnding(true)}
          >
            {isOwn ? says.leave : says.remove}
          </Reserved>
        )}
      </div>
      {isEnding && (
        <EndMembership
          member={member}
          organization={viewer.organization}
          isOwn={isOwn}
          onClose={() => setEnding(false)}
        />
      )}
    </li>
  )
}
