import {
  compactVerify,
  decodeJwt,
  importJWK,
  type JWSHeaderParameters,
  type JWTPayload,
  errors as jose,
  jwtVerify,
} from 'jose'
import type { Core } from '../../core.ts'
import { newId } from '../../ids.ts'
import { intersection, without } from '../../scopes.ts'
import { findGrantStanding, type GrantStanding } from '../../tokens/standing.ts'
import type { AssertionLeeway } from '../engine/engine.ts'
import { fromEpoch, readClientId, readOrganizationId } from '../engine/ids.ts'
import { checkProof } from '../engine/internals.ts'
import { type EngineContext, errors, type Provider } from '../engine/oidc.ts'
import { paths } from '../engine/paths.ts'
import { readAudience } from '../engine/requested-audience.ts'
import { OFFLINE_ACCESS } from '../engine/requested-scopes.ts'
import { assertWorksFor } from '../storage/codes.ts'
import { noteIssued } from '../storage/families.ts'
import { firstUseOf } from '../storage/records.ts'
import { type ClientCredential, currentExchange, database } from '../storage/token-transaction.ts'

/** How far the clock of a client may be off, in seconds. */
const TOLERANCE = 30

/** In milliseconds. */
const TWINS = 10_000

/** What the two grants of service apps take beside what every grant takes. */
export const serviceParameters = ['scope', 'organization_id', 'resource', 'requested_expiry', 'assertion']

/**
 * Checks the assertion of the JWT bearer grant.
 *
 * @returns the key that signed it.
 * @throws {errors.InvalidRequest | errors.InvalidGrant}
 */
export async function checkAssertion(
  core: Core,
  { oidc }: EngineContext,
  leeway: AssertionLeeway,
): Promise<ClientCredential> {
  const assertion = oidc.params?.assertion
  if (typeof assertion !== 'string') throw new errors.InvalidRequest('missing required parameter(s) assertion')
  return verifyAssertion(core, oidc.provider, oidc.client?.clientId ?? '', assertion, leeway)
}

/**
 * Checks an assertion (RFC 7523 section 3): signed with a live key of the app, issued by it and about
 * it, for this server, for a limited time, once.
 *
 * @param issuer the public id of the app.
 * @returns the key that signed it.
 * @throws {errors.InvalidGrant}
 */
export async function verifyAssertion(
  core: Core,
  provider: Provider,
  issuer: string,
  assertion: string,
  { audiences = [], lifetime = core.config.durations.assertion }: AssertionLeeway = {},
): Promise<ClientCredential> {
  const { publicUrl } = core.config
  const keyring = new Keyring(core, issuer)
  try {
    const { payload } = await jwtVerify(assertion, (header) => keyring.find(header), {
      algorithms,
      issuer,
      audience: [publicUrl, `${publicUrl}${paths.token}`, ...audiences],
      clockTolerance: TOLERANCE,
      currentDate: core.clock.now(),
      requiredClaims: ['iss', 'aud', 'exp'],
    })
    const now = core.clock.now().getTime() / 1000
    if (payload.sub !== undefined && payload.sub !== payload.iss) refuse('sub must be the client_id')
    if ((payload.exp ?? 0) > now + lifetime / 1000 + TOLERANCE) refuse('exp is too far away')
    if (payload.iat !== undefined && payload.iat > now + TOLERANCE) refuse('iat is in the future')
    if (payload.iat !== undefined && payload.iat < now - lifetime / 1000 - TOLERANCE) refuse('iat is too long ago')
    await useOnce(core, provider, payload, assertion)
  } catch (error) {
    if (error instanceof jose.JOSEError) refuse(error.message)
    throw error
  }
  return keyring.signer
}

/**
 * Counts an assertion as used. Without a `jti` (which RFC 7523 section 3 leaves to the client) it is
 * known by what its signature covers: a signature itself can be written in several ways. Such a one is
 * accepted again within {@link TWINS}, because two processes with one key sign the same bytes in the
 * same second.
 *
 * @throws {errors.InvalidGrant} for one that was used before.
 */
async function useOnce(core: Core, provider: Provider, { iss, jti, exp = 0 }: JWTPayload, assertion: string) {
  if (jti === undefined) {
    const covered = assertion.slice(0, assertion.lastIndexOf('.'))
    const first = await firstUseOf(core, JSON.stringify([iss, covered]), fromEpoch(exp + TOLERANCE))
    if (core.clock.now().getTime() - first.getTime() > TWINS)
      refuse('it was used before; give each one a jti of its own')
    return
  }
  if (typeof jti !== 'string' || jti === '') refuse('jti must be a text')
  // The same as for a client assertion: what was one of them is not the other as well.
  const isFirst = await provider.ReplayDetection.unique(String(iss), jti, exp + TOLERANCE)
  if (!isFirst) refuse('jti was used before')
}

/**
 * The key of a JWT that the engine has accepted, which did not say by which it did; null where the app
 * has none by which it is signed.
 */
export async function findSigner(core: Core, issuer: string, jwt: string): Promise<ClientCredential | null> {
  const keyring = new Keyring(core, issuer)
  try {
    await compactVerify(jwt, (header) => keyring.find(header), { algorithms })
    return keyring.signer
  } catch (error) {
    if (error instanceof jose.JOSEError) return null
    throw error
  }
}

const algorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519']

/** The live keys of an app, and which of them a JWT was verified with. */
class Keyring {
  readonly #core: Core
  readonly #appId: string | undefined
  #found = ''

  constructor(core: Core, issuer: string) {
    this.#core = core
    this.#appId = readClientId(issuer)
  }

  /** Compared here: what a header calls `kid` can be anything, and is to be no part of a query. */
  async find({ kid, alg, b64, crit }: JWSHeaderParameters) {
    // No JWT may use RFC 7797 (its section 7), and nothing else that is critical is understood.
    if (b64 !== undefined || crit !== undefined) throw new jose.JOSENotSupported('b64 and crit are not supported')
    if (!this.#appId) throw new jose.JWKSNoMatchingKey()
    const keys = await database(this.#core).appKey.findMany({ where: { appId: this.#appId, removedAt: null } })
    const key = kid === undefined && keys.length === 1 ? keys[0] : keys.find((one) => one.kid === kid)
    if (!key || key.algorithm !== (alg === 'Ed25519' ? 'EdDSA' : alg)) throw new jose.JWKSNoMatchingKey()
    this.#found = key.id
    return importJWK(key.jwk as object, alg)
  }

  get signer(): ClientCredential {
    return { kind: 'KEY', id: this.#found }
  }
}

function refuse(why: string): never {
  throw new errors.InvalidGrant(`assertion: ${why}`)
}

/**
 * Issues an access token to a service app, which acts as itself: by its grant in the organization that
 * the request names, or else its only one.
 *
 * @throws {errors.InvalidRequest | errors.InvalidGrant | errors.InvalidScope | errors.InvalidTarget}
 */
export async function issueToService(core: Core, provider: Provider, ctx: EngineContext): Promise<void> {
  const exchange = currentExchange()
  if (!exchange) throw new Error('a token is issued outside an exchange')
  const { tx, at } = exchange.change
  const { client, params = {} } = ctx.oidc
  const appId = readClientId(client?.clientId)
  if (!client || !appId) throw new errors.InvalidClient('client is invalid')
  const standing = await findServiceGrant(core, appId, params.organization_id)
  const scopes = scopesOf(params.scope, standing)
  assertWorksFor(standing, scopes)
  const family = { grantId: standing.grantId, familyId: newId() }
  const audience = readAudience(core.config, params.resource)
  await tx.family.create({ data: { id: family.familyId, grantId: family.grantId, createdAt: at, audience } })
  exchange.familyId = family.familyId

  const token = new provider.ClientCredentials({
    client,
    scope: scopes.join(' '),
    expiresIn: lifetime(core, params.requested_expiry),
  })
  ctx.oidc.entity('ClientCredentials', token)
  const thumbprint = await checkProof(provider, ctx)
  if (thumbprint) token.setThumbprint('jkt', thumbprint)
  const value = await token.save()
  await noteIssued(exchange, family, true)
  ctx.body = {
    access_token: value,
    expires_in: token.expiration,
    token_type: token.tokenType,
    scope: standing.worth(scopes).join(' '),
  }
}

async function findServiceGrant(core: Core, appId: string, asked: unknown): Promise<GrantStanding> {
  const { tx, at } = currentExchange()?.change ?? { tx: core.prisma, at: core.clock.now() }
  const organizationId = typeof asked === 'string' ? readOrganizationId(asked) : undefined
  if (asked !== undefined && !organizationId) throw new errors.InvalidRequest('organization_id is not an organization')
  const grants = await tx.grant.findMany({
    where: { appId, userId: null, ...(organizationId && { organizationId }) },
    select: { id: true },
    take: 2,
  })
  const [grant, ...others] = grants
  if (others.length > 0)
    throw new errors.InvalidRequest('several organizations authorized this app: name one with organization_id')
  if (grant) await tx.$executeRaw`SELECT 1 FROM "Grant" WHERE "id" = ${grant.id}::uuid FOR NO KEY UPDATE`
  const standing = grant && (await findGrantStanding(tx, grant.id, at))
  if (!standing) throw new errors.InvalidGrant('no organization authorized this app, or not this one')
  return standing
}

/** Those that the request names, which must all be granted; all that are granted where it names none. */
function scopesOf(asked: unknown, { granted }: GrantStanding): string[] {
  if (typeof asked !== 'string' || asked === '') return [...granted]
  const scopes = [...new Set(asked.split(' '))]
  const unknown = without(scopes, [...granted, OFFLINE_ACCESS])
  if (unknown.length > 0) throw new errors.InvalidScope('the organization did not authorize this', unknown.join(' '))
  return intersection(scopes, granted)
}

/** In seconds. */
function lifetime({ config: { durations } }: Core, asked: unknown): number {
  if (asked === undefined) return durations.serviceAccessToken / 1000
  const seconds = /^\d+$/.test(String(asked)) ? Number(asked) : 0
  if (seconds < 1) throw new errors.InvalidRequest('requested_expiry must be a number of seconds')
  return Math.min(seconds, durations.serviceAccessTokenLongest / 1000)
}

/** Who an assertion says it is from, unverified: which client the request is about. */
export function issuerOf(assertion: string): string | undefined {
  try {
    const { iss } = decodeJwt<{ iss?: unknown }>(assertion)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}
