import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'
import * as client from 'openid-client'
import type { Config } from '../../config.ts'
import type { Core } from '../../core.ts'
import { IssuerUnavailable } from '../../errors.ts'
import { derivedKey } from '../derived-key.ts'
import { type Identity, isSubject } from './identities.ts'
import type { Issuer } from './issuer.ts'

/** What this server remembers, in the browser's cookie, of a sign-in that is under way elsewhere. */
export interface Flow {
  readonly slug: string
  /** Ties the answer to this browser (RFC 6749 section 10.12). */
  readonly state: string
  /** Ties the ID token to this sign-in. */
  readonly nonce: string
  /** The other half of the PKCE challenge (RFC 7636). */
  readonly verifier: string
  /** Where to go afterwards, a safe path. */
  readonly returnTo: string
  /** The id of the user who connects the identity to their account; null for a sign-in. */
  readonly connects: string | null
}

/** Why nobody can be signed in. */
export type Problem = 'cancelled' | 'expired' | 'unavailable' | 'refused' | 'unknown' | 'taken' | 'changed'

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
  { returnTo, connects }: Pick<Flow, 'returnTo' | 'connects'>,
): Promise<{ url: URL; cookie: string }> {
  const verifier = client.randomPKCECodeVerifier()
  const flow: Flow = {
    slug: issuer.config.slug,
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier,
    returnTo: returnTo.length > MAX_RETURN_TO ? '/' : returnTo,
    connects,
  }
  try {
    const url = client.buildAuthorizationUrl(await issuer.client(), {
      redirect_uri: redirectUri(core.config),
      scope: 'openid profile',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
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
    const { iss, sub, name } = await issuer.verify(String(tokens.id_token), { audience: clientId })
    if (!isSubject(sub)) throw new FlowError('refused')
    return {
      identity: { issuer: String(iss), subject: sub },
      // Many issuers say it only at their userinfo endpoint; without it, it goes, too.
      name: async () => name ?? (await userInfo(configuration, tokens.access_token, sub))?.name,
    }
  } catch (cause) {
    throw cause instanceof FlowError ? cause : new FlowError(problemOf(cause), { cause })
  }
}

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
