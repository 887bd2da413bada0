import { assertMay, assertMayGive, organizationsWhere } from '../access/actions.ts'
import { changeAs } from '../access/change-as.ts'
import { type Caller, userOf } from '../access/viewer.ts'
import { builtInScopes } from '../config/catalogue.ts'
import { appDeleted } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import { type App, type AppStatus, type AppType, Prisma } from '../database/generated/client/client.ts'
import { lockInOrder } from '../database/locks.ts'
import { Forbidden, InvalidInput, NotFound, QuotaReached } from '../errors.ts'
import type { Actor, ChangeContext, Changed, EventDraft } from '../history/change.ts'
import { newId } from '../ids.ts'
import { parse } from '../input.ts'
import { isSameName } from '../text.ts'
import { assertImpact, type Reach } from '../tokens/impact.ts'
import { type AppFields, appFields, changesOf, visibleOutside } from './rules.ts'
import { assertUpdateImpact } from './update-impact.ts'

/** The apps whose card the viewer may see. The rule for one app and the filter of lists are this one. */
export function visibleApps(viewer: Caller): Prisma.AppWhereInput {
  const member = { in: organizationsWhere(viewer, 'organization:see') }
  const admin = { in: organizationsWhere(viewer, 'installations:see') }
  // What somebody granted or asked for counts for as long as they belong there.
  const own = { organizationId: member }
  return {
    OR: [
      { distribution: 'EXTERNAL' },
      { organizationId: member },
      { installations: { some: { organizationId: admin } } },
      { grants: { some: { OR: [{ organizationId: admin }, { ...own, userId: { in: userOf(viewer) } }] } } },
      {
        installRequests: { some: { OR: [{ organizationId: admin }, { ...own, requesterId: { in: userOf(viewer) } }] } },
      },
    ],
  }
}

/**
 * The organization that publishes the app.
 *
 * @throws {NotFound} where there is no such app or the viewer may not see its card.
 * @throws {Forbidden} where the viewer sees the card from outside.
 */
export async function publisherOf(core: Core, viewer: Caller, appId: string): Promise<string> {
  const { organizationId } = await findVisibleApp(core.prisma, viewer, appId)
  if (!viewer.roles.has(organizationId)) throw new Forbidden('Only the publisher of the app may do this.')
  return organizationId
}

/** @throws {NotFound} where there is no such app or the viewer may not see its card. */
export async function findVisibleApp(tx: Tx, viewer: Caller, appId: string): Promise<App> {
  const app = await tx.app.findFirst({ where: { id: appId, AND: visibleApps(viewer) } })
  if (!app) throw new NotFound()
  return app
}

export interface NewApp extends Omit<Partial<Nullable<AppFields>>, 'name' | 'scopes' | 'distribution'> {
  readonly organizationId: string
  readonly type: AppType
  readonly name: string
  readonly distribution: AppFields['distribution']
  readonly scopes: readonly string[]
}

type Nullable<T> = { [K in keyof T]: T[K] | null }

/** @throws {NotFound | Forbidden | InvalidInput | QuotaReached} */
export async function createApp(core: Core, viewer: Caller, input: NewApp): Promise<Changed<string>> {
  const { organizationId, type } = input
  assertMay(viewer, 'apps:manage', organizationId)
  assertUriQuotas(core, input)
  const fields = parse(appFields(core.config, type), {
    ...input,
    description: input.description ?? '',
    logoUrl: input.logoUrl ?? null,
    homepageUrl: input.homepageUrl ?? null,
    redirectUris: input.redirectUris ?? [],
    postLogoutRedirectUris: input.postLogoutRedirectUris ?? [],
  })
  assertMayGive(viewer, fields.scopes)
  return changeAs(core, viewer, ['apps:manage', organizationId, null], async ({ tx, at, record }) => {
    await takeQuota(core, tx, organizationId)
    const id = newId()
    await tx.app.create({ data: { id, organizationId, type, ...fields, createdAt: at, updatedAt: at } })
    record({ type: 'APP_CREATED', streams: [organizationId], app: { id, name: fields.name } })
    return id
  })
}

/** Counts one app more in one statement, so that creations that race cannot exceed the limit together. */
async function takeQuota(core: Core, tx: Tx, organizationId: string): Promise<void> {
  const { appsPerPersonalOrganization: personal, appsPerOrganization: shared } = core.config.limits
  const taken = await tx.organization.updateMany({
    where: {
      id: organizationId,
      OR: [
        { edition: 'PERSONAL', appCount: { lt: personal } },
        { edition: { not: 'PERSONAL' }, appCount: { lt: shared } },
      ],
    },
    data: { appCount: { increment: 1 } },
  })
  if (taken.count === 1) return
  const organization = await tx.organization.findUnique({ where: { id: organizationId }, select: { edition: true } })
  if (!organization) throw new NotFound()
  throw organization.edition === 'PERSONAL'
    ? new QuotaReached('appsPerPersonalOrganization', personal, 'apps in a personal organization')
    : new QuotaReached('appsPerOrganization', shared, 'apps in an organization')
}

type UriLists = Partial<Nullable<Pick<AppFields, 'redirectUris' | 'postLogoutRedirectUris'>>>

function assertUriQuotas({ config: { limits } }: Core, { redirectUris, postLogoutRedirectUris }: UriLists): void {
  const { redirectUrisPerApp: some, postLogoutRedirectUrisPerApp: others } = limits
  if (redirectUris && redirectUris.length > some)
    throw new QuotaReached('redirectUrisPerApp', some, 'redirect URIs for an app')
  if (postLogoutRedirectUris && postLogoutRedirectUris.length > others)
    throw new QuotaReached('postLogoutRedirectUrisPerApp', others, 'post-logout redirect URIs for an app')
}

/**
 * Changes the fields that `patch` names; null empties an optional one. Moving from EXTERNAL to INTERNAL
 * suspends the app outside its publisher, and other organizations learn of it as of a disabling.
 *
 * @throws {NotFound | Forbidden | InvalidInput | QuotaReached | ImpactChanged}
 */
export async function updateApp(
  core: Core,
  viewer: Caller,
  appId: string,
  patch: Partial<Nullable<AppFields>>,
  impactVersion?: string | null,
): Promise<Changed<App>> {
  const publisherId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', publisherId)
  assertUriQuotas(core, patch)
  return changeAs(core, viewer, ['apps:manage', publisherId, appId], async (context) => {
    const before = await lockApp(context.tx, appId)
    const after = parse(appFields(core.config, before.type, before), merge(before, patch))
    const changes = changesOf(pickFields(before), after)
    if (changes.every(({ field }) => field === 'scopes')) assertMayGive(viewer, after.scopes)
    else await assertMayOpen(context.tx, viewer, { ...before, ...after })
    if (changes.length === 0) return before
    await assertUpdateImpact(context.tx, before, after, context.at, impactVersion)
    const app = await context.tx.app.update({ where: { id: appId }, data: { ...after, updatedAt: context.at } })
    await recordChange(context, app, { type: 'APP_UPDATED', changes }, changes.filter(visibleOutside))
    if (before.distribution !== app.distribution && app.status === 'ENABLED') {
      const type = app.distribution === 'INTERNAL' ? 'APP_DISABLED' : 'APP_ENABLED'
      await recordOutside(context, app, { type, changes: [statusChange(type)] })
    }
    return app
  })
}

function merge(app: App, patch: Partial<Nullable<AppFields>>): object {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...pickFields(app), ...Object.fromEntries(given), ...(patch.description === null && { description: '' }) }
}

function pickFields(app: App): AppFields {
  const { name, description, logoUrl, homepageUrl, distribution, redirectUris, postLogoutRedirectUris, scopes } = app
  return { name, description, logoUrl, homepageUrl, distribution, redirectUris, postLogoutRedirectUris, scopes }
}

/** Disables or enables; an app that has the status already stays as it is, without an event. */
export async function setAppStatus(
  core: Core,
  viewer: Caller,
  appId: string,
  status: AppStatus,
  impactVersion?: string | null,
): Promise<Changed<App>> {
  const publisherId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', publisherId)
  return changeAs(core, viewer, ['apps:manage', publisherId, appId], async (context) => {
    const app = await lockApp(context.tx, appId)
    if (app.status === status) return app
    if (status === 'ENABLED') await assertMayOpen(context.tx, viewer, app)
    await assertImpact(context.tx, appReach(app, 'DISABLE'), context.at, impactVersion)
    await context.tx.app.update({ where: { id: appId }, data: { status, updatedAt: context.at } })
    const type = status === 'DISABLED' ? 'APP_DISABLED' : 'APP_ENABLED'
    const changes = [statusChange(type)]
    // Outside its publisher an INTERNAL app is suspended already: there nothing changes.
    await recordChange(context, app, { type, changes }, app.distribution === 'EXTERNAL' ? changes : [])
    return { ...app, status }
  })
}

const statusChange = (type: 'APP_DISABLED' | 'APP_ENABLED') =>
  type === 'APP_DISABLED'
    ? { field: 'status', before: 'ENABLED', after: 'DISABLED' }
    : { field: 'status', before: 'DISABLED', after: 'ENABLED' }

/**
 * Removes the app and everything of it, everywhere. Histories keep its name.
 *
 * @param confirmation must be the app's name.
 * @throws {NotFound | Forbidden | InvalidInput | ImpactChanged}
 */
export async function deleteApp(
  core: Core,
  viewer: Caller,
  appId: string,
  confirmation: string,
  impactVersion?: string | null,
): Promise<Changed<App>> {
  const publisherId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', publisherId)
  return changeAs(core, viewer, ['apps:manage', publisherId, appId], async (context) => {
    const app = await lockApp(context.tx, appId)
    if (!isSameName(confirmation, app.name))
      throw InvalidInput.at('confirmation', { code: 'WRONG_CONFIRMATION', message: 'must be the name of the app' })
    await assertImpact(context.tx, appReach(app, 'DELETE'), context.at, impactVersion)
    await removeApp(context, app)
    return app
  })
}

/** The deletion itself, for whatever takes the app along (its publisher's end, say). */
export async function removeApp(context: ChangeContext, app: App): Promise<void> {
  const ofApp = Prisma.sql`"appId" = ${app.id}::uuid`
  await lockInOrder(context.tx, {
    AppSecret: ofApp,
    AppKey: ofApp,
    Organization: Prisma.sql`"id" = ${app.organizationId}::uuid`,
    Installation: ofApp,
    InstallRequest: ofApp,
    Denial: ofApp,
    Grant: ofApp,
  })
  await context.tx.organization.update({ where: { id: app.organizationId }, data: { appCount: { decrement: 1 } } })
  const publisher = context.record({ type: 'APP_DELETED', streams: [app.organizationId], app })
  const events = await recordOutside(context, app, { type: 'APP_DELETED' })
  // Users elsewhere are told what ends for them, and as little of who did it as their organizations.
  const actor = await publisherAsActor(context.tx, app)
  const outside = (event: EventDraft): EventDraft =>
    [...event.streams].includes(app.organizationId) ? event : { actor, ...event }
  await appDeleted(
    { ...context, record: (event) => context.record(outside(event)) },
    app,
    events.set(app.organizationId, publisher),
  )
  await context.tx.app.delete({ where: { id: app.id } })
}

/** What an action on the app touches; only what that action touches. */
export const appReach = (
  app: Pick<App, 'id' | 'status' | 'distribution' | 'organizationId'>,
  action: 'DISABLE' | 'DELETE',
): Reach => ({
  appId: app.id,
  // Outside its publisher an INTERNAL app is suspended already.
  ...(action === 'DISABLE' && app.distribution === 'INTERNAL' && { organizationId: app.organizationId }),
  pending: action === 'DELETE',
  idle: action === 'DISABLE' && app.status === 'DISABLED',
})

/**
 * The app, with its row locked against every change and every new installation or grant of it.
 *
 * @throws {NotFound}
 */
export async function lockApp(tx: Tx, appId: string): Promise<App> {
  await tx.$executeRaw`SELECT 1 FROM "App" WHERE "id" = ${appId}::uuid FOR UPDATE`
  const app = await tx.app.findUnique({ where: { id: appId } })
  if (!app) throw new NotFound()
  return app
}

/**
 * A secret, a key, a redirect URI: each is a way to tokens of the app, and outlives what the app may ask
 * for at the moment. So it is given together with all that tokens can come to be worth: what was granted
 * or approved before the app was narrowed counts again once it is widened.
 *
 * @throws {Forbidden}
 */
export async function assertMayOpen(tx: Tx, viewer: Caller, { id: appId, scopes }: App): Promise<void> {
  assertMayGive(viewer, scopes)
  if (!viewer.app) return
  const kept = builtInScopes.map(({ name }) => name).filter((name) => name.startsWith('gatehouse:'))
  const grant = await tx.grant.findFirst({ where: { appId, scopes: { hasSome: kept } }, select: { scopes: true } })
  const installation = await tx.installation.findFirst({
    where: { appId, approvedScopes: { hasSome: kept } },
    select: { approvedScopes: true },
  })
  assertMayGive(viewer, [...(grant?.scopes ?? []), ...(installation?.approvedScopes ?? [])])
}

type AppEvent = Pick<EventDraft, 'type' | 'changes'>

/** Writes a change of the app into its publisher's history and, if they may see any of it, into the others. */
async function recordChange(
  context: ChangeContext,
  app: App,
  event: AppEvent,
  outside: EventDraft['changes'] = [],
): Promise<void> {
  context.record({ ...event, streams: [app.organizationId], app })
  if (outside.length > 0) await recordOutside(context, app, { type: event.type, changes: outside })
}

/**
 * Writes an event into the history of every other organization with an installation (also a pending
 * one) or a grant of the app; there the publisher stands as its actor.
 *
 * @returns the id of the event in each of them.
 */
async function recordOutside({ tx, record }: ChangeContext, app: App, event: AppEvent): Promise<Map<string, string>> {
  const organizations = await tx.$queryRaw<{ id: string }[]>`
    SELECT "organizationId" AS "id" FROM "Installation" WHERE "appId" = ${app.id}::uuid
    UNION SELECT "organizationId" FROM "Grant" WHERE "appId" = ${app.id}::uuid`
  const actor = await publisherAsActor(tx, app)
  const others = organizations.filter(({ id }) => id !== app.organizationId)
  return new Map(others.map(({ id }) => [id, record({ ...event, streams: [id], app, actor })]))
}

async function publisherAsActor(tx: Tx, { organizationId: id }: App): Promise<Actor> {
  const { name } = await tx.organization.findUniqueOrThrow({ where: { id }, select: { name: true } })
  return { kind: 'ORGANIZATION', id, name }
}
