import type { MiddlewareHandler } from 'hono'
import type { Core } from '../core.ts'
import type { Environment } from '../http/environment.ts'
import { newId } from '../ids.ts'
import type { Metrics } from './metrics.ts'

/**
 * Gives each request its id, and notes in log and metrics how it went. Of the URL only the path is
 * logged: queries, headers and bodies can carry secrets.
 */
export function observe(core: Core, metrics: Metrics): MiddlewareHandler<Environment> {
  const note = notesOf(core, metrics)
  return async (c, next) => {
    const started = performance.now()
    const requestId = newId()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
    // The links of an invitation and of an authorization are secrets that stand in the path.
    const path = c.req.path.replace(/^(\/(?:invitations|oauth\/(?:interaction|authorize))\/).*/, '$1…')
    note({ requestId, method: c.req.method, path, status: c.res.status, started })
  }
}

/** An answered request. */
interface Answered {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** When it began, in monotonic milliseconds. */
  readonly started: number
}

/** Writes down how a request went. */
export function notesOf({ config, log }: Core, metrics: Metrics): (answered: Answered) => void {
  const level = config.environment === 'production' ? 'info' : 'debug'
  return ({ requestId, method, path, status, started }) => {
    const ms = performance.now() - started
    metrics.request(method, path, status, ms / 1000)
    log[level]({ requestId, method, path, status, ms: Math.round(ms * 10) / 10 }, 'request')
  }
}
