import { Hono } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import type { TokenRefusals } from '../token/limits.ts'
import { introspect } from './introspect.ts'

/**
 * The token check for those who protect something with tokens: `POST /oauth/introspect` (RFC 7662). To be
 * mounted before the OAuth engine, which answers introspection by apps. `/oauth/check` (forward
 * authentication) stands in `server/routes.ts`, because it reads no body.
 */
export function checkRoutes(core: Core, refusals: TokenRefusals): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.post('/oauth/introspect', introspect(core, refusals))
  return routes
}
