import { Burger, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link, useLocation } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import type { Membership } from '../viewer/viewer.ts'
import styles from './Frame.module.css'
import { LeaveGuard } from './LeaveGuard.tsx'
import { LiveIndicator } from './LiveIndicator.tsx'
import { Navigation } from './Navigation.tsx'
import { OrganizationSwitch } from './OrganizationSwitch.tsx'
import { LanguageMenu, ThemeMenu } from './Preferences.tsx'
import { frameTexts } from './texts.ts'
import { UserMenu } from './UserMenu.tsx'

interface FrameProps {
  readonly memberships: readonly Membership[]
  readonly children: ReactNode
}

/** What stands around every page. */
export function Frame({ memberships, children }: FrameProps) {
  const says = useTexts(frameTexts)
  const [isOpen, { toggle, close }] = useDisclosure()
  const main = useRef<HTMLElement>(null)
  useNewPage(() => {
    // Also one that was gone back to.
    close()
    main.current?.focus({ preventScroll: true })
  })
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {says.skip}
      </a>
      <header className={styles.header}>
        <Burger
          className={styles.burger}
          size="sm"
          opened={isOpen}
          onClick={toggle}
          aria-label={isOpen ? says.closeNavigation : says.openNavigation}
        />
        <Link className={styles.brand} to="/">
          <Brand />
          <span>Gatehouse</span>
        </Link>
        <OrganizationSwitch memberships={memberships} />
        <div className={styles.tools}>
          <LiveIndicator />
          <LanguageMenu />
          <ThemeMenu />
          <UserMenu />
        </div>
      </header>
      <div className={styles.side}>
        <Navigation />
      </div>
      <Drawer
        opened={isOpen}
        onClose={close}
        size="17rem"
        title="Gatehouse"
        closeButtonProps={{ 'aria-label': says.closeNavigation }}
      >
        <Navigation onGo={close} />
      </Drawer>
      <main className={styles.main} id="content" ref={main} tabIndex={-1}>
        {children}
      </main>
      <LeaveGuard />
    </div>
  )
}

/** After going to another page, reading and tabbing begin with it, as they do after a page load. */
function useNewPage(begin: () => void): void {
  const { pathname } = useLocation()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    begin()
  })
}

const Brand = () => (
  <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
    <path fill="currentColor" d="M4 4h5v4h4V4h6v4h4V4h5v24h-8v-7a4 4 0 0 0-8 0v7H4z" />
  </svg>
)
