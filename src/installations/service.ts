import { z } from 'zod'
import { assertMay, assertMayGive, organizationsWhere } from '../access/actions.ts'
import { changeAs } from '../access/change-as.ts'
import type { Caller } from '../access/viewer.ts'
import { isOffered } from '../apps/rules.ts'
import { findVisibleApp } from '../apps/service.ts'
import { installationEnds } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import { type App, type Installation, type Organization, Prisma } from '../database/generated/client/client.ts'
import { AppDisabled, NotFound, NotInstalled, WrongAppType } from '../errors.ts'
import { endGrants, putServiceGrant } from '../grants/service.ts'
import type { ChangeContext, Changed, FieldChange } from '../history/change.ts'
import { newId } from '../ids.ts'
import { parse } from '../input.ts'
import { sameScopes, scopesOutOf } from '../scopes.ts'
import { assertImpact, type Reach } from '../tokens/impact.ts'
import { isSuspended } from '../tokens/worth.ts'

/** An app in an organization: what installing, asking and deciding are about. */
export interface Place {
  readonly appId: string
  readonly organizationId: string
}

/** The installations that the viewer may see. */
export const visibleInstallations = (viewer: Caller): Prisma.InstallationWhereInput => ({
  organizationId: { in: organizationsWhere(viewer, 'installations:see') },
})

export const installationReach = ({ appId, organizationId }: Place): Reach => ({ appId, organizationId })

/**
 * Keeps the app as it is until the commit. Whatever locks an installation and then writes something
 * that refers to the app does this first, because deleting the app takes them in that order.
 */
export async function holdApp(tx: Tx, appId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "App" WHERE "id" = ${appId}::uuid FOR SHARE`
}

/**
 * Keeps the viewer's membership until the commit or, for an app that acts as itself, the organization
 * itself. A change that ends one of them waits for this one, and then finds what it did.
 *
 * @throws {NotFound}
 */
async function holdViewer(tx: Tx, { userId }: Caller, organizationId: string): Promise<void> {
  const held =
    userId === null
      ? Prisma.sql`SELECT 1 FROM "Organization" WHERE "id" = ${organizationId}::uuid FOR SHARE`
      : Prisma.sql`
        SELECT 1 FROM "Membership"
        WHERE "organizationId" = ${organizationId}::uuid AND "userId" = ${userId}::uuid FOR SHARE`
  if ((await tx.$queryRaw<unknown[]>(held)).length === 0) throw new NotFound()
}

/**
 * The app and the organization, with the app kept from changing and the viewer from being removed
 * until the commit.
 *
 * @throws {NotFound} where the app does not exist or is not offered there and the viewer may not see
 * it, or where the viewer is no longer a member.
 * @throws {AppDisabled} where its publisher keeps it from working there.
 */
export async function openPlace(
  tx: Tx,
  viewer: Caller,
  { appId, organizationId }: Place,
): Promise<{ app: App; organization: Organization }> {
  // Nothing is locked that the viewer may not see.
  await findVisibleApp(tx, viewer, appId)
  await holdApp(tx, appId)
  await holdViewer(tx, viewer, organizationId)
  const app = await findVisibleApp(tx, viewer, appId)
  const organization = await tx.organization.findUnique({ where: { id: organizationId } })
  if (!organization) throw new NotFound()
  if (isSuspended(app, organizationId)) {
    throw new AppDisabled(
      isOffered(app, organizationId) ? undefined : 'This app is offered to its publishing organization only.',
    )
  }
  return { app, organization }
}

/**
 * Locks the installation against every other decision about it; a new, pending one is made where
 * there was none.
 */
export async function claimInstallation(
  { tx, at }: ChangeContext,
  { appId, organizationId }: Place,
): Promise<Installation> {
  // An update that changes nothing: it finds or makes the row and locks it, in one statement.
  const [row] = await tx.$queryRaw<[{ id: string }]>`
    INSERT INTO "Installation" ("id", "appId", "organizationId", "state", "approvedScopes", "createdAt")
    VALUES (${newId()}::uuid, ${appId}::uuid, ${organizationId}::uuid, 'PENDING', '{}', ${at})
    ON CONFLICT ("appId", "organizationId") DO UPDATE SET "createdAt" = "Installation"."createdAt"
    RETURNING "id"`
  return tx.installation.findUniqueOrThrow({ where: { id: row.id } })
}

/** Locks the installation; null where there is none. */
export async function lockInstallation(tx: Tx, { appId, organizationId }: Place): Promise<Installation | null> {
  await tx.$executeRaw`
    SELECT 1 FROM "Installation"
    WHERE "appId" = ${appId}::uuid AND "organizationId" = ${organizationId}::uuid FOR UPDATE`
  return tx.installation.findUnique({ where: { appId_organizationId: { appId, organizationId } } })
}

/** Turns a claimed installation into an installed one with exactly these scopes. */
export async function putInstalled(
  { tx, at, actor, record }: ChangeContext,
  installation: Installation,
  app: Pick<App, 'id' | 'name'>,
  approvedScopes: string[],
): Promise<void> {
  const { id, organizationId, state } = installation
  const isInstalled = state === 'INSTALLED'
  if (isInstalled && sameScopes(installation.approvedScopes, approvedScopes)) return
  const first = { state: 'INSTALLED', installedAt: at, installedById: actor.kind === 'USER' ? actor.id : null } as const
  await tx.installation.update({ where: { id }, data: { approvedScopes, ...(!isInstalled && first) } })
  const changes: FieldChange[] = [
    { field: 'approvedScopes', before: installation.approvedScopes, after: approvedScopes },
  ]
  record({ type: 'APP_INSTALLED', streams: [organizationId], app, installationId: id, changes })
}

/**
 * Lets a service app act as itself in the organization: makes its grant and, outside personal
 * organizations, its installation. Repeated, it replaces the scopes.
 *
 * @param input.scopes where none are named, all that the app may ask for.
 * @returns the id of the grant.
 * @throws {NotFound | Forbidden | InvalidInput | AppDisabled | WrongAppType}
 */
export async function authorizeApp(
  core: Core,
  viewer: Caller,
  input: Place & { readonly scopes?: readonly string[] | null },
): Promise<Changed<string>> {
  assertMay(viewer, 'installations:decide', input.organizationId)
  return changeAs(core, viewer, ['installations:decide', input.organizationId, input.appId], async (context) => {
    const { app, organization } = await openPlace(context.tx, viewer, input)
    if (app.type !== 'SERVICE') throw new WrongAppType('Only service apps are authorized; install this one instead.')
    const { scopes } = parse(z.object({ scopes: scopesOutOf(app.scopes, 'the app may ask for') }), input)
    assertMayGive(viewer, scopes)
    if (organization.edition !== 'PERSONAL') {
      await putInstalled(context, await claimInstallation(context, input), app, scopes)
    }
    return putServiceGrant(context, app, organization, scopes)
  })
}

/**
 * Ends the installation: every grant and token of the app in the organization, what is pending, and
 * the denial. History keeps it; installing again starts from nothing.
 *
 * @throws {NotFound | Forbidden | NotInstalled | ImpactChanged}
 */
export async function uninstallApp(
  core: Core,
  viewer: Caller,
  installationId: string,
  impactVersion?: string | null,
): Promise<Changed<Place & { readonly installationId: string }>> {
  const { appId, organizationId } = await findVisibleInstallation(core.prisma, viewer, installationId)
  assertMay(viewer, 'installations:decide', organizationId)
  return changeAs(core, viewer, ['installations:decide', organizationId, appId], async (context) => {
    const place = { appId, organizationId }
    const installation = await lockInstallation(context.tx, place)
    if (installation?.id !== installationId) throw new NotFound()
    if (installation.state === 'PENDING') throw new NotInstalled()
    await assertImpact(context.tx, installationReach(place), context.at, impactVersion)
    const event = await removeInstallation(context, installation)
    await installationEnds(context, place)
    await endGrants(context, place, event)
    return { ...place, installationId }
  })
}

/** @throws {NotFound} also where the viewer may not see it. */
export async function findVisibleInstallation(tx: Tx, viewer: Caller, id: string): Promise<Installation> {
  const installation = await tx.installation.findFirst({ where: { id, AND: visibleInstallations(viewer) } })
  if (!installation) throw new NotFound()
  return installation
}

/** Takes the app off the organization's list. @returns the id of the event. */
export async function removeInstallation(
  { tx, record }: ChangeContext,
  { id, appId, organizationId }: Pick<Installation, 'id' | 'appId' | 'organizationId'>,
): Promise<string> {
  const app = await tx.app.findUniqueOrThrow({ where: { id: appId }, select: { id: true, name: true } })
  await tx.installation.delete({ where: { id } })
  return record({ type: 'APP_UNINSTALLED', streams: [organizationId], app, installationId: id })
}
