import type { Context } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import type { Engine } from '../engine/engine.ts'
import { epoch } from '../engine/ids.ts'
import { paths } from '../engine/paths.ts'
import { JWT_BEARER } from '../storage/clients.ts'
import { issuerOf } from '../token/service-grants.ts'
import { TokenRefusal } from './answers.ts'
import { ask, grantTypes } from './ask.ts'
import { type Body, readBearer, readBody, readText } from './input.ts'
import { mapVerifier } from './pkce.ts'
import { readScope } from './scope.ts'

/** How long a token of a service app lives where its request does not say, and at most; in seconds. */
const DURATION = { usual: 900, longest: 86_399 }

/**
 * Tokens, by any of the four grants.
 *
 * @throws {TokenRefusal}
 */
export async function token(core: Core, engine: Engine, c: Context<Environment>): Promise<Response> {
  const body = await readBody(c)
  const grantType = readText(body, 'grant_type')
  if (grantType === undefined) throw new TokenRefusal('invalid_request', 'The field grant_type is missing.')
  if (!grantTypes.has(grantType)) {
    throw new TokenRefusal('unsupported_grant_type', 'There is no such grant_type on this path.')
  }
  const credential = readBearer(c)
  const own = grantType === JWT_BEARER ? ofService(body, credential) : ofUser(core, body, credential)
  const parameters = { grant_type: grantType, ...own, organization_id: c.req.param('id') }
  const answer = await ask(core, engine, c, { path: paths.token, grantType, parameters })
  const { access_token, token_type, expires_in, refresh_token, scope } = answer
  return c.json({
    access_token,
    token_type,
    // Unlike RFC 6749 section 5.1: when, not in how long.
    expires_in: epoch(core.clock.now()) + Number(expires_in),
    ...(refresh_token !== undefined && { refresh_token }),
    scope,
  })
}

type Parameters = Readonly<Record<string, string | undefined>>

function ofUser({ config }: Core, body: Body, secret: string | undefined): Parameters {
  const verifier = readText(body, 'code_verifier')
  return {
    client_id: readText(body, 'client_id'),
    client_secret: secret,
    code: readText(body, 'code'),
    redirect_uri: readText(body, 'redirect_uri'),
    code_verifier: verifier && mapVerifier(config, verifier),
    refresh_token: readText(body, 'refresh_token'),
    device_code: readText(body, 'device_code'),
  }
}

function ofService(body: Body, assertion: string | undefined): Parameters {
  if (assertion === undefined) {
    throw new TokenRefusal('invalid_request', 'The JWT is missing: send it as Authorization: Bearer.')
  }
  return {
    assertion,
    client_id: readText(body, 'client_id') ?? issuerOf(assertion) ?? '',
    scope: readScope(body.scope),
    requested_expiry: String(readDuration(body.duration_seconds)),
  }
}

function readDuration(asked: unknown): number {
  if (asked === undefined || asked === null) return DURATION.usual
  const seconds = Number(asked)
  if (!['number', 'string'].includes(typeof asked) || !Number.isInteger(seconds) || seconds < 1) {
    throw new TokenRefusal('invalid_request', 'The field duration_seconds must be a whole number of seconds.')
  }
  return Math.min(seconds, DURATION.longest)
}
