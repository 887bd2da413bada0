import { useState } from 'react'
import { isAdmin, type Membership } from '../viewer/viewer.ts'

/** How the viewer stands to the organization in the address. */
export interface MembershipState {
  /** Whether they belong to it. */
  readonly isNamed: boolean
  /** Where they do not any more, since this page was opened: what it is called. */
  readonly formerName: string | undefined
  /** Whether they administered it since then. */
  readonly wasAdmin: boolean
}

interface Known {
  readonly name: string
  readonly wasAdmin: boolean
}

/** Remembers what the viewer belonged to: what is taken from them while they look is no address that is wrong. */
export function useStanding(memberships: readonly Membership[], asked: string | undefined): MembershipState {
  const [known] = useState(() => new Map<string, Known>())
  for (const membership of memberships) {
    const { id, name } = membership.organization
    known.set(id, { name, wasAdmin: isAdmin(membership) || known.get(id)?.wasAdmin === true })
  }
  const isNamed = memberships.some(({ organization }) => organization.id === asked)
  const { name, wasAdmin = false } = known.get(asked ?? '') ?? {}
  return { isNamed, formerName: isNamed ? undefined : name, wasAdmin }
}
