import { Hono } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import type { TokenRefusals } from '../limits.ts'
import { forwardCheck } from './forward.ts'
import { introspect } from './introspect.ts'

/**
 * The token check for whoever protects something with tokens: `POST /oauth/introspect` (RFC 7662) and
 * `/oauth/check` (forward authentication). To be mounted before the OAuth engine, which answers
 * introspection by apps.
 */
export function checkRoutes(core: Core, refusals: TokenRefusals): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.post('/oauth/introspect', introspect(core, refusals))
  routes.all('/oauth/check', forwardCheck(core))
  return routes
}
