import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import { type ChangeContext, type Changed, change } from '../feed/change.ts'
import { type Action, actorOf, assertMay } from './actions.ts'
import type { Viewer } from './viewer.ts'

/**
 * A {@link change} that takes a right: the table of actions is asked with the role that the viewer
 * has inside the transaction, not only with the one that they had when their request began.
 *
 * @throws {NotFound | Forbidden}
 */
export function changeAs<T>(
  core: Core,
  viewer: Viewer,
  [action, organizationId]: readonly [Action, organizationId: string],
  work: (context: ChangeContext) => Promise<T>,
): Promise<Changed<T>> {
  return change(core, actorOf(viewer), async (context) => {
    await assertNow(context.tx, viewer, action, organizationId)
    return work(context)
  })
}

/**
 * Asks the table of actions with the role of this moment: once more after waiting for a lock, where
 * whoever held it may have taken the right away.
 *
 * @throws {NotFound | Forbidden}
 */
export async function assertNow(tx: Tx, viewer: Viewer, action: Action, organizationId: string): Promise<void> {
  const membership = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId: viewer.userId } },
    select: { role: true },
  })
  assertMay({ ...viewer, roles: new Map(membership && [[organizationId, membership.role]]) }, action, organizationId)
}
