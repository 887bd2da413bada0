import { Hono } from 'hono'
import type { Core } from '../core.ts'
import type { Environment } from '../http/environment.ts'
import { authorizationPages } from './authorize/authorization-pages.ts'
import { devicePages } from './authorize/device-pages.ts'
import { logoutPages } from './authorize/logout-pages.ts'
import { checkRoutes } from './check/routes.ts'
import { cozeRoutes } from './coze/routes.ts'
import { endpointRoutes } from './endpoints.ts'
import { makeEngine } from './engine/engine.ts'
import { makeProvider } from './provider.ts'
import type { TokenRefusals } from './token/limits.ts'

/**
 * Everything of OAuth that is answered over HTTP.
 *
 * @param refusals what is refused counts for all paths on which tokens can be had.
 */
export function oauthRoutes(core: Core, refusals: TokenRefusals): Hono<Environment> {
  const engine = makeEngine(core, makeProvider)
  const routes = new Hono<Environment>()
  // Before the engine, which answers those introspections that this passes on.
  routes.route('/', checkRoutes(core, refusals))
  routes.route('/', authorizationPages(core, engine))
  routes.route('/', devicePages(core, engine))
  routes.route('/', logoutPages(core))
  routes.route('/', endpointRoutes(core, engine, refusals))
  routes.route('/', cozeRoutes(core, engine, refusals))
  return routes
}
