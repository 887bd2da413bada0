import type { Handler } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import { paths } from '../engine/paths.ts'
import { mapChallenge } from './pkce.ts'

/**
 * Sends the browser on to the authorization endpoint, with the organization of the path and strict PKCE.
 * That endpoint answers the faults of the request.
 */
export const authorize =
  ({ config }: Core): Handler<Environment> =>
  (c) => {
    const { searchParams: asked } = new URL(c.req.url)
    const challenges = asked.getAll('code_challenge').filter(Boolean)
    const [method = 'plain', ...others] = asked.getAll('code_challenge_method').filter(Boolean)
    asked.delete('code_challenge')
    asked.delete('code_challenge_method')
    const isKnown = method === 'plain' || method === 'S256'
    for (const challenge of challenges) {
      // A challenge that cannot be mapped has a form that the endpoint refuses, too.
      asked.append('code_challenge', (isKnown && mapChallenge(config, challenge, method)) || challenge)
    }
    if (challenges.length > 0) {
      for (const one of [isKnown ? 'S256' : method, ...others]) asked.append('code_challenge_method', one)
    }
    const organizationId = c.req.param('id')
    if (organizationId !== undefined) asked.set('organization_id', organizationId)
    c.header('cache-control', 'no-store')
    return c.redirect(`${config.publicUrl}${paths.authorization}?${asked}`, 302)
  }
