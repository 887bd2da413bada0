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
export function securityHeaders(config: Config): MiddlewareHandler<Environment> {
  const [ours, onTheWay] = [securityHeadersOf(config, '/'), securityHeadersOf(config, '/oauth')]
  return async (c, next) => {
    await next()
    const { headers } = c.res
    for (const [name, value] of Object.entries(isOnTheWayToAnApp(c.req.path) ? onTheWay : ours)) {
      if (name !== 'content-security-policy' || !headers.has(name)) headers.set(name, value)
    }
  }
}

/** Those of an answer at this path, with the policy of an answer that brings none of its own. */
export const securityHeadersOf = ({ publicUrl }: Config, path: string): Readonly<Record<string, string>> => ({
  'content-security-policy': policy("form-action 'none'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`: with that, browsers send `Origin: null` with forms, which then look cross-site.
  'referrer-policy': 'same-origin',
  // An app may open its authorization in a window, which has to find back to its opener in the end.
  'cross-origin-opener-policy': isOnTheWayToAnApp(path) ? 'unsafe-none' : 'same-origin',
  ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
})
