import { Avatar, Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { OutIcon } from '../ui/icons.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import styles from './Frame.module.css'
import { useSigningOut } from './signing-out.ts'
import { frameTexts } from './texts.ts'

/** Who is signed in, and the way out. */
export function UserMenu() {
  const says = useTexts(frameTexts)
  const { user } = useViewer()
  const { busy, problem, signOut, forget } = useSigningOut()
  return (
    <Menu position="bottom-end" width={240} onClose={forget}>
      <Menu.Target>
        <UnstyledButton className={styles.user}>
          <VisuallyHidden>{`${says.account}: ${user.name}`}</VisuallyHidden>
          <Avatar
            size={28}
            radius="xl"
            name={user.name}
            classNames={{ placeholder: styles.initials }}
            alt=""
            aria-hidden
          />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.userCard}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<OutIcon size={16} />} disabled={busy} closeMenuOnClick={false} onClick={signOut}>
          {says.signOut}
        </Menu.Item>
        <ProblemAlert problem={problem} />
      </Menu.Dropdown>
    </Menu>
  )
}
