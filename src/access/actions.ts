import type { Role } from '../database/generated/client/enums.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Actor } from '../history/change.ts'
import type { ApiScope, Caller, UserCaller, Viewer } from './viewer.ts'

interface Rule {
  /** The least role in the organization concerned. */
  readonly least: Role
  /** The scope that an access token must be worth besides; null where no app may do it, whatever its token. */
  readonly scope: ApiScope | null
  /** Whether it is done in a user's name, so that an app that acts as itself cannot. */
  readonly byUser?: true
}

/**
 * The one table of who may do what. The GraphQL schema declares these actions as auth scopes, services
 * assert them again for callers that are not GraphQL, and every delivery of a subscription asks again.
 * An app with `gatehouse:manage` may change any app but itself.
 */
export const actions = {
  'organization:see': { least: 'MEMBER', scope: 'gatehouse:read' },
  'organization:update': { least: 'SUPER_ADMIN', scope: null },
  'organization:delete': { least: 'SUPER_ADMIN', scope: null },
  'organization:leave': { least: 'MEMBER', scope: null },
  'members:see': { least: 'MEMBER', scope: 'gatehouse:read' },
  'members:seeAddresses': { least: 'ADMIN', scope: 'gatehouse:read' },
  'members:changeRole': { least: 'SUPER_ADMIN', scope: null },
  'members:invite': { least: 'ADMIN', scope: null },
  'members:remove': { least: 'ADMIN', scope: null },
  'invitations:see': { least: 'ADMIN', scope: 'gatehouse:read' },
  'apps:see': { least: 'ADMIN', scope: 'gatehouse:read' },
  'apps:manage': { least: 'ADMIN', scope: 'gatehouse:manage' },
  'installations:see': { least: 'ADMIN', scope: 'gatehouse:read' },
  'installations:decide': { least: 'ADMIN', scope: 'gatehouse:manage' },
  'installations:request': { least: 'MEMBER', scope: 'gatehouse:manage', byUser: true },
  'grants:see': { least: 'ADMIN', scope: 'gatehouse:read' },
  'grants:revoke': { least: 'ADMIN', scope: 'gatehouse:manage' },
  'grants:revokeOwn': { least: 'MEMBER', scope: 'gatehouse:manage' },
  'tokens:explain': { least: 'ADMIN', scope: 'gatehouse:read' },
  'events:see': { least: 'ADMIN', scope: 'gatehouse:read' },
  'statistics:see': { least: 'ADMIN', scope: 'gatehouse:read' },
} as const satisfies Record<string, Rule>

type Table = typeof actions
export type Action = keyof Table

/** The actions that change something of an app, so that it matters which. */
export type AppAction = { [A in Action]: Table[A]['scope'] extends 'gatehouse:manage' ? A : never }[Action]

/** An action and the organization, and the app, that it is asked for; null for an app that is yet to be. */
export type Target =
  | readonly [action: AppAction, organizationId: string, appId: string | null]
  | readonly [action: Exclude<Action, AppAction>, organizationId: string]

/** The kinds of caller that an action can be open to. */
export type CallerFor<A extends Action> = Table[A]['scope'] extends null
  ? Viewer
  : Table[A] extends { byUser: true }
    ? UserCaller
    : Caller

const rank: Record<Role, number> = { MEMBER: 1, ADMIN: 2, SUPER_ADMIN: 3 }

/** Whether `role` is worth at least `least`. */
export const atLeast = (role: Role | null | undefined, least: Role): boolean =>
  role != null && rank[role] >= rank[least]

export const may = (viewer: Caller, action: Action, organizationId: string): boolean =>
  isFor(viewer, action) && atLeast(viewer.roles.get(organizationId), actions[action].least)

/** Whether the action is for such a caller: for an app, within what its token is worth. */
function isFor<A extends Action>(viewer: Caller, action: A): viewer is CallerFor<A> {
  if (!viewer.app) return true
  const { scope, byUser }: Rule = actions[action]
  if (scope === null || (byUser && viewer.userId === null)) return false
  return viewer.scope === 'gatehouse:manage' || viewer.scope === scope
}

/**
 * @param appId the app that it is about, if it is about one.
 * @throws {NotFound} for a viewer who is not a member of the organization: to them it does not exist.
 * @throws {Forbidden} for members whose role is too low, and for apps whose token does not allow it or
 * that are to decide about themselves.
 */
export function assertMay(viewer: Caller, action: Action, organizationId: string, appId?: string | null): void {
  if (!viewer.roles.has(organizationId)) throw new NotFound()
  assertFor(viewer, action)
  if (!may(viewer, action, organizationId)) {
    throw new Forbidden(`This takes the role ${actions[action].least} or higher.`)
  }
  if (viewer.app && viewer.app.id === appId) throw new Forbidden('An app decides nothing about itself.')
}

/** @throws {Forbidden} for an app whose token does not allow this anywhere. */
export function assertFor<A extends Action>(viewer: Caller, action: A): asserts viewer is CallerFor<A> {
  if (isFor(viewer, action)) return
  const { scope, byUser }: Rule = actions[action]
  if (scope === null) throw notForApps()
  throw new Forbidden(`This takes an access token with ${scope}${byUser ? ' that is of a user' : ''}.`)
}

/** The refusal of what only users themselves may do. */
export const notForApps = (): Forbidden => new Forbidden('This is for signed-in users themselves, and not for apps.')

/**
 * No app gives what makes a token a credential at Gatehouse: neither the scopes to an app, nor a way to
 * get tokens with them (see `assertMayOpen`).
 *
 * @param scopes what somebody can have by what is about to be done.
 * @throws {Forbidden}
 */
export function assertMayGive(viewer: Caller, scopes: readonly string[]): void {
  const kept = viewer.app && scopes.find((scope) => scope.startsWith('gatehouse:'))
  if (kept) throw new Forbidden(`This would give ${kept}, which takes an admin who is signed in.`)
}

/** The organizations in which the viewer may do this: the list filter beside the rule. */
export function organizationsWhere(viewer: Caller, action: Action): string[] {
  return [...viewer.roles.keys()].filter((id) => may(viewer, action, id))
}

const people: Record<Role, string> = {
  MEMBER: 'members of the organization',
  ADMIN: 'admins and super admins of the organization',
  SUPER_ADMIN: 'super admins of the organization',
}

/** The sentence that ends the description of everything the action guards. */
export function whoMay(action: Action): string {
  const { least, scope, byUser }: Rule = actions[action]
  const apps = scope === null ? '' : `${byUser ? ', also through' : ';'} apps with \`${scope}\``
  return `Who may: ${people[least]}${apps}.`
}

/** The viewer as the actor of what they change: a user also where they act through an app. */
export const actorOf = (viewer: Caller): Actor =>
  viewer.userId === null
    ? { kind: 'APP', id: viewer.app.id, name: viewer.app.name }
    : { kind: 'USER', id: viewer.userId, name: viewer.name }
