import { actorOf, assertMay, organizationsWhere } from '../access/actions.ts'
import { assertNow, changeAs } from '../access/change-as.ts'
import type { Caller, Viewer } from '../access/viewer.ts'
import { organizationDeleted } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { Edition, Membership, Organization, Prisma, Role } from '../database/generated/client/client.ts'
import { Forbidden, InvalidInput, NotFound, QuotaReached, Unauthenticated } from '../errors.ts'
import { type ChangeContext, type Changed, change } from '../history/change.ts'
import { newId } from '../ids.ts'
import { line, parse } from '../input.ts'
import { isSameName } from '../text.ts'
import { claimOrganization, holdUser } from './claims.ts'
import { assertOrganizationImpact } from './impact.ts'

/** The organizations that the viewer may see. */
export const visibleOrganizations = (viewer: Caller): Prisma.OrganizationWhereInput => ({
  id: { in: organizationsWhere(viewer, 'organization:see') },
})

/**
 * A new team or enterprise organization, with the viewer as its super admin.
 *
 * @returns its id.
 * @throws {InvalidInput | QuotaReached}
 */
export async function createOrganization(
  core: Core,
  viewer: Viewer,
  input: { readonly name: string; readonly edition: Edition },
): Promise<Changed<string>> {
  const name = parse(line(100), input.name, 'name')
  if (input.edition === 'PERSONAL') {
    const message = 'everybody has their personal organization already'
    throw InvalidInput.at('edition', { code: 'NOT_OFFERED', message })
  }
  return change(core, actorOf(viewer), async (context) => {
    // One's organizations are counted one after the other.
    await context.tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${viewer.userId}::uuid FOR NO KEY UPDATE`
    const limit = core.config.limits.organizationsPerUser
    const created = await context.tx.organization.count({ where: { createdById: viewer.userId } })
    if (created >= limit) throw new QuotaReached('organizationsPerUser', limit, 'organizations created by a user')
    return insertOrganization(context, { name, edition: input.edition }, viewer.userId)
  })
}

/** An organization with its stream and its first super admin. @returns its id. */
export async function insertOrganization(
  context: ChangeContext,
  { name, edition }: { readonly name: string; readonly edition: Edition },
  userId: string,
): Promise<string> {
  const { tx, at, record } = context
  const id = newId()
  const owner = edition === 'PERSONAL' ? { personalUserId: userId } : { createdById: userId }
  await tx.organization.create({ data: { id, name, edition, ...owner, createdAt: at } })
  await tx.stream.create({ data: { id, kind: 'ORGANIZATION' } })
  await insertMembership(context, { organizationId: id, userId, role: 'SUPER_ADMIN' })
  record({ type: 'ORGANIZATION_CREATED', streams: [id], organization: { id, name } })
  return id
}

/** @throws {Unauthenticated} where the user's account has gone meanwhile. */
export async function insertMembership(
  { tx, at }: Pick<ChangeContext, 'tx' | 'at'>,
  member: { readonly organizationId: string; readonly userId: string; readonly role: Role },
): Promise<Membership> {
  if (!(await holdUser(tx, member.userId))) throw new Unauthenticated()
  return tx.membership.create({ data: { id: newId(), ...member, createdAt: at } })
}

/**
 * Gives the organization another name. The same name again changes nothing.
 *
 * @throws {NotFound | Forbidden | InvalidInput}
 */
export async function updateOrganization(
  core: Core,
  viewer: Viewer,
  organizationId: string,
  input: { readonly name: string },
): Promise<Changed<Organization>> {
  assertMay(viewer, 'organization:update', organizationId)
  const name = parse(line(100), input.name, 'name')
  return changeAs(core, viewer, ['organization:update', organizationId], async (context) => {
    const { tx, record } = context
    const before = await lockOrganization(tx, organizationId)
    await assertNow(context, viewer, 'organization:update', organizationId)
    if (before.name === name) return before
    record({
      type: 'ORGANIZATION_UPDATED',
      streams: [organizationId],
      organization: { id: organizationId, name },
      changes: [{ field: 'name', before: before.name, after: name }],
    })
    return tx.organization.update({ where: { id: organizationId }, data: { name } })
  })
}

/**
 * Removes the organization with its apps, everywhere, and with what it installed and granted. Its
 * history goes with it; those of others keep its name.
 *
 * @param confirmation must be the organization's name.
 * @throws {NotFound | Forbidden | InvalidInput | ImpactChanged}
 */
export async function deleteOrganization(
  core: Core,
  viewer: Viewer,
  organizationId: string,
  confirmation: string,
  impactVersion?: string | null,
): Promise<Changed<Organization>> {
  assertMay(viewer, 'organization:delete', organizationId)
  return change(core, actorOf(viewer), async (context) => {
    const organization = await claimOrganization(context.tx, organizationId)
    // Once and for all: who is locked in with the organization keeps their role, and loses it with it.
    await assertNow(context, viewer, 'organization:delete', organizationId)
    if (organization.edition === 'PERSONAL') {
      throw new Forbidden('A personal organization goes with the account of its user, and not before.')
    }
    if (!isSameName(confirmation, organization.name)) {
      const message = 'must be the name of the organization'
      throw InvalidInput.at('confirmation', { code: 'WRONG_CONFIRMATION', message })
    }
    await assertOrganizationImpact(context.tx, organizationId, context.at, impactVersion)
    await removeOrganization(context, organization)
    return organization
  })
}

/** The deletion itself, also for whatever takes the organization along. To be called on a claimed one. */
export async function removeOrganization(context: ChangeContext, organization: Organization): Promise<void> {
  const { id, name } = organization
  const { tx, record, endStream } = context
  await organizationDeleted(context, organization)
  const members = await tx.membership.findMany({
    where: { organizationId: id },
    include: { user: { select: { id: true, name: true } } },
  })
  for (const { user, role } of members) {
    record({
      type: 'MEMBER_REMOVED',
      streams: [user.id],
      organization: { id, name },
      user,
      changes: [{ field: 'role', before: role, after: null }],
    })
  }
  await tx.organization.delete({ where: { id } })
  endStream(id)
}

/** @throws {NotFound} */
export async function lockOrganization(tx: Tx, id: string): Promise<Organization> {
  await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
  const organization = await tx.organization.findUnique({ where: { id } })
  if (!organization) throw new NotFound()
  return organization
}
