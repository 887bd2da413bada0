import type { Membership } from '../viewer/viewer.ts'

const KEY = 'gatehouse.organization'

export const rememberOrganization = (id: string): void => localStorage.setItem(KEY, id)

/** The organization that was open last; else the first. */
export function lastOrganization(memberships: readonly Membership[]): Membership | undefined {
  const id = localStorage.getItem(KEY)
  return memberships.find(({ organization }) => organization.id === id) ?? memberships[0]
}
