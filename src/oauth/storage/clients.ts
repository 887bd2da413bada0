import { hashSecret } from '../../apps/secrets.ts'
import type { Config } from '../../config/config.ts'
import type { Core } from '../../core.ts'
import type { Prisma } from '../../database/generated/client/client.ts'
import { intersection } from '../../scopes.ts'
import { clientId, readClientId } from '../engine/ids.ts'
import { type ClientMetadata, currentParameters, currentRoute } from '../engine/oidc.ts'
import { assumeScopes } from '../engine/requested-scopes.ts'
import { database } from './token-transaction.ts'

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

const select = {
  id: true,
  name: true,
  type: true,
  redirectUris: true,
  scopes: true,
  logoUrl: true,
  homepageUrl: true,
  keys: { where: { removedAt: null }, select: { kid: true, algorithm: true, jwk: true } },
} satisfies Prisma.AppSelect

type ClientApp = Prisma.AppGetPayload<{ select: typeof select }>

/**
 * The engine's client of an app, or of a resource server of the configuration; undefined where there
 * is none. A disabled app stays a client: what it may no longer do is refused where it tries.
 */
export async function findClient(core: Core, id: string): Promise<ClientMetadata | undefined> {
  const resourceServer = core.config.resourceServers.find((server) => server.id === id)
  if (resourceServer) return { ...inspector, client_id: id, client_secret: resourceServer.secret }
  const appId = readClientId(id)
  const app = appId && (await database(core).app.findUnique({ where: { id: appId }, select }))
  if (!app) return undefined
  assumeScopes(app.scopes)
  return { ...common(core, app), ...ofType(app) } as ClientMetadata
}

/** A resource server does nothing but ask about tokens. */
const inspector = {
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: [],
  response_types: [],
  grant_types: [],
} as const

const common = ({ config }: Core, app: ClientApp) => ({
  client_id: clientId(app.id),
  client_name: app.name,
  scope: engineScope(config, app.scopes),
  ...(app.logoUrl && { logo_uri: app.logoUrl }),
  ...(app.homepageUrl && { client_uri: app.homepageUrl }),
})

/**
 * What the app may ask for. The engine refuses a client with a scope that is no longer in the catalogue,
 * and lets one that has none ask for every scope; then it gets one that the app's tokens are not worth.
 */
const engineScope = ({ scopes: catalogue }: Config, scopes: readonly string[]): string =>
  intersection(
    scopes,
    catalogue.map(({ name }) => name),
  ).join(' ') || 'openid'

function ofType(app: ClientApp): Partial<ClientMetadata> {
  switch (app.type) {
    case 'WEB':
      return {
        ...withCode(app),
        token_endpoint_auth_method: 'client_secret_basic',
        // Secrets are compared by their hash (see `findSecret`); the engine only wants to see one.
        client_secret: 'stored as a hash',
      }
    case 'PUBLIC':
      return {
        ...withCode(app),
        token_endpoint_auth_method: 'none',
        application_type: isNative(app) ? 'native' : 'web',
      }
    case 'DEVICE':
      return {
        token_endpoint_auth_method: 'none',
        redirect_uris: [],
        response_types: [],
        grant_types: [DEVICE_CODE, 'refresh_token'],
        application_type: 'native',
      }
    case 'SERVICE':
      return {
        token_endpoint_auth_method: bringsItsOwnProof() ? 'none' : 'private_key_jwt',
        redirect_uris: [],
        response_types: [],
        grant_types: [JWT_BEARER, 'client_credentials'],
        jwks: {
          keys: app.keys.map(({ kid, algorithm, jwk }) => ({
            ...(jwk as object),
            kid,
            use: 'sig',
            // The same signature has two names (RFC 9864 section 2.2), and clients use either.
            alg: algorithm === 'EdDSA' ? undefined : algorithm,
          })),
        },
      } as Partial<ClientMetadata>
  }
}

/**
 * Whether the app runs on a device of its user. Only such a one has redirect URIs whose port may differ (RFC
 * 8252 section 7.3); and as anybody can pose as it, its user is asked each time (section 8.6).
 */
export const isNative = ({ type, redirectUris }: Pick<ClientApp, 'type' | 'redirectUris'>): boolean =>
  type === 'PUBLIC' && !redirectUris.every((uri) => uri.startsWith('https:'))

const withCode = ({ redirectUris }: ClientApp) => ({
  redirect_uris: redirectUris,
  response_types: ['code' as const],
  grant_types: ['authorization_code', 'refresh_token'],
})

/**
 * In the JWT bearer grant the assertion itself proves who the client is (RFC 7523 section 2.1); there,
 * and nowhere else, a service app needs no other authentication.
 */
function bringsItsOwnProof(): boolean {
  const { grant_type: grantType, client_assertion: assertion } = currentParameters()
  return currentRoute() === 'token' && grantType === JWT_BEARER && assertion === undefined
}

/** The app's live secret that this is; undefined where it is none. */
export async function findSecret(core: Core, id: string, secret: string): Promise<string | undefined> {
  const appId = readClientId(id)
  if (!appId) return undefined
  const found = await core.prisma.appSecretHash.findFirst({
    where: { hash: hashSecret(secret), secret: { appId, revokedAt: null } },
    select: { secretId: true },
  })
  return found?.secretId
}
