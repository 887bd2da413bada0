import type { Core } from '../core.ts'
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
    const { userId } = viewer
    const membership = await context.tx.membership.findUnique({
      where: { organizationId_userId: { organizationId, userId } },
      select: { role: true },
    })
    assertMay({ ...viewer, roles: new Map(membership && [[organizationId, membership.role]]) }, action, organizationId)
    return work(context)
  })
}
