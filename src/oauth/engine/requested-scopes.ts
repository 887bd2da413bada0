import { decodeJwt } from 'jose'
import { union, without } from '../../scopes.ts'
import { currentContext, currentRoute, type EngineContext } from './oidc.ts'

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

const authorizing: ReadonlySet<string | undefined> = new Set([
  'authorization',
  'device_authorization',
  'pushed_authorization_request',
])

/**
 * A flow that names no scope asks for all that the app may ask for. Done once for a request, before the engine
 * reads it.
 *
 * @param mayAsk the scopes that the app may ask for.
 */
export function assumeScopes(mayAsk: readonly string[]): void {
  const ctx = currentContext()
  if (!ctx || !authorizing.has(currentRoute()) || asking.has(ctx)) return
  // Where the client authenticates, the engine reads the request out of the body only after that.
  for (const request of [ctx.oidc.params, ctx.oidc.body]) {
    if (!request || request.request_uri || request.request) continue
    request.scope ||= mayAsk.join(' ')
    setAside(ctx, request)
  }
}

/** @param parameters those of an authorization request. */
function setAside(ctx: object, parameters: Record<string, unknown>): void {
  if (typeof parameters.scope !== 'string') return
  const scopes = parameters.scope.split(' ')
  if (!scopes.includes(OFFLINE_ACCESS)) return
  asking.add(ctx)
  parameters.scope = without(scopes, [OFFLINE_ACCESS]).join(' ') || undefined
}

/** @param mayAsk the scopes that the app may ask for. */
export function putBack(ctx: EngineContext, mayAsk: readonly string[]): void {
  const { params, entities } = ctx.oidc
  const pushed = entities.PushedAuthorizationRequest?.request
  const wasPushed = pushed !== undefined && scopesOf(decodeJwt(pushed).scope).includes(OFFLINE_ACCESS)
  if (!params || !mayAsk.includes(OFFLINE_ACCESS) || !(asking.has(ctx) || wasPushed)) return
  params.scope = union(scopesOf(params.scope), [OFFLINE_ACCESS]).join(' ')
}

/** Of a refresh that names it, although the refresh token was issued without it. */
export function leaveOut(recorded: readonly string[]): void {
  const params = currentContext()?.oidc?.params
  const scopes = scopesOf(params?.scope)
  if (!params || !scopes.includes(OFFLINE_ACCESS) || recorded.includes(OFFLINE_ACCESS)) return
  params.scope = without(scopes, [OFFLINE_ACCESS]).join(' ') || OFFLINE_ACCESS
}

const scopesOf = (scope: unknown): string[] => (typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [])
