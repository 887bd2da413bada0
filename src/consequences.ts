import { removeApp } from './apps/service.ts'
import type { Tx } from './database/client.ts'
import type { App } from './database/generated/client/client.ts'
import { endGrants } from './grants/service.ts'
import type { ChangeContext } from './history/change.ts'
import { denyPending, endDenial, tellPending, withdrawRequestsOf } from './install-requests/request-ends.ts'
import { lockInstallation, type Place, removeInstallation } from './installations/service.ts'
import { type EndingEvent, endTokens, hasTokens } from './tokens/ending.ts'

/**
 * What must follow in later nouns when something of an earlier one ends, beyond what foreign keys
 * cascade: the one place where services call forward. All of it happens in the same transaction.
 */

/** An app is about to be deleted: its grants and tokens end everywhere, and members who wait for it are told. */
export async function appDeleted(
  context: ChangeContext,
  app: Pick<App, 'id' | 'name'>,
  event: EndingEvent,
): Promise<void> {
  await tellPending(context, { appId: app.id }, 'The app was deleted.')
  await endGrants(context, { appId: app.id }, event)
}

/** A secret or key was revoked, and what was obtained with it is to end, too. */
export const credentialDistrusted = (tx: Tx, credentialId: string, event: EndingEvent, now: Date): Promise<void> =>
  endTokens(tx, { credentialId }, event, now)

export { hasTokens }

/** A user is no longer a member: what they granted there ends, and what they asked for is withdrawn. */
export async function memberRemoved(
  context: ChangeContext,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
  event: EndingEvent,
): Promise<void> {
  await withdrawRequestsOf(context, { organizationId, userId })
  await endGrants(context, { organizationId, userId }, event)
}

/** An organization took back what a service app may do there as itself: that uninstalls it. */
export async function serviceGrantRevoked(context: ChangeContext, place: Place): Promise<void> {
  const installation = await lockInstallation(context.tx, place)
  // A personal organization has none.
  if (installation) await removeInstallation(context, installation)
}

/** An app is being uninstalled: what is pending there is denied, and no denial outlives it. */
export async function installationEnds(context: ChangeContext, place: Place): Promise<void> {
  await denyPending(context, place, 'The app was uninstalled.')
  const { appId, organizationId } = place
  const denial = await context.tx.denial.findUnique({ where: { appId_organizationId: { appId, organizationId } } })
  if (denial) await endDenial(context, denial)
}

/**
 * An organization is about to be deleted: its apps go, everywhere, and what it installed and granted
 * ends. To be called on one that is claimed together with its apps.
 */
export async function organizationDeleted(context: ChangeContext, { id }: { readonly id: string }): Promise<void> {
  for (const app of await context.tx.app.findMany({ where: { organizationId: id }, orderBy: { id: 'asc' } })) {
    await removeApp(context, app)
  }
  await tellPending(context, { organizationId: id }, 'The organization was deleted.')
  await endGrants(context, { organizationId: id }, null)
}
