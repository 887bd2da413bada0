import type { Hash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Config } from '../config/config.ts'
import type { Environment } from './environment.ts'

/** The directives that hold for every page (Content Security Policy Level 3). */
const base = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]

/** A policy from these directives and those that hold everywhere. */
export const policy = (...directives: string[]): string => [...base, ...directives].join('; ')

/** How a policy names an inline script or style: by a SHA-256 that has taken in all of it. */
export const hashSource = (hash: Hash): string => `'sha256-${hash.digest('base64')}'`

/** Whether a browser may see this path between an app's request and its answer. */
export const isOnTheWayToAnApp = (path: string): boolean => /^\/(oauth|sign-in|api\/permission)(\/|\?|$)/.test(path)

/** Headers of every answer. A page that needs more brings a Content-Security-Policy of its own. */
export function securityHeaders({ publicUrl }: Config): MiddlewareHandler<Environment> {
  const strict = policy("form-action 'none'")
  const https = publicUrl.startsWith('https:')
  return async (c, next) => {
    await next()
    const { headers } = c.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', strict)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('x-frame-options', 'DENY')
    // Not `no-referrer`: with that, browsers send `Origin: null` with forms, which then look cross-site.
    headers.set('referrer-policy', 'same-origin')
    // An app may open its authorization in a window, which has to find back to its opener in the end.
    const opener = isOnTheWayToAnApp(c.req.path) ? 'unsafe-none' : 'same-origin'
    headers.set('cross-origin-opener-policy', opener)
    if (https) headers.set('strict-transport-security', 'max-age=31536000')
  }
}
