import { isAdmin, isPersonal, type Membership } from './viewer.ts'

const isSharedAdmin = (membership: Membership) => isAdmin(membership) && !isPersonal(membership)

/** For whom each page of an organization is there, by its path, in the order in which they stand. */
const sections = {
  requests: isSharedAdmin,
  installations: isSharedAdmin,
  apps: isAdmin,
  grants: isSharedAdmin,
  history: isAdmin,
  members: (membership: Membership) => !isPersonal(membership),
  settings: isAdmin,
}

/** The path of a page below `/console/:organizationId/`. */
export type Section = keyof typeof sections

export const isFor = (section: Section, membership: Membership): boolean => sections[section](membership)

/** Where the viewer's own authorized apps are, in all organizations. */
export const MY_APPS = '/me/apps'

/** Where one lands in an organization: on the first page that is for them. */
export function homeOf(membership: Membership): string {
  const first = (Object.keys(sections) as Section[]).find((section) => isFor(section, membership))
  // Members only see each other; what is theirs is more.
  return first && isAdmin(membership) ? `/${membership.organization.id}/${first}` : MY_APPS
}
