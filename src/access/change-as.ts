import type { Core } from '../core.ts'
import { type ChangeContext, type Changed, change } from '../history/change.ts'
import { findStandings } from '../tokens/standing.ts'
import { appCaller } from './access-tokens.ts'
import { actorOf, assertMay, type Target } from './actions.ts'
import type { Caller } from './viewer.ts'

/**
 * A {@link change} that takes a right: the table of actions is asked with the role that the viewer
 * has inside the transaction, not only with the one that they had when their request began. It is asked
 * once more when all locks are held, the history's among them. Taking a role away is an event of that
 * history, so no later event there rests on the lost role.
 *
 * @throws {NotFound | Forbidden}
 */
export function changeAs<T>(
  core: Core,
  viewer: Caller,
  target: Target,
  work: (context: ChangeContext) => Promise<T>,
): Promise<Changed<T>> {
  return change(core, actorOf(viewer), async (context) => {
    await assertNow(context, viewer, ...target)
    context.lastly(() => assertNow(context, viewer, ...target))
    return work(context)
  })
}

type Moment = Pick<ChangeContext, 'tx' | 'at'>

/**
 * Asks the table of actions with the role of this moment. A caller that waited for a lock asks once more,
 * because the transaction that held the lock may have taken the right away.
 *
 * @throws {NotFound | Forbidden}
 */
export async function assertNow(context: Moment, viewer: Caller, ...target: Target): Promise<void> {
  const [action, organizationId, appId] = target
  assertMay(await asOfNow(context, viewer, organizationId), action, organizationId, appId)
}

/** The viewer with the rights that they have in the organization now. */
async function asOfNow({ tx, at }: Moment, viewer: Caller, organizationId: string): Promise<Caller> {
  if (viewer.app) {
    const [standing] = await findStandings(tx, [viewer.tokenHash], at)
    return standing ? appCaller(standing) : { ...viewer, roles: new Map() }
  }
  const membership = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId: viewer.userId } },
    select: { role: true },
  })
  return { ...viewer, roles: new Map(membership && [[organizationId, membership.role]]) }
}
