import type { Role } from '../database/generated/client/enums.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Actor } from '../feed/change.ts'
import type { Viewer } from './viewer.ts'

/**
 * The one table of who may do what: the least role in the organization concerned. The GraphQL schema
 * declares these actions as auth scopes, services assert them again for callers that are not GraphQL,
 * and every delivery of a subscription asks again.
 */
export const actions = {
  'organization:see': 'MEMBER',
  'organization:update': 'SUPER_ADMIN',
  'organization:delete': 'SUPER_ADMIN',
  'organization:leave': 'MEMBER',
  'members:see': 'MEMBER',
  'members:changeRole': 'SUPER_ADMIN',
  'members:invite': 'ADMIN',
  'members:remove': 'ADMIN',
  'apps:see': 'ADMIN',
  'apps:manage': 'ADMIN',
  'installations:see': 'ADMIN',
  'installations:decide': 'ADMIN',
  'installations:request': 'MEMBER',
  'grants:see': 'ADMIN',
  'grants:revoke': 'ADMIN',
  'events:see': 'ADMIN',
  'statistics:see': 'ADMIN',
} as const satisfies Record<string, Role>

export type Action = keyof typeof actions

const rank: Record<Role, number> = { MEMBER: 1, ADMIN: 2, SUPER_ADMIN: 3 }

/** Whether `role` is worth at least `least`. */
export const atLeast = (role: Role | undefined, least: Role): boolean => role !== undefined && rank[role] >= rank[least]

export const may = (viewer: Viewer, action: Action, organizationId: string): boolean =>
  atLeast(viewer.roles.get(organizationId), actions[action])

/**
 * @throws {NotFound} for whoever is not a member of the organization: to them it does not exist.
 * @throws {Forbidden} for members whose role is too low.
 */
export function assertMay(viewer: Viewer, action: Action, organizationId: string): void {
  if (!viewer.roles.has(organizationId)) throw new NotFound()
  if (!may(viewer, action, organizationId)) throw new Forbidden(`This takes the role ${actions[action]} or higher.`)
}

/** The organizations in which the viewer may do this: the list filter beside the rule. */
export function organizationsWhere(viewer: Viewer, action: Action): string[] {
  return [...viewer.roles.keys()].filter((id) => may(viewer, action, id))
}

const people: Record<Role, string> = {
  MEMBER: 'members of the organization',
  ADMIN: 'admins and super admins of the organization',
  SUPER_ADMIN: 'super admins of the organization',
}

/** The sentence that ends the description of everything the action guards. */
export const whoMay = (action: Action): string => `Who may: ${people[actions[action]]}.`

/** The viewer as the actor of what they change. */
export const actorOf = (viewer: Viewer): Actor => ({ kind: 'USER', id: viewer.userId, name: viewer.name })
