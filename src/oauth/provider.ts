import { isRegistered } from '../apps/rules.ts'
import type { Core } from '../core.ts'
import { TooManyAttempts } from '../errors.ts'
import { publicId } from '../ids.ts'
import { derivedKey } from '../keys/derived-key.ts'
import { findToken } from '../tokens/check.ts'
import { findGrantStanding } from '../tokens/standing.ts'
import { loadExistingGrant, promptPolicy } from './authorize/existing-grants.ts'
import { readHint } from './authorize/hints.ts'
import { signedInBy } from './authorize/sessions.ts'
import type { ProviderOptions } from './engine/engine.ts'
import { accountId, epoch, readAccountId, readClientId, readEngineGrantId, readOrganizationId } from './engine/ids.ts'
import { isOthersFlow, replaceParts } from './engine/internals.ts'
import { type Configuration, type EngineContext, errors, Provider } from './engine/oidc.ts'
import { paths } from './engine/paths.ts'
import { readAudience } from './engine/requested-audience.ts'
import { putBack } from './engine/requested-scopes.ts'
import { findClient } from './storage/clients.ts'
import { AuthorizationCodes, Grants } from './storage/codes.ts'
import { DeviceCodes } from './storage/device-codes.ts'
import { Records } from './storage/records.ts'
import { Tokens } from './storage/token-records.ts'
import { currentExchange } from './storage/token-transaction.ts'
import { derivedTokens, noteSigners, registerGrants, secretComparison } from './token/token-endpoint.ts'

/** The OAuth engine, with Gatehouse's tables below it, its session beside it and its rules in front of it. */
export function makeProvider(core: Core, options: ProviderOptions): Provider {
  const { config } = core
  const provider = new Provider(config.publicUrl, configuration(core, options))
  // What these headers say is set by us, on every request (see `engine.ts`).
  provider.proxy = true
  replaceParts(provider, {
    findSession: async ({ req }) => {
      const signedIn = await signedInBy(core, req.headers.cookie)
      if (!signedIn) return null
      const { sessionId, userId, since } = signedIn
      return { id: sessionId, accountId: accountId(userId), since: epoch(since) }
    },
    isSecretOf: secretComparison(core),
    // By the rule of apps, as post-logout redirect URIs are.
    mayRedirect: ({ tokenEndpointAuthMethod, redirectUris }, uri) =>
      isRegistered(uri, redirectUris ?? [], tokenEndpointAuthMethod === 'none' ? 'PUBLIC' : 'WEB'),
    readHint: async (hint, clientId) => {
      const claims = await readHint(core, hint, clientId)
      if (!claims) throw new errors.InvalidRequest('could not validate id_token_hint')
      return claims
    },
    makeToken: derivedTokens(core),
  })
  registerGrants(provider, core, options.leewayOf)
  noteSigners(provider, core)
  for (const event of [
    'grant.error',
    'introspection.error',
    'revocation.error',
    'device_authorization.error',
    'pushed_authorization_request.error',
  ] as const) {
    provider.on(event as 'grant.error', explain)
  }
  // Where it is left out, clients take it to be 5 seconds (RFC 8628 section 3.2).
  provider.on('device_authorization.success', (_ctx, answer) =>
    Object.assign(answer, { interval: config.durations.devicePolling / 1000 }),
  )
  provider.on('server_error', (_ctx, err) => {
    if (!((err as Error) instanceof TooManyAttempts)) core.log.error({ err }, 'the OAuth engine failed')
  })
  return provider
}

/** Tells the client what was wrong, not only that something was. Of its authentication nothing is told. */
function explain({ body }: EngineContext, error: errors.OIDCProviderError): void {
  const answer = body as { error?: string; error_description?: string } | undefined
  if (answer && isOthersFlow(error)) answer.error = 'unauthorized_client'
  if (error.error_detail && answer?.error && answer.error !== 'invalid_client' && answer.error !== 'server_error') {
    answer.error_description = error.error_detail
  }
}

const clientAuthMethods: ('client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none')[] = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
]
const assertionAlgorithms: ('RS256' | 'ES256' | 'EdDSA' | 'Ed25519')[] = ['RS256', 'ES256', 'EdDSA', 'Ed25519']

function configuration(core: Core, { renderError, originOf }: ProviderOptions): Configuration {
  const { config, keys } = core
  const { durations } = config
  const seconds = (milliseconds: number) => Math.max(1, Math.round(milliseconds / 1000))
  return {
    adapter: (name: string) => adapterOf(core, name, originOf),
    jwks: { keys: [keys.current.privateJwk as never] },
    cookies: {
      keys: [Buffer.from(derivedKey(config, 'gatehouse engine cookies')).toString('base64url')],
      names: { interaction: 'gatehouse_authorization', resume: 'gatehouse_resume', session: 'gatehouse_engine' },
      short: { signed: true, httpOnly: true, sameSite: 'lax', secure: config.publicUrl.startsWith('https:') },
    },
    routes: { ...paths },
    responseTypes: ['code'],
    scopes: config.scopes.map(({ name }) => name),
    claims: {
      openid: ['sub', 'organization_id', 'organization_name'],
      profile: ['name'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    // What is left out counts as client_secret_basic alone (RFC 8414 section 2).
    discovery: {
      ...Object.fromEntries(
        ['revocation', 'introspection'].flatMap((endpoint) => [
          [`${endpoint}_endpoint_auth_methods_supported`, clientAuthMethods],
          [`${endpoint}_endpoint_auth_signing_alg_values_supported`, assertionAlgorithms],
        ]),
      ),
      // Signing out is a page of ours: the engine's is switched off.
      end_session_endpoint: `${config.publicUrl}${paths.end_session}`,
    },
    clientAuthMethods,
    enabledJWA: {
      clientAuthSigningAlgValues: assertionAlgorithms,
      idTokenSigningAlgValues: [keys.current.algorithm as 'RS256'],
    },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, { kid, b64, crit }) => {
      // No JWT may use RFC 7797 (its section 7), and the engine does not know what else is critical.
      if (b64 !== undefined || crit !== undefined) throw new errors.InvalidClientAuth('b64 and crit are not supported')
      // The engine takes any other for none, and tries every key.
      if (kid !== undefined && typeof kid !== 'string') throw new errors.InvalidClientAuth('kid must be a text')
      const now = core.clock.now().getTime() / 1000
      const longest = durations.assertion / 1000 + 30
      if (Number(claims.exp) > now + longest) throw new errors.InvalidClientAuth('exp is too far away')
      if (Number(claims.iat) < now - longest) throw new errors.InvalidClientAuth('iat is too long ago')
      if (Number(claims.iat) > now + 30) throw new errors.InvalidClientAuth('iat is in the future')
    },
    pkce: { required: (_ctx, client) => client.tokenEndpointAuthMethod === 'none' },
    allowOmittingSingleRegisteredRedirectUri: false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client, token) },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => {
          const isTold = await mayIntrospect(core, client, token)
          if (isTold) await noteUse(core, token)
          return isTold
        },
      },
      clientCredentials: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        deviceInfo: (ctx) => ({ ...originOf(ctx) }),
      },
    },
    extraParams: {
      organization_id: (ctx, value) => checkRequest(core, ctx, value),
      resource: (_ctx, value) => void readAudience(config, value),
    },
    ttl: {
      AccessToken: seconds(durations.accessToken),
      AuthorizationCode: seconds(durations.authorizationCode),
      DeviceCode: seconds(durations.deviceCode),
      Grant: seconds(durations.refreshToken),
      IdToken: seconds(durations.idToken),
      Interaction: seconds(durations.parkedAuthorization),
      RefreshToken: seconds(durations.refreshToken),
      ClientCredentials: seconds(durations.serviceAccessToken),
      PushedAuthorizationRequest: seconds(durations.pushedRequest),
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    revokeGrantPolicy: () => false,
    loadExistingGrant: (ctx) => loadExistingGrant(core, ctx),
    interactions: {
      policy: promptPolicy(),
      url: (_ctx, { uid }) => `/oauth/interaction/${uid}`,
    },
    findAccount: (_ctx, sub, token) => findAccount(core, sub, token as { grantId?: string } | undefined),
    renderError,
    clientBasedCORS: () => true,
  }
}

function adapterOf(core: Core, name: string, originOf: ProviderOptions['originOf']) {
  switch (name) {
    case 'AccessToken':
    case 'ClientCredentials':
    case 'RefreshToken':
      return new Tokens(core, name)
    case 'AuthorizationCode':
      return new AuthorizationCodes(core)
    case 'DeviceCode':
      return new DeviceCodes(core)
    case 'Grant':
      return new Grants(core)
    case 'Client':
      return { ...nothing, find: (id: string) => findClient(core, id) }
    case 'Interaction':
    case 'PushedAuthorizationRequest':
    case 'ReplayDetection':
      return new Records(core, name, (ctx) => originOf(ctx).address)
    default:
      return nothing
  }
}

const none = async (): Promise<undefined> => undefined

/** The storage of models that nothing of ours is issued as. */
const nothing = {
  upsert: none,
  find: none,
  findByUid: none,
  findByUserCode: none,
  consume: none,
  destroy: none,
  revokeByGrantId: none,
}

/** @throws {errors.OIDCProviderError} for requests that can come to nothing. */
async function checkRequest(core: Core, ctx: EngineContext, organizationId: string | undefined) {
  const { oidc } = ctx
  if (organizationId !== undefined && !readOrganizationId(organizationId)) {
    throw new errors.InvalidRequest('organization_id is not an organization')
  }
  const appId = readClientId(oidc.client?.clientId)
  const app =
    appId && (await core.prisma.app.findUnique({ where: { id: appId }, select: { status: true, scopes: true } }))
  if (!app || app.status === 'DISABLED') throw new errors.UnauthorizedClient('the app is disabled by its publisher')
  putBack(ctx, app.scopes)
  // The engine leaves out what nobody knows (OpenID Connect Core section 3.1.2.1); something has to be left.
  if (!oidc.params?.scope) {
    throw new errors.CustomOIDCProviderError('invalid_scope', 'the app may ask for none of the scopes')
  }
}

async function findAccount(core: Core, sub: string, token: { grantId?: string } | undefined) {
  const tx = currentExchange()?.change.tx ?? core.prisma
  const userId = readAccountId(sub)
  const user = userId && (await tx.user.findUnique({ where: { id: userId } }))
  if (!user) return undefined
  const grantId = readEngineGrantId(token?.grantId ?? '')?.grantId
  return {
    accountId: sub,
    async claims() {
      const grant =
        grantId &&
        (await tx.grant.findUnique({
          where: { id: grantId },
          select: { organization: { select: { id: true, name: true } } },
        }))
      return {
        sub,
        name: user.name,
        ...(user.email && { email: user.email, email_verified: user.emailVerifiedAt !== null }),
        ...(grant && {
          organization_id: publicId('Organization', grant.organization.id),
          organization_name: grant.organization.name,
        }),
      }
    },
  }
}

/** @throws {errors.UnauthorizedClient} for the token of another app (RFC 7009 section 2.1). */
function mayRevoke(client: { clientId: string }, token: { clientId?: string }): boolean {
  if (client.clientId === token.clientId) return true
  throw new errors.UnauthorizedClient('the token was issued to another client')
}

/** An introspection counts as a use of the access token: a server asks about a token that it was sent. */
async function noteUse(core: Core, { kind, jti }: { kind?: string; jti?: string }): Promise<void> {
  const standing = kind !== 'RefreshToken' && jti !== undefined && (await findToken(core, jti))
  if (standing) core.lastUse.note(standing)
}

/** An app may ask about its own tokens, and a resource server about those that are for it. */
async function mayIntrospect(
  core: Core,
  client: { clientId: string },
  token: { kind?: string; clientId?: string; aud?: unknown; extra?: { organization_id?: string } },
): Promise<boolean> {
  if (client.clientId === token.clientId) return true
  // A server that accepts active tokens would take it for an access token.
  if (token.kind === 'RefreshToken') return false
  const resourceServer = core.config.resourceServers.find(({ id }) => id === client.clientId)
  if (resourceServer) return [token.aud].flat().includes(resourceServer.audience)
  const organizationId = readOrganizationId(token.extra?.organization_id)
  const appId = readClientId(client.clientId)
  if (!organizationId || !appId) return false
  const grant = await core.prisma.grant.findFirst({ where: { appId, organizationId, userId: null } })
  const standing = grant && (await findGrantStanding(core.prisma, grant.id, core.clock.now()))
  return Boolean(standing && !standing.suspended && standing.worth(['gatehouse:introspect']).length > 0)
}
