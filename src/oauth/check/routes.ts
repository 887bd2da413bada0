import { Hono } from 'hono'
import type { Core } from '../../core.ts'
import { toResponse } from '../../http/answer.ts'
import type { Environment } from '../../http/environment.ts'
import { formOf } from '../../http/form.ts'
import { namedClient, type TokenRefusals } from '../token/limits.ts'
import { readClaim } from './callers.ts'
import { introspect } from './introspect.ts'

/**
 * `POST /oauth/introspect` (RFC 7662) for those that `server/check-listener.ts` leaves: callers who authenticate in the
 * body, and apps, which the handler after this one answers. To be mounted before the OAuth engine.
 */
export function checkRoutes(core: Core, refusals: TokenRefusals): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.post('/oauth/introspect', async (c, next) => {
    const authorization = c.req.header('authorization')
    const parameters = formOf(c)
    const answer = await introspect(core, refusals, {
      incoming: c.env.incoming,
      client: namedClient(authorization, parameters),
      claim: () => readClaim(core, authorization),
      parameters,
    })
    // Outside of the attempt: the handler after this one makes its own.
    return answer ? toResponse(c, answer) : next()
  })
  return routes
}
