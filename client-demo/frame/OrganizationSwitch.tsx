import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useNavigate } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { CheckIcon, ChevronIcon, PlusIcon } from '../ui/icons.tsx'
import { homeOf } from '../viewer/home.ts'
import { membershipTexts } from '../viewer/texts.ts'
import type { Membership } from '../viewer/viewer.ts'
import styles from './Frame.module.css'
import { rememberOrganization } from './last-organization.ts'
import { NEW_ORGANIZATION } from './screens.ts'
import { frameTexts } from './texts.ts'

/** Which organization is open, and the others that the viewer belongs to. */
export function OrganizationSwitch({ memberships }: { memberships: readonly Membership[] }) {
  const says = useTexts(frameTexts)
  const { editions, roles } = useTexts(membershipTexts)
  const go = useNavigate()
  const { membership: open } = useOrganization()
  const editionOf = ({ organization: { edition } }: Membership) => editions[edition] ?? edition
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={styles.switch}>
          <VisuallyHidden>{`${says.organization}: `}</VisuallyHidden>
          <span className={styles.switchName}>{open.organization.name}</span>
          <span className={styles.edition}>{editionOf(open)}</span>
          <ChevronIcon size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{says.organization}</Menu.Label>
        <div className={styles.switchList}>
          {memberships.map((membership) => {
            const { id, name } = membership.organization
            const isOpen = id === open.organization.id
            return (
              <Menu.Item
                key={membership.id}
                onClick={() => {
                  // For a member it leads to a page that is about no organization.
                  rememberOrganization(id)
                  go(homeOf(membership))
                }}
                rightSection={isOpen && <CheckIcon size={16} />}
                aria-current={isOpen || undefined}
              >
                <span className={styles.switchItem}>{name}</span>
                <span className={styles.switchMore}>
                  {editionOf(membership)} · {roles[membership.role] ?? membership.role}
                </span>
              </Menu.Item>
            )
          })}
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<PlusIcon size={16} />} onClick={() => go(NEW_ORGANIZATION)}>
          {says.newOrganization}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
