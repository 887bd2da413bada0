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
import { TokenRefusals } from './token/limits.ts'

/** Everything of OAuth that is answered over HTTP. */
export function oauthRoutes(core: Core): Hono<Environment> {
  const engine = makeEngine(core, makeProvider)
  // What is refused counts for all paths on which tokens can be had.
  const refusals = new TokenRefusals(core)
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
