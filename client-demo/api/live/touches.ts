import type { LiveEvent } from './event.ts'

/** Fields of the schema, by name. A query that reads one of them is concerned. */
type Fields = readonly string[]

const impact: Fields = ['impact', 'updateImpact']
const organization: Fields = ['organization', 'organizations', 'viewerRole']
const people: Fields = ['members', 'invitations', ...organization]
const app: Fields = ['app', 'apps', 'appQuota', ...impact]
const credentials: Fields = ['secrets', 'keys', ...impact]
const requests: Fields = [
  'installCases',
  'installRequests',
  'installRequest',
  'installations',
  'installation',
  'denials',
]
const grants: Fields = ['grants', 'grant', 'installations', 'installation', 'liveTokens', ...impact]

const fields: Readonly<Record<string, Fields>> = {
  ORGANIZATION_CREATED: organization,
  ORGANIZATION_UPDATED: organization,
  MEMBER_INVITED: ['invitations'],
  MEMBER_JOINED: people,
  MEMBER_ROLE_CHANGED: people,
  // With the membership go requests and grants.
  MEMBER_REMOVED: [...people, ...requests, ...grants],
  APP_CREATED: app,
  APP_UPDATED: [...app, ...requests, ...grants],
  APP_ENABLED: [...app, ...grants],
  APP_DISABLED: [...app, ...grants],
  APP_DELETED: [...app, ...requests, ...grants],
  APP_SECRET_CREATED: credentials,
  APP_SECRET_REVOKED: [...credentials, ...grants],
  APP_KEY_ADDED: credentials,
  APP_KEY_REMOVED: [...credentials, ...grants],
  INSTALL_REQUESTED: requests,
  INSTALL_WITHDRAWN: requests,
  INSTALL_APPROVED: requests,
  INSTALL_DENIED: requests,
  INSTALL_DENIAL_LIFTED: requests,
  APP_INSTALLED: requests,
  APP_UNINSTALLED: [...requests, ...grants],
  GRANT_CREATED: grants,
  GRANT_CHANGED: grants,
  GRANT_REVOKED: grants,
  TOKEN_REUSE_DETECTED: grants,
}

/**
 * What any event changes: what is counted of the history, and objects that are read by their ids. The history
 * itself is what the events are.
 */
const always: Fields = ['statistics', 'node', 'nodes']

/**
 * Which fields these events may have changed. Undefined: all of them, because one is of a type that this
 * console does not know.
 */
export function touchedBy(events: readonly Pick<LiveEvent, 'type'>[]): ReadonlySet<string> | undefined {
  const touched = new Set(always)
  for (const { type } of events) {
    const some = fields[type]
    if (!some) return undefined
    for (const field of some) touched.add(field)
  }
  return touched
}
