import type { Context, Handler } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import { publicId } from '../../ids.ts'
import { without } from '../../scopes.ts'
import { audienceOf } from '../../tokens/audience.ts'
import { findToken } from '../../tokens/check.ts'
import { conditionOf } from '../../tokens/condition.ts'
import type { Standing } from '../../tokens/standing.ts'
import { epoch } from '../engine/ids.ts'
import { answerRefusal, bearerChallenge, CheckRefusal, readBearer } from './refusal.ts'

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
 */
export const forwardCheck =
  (core: Core): Handler<Environment> =>
  async (c) => {
    const realm = core.config.publicUrl
    c.header('cache-control', 'no-store')
    try {
      const wanted = readWanted(core, c)
      const token = readBearer(c.req.header('authorization'))
      if (token === undefined) {
        c.header('www-authenticate', bearerChallenge(realm))
        return c.body(null, 401)
      }
      const standing = assertGood(core, await findToken(core, token), wanted)
      core.lastUse.note(standing)
      return c.body(null, 200, headersOf(standing))
    } catch (error) {
      if (error instanceof CheckRefusal) return answerRefusal(c, error, realm)
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
  const condition = conditionOf(standing, core.clock.now())
  if (condition !== 'ACTIVE') throw refuse(reasons[condition])
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

const headersOf = ({ user, app, organization, scopes, expiresAt }: Standing): Record<string, string> => ({
  // Always there: of a header that is missing, some proxies pass on the placeholder of their configuration.
  'X-Auth-Acts-For': user ? 'user' : 'app',
  ...(user && { 'X-Auth-User': publicId('User', user.id) }),
  'X-Auth-App': publicId('App', app.id),
  'X-Auth-Client-Id': publicId('App', app.id),
  'X-Auth-App-Name': encodeURIComponent(app.name.toWellFormed()),
  'X-Auth-Organization': publicId('Organization', organization.id),
  'X-Auth-Scopes': scopes.join(' '),
  'X-Auth-Expires': String(epoch(expiresAt)),
})

/** Where a proxy appends the original request's own URL; what comes after it is the client's, and is not read. */
const ORIGINAL = /(^|&)original=.*$/s

/** @throws {CheckRefusal} for what no configuration of a proxy should ask. */
function readWanted({ config }: Core, c: Context<Environment>): Wanted {
  const query = new URLSearchParams(/\?(.*)$/s.exec(c.req.url)?.[1]?.replace(ORIGINAL, '') ?? '')
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
