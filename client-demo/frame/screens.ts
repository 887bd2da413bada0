import type { ComponentType, ReactNode } from 'react'
import { AppsIcon, HistoryIcon, InboxIcon, InstalledIcon, KeyIcon, PeopleIcon, SettingsIcon } from '../ui/icons.tsx'
import { isAdmin, isPersonal, type Membership } from '../viewer/viewer.ts'
import type { frameTexts } from './texts.ts'

/** Loads the code of a page. */
export type Loaded = () => Promise<{ readonly Component: ComponentType }>

/** A page of an organization, as it stands in the navigation. */
export interface Screen {
  /** Below `/console/:organizationId/`; pages of one thing stand below it, as `apps/:appId`. */
  readonly path: string
  /** The name in the texts of the frame. */
  readonly name: keyof typeof frameTexts.en &
    ('requests' | 'installations' | 'apps' | 'grants' | 'history' | 'members' | 'settings')
  readonly icon: (props: { size?: number }) => ReactNode
  /** For whom it is there. */
  readonly isFor: (membership: Membership) => boolean
  /** Loaded when it is first opened, so that nobody loads what they do not open. */
  readonly load: Loaded
}

const isSharedAdmin = (membership: Membership) => isAdmin(membership) && !isPersonal(membership)

/** The pages of an organization, in their order; whoever opens it lands on the first that is for them. */
export const screens: readonly Screen[] = [
  {
    path: 'requests',
    name: 'requests',
    icon: InboxIcon,
    isFor: isSharedAdmin,
    load: () => import('../requests/RequestsPage.tsx'),
  },
  {
    path: 'installations',
    name: 'installations',
    icon: InstalledIcon,
    isFor: isSharedAdmin,
    load: () => import('../installations/InstallationsPage.tsx'),
  },
  { path: 'apps', name: 'apps', icon: AppsIcon, isFor: isAdmin, load: () => import('../apps/AppsPage.tsx') },
  {
    path: 'grants',
    name: 'grants',
    icon: KeyIcon,
    isFor: isSharedAdmin,
    load: () => import('../grants/GrantsPage.tsx'),
  },
  {
    path: 'history',
    name: 'history',
    icon: HistoryIcon,
    isFor: isAdmin,
    load: () => import('../history/HistoryPage.tsx'),
  },
  {
    path: 'members',
    name: 'members',
    icon: PeopleIcon,
    isFor: (membership) => !isPersonal(membership),
    load: () => import('../members/MembersPage.tsx'),
  },
  {
    path: 'settings',
    name: 'settings',
    icon: SettingsIcon,
    isFor: isAdmin,
    load: () => import('../organizations/SettingsPage.tsx'),
  },
]

export const screensFor = (membership: Membership): readonly Screen[] =>
  screens.filter(({ isFor }) => isFor(membership))

/** Where the viewer's own authorized apps are, in all organizations. */
export const MY_APPS = '/me/apps'

export const loadMyApps: Loaded = () => import('../grants/MyAppsPage.tsx')

/** Where one makes another organization. */
export const NEW_ORGANIZATION = '/organizations/new'

export const loadNewOrganization: Loaded = () => import('../organizations/NewOrganizationPage.tsx')

/** Where one lands in an organization. */
export function homeOf(membership: Membership): string {
  const [first] = screensFor(membership)
  // Members only see each other; what is theirs is more.
  return first && isAdmin(membership) ? `/${membership.organization.id}/${first.path}` : MY_APPS
}
