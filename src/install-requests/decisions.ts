import { z } from 'zod'
import { assertMay, assertMayGive, organizationsWhere } from '../access/actions.ts'
import { changeAs } from '../access/change-as.ts'
import type { Caller } from '../access/viewer.ts'
import { authorizationKind } from '../apps/rules.ts'
import type { Core } from '../core.ts'
import type { Denial, InstallRequest, Prisma } from '../database/generated/client/client.ts'
import { EditionHasNoInstallations, NotFound, RequestsChanged, WrongAppType } from '../errors.ts'
import type { ChangeContext, Changed } from '../history/change.ts'
import { newId } from '../ids.ts'
import { note, parse, refusal } from '../input.ts'
import {
  claimInstallation,
  holdApp,
  lockInstallation,
  openPlace,
  type Place,
  putInstalled,
} from '../installations/service.ts'
import { scopesOutOf, union, without } from '../scopes.ts'
import { approvedBy } from '../tokens/approval.ts'
import { alreadyDecided, endDenial, endRequest, type PendingRequest, pendingRequests } from './request-ends.ts'
import { settle } from './rules.ts'
import { standingDenials, visibleRequests } from './service.ts'

/** The denials that the viewer may see. One that has run out is not there any more. */
export const visibleDenials = (viewer: Caller, now: Date): Prisma.DenialWhereInput => ({
  organizationId: { in: organizationsWhere(viewer, 'installations:see') },
  AND: standingDenials(now),
})

/** The request as the admin saw it when they decided. */
interface Offer {
  /** The scopes that were asked for then; nothing is checked where none are named. */
  readonly offeredScopes?: readonly string[] | null
}

/**
 * Approves what is pending for the request's app in its organization: one decision settles all of it.
 * What the approval leaves out counts as denied.
 *
 * @param input.scopes of what was asked for; where none are named, all of it.
 * @throws {NotFound | Forbidden | InvalidInput | AppDisabled}
 * @throws {AlreadyDecided} where somebody was faster; it says who did what.
 * @throws {RequestsChanged} where more is asked for by now than was on offer, or nothing of `input.scopes` any more.
 */
export async function approveInstallRequest(
  core: Core,
  viewer: Caller,
  requestId: string,
  input: Offer & { readonly scopes?: readonly string[] | null; readonly reason?: string | null },
): Promise<Changed<InstallRequest>> {
  const place = await placeOfRequest(core, viewer, requestId)
  return changeAs(core, viewer, ['installations:decide', place.organizationId, place.appId], async (context) => {
    const { app } = await openPlace(context.tx, viewer, place)
    const { request, requests, offered } = await lockPending(context, place, requestId, input)
    const installation = await claimInstallation(context, place)
    const fields = z.object({ scopes: scopesOutOf(offered, 'were asked for'), reason: note(1000) })
    const { scopes, reason } = parse(fields, { ...input, scopes: stillAskedFor(input, offered) })
    assertMayGive(viewer, scopes)
    const approved = union(approvedBy(installation, context.at), scopes)
    await settleRequests(core, context, place, requests, approved, reason)
    await putInstalled(context, installation, app, approved)
    return request
  })
}

/**
 * Denies what is pending for the request's app in its organization; what is approved already stays.
 *
 * @param input.deniedUntil until when the same is not to be asked for again; 30 days where nothing is said.
 * @throws {NotFound | Forbidden | InvalidInput}
 * @throws {AlreadyDecided} where somebody was faster; it says who did what.
 * @throws {RequestsChanged} where more is asked for by now than was on offer.
 */
export async function denyInstallRequest(
  core: Core,
  viewer: Caller,
  requestId: string,
  input: Offer & { readonly reason?: string | null; readonly deniedUntil?: Date | null },
): Promise<Changed<InstallRequest>> {
  const place = await placeOfRequest(core, viewer, requestId)
  return changeAs(core, viewer, ['installations:decide', place.organizationId, place.appId], async (context) => {
    const fields = z.object({
      reason: note(1000),
      deniedUntil: z
        .date()
        .refine((time) => time > context.at, refusal({ code: 'TOO_EARLY', message: 'must be in the future' }))
        .nullish(),
    })
    const { reason, deniedUntil } = parse(fields, input)
    await holdApp(context.tx, place.appId)
    const { request, requests, offered } = await lockPending(context, place, requestId, input)
    await updateDenial(core, context, place, { deny: offered, reason, deniedUntil })
    for (const pending of requests) await endRequest(context, pending, { status: 'DENIED', reason })
    await context.tx.installation.deleteMany({ where: { ...place, state: 'PENDING' } })
    return request
  })
}

/**
 * Installs the app with exactly these scopes. Where people asked for it, that is the decision about
 * their requests; where it is installed, it replaces the approved scopes; a denial ends.
 *
 * @param input.scopes where none are named, all that the app may ask for.
 * @returns the id of the installation.
 * @throws {NotFound | Forbidden | InvalidInput | AppDisabled | EditionHasNoInstallations | WrongAppType}
 */
export async function installApp(
  core: Core,
  viewer: Caller,
  input: Place & { readonly scopes?: readonly string[] | null },
): Promise<Changed<string>> {
  assertMay(viewer, 'installations:decide', input.organizationId)
  const place = { appId: input.appId, organizationId: input.organizationId }
  return changeAs(core, viewer, ['installations:decide', place.organizationId, place.appId], async (context) => {
    const { app, organization } = await openPlace(context.tx, viewer, place)
    if (organization.edition === 'PERSONAL') throw new EditionHasNoInstallations()
    if (authorizationKind(app.type) === 'APP_AUTH') {
      throw new WrongAppType('A service app is not installed by itself: authorize it.')
    }
    const { scopes } = parse(z.object({ scopes: scopesOutOf(app.scopes, 'the app may ask for') }), input)
    assertMayGive(viewer, scopes)
    const installation = await claimInstallation(context, place)
    const requests = await pendingRequests(context, place)
    const denial = await context.tx.denial.findFirst({ where: { ...place, ...standingDenials(context.at) } })
    if (denial) await endDenial(context, denial)
    await settleRequests(core, context, place, requests, scopes, null)
    await putInstalled(context, installation, app, scopes)
    return installation.id
  })
}

/**
 * Takes a denial back before it runs out.
 *
 * @throws {NotFound}
 */
export async function liftDenial(core: Core, viewer: Caller, denialId: string): Promise<Changed<Denial>> {
  const { appId, organizationId } = await placeOfDenial(core, viewer, denialId)
  assertMay(viewer, 'installations:decide', organizationId)
  return changeAs(core, viewer, ['installations:decide', organizationId, appId], async (context) => {
    const denial = await endDenial(context, { id: denialId })
    if (!denial) throw new NotFound()
    return denial
  })
}

/**
 * Where the request is to be decided.
 *
 * @throws {NotFound | Forbidden}
 */
export async function placeOfRequest(core: Core, viewer: Caller, requestId: string): Promise<Place> {
  const request = await core.prisma.installRequest.findFirst({
    where: { id: requestId, AND: visibleRequests(viewer) },
    select: { appId: true, organizationId: true },
  })
  if (!request) throw new NotFound()
  assertMay(viewer, 'installations:decide', request.organizationId)
  return request
}

/** Where something is denied. @throws {NotFound} also where the viewer may not see the denial. */
export async function placeOfDenial(core: Core, viewer: Caller, denialId: string): Promise<Place> {
  const where = { id: denialId, AND: visibleDenials(viewer, core.clock.now()) }
  const denial = await core.prisma.denial.findFirst({ where, select: { appId: true, organizationId: true } })
  if (!denial) throw new NotFound()
  return denial
}

/**
 * What an approval approves, without what was on offer and nobody asks for any more.
 *
 * @throws {RequestsChanged} where nothing is left.
 */
function stillAskedFor(
  { scopes, offeredScopes }: Offer & { readonly scopes?: readonly string[] | null },
  offered: readonly string[],
): readonly string[] | null | undefined {
  if (!scopes?.length || !offeredScopes) return scopes
  const left = without(scopes, without(offeredScopes, offered))
  if (left.length === 0) throw new RequestsChanged(offered)
  return left
}

/**
 * All that is pending in the place, under its lock, and what it asks for together.
 *
 * @returns `request`: that which the decision named. It may be withdrawn: the decision is about the app, for which
 *   others ask still.
 * @throws {AlreadyDecided} where its case is settled.
 * @throws {RequestsChanged} where more is asked for than was on offer.
 */
async function lockPending(
  context: ChangeContext,
  place: Place,
  requestId: string,
  { offeredScopes }: Offer,
): Promise<{ request: InstallRequest; requests: PendingRequest[]; offered: string[] }> {
  await lockInstallation(context.tx, place)
  const requests = await pendingRequests(context, place)
  const request = requests.find(({ id }) => id === requestId) ?? (await withdrawnFromCase(context, place, requestId))
  if (!request) throw await alreadyDecided(context.tx, requestId)
  const offered = union(...requests.map(({ scopes }) => scopes))
  if (offeredScopes && without(offered, offeredScopes).length > 0) throw new RequestsChanged(offered)
  return { request, requests, offered }
}

/** A request that was withdrawn from a case that still waits for a decision. Ids are in the order of beginning. */
const withdrawnFromCase = ({ tx }: ChangeContext, place: Place, requestId: string): Promise<InstallRequest | null> =>
  tx.installRequest.findFirst({
    where: {
      id: requestId,
      status: 'WITHDRAWN',
      app: { installCases: { some: { ...place, id: { lte: requestId } } } },
    },
  })

/** Ends every pending request by what is approved now, and keeps as denied what that leaves out. */
async function settleRequests(
  core: Core,
  context: ChangeContext,
  place: Place,
  requests: readonly PendingRequest[],
  approvedScopes: readonly string[],
  reason: string | null,
): Promise<void> {
  const { approved, denied, leftOut } = settle(requests, approvedScopes)
  for (const { request, scopes } of approved) {
    await endRequest(context, request, { status: 'APPROVED', reason, approvedScopes: scopes })
  }
  for (const request of denied) await endRequest(context, request, { status: 'DENIED', reason })
  await updateDenial(core, context, place, { allow: approvedScopes, deny: leftOut, reason })
}

interface DenialUpdate {
  readonly allow?: readonly string[]
  readonly deny: readonly string[]
  readonly reason: string | null
  readonly deniedUntil?: Date | null | undefined
}

/** Keeps the one denial of the place: takes out what is allowed now, adds what is denied now. */
async function updateDenial(
  core: Core,
  { tx, at, actor }: ChangeContext,
  place: Place,
  { allow = [], deny, reason, deniedUntil }: DenialUpdate,
): Promise<void> {
  const where = { appId_organizationId: { appId: place.appId, organizationId: place.organizationId } }
  // Lifting a denial locks nothing else.
  await tx.$executeRaw`
    SELECT 1 FROM "Denial"
    WHERE "appId" = ${place.appId}::uuid AND "organizationId" = ${place.organizationId}::uuid FOR UPDATE`
  const existing = await tx.denial.findUnique({ where })
  const standing = existing && existing.deniedUntil > at ? existing : null
  const scopes = union(without(standing?.scopes ?? [], allow), deny)
  if (scopes.length === 0) {
    if (existing) await tx.denial.delete({ where })
    return
  }
  const isNew = deny.length > 0
  const denial = {
    scopes,
    ...(isNew && {
      // What stands is not cut short by what comes on top of it, unless the admin names the time.
      reason: reason ?? standing?.reason ?? null,
      deniedUntil: deniedUntil ?? latest(standing?.deniedUntil, new Date(at.getTime() + core.config.durations.denial)),
      deniedById: actor.kind === 'USER' ? actor.id : null,
      createdAt: at,
    }),
  }
  if (existing) await tx.denial.update({ where, data: denial })
  else await tx.denial.create({ data: { id: newId(), ...place, ...denial } as Prisma.DenialUncheckedCreateInput })
}

const latest = (one: Date | undefined, other: Date): Date => (one && one > other ? one : other)
