import type { Config } from '../../config/config.ts'
import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import { currentParameters, errors } from './oidc.ts'

/**
 * The resource servers that a request names (`resource`, RFC 8707); none where it names none, which
 * means all of them.
 *
 * @throws {errors.InvalidTarget} for one that the configuration does not know.
 */
export function readAudience({ resourceServers, publicUrl }: Config, resource: unknown): string[] {
  if (resource === undefined || resource === '') return []
  // Several come as one (see `parameters.ts`).
  const asked = [...new Set(String(resource).split(' ').filter(Boolean))]
  for (const audience of asked) {
    if (audience !== publicUrl && !resourceServers.some((server) => server.audience === audience)) {
      throw new errors.InvalidTarget(`there is no resource server ${audience.slice(0, 200)} here`)
    }
  }
  return asked
}

/**
 * The audience of the token that is being issued: the one that the token request names, or else the one
 * that its authorization named.
 *
 * @throws {errors.InvalidTarget} where the request names more than its authorization.
 */
export async function audienceToRecord({ config }: Core, tx: Tx, familyId: string): Promise<string[]> {
  const { audience } = await tx.family.findUniqueOrThrow({ where: { id: familyId }, select: { audience: true } })
  const asked = readAudience(config, currentParameters().resource)
  if (asked.length === 0) return audience
  if (audience.length > 0 && asked.some((one) => !audience.includes(one))) {
    throw new errors.InvalidTarget('the authorization was for other resource servers')
  }
  return asked
}
