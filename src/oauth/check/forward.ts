import type { Core } from '../../core.ts'
import type { Answer } from '../../http/answer.ts'
import { publicId } from '../../ids.ts'
import { without } from '../../scopes.ts'
import { audienceOf } from '../../tokens/audience.ts'
import { findToken } from '../../tokens/check.ts'
import type { Standing } from '../../tokens/standing.ts'
import { epoch } from '../engine/ids.ts'
import { bearerChallenge, CheckRefusal, readBearer, refusalAnswer, unstored } from './refusal.ts'

/** What a protected resource asks for. */
interface Wanted {
  /** The resource server that it belongs to; undefined where that is not said. */
  readonly audience: string | undefined
  /** All of these are required. */
  readonly scopes: readonly string[]
}

/**
 * The forward authentication of a reverse proxy: 200 with headers about the bearer of the original
 * request's token, or 401 and 403 as of RFC 6750 section 3.1. The method does not matter, because
 * some proxies pass the original one on.
 *
 * @param url the address that was asked, or the end of it from the path on.
 */
export async function forwardCheck(core: Core, url: string, authorization: string | undefined): Promise<Answer> {
  const realm = core.config.publicUrl
  try {
    const wanted = readWanted(core, url)
    const token = readBearer(authorization)
    if (token === undefined) {
      return { status: 401, headers: { ...unstored, 'www-authenticate': bearerChallenge(realm) } }
    }
    const standing = assertGood(core, await findToken(core, token), wanted)
    core.lastUse.note(standing)
    return { status: 200, headers: headersOf(standing) }
  } catch (error) {
    if (error instanceof CheckRefusal) return refusalAnswer(error, realm)
    throw error
  }
}

/** Tells the holder of a token why it is not accepted; the holder of an unknown token is told nothing. */
const reasons = {
  EXPIRED: 'The token has expired.',
  ROTATED: 'The token has been exchanged for another.',
  SUSPENDED: 'The app is disabled.',
  WORTHLESS: 'Nothing is left of what the token was worth.',
} as const

/** @throws {CheckRefusal} */
function assertGood(core: Core, standing: Standing | null, { audience, scopes }: Wanted): Standing {
  const refuse = (description: string) => new CheckRefusal('invalid_token', description)
  if (!standing) throw refuse('The token is unknown or revoked.')
  if (standing.kind !== 'ACCESS') throw refuse('This is no access token.')
  if (standing.condition !== 'ACTIVE') throw refuse(reasons[standing.condition])
  if (standing.keyThumbprint !== null) throw refuse('The token is bound to a key, and no good as a Bearer token.')
  // A resource that does not say whose it is, is none of those that the token names.
  const isMeant =
    audience === undefined ? standing.audience.length === 0 : audienceOf(core, standing).includes(audience)
  if (!isMeant) throw refuse('The token is for other resource servers.')
  if (without(scopes, standing.scopes).length > 0) {
    throw new CheckRefusal(
      'insufficient_scope',
      'The token is not worth all of the scopes that this takes.',
      scopes.join(' '),
    )
  }
  return standing
}

const headersOf = ({ user, app, organization, scopes, expiresAt }: Standing): Answer['headers'] => ({
  ...unstored,
  // Always there: of a header that is missing, some proxies pass on the placeholder of their configuration.
  'x-auth-acts-for': user ? 'user' : 'app',
  ...(user && { 'x-auth-user': publicId('User', user.id) }),
  'x-auth-app': publicId('App', app.id),
  'x-auth-client-id': publicId('App', app.id),
  'x-auth-app-name': encodeURIComponent(app.name.toWellFormed()),
  'x-auth-organization': publicId('Organization', organization.id),
  'x-auth-scopes': scopes.join(' '),
  'x-auth-expires': String(epoch(expiresAt)),
})

/** Where a proxy appends the original request's own URL; what comes after it is the client's, and is not read. */
const ORIGINAL = /(^|&)original=.*$/s

/** @throws {CheckRefusal} for what no configuration of a proxy should ask. */
function readWanted({ config }: Core, url: string): Wanted {
  const query = new URLSearchParams(/\?(.*)$/s.exec(url)?.[1]?.replace(ORIGINAL, '') ?? '')
  const one = (name: string): string | undefined => {
    const values = query.getAll(name)
    if (values.length > 1) throw new CheckRefusal('invalid_request', `The parameter ${name} stands there twice.`)
    return values[0] || undefined
  }
  const audience = one('audience')
  if (audience !== undefined && !config.resourceServers.some((server) => server.audience === audience)) {
    throw new CheckRefusal('invalid_request', 'The audience is not one of the configuration.')
  }
  const scopes = one('scope')?.split(' ').filter(Boolean) ?? []
  // RFC 6749 section 3.3; they go into a header.
  if (!scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) {
    throw new CheckRefusal('invalid_request', 'The parameter scope is no list of scopes.')
  }
  return { audience, scopes }
}
