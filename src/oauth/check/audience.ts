import type { Core } from '../../core.ts'
import type { Standing } from '../../grants/standing.ts'
import { union } from '../../scopes.ts'

/**
 * Whom the token is for (RFC 7519 section 4.1.3): the resource servers that were named when it was
 * asked for, or all of them where none were, and always Gatehouse itself.
 */
export const audienceOf = ({ config }: Pick<Core, 'config'>, { audience }: Pick<Standing, 'audience'>): string[] =>
  union(audience.length > 0 ? audience : config.resourceServers.map((server) => server.audience), [config.publicUrl])
