import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'
import * as client from 'openid-client'
import type { Config } from '../../config/config.ts'
import type { Core } from '../../core.ts'
import { IssuerUnavailable } from '../../errors.ts'
import { derivedKey } from '../../keys/derived-key.ts'
import { type Identity, isSubject } from './identities.ts'
import type { Issuer } from './issuer.ts'

/** What a sign-in elsewhere is for. */
export interface Plan {
  /** Where to go afterwards, a safe path. */
  readonly returnTo: string
  /** Whether the issuer is to ask them anew, although they may be signed in there. */
  readonly again: boolean
  /** The id of the user who connects the identity to their account; null for a sign-in. */
  readonly connects: string | null
}

/** What this server remembers, in the browser's cookie, of a sign-in that is under way elsewhere. */
export interface Flow extends Omit<Plan, 'again'> {
  readonly slug: string
  /** Ties the answer to this browser (RFC 6749 section 10.12). */
  readonly state: string
  /** Ties the ID token to this sign-in. */
  readonly nonce: string
  /** The other half of the PKCE challenge (RFC 7636). */
  readonly verifier: string
  /** Since when they are to have signed in there, in milliseconds since 1970; absent where it may be long ago. */
  readonly since?: number
}

/** Why nobody can be signed in. */
export type Problem =
  | 'cancelled'
  | 'expired'
  | 'unavailable'
  | 'refused'
  | 'unknown'
  | 'taken'
  | 'another'
  | 'changed'
  | 'stale'

export class FlowError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`An external sign-in ended: ${problem}`, options)
    this.problem = problem
  }
}

/** Who came back. */
export interface Person {
  readonly identity: Identity
  /** The name that the issuer has for them, asked for when it is needed. */
  readonly name: () => Promise<unknown>
}

/** Longer ones are forgotten, in characters: browsers keep cookies of at most 4,096 bytes. */
const MAX_RETURN_TO = 2_000

/** The one redirect URI, which the issuer has to know. */
const redirectUri = ({ publicUrl }: Config): string => `${publicUrl}/sign-in/callback`

/**
 * Begins a sign-in: the code flow (OpenID Connect Core 1.0 section 3.1) with PKCE, state and nonce.
 *
 * @returns where to send the browser, and the value of its cookie.
 * @throws {FlowError} where the issuer does not answer.
 */
export async function begin(
  core: Core,
  issuer: Issuer,
  { returnTo, again, connects }: Plan,
): Promise<{ url: URL; cookie: string }> {
  const verifier = client.randomPKCECodeVerifier()
  const flow: Flow = {
    slug: issuer.config.slug,
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier,
    returnTo: returnTo.length > MAX_RETURN_TO ? '/' : returnTo,
    connects,
    ...(again && { since: core.clock.now().getTime() }),
  }
  try {
    const url = client.buildAuthorizationUrl(await issuer.client(), {
      redirect_uri: redirectUri(core.config),
      scope: 'openid profile',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // The latter has it say when they signed in (OpenID Connect Core section 3.1.2.1).
      ...(again && { prompt: 'login', max_age: '0' }),
    })
    return { url, cookie: await seal(core, flow) }
  } catch (cause) {
    throw new FlowError('unavailable', { cause })
  }
}

/**
 * Takes up a sign-in when the browser comes back with the issuer's answer.
 *
 * @param search the query of the callback.
 * @throws {FlowError}
 */
export async function complete(core: Core, issuer: Issuer, flow: Flow, search: string): Promise<Person> {
  try {
    const configuration = await issuer.client()
    const tokens = await client.authorizationCodeGrant(configuration, new URL(redirectUri(core.config) + search), {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    })
    const { clientId } = issuer.config
    const { iss, sub, name, auth_time: authTime } = await issuer.verify(String(tokens.id_token), { audience: clientId })
    if (!isSubject(sub)) throw new FlowError('refused')
    if (!isSince(authTime, flow.since, core.config.durations.issuerClockTolerance)) {
      throw new FlowError('refused', { cause: new Error('the issuer did not ask them to sign in anew') })
    }
    return {
      identity: { issuer: String(iss), subject: sub },
      // Many issuers say it only at their userinfo endpoint; without it, it goes, too.
      name: async () => name ?? (await userInfo(configuration, tokens.access_token, sub))?.name,
    }
  } catch (cause) {
    throw cause instanceof FlowError ? cause : new FlowError(problemOf(cause), { cause })
  }
}

/** Whether an `auth_time` (whole seconds) is not before a moment. There are issuers that say none, whatever they are asked. */
const isSince = (authTime: unknown, since: number | undefined, tolerance: number): boolean =>
  since === undefined || authTime === undefined || (Number(authTime) + 1) * 1000 > since - tolerance

/** The flow that is sealed in the cookie; undefined where it is none of ours, or took too long. */
export async function unseal(core: Core, cookie: string): Promise<Flow | undefined> {
  try {
    const { payload } = await jwtDecrypt<JWTPayload & { readonly flow: Flow }>(cookie, sealingKey(core.config), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: core.clock.now(),
      requiredClaims: ['exp', 'flow'],
    })
    return payload.flow
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

function seal({ config, clock }: Core, flow: Flow): Promise<string> {
  return new EncryptJWT({ flow })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(new Date(clock.now().getTime() + config.durations.externalSignIn))
    .encrypt(sealingKey(config))
}

const sealingKey = (config: Config): Uint8Array => derivedKey(config, 'gatehouse external sign-in')

async function userInfo(configuration: client.Configuration, accessToken: string, subject: string) {
  if (!configuration.serverMetadata().userinfo_endpoint) return undefined
  return client.fetchUserInfo(configuration, accessToken, subject).catch(() => undefined)
}

function problemOf(error: unknown): Problem {
  if (error instanceof client.AuthorizationResponseError) {
    if (error.error === 'access_denied') return 'cancelled'
    return error.error === 'server_error' || error.error === 'temporarily_unavailable' ? 'unavailable' : 'refused'
  }
  const unavailable = error instanceof IssuerUnavailable || (error as Error).cause instanceof IssuerUnavailable
  return unavailable ? 'unavailable' : 'refused'
}
