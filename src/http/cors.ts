import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Environment } from './environment.ts'

/**
 * What programs in browsers read: metadata, the endpoints of OAuth that clients call, GraphQL, and the paths of Coze. The
 * pages are not among them.
 */
const readable = new RegExp(
  `^/(${[
    '\\.well-known/.*',
    'oauth/(jwks|token|revoke|introspect|userinfo|par|device_authorization)/?',
    'graphql/?',
    'api/permission/oauth2/(.*/)?(token|device/code)',
    'v1/.*',
  ].join('|')})$`,
)

const exposed = ['X-Request-Id', 'WWW-Authenticate', 'Retry-After', 'DPoP-Nonce', 'X-Tt-Logid']

/** Those of every answer on these paths. */
export const crossOriginHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed.join(),
}

const preflight = cors({
  // No cookie counts there (`isCrossSite` refuses it on GraphQL), so pages of any site may ask.
  origin: '*',
  allowMethods: ['GET', 'HEAD', 'POST'],
  exposeHeaders: exposed,
  maxAge: 86_400,
})

/**
 * Answers preflights, and lets pages of any site read every answer of these paths (Fetch section 3.3), refusals included.
 * It goes before all that refuses: what a browser may not read, its program sees as "Failed to fetch".
 */
export const crossOrigin: MiddlewareHandler<Environment> = (c, next) =>
  readable.test(c.req.path) ? preflight(c, next) : next()
