/**
 * The one place that reaches into the engine beyond its public interface. The engine's version is pinned
 * exactly; to update the engine, look here first.
 */

import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import * as helpers from 'oidc-provider/lib/helpers/grants.js'
// @ts-expect-error the engine publishes no types for this
import weakCache from 'oidc-provider/lib/helpers/weak_cache.js'

export type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

/** The engine's own handler of a grant type, as it registered it. */
export const builtInGrant = (provider: Provider, grantType: string): GrantHandler =>
  weakCache(provider).grantTypeHandlers.get(grantType)

/** Checks the request's DPoP proof, if it has one, and that it is its first use (RFC 9449 section 4.3). */
export async function checkProof(provider: Provider, ctx: KoaContextWithOIDC): Promise<string | undefined> {
  const request = ctx as Parameters<typeof helpers.validateDpop>[1]
  const proof = await helpers.validateDpop(provider, request)
  if (proof) await helpers.checkDpopReplay(provider, request, proof, request.oidc.client.clientId, errors.InvalidGrant)
  return proof?.thumbprint
}

/**
 * The code of an error that people are shown. The engine calls it an invalid request also where a browser
 * comes back to one that is over, which is no fault of the app's.
 */
export function shownCodeOf(error: Error, code: string): string {
  if (!(error instanceof errors.SessionNotFound)) return code
  const isOtherSession = error.error_description === 'interaction session and authentication session mismatch'
  return isOtherSession ? 'other_session' : 'session_not_found'
}

/**
 * Whether a client was refused because the grant or flow is not its type's, which the engine calls an
 * invalid request (RFC 6749 sections 4.1.2.1 and 5.2: `unauthorized_client`).
 */
export const isOthersFlow = ({ error, error_description: description }: errors.OIDCProviderError): boolean =>
  error === 'invalid_request' &&
  /^(requested (grant type|response_type)|urn:\S+) is not allowed for this client$/.test(description ?? '')

/** The path of each endpoint, by the name that the engine gives its route. */
export const routes = {
  authorization: '/oauth/authorize',
  code_verification: '/oauth/device',
  device_authorization: '/oauth/device_authorization',
  end_session: '/oauth/end-session',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
  pushed_authorization_request: '/oauth/par',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
} as const
