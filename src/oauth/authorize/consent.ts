import { actorOf } from '../../access/actions.ts'
import type { Viewer } from '../../access/viewer.ts'
import type { Core } from '../../core.ts'
import { Forbidden, NotFound } from '../../errors.ts'
import { putUserGrant } from '../../grants/service.ts'
import { type ChangeContext, change } from '../../history/change.ts'
import { openPlace, type Place } from '../../installations/service.ts'
import { intersection, union } from '../../scopes.ts'
import { approvedOf, readPlace } from '../storage/approval-state.ts'

/**
 * Records that the user lets the app act for them in the organization: what they saw and agreed to, as
 * far as the organization approves of it at that moment, beside what they had granted before.
 *
 * @param then what is to happen with the grant in the same transaction.
 * @returns the id of the grant.
 * @throws {NotFound | AppDisabled}
 * @throws {Forbidden} where the organization approves of none of it (any more).
 */
export async function consent(
  core: Core,
  viewer: Viewer,
  place: Place,
  agreed: readonly string[],
  then?: (context: ChangeContext, grantId: string) => Promise<void>,
): Promise<string> {
  const { value } = await change(core, actorOf(viewer), async (context) => {
    const { tx, at } = context
    const { app, organization } = await openPlace(tx, viewer, place)
    // Uninstalling waits for this lock, and then ends this grant with the others.
    await tx.$executeRaw`
      SELECT 1 FROM "Installation" WHERE "appId" = ${place.appId}::uuid
        AND "organizationId" = ${place.organizationId}::uuid FOR SHARE`
    const state = await readPlace(tx, { ...place, userId: viewer.userId }, at)
    if (!state) throw new NotFound()
    const scopes = approvedOf(state, intersection(agreed, app.scopes))
    if (scopes.length === 0) throw new Forbidden('The organization does not approve of this (any more).')
    const user = { id: viewer.userId, name: viewer.name }
    const grantId = await putUserGrant(context, { app, organizationId: organization.id, user }, (granted) =>
      union(granted, scopes),
    )
    await then?.(context, grantId)
    return grantId
  })
  return value
}
