import { isRegistered } from '../../apps/rules.ts'
import type { Core } from '../../core.ts'
import { accountId, readClientId } from '../engine/ids.ts'
import { readHint } from './hints.ts'

/** An app's wish that its user signs out (OpenID Connect RP-Initiated Logout 1.0 section 2). */
export interface Logout {
  /** The app that asks, where that is known. */
  readonly app: { readonly name: string; readonly publisher: string } | undefined
  /** Where the user goes next, with the app's `state`; undefined where that is nothing that the app has registered. */
  readonly target: string | undefined
  /** Whether the app means this user, or just anybody. */
  isMeant(user: { readonly userId: string; readonly email: string | null }): boolean
}

/**
 * Reads such a request. What is wrong with it never keeps anybody from signing out: they are then sent nowhere.
 *
 * @param parameters each at most once.
 */
export async function readLogout(core: Core, parameters: URLSearchParams): Promise<Logout> {
  const given = (name: string): string | undefined => parameters.get(name) || undefined
  const hint = given('id_token_hint')
  const claims = hint === undefined ? undefined : await readHint(core, hint)
  const audience = [claims?.aud ?? []].flat()
  const named = given('client_id')
  const isContradicted = hint !== undefined && (!claims || (named !== undefined && !audience.includes(named)))
  const app = isContradicted ? null : await findApp(core, named ?? audience[0])

  const wanted = given('post_logout_redirect_uri')
  const isFollowed = app && wanted !== undefined && isRegistered(wanted, app.postLogoutRedirectUris, app.type)
  const logoutHint = given('logout_hint')
  return {
    app: app ? { name: app.name, publisher: app.organization.name } : undefined,
    target: isFollowed ? withState(wanted, given('state')) : undefined,
    isMeant: ({ userId, email }) =>
      claims ? claims.sub === accountId(userId) : [undefined, email, accountId(userId)].includes(logoutHint),
  }
}

function findApp({ prisma }: Core, clientId: string | undefined) {
  const id = readClientId(clientId)
  if (id === undefined) return null
  const select = { name: true, type: true, postLogoutRedirectUris: true, organization: { select: { name: true } } }
  return prisma.app.findUnique({ where: { id, status: 'ENABLED' }, select })
}

function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
