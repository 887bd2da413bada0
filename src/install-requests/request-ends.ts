import type { Tx } from '../database/client.ts'
import type { Denial, InstallRequest, InstallRequestStatus, Prisma } from '../database/generated/client/client.ts'
import { AlreadyDecided, NotFound } from '../errors.ts'
import type { ChangeContext, Named } from '../history/change.ts'
import type { Place } from '../installations/service.ts'

const people = {
  app: { select: { id: true, name: true } },
  requester: { select: { id: true, name: true } },
} as const satisfies Prisma.InstallRequestInclude

export type PendingRequest = InstallRequest & { readonly app: Named; readonly requester: Named }

/** The pending requests of the place, oldest first. To be read under the installation's lock. */
export function pendingRequests(
  { tx }: ChangeContext,
  where: Prisma.InstallRequestWhereInput,
): Promise<PendingRequest[]> {
  return tx.installRequest.findMany({ where: { ...where, status: 'PENDING' }, include: people, orderBy: { id: 'asc' } })
}

const eventTypes = {
  APPROVED: 'INSTALL_APPROVED',
  DENIED: 'INSTALL_DENIED',
  WITHDRAWN: 'INSTALL_WITHDRAWN',
} as const

/**
 * Moves one pending request to its end: the row, and the event in the organization's history and,
 * where it was decided, in the requester's.
 */
export async function endRequest(
  { tx, at, actor, record }: ChangeContext,
  request: PendingRequest,
  end: { status: Exclude<InstallRequestStatus, 'PENDING'>; reason?: string | null; approvedScopes?: string[] },
): Promise<void> {
  const { status, reason = null, approvedScopes = [] } = end
  await tx.installRequest.update({
    where: { id: request.id, status: 'PENDING' },
    data: {
      status,
      approvedScopes,
      decisionReason: reason,
      decidedAt: at,
      decidedById: actor.kind === 'USER' ? actor.id : null,
    },
  })
  record({
    type: eventTypes[status],
    streams: status === 'WITHDRAWN' ? [request.organizationId] : [request.organizationId, request.requesterId],
    app: request.app,
    user: request.requester,
    installRequestId: request.id,
    changes: [
      { field: 'status', before: 'PENDING', after: status },
      ...(status === 'APPROVED' ? [{ field: 'approvedScopes', before: [], after: approvedScopes }] : []),
      ...(reason ? [{ field: 'reason', before: null, after: reason }] : []),
    ],
  })
}

/** Denies all that is pending in the place, without a denial that would stand against asking again. */
export async function denyPending(context: ChangeContext, place: Place, reason: string): Promise<void> {
  const { appId, organizationId } = place
  for (const request of await pendingRequests(context, { appId, organizationId })) {
    await endRequest(context, request, { status: 'DENIED', reason })
  }
}

/** The app or the organization goes, and the rows with it: everybody who waits, or was to decide, is told why. */
export async function tellPending(
  context: ChangeContext,
  where: { readonly appId: string } | { readonly organizationId: string },
  reason: string,
): Promise<void> {
  for (const request of await pendingRequests(context, where)) {
    context.record({
      type: 'INSTALL_DENIED',
      streams: [request.organizationId, request.requesterId],
      app: request.app,
      user: request.requester,
      installRequestId: request.id,
      changes: [
        { field: 'status', before: 'PENDING', after: 'DENIED' },
        { field: 'reason', before: null, after: reason },
      ],
    })
  }
}

/** A member goes: what they still ask for there is withdrawn. */
export async function withdrawRequestsOf(
  context: ChangeContext,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  // In the order of their ids, as everything that locks more than one installation does.
  await context.tx.$executeRaw`
    SELECT 1 FROM "Installation" WHERE "organizationId" = ${organizationId}::uuid AND "appId" IN (
      SELECT "appId" FROM "InstallRequest" WHERE "organizationId" = ${organizationId}::uuid
      AND "requesterId" = ${userId}::uuid AND "status" = 'PENDING')
    ORDER BY "id" FOR UPDATE`
  for (const request of await pendingRequests(context, { organizationId, requesterId: userId })) {
    await endRequest(context, request, { status: 'WITHDRAWN' })
    await dropIfNobodyAsks(context, request)
  }
}

/** A pending installation lasts as long as somebody asks for it. */
export async function dropIfNobodyAsks({ tx }: ChangeContext, { appId, organizationId }: Place): Promise<void> {
  const waiting = await tx.installRequest.count({ where: { appId, organizationId, status: 'PENDING' } })
  if (waiting === 0) await tx.installation.deleteMany({ where: { appId, organizationId, state: 'PENDING' } })
}

/** Ends a denial before its time; null where somebody was faster. */
export async function endDenial({ tx, record }: ChangeContext, { id }: Pick<Denial, 'id'>): Promise<Denial | null> {
  await tx.$executeRaw`SELECT 1 FROM "Denial" WHERE "id" = ${id}::uuid FOR UPDATE`
  const denial = await tx.denial.findUnique({
    where: { id },
    include: { app: { select: { id: true, name: true } } },
  })
  if (!denial) return null
  await tx.denial.delete({ where: { id } })
  record({
    type: 'INSTALL_DENIAL_LIFTED',
    streams: [denial.organizationId],
    app: denial.app,
    changes: [{ field: 'deniedScopes', before: denial.scopes, after: [] }],
  })
  return denial
}

/** What became of a request that is no longer pending. */
export async function alreadyDecided(tx: Tx, requestId: string): Promise<AlreadyDecided | NotFound> {
  const request = await tx.installRequest.findUnique({
    where: { id: requestId },
    select: { appId: true, organizationId: true, status: true, decidedAt: true, decidedBy: { select: { name: true } } },
  })
  if (!request || request.status === 'PENDING') return new NotFound()
  const decidedBy = request.decidedBy?.name ?? (await nameInHistory(tx, request, requestId))
  return new AlreadyDecided(request.status, decidedBy, request.decidedAt)
}

/** Who settled a request that no user did, an app say; null where that history is gone. */
async function nameInHistory(tx: Tx, place: Place, installRequestId: string): Promise<string | null> {
  const event = await tx.event.findFirst({
    where: { streamId: place.organizationId, appId: place.appId, installRequestId, type: { not: 'INSTALL_REQUESTED' } },
    select: { actorName: true },
  })
  return event?.actorName ?? null
}
