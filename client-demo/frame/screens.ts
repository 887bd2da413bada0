import type { ComponentType, ReactNode } from 'react'
import { AppsIcon, HistoryIcon, InboxIcon, InstalledIcon, KeyIcon, PeopleIcon, SettingsIcon } from '../ui/icons.tsx'
import { isFor, type Section } from '../viewer/home.ts'
import type { Membership } from '../viewer/viewer.ts'
import type { frameTexts } from './texts.ts'

/** Loads the code of a page. */
export type Loaded = () => Promise<{ readonly Component: ComponentType }>

/** A page of an organization, as it stands in the navigation. */
export interface Screen {
  /** Below `/console/:organizationId/`; pages of one thing stand below it, as `apps/:appId`. */
  readonly path: Section & keyof typeof frameTexts.en
  readonly icon: (props: { size?: number }) => ReactNode
  /** Loaded when it is first opened, so that nobody loads what they do not open. */
  readonly load: Loaded
}

/** The pages of an organization, in their order; a user who opens it lands on the first that is for them. */
export const screens: readonly Screen[] = [
  {
    path: 'requests',
    icon: InboxIcon,
    load: () => import('../requests/RequestsPage.tsx'),
  },
  {
    path: 'installations',
    icon: InstalledIcon,
    load: () => import('../installations/InstallationsPage.tsx'),
  },
  { path: 'apps', icon: AppsIcon, load: () => import('../apps/AppsPage.tsx') },
  {
    path: 'grants',
    icon: KeyIcon,
    load: () => import('../grants/GrantsPage.tsx'),
  },
  {
    path: 'history',
    icon: HistoryIcon,
    load: () => import('../history/HistoryPage.tsx'),
  },
  {
    path: 'members',
    icon: PeopleIcon,
    load: () => import('../members/MembersPage.tsx'),
  },
  {
    path: 'settings',
    icon: SettingsIcon,
    load: () => import('../organizations/SettingsPage.tsx'),
  },
]

export const screensFor = (membership: Membership): readonly Screen[] =>
  screens.filter(({ path }) => isFor(path, membership))

export const loadMyApps: Loaded = () => import('../grants/MyAppsPage.tsx')

/** Where one makes another organization. */
export const NEW_ORGANIZATION = '/organizations/new'

export const loadNewOrganization: Loaded = () => import('../organizations/NewOrganizationPage.tsx')
