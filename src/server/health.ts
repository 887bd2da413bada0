import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import type { Core } from '../core.ts'
import { RETRY_AFTER } from '../database/errors.ts'
import { readAuthorization } from '../http/authorization.ts'
import type { Environment } from '../http/environment.ts'
import type { Metrics } from './metrics.ts'

/**
 * For the monitoring of the process: `/healthz` (it lives), `/readyz` (the database answers),
 * `/metrics` (with METRICS_TOKEN; without one, where only this machine can reach the server).
 */
export function healthRoutes({ config, reserved, log }: Core, metrics: Metrics): Hono<Environment> {
  const routes = new Hono<Environment>()
  // The health check of HAProxy asks `OPTIONS /` where nobody tells it otherwise.
  routes.on('OPTIONS', ['/', '/healthz', '/readyz'], (c) => c.body(null, 204, { allow: 'GET, HEAD, OPTIONS' }))
  routes.get('/healthz', (c) => c.text('ok\n'))
  routes.get('/readyz', async (c) => {
    try {
      await reserved.health.$queryRaw`SELECT 1`
      return c.text('ready\n')
    } catch (err) {
      log.error({ requestId: c.get('requestId'), err }, 'the database does not answer')
      c.header('retry-after', String(RETRY_AFTER))
      return c.text('the database does not answer\n', 503)
    }
  })
  routes.get('/metrics', async (c) => {
    const open = config.isLocal && config.metricsToken === undefined
    if (!open && !isToken(c.req.header('authorization'), config.metricsToken)) return c.notFound()
    const { contentType, text } = await metrics.render()
    return c.body(text, 200, { 'content-type': contentType })
  })
  return routes
}

function isToken(authorization: string | undefined, token: string | undefined): boolean {
  if (authorization === undefined || token === undefined) return false
  const { scheme, credentials } = readAuthorization(authorization)
  return scheme === 'bearer' && timingSafeEqual(digest(credentials), digest(token))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
