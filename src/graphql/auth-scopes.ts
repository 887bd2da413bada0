import { type Action, assertMay, may } from '../access/actions.ts'
import { Unauthenticated } from '../errors.ts'
import type { Context } from './context.ts'

export interface AuthScopes {
  /** Anybody who is signed in, and any app with a token for the API. */
  signedIn: boolean
  /** Users who are signed in themselves, with no app in between; for apps it is FORBIDDEN. */
  person: boolean
  /** Viewers whom the table of actions allows this in the organization; others get NOT_FOUND or FORBIDDEN. */
  may: readonly [action: Action, organizationId: string]
  /** The same, for fields that are null for others instead. */
  sees: readonly [action: Action, organizationId: string]
}

/** Whether the viewer of the context has each of the scopes. */
export const authScopes = ({ viewer }: Context) => ({
  signedIn: viewer !== null,
  person: viewer !== null && !viewer.app,
  may: ([action, organizationId]: AuthScopes['may']): boolean => {
    if (!viewer) throw new Unauthenticated()
    assertMay(viewer, action, organizationId)
    return true
  },
  sees: ([action, organizationId]: AuthScopes['sees']): boolean =>
    viewer !== null && may(viewer, action, organizationId),
})
