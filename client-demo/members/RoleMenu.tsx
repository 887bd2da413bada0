import { Menu } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { CheckIcon, ChevronIcon } from '../ui/icons.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { membershipTexts } from '../viewer/texts.ts'
import { ChangeRole, type Member, type Role, roles } from './documents.ts'
import styles from './members.module.css'
import { Reserved } from './Reserved.tsx'
import { memberTexts } from './texts.ts'

interface RoleMenuProps {
  readonly member: Member
  readonly isOwn: boolean
  /** Why the viewer cannot change it; undefined where they can. */
  readonly reason: string | undefined
}

/** Which role a member has; for super admins, also another. */
export function RoleMenu({ member, isOwn, reason }: RoleMenuProps) {
  const says = useTexts(memberTexts)
  const { roles: names } = useTexts(membershipTexts)
  const changing = useAction(ChangeRole)
  // A user who gives up their own role cannot take it back.
  const [asked, setAsked] = useState<Role>()
  const name = names[member.role] ?? member.role
  const change = async (role: Role) => {
    const { success } = await changing.run({ membershipId: member.id, role })
    if (success) setAsked(undefined)
  }
  const button = (
    <Reserved
      variant="default"
      className={styles.role}
      reason={reason}
      label={says.roleOf(member.user.name, name)}
      rightSection={reason === undefined && <ChevronIcon size={14} />}
    >
      {name}
    </Reserved>
  )
  if (reason !== undefined) return button
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>{button}</Menu.Target>
        <Menu.Dropdown>
          {roles.map((role) => (
            <Menu.Item
              key={role}
              aria-current={role === member.role || undefined}
              rightSection={role === member.role && <CheckIcon size={16} />}
              onClick={() => {
                if (role === member.role || changing.busy) return
                changing.forget()
                if (isOwn) setAsked(role)
                else void change(role)
              }}
            >
              <span className={styles.roleName}>{names[role]}</span>
              <span className={styles.quiet}>{says.rolesMore[role]}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <ConfirmDialog
          title={says.giveUp}
          action={says.changeRole}
          busy={changing.busy}
          problem={changing.problem}
          onConfirm={() => void change(asked)}
          onCancel={() => setAsked(undefined)}
        >
          {says.giveUpMore(names[asked] ?? asked)}
        </ConfirmDialog>
      )}
      {!asked && changing.problem && (
        <div className={styles.problem}>
          <ProblemAlert problem={changing.problem} />
        </div>
      )}
    </>
  )
}
