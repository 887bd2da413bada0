import { actorOf, organizationsWhere } from '../access/actions.ts'
import { assertNow } from '../access/change-as.ts'
import { type Caller, type UserCaller, userOf } from '../access/viewer.ts'
import { serviceGrantRevoked } from '../consequences.ts'
import type { Core } from '../core.ts'
import { type App, type Grant, Prisma } from '../database/generated/client/client.ts'
import { NotFound } from '../errors.ts'
import { type ChangeContext, type Changed, change, type EventDraft, type Named } from '../history/change.ts'
import { newId } from '../ids.ts'
import { sameScopes } from '../scopes.ts'
import { type EndingEvent, endTokens } from '../tokens/ending.ts'
import { assertImpact, type Reach } from '../tokens/impact.ts'

/** The grants of the viewer, or of the user whom the viewer acts for, where that user is a member. */
const ownGrants = (viewer: Caller): Prisma.GrantWhereInput => ({
  userId: { in: userOf(viewer) },
  organizationId: { in: organizationsWhere(viewer, 'organization:see') },
})

/** The grants that the viewer may see: their own, and all of the organizations they administer. */
export const visibleGrants = (viewer: Caller): Prisma.GrantWhereInput => ({
  OR: [ownGrants(viewer), { organizationId: { in: organizationsWhere(viewer, 'grants:see') } }],
})

/**
 * Those that lists show: all, but in a personal organization an OBO grant appears only when the app
 * first obtains a token by it.
 */
export const listedGrants: Prisma.GrantWhereInput = {
  OR: [{ userId: null }, { tokenObtainedAt: { not: null } }, { organization: { personalUserId: null } }],
}

/** What the viewer authorized: for themselves anywhere, and for apps as such in their personal organization. */
export const grantsOf = (viewer: UserCaller): Prisma.GrantWhereInput => ({
  AND: [
    listedGrants,
    {
      organizationId: { in: organizationsWhere(viewer, 'organization:see') },
      OR: [{ userId: viewer.userId }, { userId: null, organization: { personalUserId: viewer.userId } }],
    },
  ],
})

export const grantReach = ({ id, appId, organizationId }: Pick<Grant, 'id' | 'appId' | 'organizationId'>): Reach => ({
  appId,
  organizationId,
  grantId: id,
})

/**
 * The organization of a grant.
 *
 * @throws {NotFound} also where the viewer may not see it.
 */
export async function organizationOfGrant({ prisma }: Core, viewer: Caller, grantId: string): Promise<string> {
  const grant = await prisma.grant.findFirst({
    where: { id: grantId, AND: visibleGrants(viewer) },
    select: { organizationId: true },
  })
  if (!grant) throw new NotFound()
  return grant.organizationId
}

/**
 * Records that the app may act for the user in the organization. To be called under a lock on the app.
 *
 * @param scopesBeside what the grant is to hold, given what it holds so far.
 * @returns the id of the grant.
 */
export async function putUserGrant(
  context: ChangeContext,
  { app, organizationId, user }: { readonly app: Named; readonly organizationId: string; readonly user: Named },
  scopesBeside: (granted: readonly string[]) => string[],
): Promise<string> {
  const grant = await claimGrant(context, { appId: app.id, organizationId, userId: user.id })
  return put(context, grant, scopesBeside(grant.scopes), { streams: [organizationId, user.id], app, user })
}

/**
 * Records that the app may act as itself in the organization; again, with other scopes, replaces them.
 * To be called under a lock on the app.
 */
export async function putServiceGrant(
  context: ChangeContext,
  app: Pick<App, 'id' | 'name'>,
  organization: { readonly id: string; readonly personalUserId: string | null },
  scopes: string[],
): Promise<string> {
  const grant = await claimGrant(context, { appId: app.id, organizationId: organization.id, userId: null })
  const { id, personalUserId } = organization
  return put(context, grant, scopes, { streams: [id, ...(personalUserId ? [personalUserId] : [])], app })
}

type ClaimedGrant = Pick<Grant, 'id' | 'scopes'> & { readonly isNew: boolean }

/** Locks the grant against every other decision about it; one without scopes is made where there was none. */
async function claimGrant(
  { tx, at }: ChangeContext,
  { appId, organizationId, userId }: Pick<Grant, 'appId' | 'organizationId' | 'userId'>,
): Promise<ClaimedGrant> {
  const fresh = newId()
  const key = userId
    ? Prisma.sql`("appId", "organizationId", "userId")`
    : Prisma.sql`("appId", "organizationId") WHERE "userId" IS NULL`
  // An update that changes nothing: it finds or makes the row and locks it, in one statement.
  const [row] = await tx.$queryRaw<[Pick<Grant, 'id' | 'scopes'>]>`
    INSERT INTO "Grant" ("id", "appId", "organizationId", "userId", "scopes", "createdAt")
    VALUES (${fresh}::uuid, ${appId}::uuid, ${organizationId}::uuid, ${userId}::uuid, '{}', ${at})
    ON CONFLICT ${key} DO UPDATE SET "createdAt" = "Grant"."createdAt"
    RETURNING "id", "scopes"`
  return { ...row, isNew: row.id === fresh }
}

async function put(
  { tx, record }: ChangeContext,
  { id, scopes: before, isNew }: ClaimedGrant,
  scopes: string[],
  about: Pick<EventDraft, 'streams' | 'app' | 'user'>,
): Promise<string> {
  if (!isNew && sameScopes(before, scopes)) return id
  await tx.grant.update({ where: { id }, data: { scopes } })
  const changes = [{ field: 'scopes', before, after: scopes }]
  record({ type: isNew ? 'GRANT_CREATED' : 'GRANT_CHANGED', ...about, grantId: id, changes })
  return id
}

/**
 * Ends a grant and its tokens. Revoking an APP_AUTH grant also uninstalls the app.
 *
 * @throws {NotFound | Forbidden | ImpactChanged}
 */
export async function revokeGrant(
  core: Core,
  viewer: Caller,
  grantId: string,
  impactVersion?: string | null,
): Promise<Changed<GrantEnd>> {
  return change(core, actorOf(viewer), async (context) => {
    const { tx, at, record } = context
    // The installation before the grant: the order in which uninstalling takes them, too.
    await tx.$executeRaw`
      SELECT 1 FROM "Installation" AS i JOIN "Grant" AS g USING ("appId", "organizationId")
      WHERE g."id" = ${grantId}::uuid FOR UPDATE OF i`
    await tx.$executeRaw`SELECT 1 FROM "Grant" WHERE "id" = ${grantId}::uuid FOR UPDATE`
    const grant = await tx.grant.findFirst({ where: { id: grantId, AND: visibleGrants(viewer) }, include: endOfGrant })
    if (!grant) throw new NotFound()
    const isOwn = grant.userId !== null && grant.userId === viewer.userId
    await assertNow(context, viewer, isOwn ? 'grants:revokeOwn' : 'grants:revoke', grant.organizationId, grant.appId)
    await assertImpact(tx, grantReach(grant), at, impactVersion)
    const user = grant.userId ?? grant.organization.personalUserId
    const event = record({
      type: 'GRANT_REVOKED',
      streams: [grant.organizationId, ...(user ? [user] : [])],
      app: grant.app,
      ...(grant.user && { user: grant.user }),
      grantId,
    })
    await endTokens(tx, { grantId }, event, at)
    await tx.grant.delete({ where: { id: grantId } })
    if (grant.userId === null) await serviceGrantRevoked(context, grant)
    return grant
  })
}

const endOfGrant = {
  app: { select: { id: true, name: true } },
  user: { select: { id: true, name: true } },
  organization: { select: { personalUserId: true } },
} as const satisfies Prisma.GrantInclude

type GrantEnd = Pick<Grant, 'id' | 'organizationId' | 'userId'>

/**
 * Ends all grants in reach because something larger ends: the app, its installation, a membership.
 * The histories of organizations learn of the larger thing, and each user's own of their grant. What ends
 * with a membership is named to the organization, too: nothing else there says which apps lost it.
 */
export async function endGrants(
  { tx, at, record }: ChangeContext,
  reach: { readonly appId?: string; readonly organizationId?: string; readonly userId?: string },
  event: EndingEvent | null,
): Promise<void> {
  await endTokens(tx, reach, event, at)
  const grants = await tx.grant.findMany({
    where: reach,
    select: {
      id: true,
      userId: true,
      app: { select: { id: true, name: true } },
      user: { select: { id: true, name: true } },
      organization: { select: { id: true, personalUserId: true } },
    },
  })
  await tx.grant.deleteMany({ where: reach })
  for (const { id, user, app, organization } of grants) {
    const userId = user?.id ?? organization.personalUserId
    if (reach.userId && user) {
      record({ type: 'GRANT_REVOKED', streams: [organization.id, user.id], app, user, grantId: id })
    } else if (userId) record({ type: 'GRANT_REVOKED', streams: [userId], app, grantId: id })
  }
}
