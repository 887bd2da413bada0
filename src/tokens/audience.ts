import type { Core } from '../core.ts'
import { union } from '../scopes.ts'
import type { Standing } from './standing.ts'

type Audience = Pick<Standing, 'audience'>

/**
 * The audience of a token (RFC 7519 section 4.1.3): the resource servers that the app named when it asked
 * for the token (RFC 8707). Where it named none: all resource servers, and Gatehouse itself.
 */
export const audienceOf = ({ config }: Pick<Core, 'config'>, { audience }: Audience): string[] =>
  audience.length > 0
    ? [...audience]
    : union(
        config.resourceServers.map((server) => server.audience),
        [config.publicUrl],
      )

/** Whether Gatehouse's own API may accept it: an API that was handed a token of its own must not use it here. */
export const isForGatehouse = (core: Pick<Core, 'config'>, token: Audience): boolean =>
  audienceOf(core, token).includes(core.config.publicUrl)
