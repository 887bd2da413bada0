/**
 * The one module that reaches beyond what the engine's types promise: what is replaced in it, what is called that it
 * keeps to itself, and which of its texts are understood. {@link assertReached} looks at the start whether all of it is
 * still there. The engine's version is pinned exactly; to update the engine, look here first.
 */

import * as helpers from 'oidc-provider/lib/helpers/grants.js'
// @ts-expect-error the engine publishes no types for this
import weakCache from 'oidc-provider/lib/helpers/weak_cache.js'
import { type EngineClient, type EngineContext, errors, type Interaction, type Provider } from './oidc.ts'

export type GrantHandler = (ctx: EngineContext) => Promise<void>

/** What stands in the place of the engine's own. */
export interface Replacements {
  /** The session of the browser that sends a request; null where nobody is signed in there. */
  findSession(ctx: EngineContext): Promise<BrowserSession | null>
  /** @param builtIn compares with the secret that the client was loaded with. */
  isSecretOf(client: EngineClient, secret: string, builtIn: () => boolean | Promise<boolean>): Promise<boolean>
  mayRedirect(client: EngineClient, uri: string): boolean
  /** @returns the claims of an `id_token_hint`. @throws {errors.InvalidRequest} */
  readHint(hint: string, clientId: string): Promise<object>
  /** @param random what the engine makes. @returns the token that is issued. */
  makeToken(kind: 'access' | 'refresh', random: string): string
}

export interface BrowserSession {
  readonly id: string
  readonly accountId: string
  /** In seconds since 1970. */
  readonly since: number
}

/** Where {@link needed} begins. */
interface Roots {
  readonly provider: object
  readonly helpers: object
  /** What the engine keeps of a provider. */
  readonly own: object
}

/** What must be a function for the rest of this module to hold. */
export const needed = [
  'provider.Client.prototype.compareClientSecret',
  'provider.Client.prototype.redirectUriAllowed',
  'provider.IdToken.validate',
  'provider.AccessToken.prototype.generateTokenId',
  'provider.RefreshToken.prototype.generateTokenId',
  'provider.Session.get',
  'provider.Session.prototype.save',
  'provider.Interaction.prototype.save',
  'provider.Interaction.prototype.persist',
  'provider.ReplayDetection.unique',
  'provider.ClientCredentials.prototype.setThumbprint',
  'helpers.validateDpop',
  'helpers.checkDpopReplay',
  'own.grantTypeHandlers.get',
] as const

/** What its models must still keep. */
export const kept = {
  Interaction: ['cid', 'deviceCode', 'lastSubmission', 'params', 'parJti', 'prompt', 'result', 'returnTo', 'session'],
  PushedAuthorizationRequest: ['request'],
  Session: ['accountId', 'loginTs', 'uid'],
} as const

export const rootsOf = (provider: Provider): Roots => ({ provider, helpers, own: weakCache(provider) })

/** @throws {Error} that names what an engine no longer has, of all that is reached for here. */
export function assertReached(roots: Roots): void {
  const missing = [
    ...needed.filter((path) => typeof read(roots, path) !== 'function'),
    ...Object.entries(kept).flatMap(([model, fields]) => {
      const found = read(roots, `provider.${model}.IN_PAYLOAD`)
      return fields.filter((field) => !(Array.isArray(found) && found.includes(field))).map((one) => `${model}.${one}`)
    }),
  ]
  if (missing.length === 0) return
  throw new Error(`this version of the OAuth engine lacks what engine/internals.ts reaches for: ${missing.join(', ')}`)
}

const read = (roots: Roots, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], roots)

/** @throws {Error} see {@link assertReached}. */
export function replaceParts(provider: Provider, replacements: Replacements): void {
  assertReached(rootsOf(provider))
  replaceSession(provider, replacements)
  const { Client, IdToken, AccessToken, RefreshToken } = provider
  const { compareClientSecret } = Client.prototype
  Object.assign(Client.prototype, {
    compareClientSecret(this: EngineClient, secret: string) {
      return replacements.isSecretOf(this, secret, () => compareClientSecret.call(this, secret))
    },
    redirectUriAllowed(this: EngineClient, uri: string) {
      return replacements.mayRedirect(this, uri)
    },
  })
  Object.assign(IdToken, {
    validate: async (hint: string, { clientId }: EngineClient) => ({
      payload: await replacements.readHint(hint, clientId),
    }),
  })
  for (const [kind, { prototype }] of [
    ['refresh', RefreshToken],
    ['access', AccessToken],
  ] as const) {
    const { generateTokenId } = prototype as unknown as { generateTokenId(this: unknown): string }
    Object.assign(prototype, {
      generateTokenId(this: unknown) {
        return replacements.makeToken(kind, generateTokenId.call(this))
      },
    })
  }
}

/**
 * Puts the browser's one session, the product's own, in place of the engine's. The engine then has none
 * that could outlive or contradict it, and neither cookie nor row for it.
 */
function replaceSession({ Session }: Provider, { findSession }: Pick<Replacements, 'findSession'>): void {
  const Constructor = Session as unknown as new (payload?: object) => InstanceType<typeof Session>
  Object.assign(Session, {
    async get(ctx: EngineContext) {
      const found = await findSession(ctx)
      const session = new Constructor(
        found ? { jti: found.id, uid: found.id, accountId: found.accountId, loginTs: found.since } : undefined,
      )
      // As after a sign-out: the engine then neither stores the session nor sets a cookie for it.
      Object.assign(session, { destroyed: true })
      ctx.oidc.entity('Session', session)
      return session
    },
  })
}

/** The engine's own handler of a grant type, as it registered it. */
export const builtInGrant = (provider: Provider, grantType: string): GrantHandler =>
  weakCache(provider).grantTypeHandlers.get(grantType)

/** Checks the request's DPoP proof, if it has one, and that it is its first use (RFC 9449 section 4.3). */
export async function checkProof(provider: Provider, ctx: EngineContext): Promise<string | undefined> {
  const request = ctx as Parameters<typeof helpers.validateDpop>[1]
  const proof = await helpers.validateDpop(provider, request)
  if (proof) await helpers.checkDpopReplay(provider, request, proof, request.oidc.client.clientId, errors.InvalidGrant)
  return proof?.thumbprint
}

/** An authorization request that waits for its user, made without the engine having read it. */
export function newInteraction(
  { Interaction }: Provider,
  uid: string,
  payload: Pick<Interaction, 'returnTo' | 'prompt' | 'params' | 'deviceCode' | 'cid' | 'trusted'>,
): Interaction {
  return new (Interaction as unknown as new (uid: string, payload: object) => Interaction)(uid, payload)
}

/** The pushed request that an authorization began with. */
export const parJtiOf = (interaction: Interaction): string | undefined =>
  (interaction as { readonly parJti?: string }).parJti

/**
 * Answers an authorization request.
 *
 * @param sessionId that in which it was decided; none where nothing was.
 */
export async function answerInteraction(
  interaction: Interaction,
  result: Readonly<Record<string, unknown>>,
  sessionId: string | undefined,
): Promise<void> {
  // The app is answered in the session that decided, and in no other session that the browser may have by
  // then, whichever user was signed in when the request came in.
  Object.assign(interaction, { result, session: sessionId === undefined ? undefined : { uid: sessionId } })
  await interaction.persist()
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
