import { Hono } from 'hono'
import type { Core } from '../core.ts'
import type { Environment } from '../http/environment.ts'

/** In milliseconds. RFC 9116 section 2.5.5: less than a year. It is worked out for each answer, so it is never over. */
const GOOD_FOR = 180 * 86_400_000

/** `/.well-known/security.txt` (RFC 9116): whom to tell of a hole, where the configuration says it. */
export function securityTxt({ config, clock }: Pick<Core, 'config' | 'clock'>): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get('/.well-known/security.txt', (c) => {
    if (config.securityContacts.length === 0) return c.notFound()
    const expires = new Date(clock.now().getTime() + GOOD_FOR).toISOString()
    const lines = [
      ...config.securityContacts.map((contact) => `Contact: ${contact}`),
      `Expires: ${expires.replace(/\.\d+/, '')}`,
      'Preferred-Languages: en, zh',
      `Canonical: ${config.publicUrl}/.well-known/security.txt`,
    ]
    return c.text(lines.map((line) => `${line}\n`).join(''), 200, { 'cache-control': 'public, max-age=86400' })
  })
  return routes
}
