import type { Tx } from '../../database/client.ts'
import type { Denial, InstallRequest } from '../../database/generated/client/client.ts'
import { leftToAsk } from '../../install-requests/rules.ts'
import { standingDenials } from '../../install-requests/service.ts'
import { intersection, without } from '../../scopes.ts'
import { approvalIn, approvedBy } from '../../tokens/approval.ts'

/** What an organization has decided about an app, as far as it concerns one user's flow. */
export interface PlaceState {
  /** Null in a personal organization, which approves nothing. */
  readonly approved: readonly string[] | null
  readonly denial: Denial | null
  /** The user's own. */
  readonly pending: InstallRequest | null
  /** What the user granted to the app there before. */
  readonly granted: readonly string[]
  readonly grantId: string | null
}

/** @returns null where the organization is gone. */
export async function readPlace(
  tx: Tx,
  { appId, organizationId, userId }: { appId: string; organizationId: string; userId: string },
  now: Date,
): Promise<PlaceState | null> {
  const place = { appId, organizationId }
  const organization = await tx.organization.findUnique({ where: { id: organizationId }, select: { edition: true } })
  if (!organization) return null
  const installation = await tx.installation.findUnique({ where: { appId_organizationId: place } })
  const denial = await tx.denial.findUnique({ where: { appId_organizationId: place, ...standingDenials(now) } })
  const pending = await tx.installRequest.findFirst({ where: { ...place, requesterId: userId, status: 'PENDING' } })
  const grant = await tx.grant.findUnique({
    where: { appId_organizationId_userId: { ...place, userId } },
    select: { id: true, scopes: true },
  })
  const approved = approvalIn(organization.edition, approvedBy(installation, now))
  return { approved, denial, pending, granted: grant?.scopes ?? [], grantId: grant?.id ?? null }
}

/** Of what the app wants, what the organization has approved; everything in a personal one, which approves nothing. */
export const approvedOf = ({ approved }: PlaceState, wanted: readonly string[]): string[] =>
  intersection(wanted, approved ?? wanted)

/** Of what the app wants, what is neither approved nor denied: what one can ask an admin for. */
export const openOf = (place: PlaceState, wanted: readonly string[]): string[] =>
  leftToAsk([...wanted], { approved: approvedOf(place, wanted), denied: place.denial?.scopes ?? [] })

/**
 * How a flow stands with the organization: it can go on (`ready`), somebody has to `ask`, it waits
 * (`pending`), or an admin said no to all of it (`denied`).
 */
export function statusOf(place: PlaceState, wanted: readonly string[]): 'ready' | 'ask' | 'pending' | 'denied' {
  const open = openOf(place, wanted)
  if (open.length === 0) return approvedOf(place, wanted).length > 0 ? 'ready' : 'denied'
  return place.pending && without(open, place.pending.scopes).length === 0 ? 'pending' : 'ask'
}
