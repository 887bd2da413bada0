import type { MiddlewareHandler } from 'hono'
import type { Core } from '../core.ts'
import type { Environment } from '../http/environment.ts'
import { newId } from '../ids.ts'
import type { Metrics } from './metrics.ts'

/**
 * Gives each request its id, and notes in log and metrics how it went. Of the URL only the path is
 * logged: queries, headers and bodies can carry secrets.
 */
export function observe({ config, log }: Core, metrics: Metrics): MiddlewareHandler<Environment> {
  const level = config.environment === 'production' ? 'info' : 'debug'
  return async (c, next) => {
    const started = performance.now()
    const requestId = newId()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
    const ms = performance.now() - started
    const { method } = c.req
    // The links of an invitation and of an authorization are secrets that stand in the path.
    const path = c.req.path.replace(/^(\/(?:invitations|oauth\/(?:interaction|authorize))\/).*/, '$1…')
    const { status } = c.res
    metrics.request(method, path, status, ms / 1000)
    log[level]({ requestId, method, path, status, ms: Math.round(ms * 10) / 10 }, 'request')
  }
}
