import { decodeJwt } from 'jose'
import { type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { union, without } from '../../scopes.ts'

/**
 * The scope that many clients add by themselves (OpenID Connect Core section 11). Every app that acts for
 * a user gets refresh tokens, with or without it. So an app that may ask for it is told that it has it,
 * and an app that may not is not refused for asking.
 *
 * The engine knows neither: it drops the scope unless the user is asked for consent each time, and refuses
 * the whole request of an app that may not ask for it. Therefore the scope is set aside before the engine
 * looks, and put back once the client is known.
 */
export const OFFLINE_ACCESS = 'offline_access'

/** Requests whose scope was set aside. */
const asking = new WeakSet<object>()

export const isSetAside = (ctx: object): boolean => asking.has(ctx)

/** @param parameters those of an authorization request. */
export function setAside(ctx: object, parameters: Record<string, unknown>): void {
  if (typeof parameters.scope !== 'string') return
  const scopes = parameters.scope.split(' ')
  if (!scopes.includes(OFFLINE_ACCESS)) return
  asking.add(ctx)
  parameters.scope = without(scopes, [OFFLINE_ACCESS]).join(' ') || undefined
}

/** @param mayAsk the scopes that the app may ask for. */
export function putBack(ctx: KoaContextWithOIDC, mayAsk: readonly string[]): void {
  const { params, entities } = ctx.oidc
  const pushed = (entities.PushedAuthorizationRequest as { request?: string } | undefined)?.request
  const wasPushed = pushed !== undefined && scopesOf(decodeJwt(pushed).scope).includes(OFFLINE_ACCESS)
  if (!params || !mayAsk.includes(OFFLINE_ACCESS) || !(asking.has(ctx) || wasPushed)) return
  params.scope = union(scopesOf(params.scope), [OFFLINE_ACCESS]).join(' ')
}

/** Of a refresh that names it, although the refresh token was issued without it. */
export function leaveOut(recorded: readonly string[]): void {
  const { params } = Provider.ctx?.oidc ?? {}
  const scopes = scopesOf(params?.scope)
  if (!params || !scopes.includes(OFFLINE_ACCESS) || recorded.includes(OFFLINE_ACCESS)) return
  params.scope = without(scopes, [OFFLINE_ACCESS]).join(' ') || OFFLINE_ACCESS
}

const scopesOf = (scope: unknown): string[] => (typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [])
