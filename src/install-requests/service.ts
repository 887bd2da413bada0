import { z } from 'zod'
import { actorOf, assertMay, organizationsWhere } from '../access/actions.ts'
import { assertNow, changeAs } from '../access/change-as.ts'
import { type Caller, type UserCaller, userOf } from '../access/viewer.ts'
import { authorizationKind } from '../apps/rules.ts'
import type { Core } from '../core.ts'
import type { InstallRequest, Prisma } from '../database/generated/client/client.ts'
import {
  AlreadyInstalled,
  EditionHasNoInstallations,
  Forbidden,
  InstallDenied,
  NotFound,
  WrongAppType,
} from '../errors.ts'
import { type Changed, change, type FieldChange } from '../history/change.ts'
import { newId } from '../ids.ts'
import { note, parse } from '../input.ts'
import { claimInstallation, lockInstallation, openPlace, type Place } from '../installations/service.ts'
import { sameScopes, scopesOutOf, union } from '../scopes.ts'
import { approvedBy } from '../tokens/approval.ts'
import { alreadyDecided, dropIfNobodyAsks, endRequest, pendingRequests } from './request-ends.ts'
import { leftToAsk } from './rules.ts'

/** The viewer's own requests, where they are members still. */
export const ownRequests = (viewer: Caller): Prisma.InstallRequestWhereInput => ({
  requesterId: { in: userOf(viewer) },
  organizationId: { in: organizationsWhere(viewer, 'organization:see') },
})

/** The requests that the viewer may see: their own, and all of the organizations they administer. */
export const visibleRequests = (viewer: Caller): Prisma.InstallRequestWhereInput => ({
  OR: [ownRequests(viewer), { organizationId: { in: organizationsWhere(viewer, 'installations:see') } }],
})

/** The denials that have not run out. */
export const standingDenials = (now: Date) => ({ deniedUntil: { gt: now } }) satisfies Prisma.DenialWhereInput

/**
 * Asks the organization's admins to install the app. Asking again while a request is pending adds to
 * it what is new, a new reason too, and is no second request. Of what was asked, only what is neither
 * approved nor denied becomes the request.
 *
 * @param input.scopes where none are named, all that the app may ask for.
 * @returns the id of the request.
 * @throws {NotFound | InvalidInput | EditionHasNoInstallations | WrongAppType | AppDisabled}
 * @throws {AlreadyInstalled} everything is approved already.
 * @throws {InstallDenied} what is not approved is under a standing denial.
 */
export async function requestInstall(
  core: Core,
  viewer: UserCaller,
  input: Place & { readonly scopes?: readonly string[] | null; readonly reason?: string | null },
): Promise<Changed<string>> {
  assertMay(viewer, 'installations:request', input.organizationId)
  const { appId, organizationId } = input
  return changeAs(core, viewer, ['installations:request', organizationId, appId], async (context) => {
    const { tx, at, record } = context
    const { app, organization } = await openPlace(tx, viewer, input)
    if (organization.edition === 'PERSONAL') throw new EditionHasNoInstallations()
    if (authorizationKind(app.type) === 'APP_AUTH') {
      throw new WrongAppType('A service app is not asked for: an admin authorizes it.')
    }
    const fields = z.object({ scopes: scopesOutOf(app.scopes, 'the app may ask for'), reason: note(1000) })
    const { scopes: asked, reason } = parse(fields, input)
    const installation = await claimInstallation(context, { appId, organizationId })
    const denial = await tx.denial.findUnique({
      where: { appId_organizationId: { appId, organizationId }, ...standingDenials(at) },
    })
    const scopes = leftToAsk(asked, { approved: approvedBy(installation, at), denied: denial?.scopes ?? [] })
    if (scopes.length === 0)
      throw denial && isDenied(asked, denial) ? new InstallDenied(denial) : new AlreadyInstalled()

    const [pending] = await pendingRequests(context, { appId, organizationId, requesterId: viewer.userId })
    const before = { scopes: pending?.scopes ?? [], reason: pending?.reason ?? null }
    const after = { scopes: union(before.scopes, scopes), reason: reason ?? before.reason }
    const changes: FieldChange[] = [
      ...(sameScopes(before.scopes, after.scopes) ? [] : [fieldChange('scopes', before, after)]),
      ...(before.reason === after.reason ? [] : [fieldChange('reason', before, after)]),
    ]
    if (pending && changes.length === 0) return pending.id
    const id = pending?.id ?? newId()
    if (pending) await tx.installRequest.update({ where: { id }, data: after })
    else {
      await tx.installRequest.create({
        data: { id, appId, organizationId, requesterId: viewer.userId, ...after, createdAt: at },
      })
    }
    record({
      type: 'INSTALL_REQUESTED',
      streams: [organizationId],
      app,
      user: { id: viewer.userId, name: viewer.name },
      installRequestId: id,
      installationId: installation.id,
      changes,
    })
    return id
  })
}

const fieldChange = <T>(field: keyof T & string, before: T, after: T): FieldChange => ({
  field,
  before: before[field],
  after: after[field],
})

const isDenied = (asked: readonly string[], denial: { scopes: readonly string[] }) =>
  asked.some((scope) => denial.scopes.includes(scope))

/**
 * The organization of a request.
 *
 * @throws {NotFound} also where the viewer may not see it.
 */
export async function organizationOfRequest({ prisma }: Core, viewer: Caller, requestId: string): Promise<string> {
  const request = await prisma.installRequest.findFirst({
    where: { id: requestId, AND: visibleRequests(viewer) },
    select: { organizationId: true },
  })
  if (!request) throw new NotFound()
  return request.organizationId
}

/**
 * Takes back one's own request. With the last one the pending installation goes.
 *
 * @throws {NotFound} where there is no such request or the viewer may not see it.
 * @throws {Forbidden} where it is somebody else's.
 * @throws {AlreadyDecided} where an admin was faster.
 */
export async function withdrawInstallRequest(
  core: Core,
  viewer: UserCaller,
  requestId: string,
): Promise<Changed<InstallRequest>> {
  return change(core, actorOf(viewer), async (context) => {
    const request = await context.tx.installRequest.findFirst({
      where: { id: requestId, AND: visibleRequests(viewer) },
    })
    if (!request) throw new NotFound()
    await assertNow(context, viewer, 'installations:request', request.organizationId, request.appId)
    if (request.requesterId !== viewer.userId) throw new Forbidden('Only the requester may withdraw a request.')
    await lockInstallation(context.tx, request)
    const [pending] = await pendingRequests(context, { id: requestId })
    if (!pending) throw await alreadyDecided(context.tx, requestId)
    await endRequest(context, pending, { status: 'WITHDRAWN' })
    await dropIfNobodyAsks(context, pending)
    return pending
  })
}
