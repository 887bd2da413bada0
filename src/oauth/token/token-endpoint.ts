import type { Core } from '../../core.ts'
import { findGrantStanding } from '../../tokens/standing.ts'
import type { AssertionLeeway } from '../engine/engine.ts'
import { epoch, readClientId, readEngineGrantId, readOrganizationId } from '../engine/ids.ts'
import { builtInGrant, type GrantHandler, type Replacements } from '../engine/internals.ts'
import { currentContext, currentParameters, type EngineContext, errors, type Provider } from '../engine/oidc.ts'
import { DEVICE_CODE, findSecret, JWT_BEARER } from '../storage/clients.ts'
import { assertWorksFor } from '../storage/codes.ts'
import { successor } from '../storage/derive.ts'
import { countPoll } from '../storage/device-codes.ts'
import { noteIssued } from '../storage/families.ts'
import {
  type ClientCredential,
  currentExchange,
  exchange,
  type TokenTransaction,
} from '../storage/token-transaction.ts'
import { checkAssertion, findSigner, issueToService, serviceParameters } from './service-grants.ts'

/** Several secrets of an app may be live, and only their hashes are known. */
export const secretComparison =
  (core: Core): Replacements['isSecretOf'] =>
  async ({ clientId }, secret, builtIn) => {
    if (!readClientId(clientId)) return builtIn()
    const id = await findSecret(core, clientId, secret)
    if (id === undefined) return false
    const credential = { kind: 'SECRET', id } as const
    core.lastUse.noteCredential(credential)
    const ctx = currentContext()
    if (ctx) proven.set(ctx, credential)
    return true
  }

/** With which secret a request authenticated. */
const proven = new WeakMap<object, ClientCredential>()

/** The secret or key that the client has proven to have; undefined for public clients. */
async function credentialOf(
  core: Core,
  ctx: EngineContext,
  leeway: AssertionLeeway,
): Promise<ClientCredential | undefined> {
  const { params, client } = ctx.oidc
  if (params?.grant_type === JWT_BEARER) return checkAssertion(core, ctx, leeway)
  const assertion = params?.client_assertion
  if (typeof assertion !== 'string') return proven.get(ctx)
  // The engine does not say which key it was. Tokens are to be known by theirs, so that they can end with it.
  const signer = await findSigner(core, client?.clientId ?? '', assertion)
  if (!signer) throw new errors.InvalidClientAuth('the header must name one of the keys with kid')
  return signer
}

/** Notes with which keys apps authenticate elsewhere than at the token endpoint, which has to know that itself. */
export function noteSigners(provider: Provider, core: Core): void {
  provider.use(async (ctx, next) => {
    await next()
    const { client, params, route } = (ctx as Partial<EngineContext>).oidc ?? {}
    const assertion = params?.client_assertion
    if (route === 'token' || !client || typeof assertion !== 'string' || ctx.status >= 400) return
    const signer = await findSigner(core, client.clientId, assertion)
    if (signer) core.lastUse.noteCredential(signer)
  })
}

/** What a refresh issues is derived (see `derive.ts`); everything else is random. */
export const derivedTokens =
  ({ config: { secret } }: Core): Replacements['makeToken'] =>
  (kind, random) => {
    const rotating = currentExchange()?.rotating
    if (rotating === undefined) return random
    if (kind === 'refresh') return successor(secret, rotating)
    const { scope, resource } = currentParameters()
    return successor(secret, rotating, kind, scope as string | undefined, resource as string | undefined)
  }

/** Every grant runs in a transaction of its own, which commits before the answer leaves. */
export function registerGrants(
  provider: Provider,
  core: Core,
  leewayOf: (ctx: EngineContext) => AssertionLeeway,
): void {
  const register = (grantType: string, handler: GrantHandler, parameters: readonly string[]) =>
    provider.registerGrantType(
      grantType,
      async (ctx: EngineContext) => {
        const { client, params } = ctx.oidc
        if (grantType === DEVICE_CODE && typeof params?.device_code === 'string')
          await countPoll(core, params.device_code)
        const actor = {
          kind: 'APP',
          id: readClientId(client?.clientId) ?? null,
          name: client?.clientName ?? '',
        } as const
        await exchange(core, actor, async (current) => {
          // Here, so that the assertion of a grant is not used up where that is refused.
          current.credential = await credentialOf(core, ctx, leewayOf(ctx))
          if (current.credential?.kind === 'KEY') core.lastUse.noteCredential(current.credential)
          await handler(ctx)
          await settle(ctx, current)
        })
      },
      [...parameters],
    )
  const further = ['organization_id', 'resource', 'scope']
  register('authorization_code', builtInGrant(provider, 'authorization_code'), [
    'code',
    'code_verifier',
    'redirect_uri',
    ...further,
  ])
  register('refresh_token', builtInGrant(provider, 'refresh_token'), ['refresh_token', ...further])
  register(DEVICE_CODE, builtInGrant(provider, DEVICE_CODE), ['device_code', ...further])
  const service: GrantHandler = (ctx) => issueToService(core, provider, ctx)
  register('client_credentials', service, serviceParameters)
  register(JWT_BEARER, service, serviceParameters)
}

/** Notes what was issued, and lets the answer say what it is worth and not what is recorded. */
async function settle(ctx: EngineContext, current: TokenTransaction): Promise<void> {
  const { RotatedRefreshToken, AccessToken } = ctx.oidc.entities
  const family = readEngineGrantId(AccessToken?.grantId ?? '')
  if (!family) return
  await noteIssued(current, family, !RotatedRefreshToken)
  const standing = await findGrantStanding(current.change.tx, family.grantId, current.change.at)
  const { organization_id: asked } = ctx.oidc.params ?? {}
  // Refused before anything is committed, so nothing is used up.
  if (asked !== undefined && readOrganizationId(String(asked)) !== standing?.organization.id) {
    throw new errors.InvalidRequest('organization_id is not the organization that was authorized')
  }
  const body = ctx.body as { scope?: string; expires_in: number }
  if (standing && AccessToken) {
    const scopes = AccessToken.scope?.split(' ') ?? []
    // The presented token may be worth something, and still nothing in the scopes that the request narrows it to.
    assertWorksFor(standing, scopes)
    body.scope = standing.worth(scopes).join(' ')
  }
  // A token that is given out once more has lived for a while.
  if (current.firstRotatedAt) body.expires_in -= epoch(current.change.at) - epoch(current.firstRotatedAt)
}
