import { errors, Provider } from 'oidc-provider'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import { readAudience } from './audience.ts'

/**
 * Begins the family of a code that is about to be issued. The lock lets nobody end the grant between
 * this look at it and the commit.
 *
 * @throws {errors.AccessDenied} where the grant has ended meanwhile.
 */
export async function beginFamily(
  { config }: Core,
  tx: Tx,
  { grantId, familyId }: { readonly grantId: string; readonly familyId: string },
  at: Date,
  resource: unknown = Provider.ctx?.oidc.params?.resource,
): Promise<void> {
  const [grant] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "Grant" WHERE "id" = ${grantId}::uuid FOR SHARE`
  if (!grant) throw new errors.AccessDenied('the authorization was revoked')
  const audience = readAudience(config, resource)
  await tx.family.create({ data: { id: familyId, grantId, createdAt: at, audience } })
}
