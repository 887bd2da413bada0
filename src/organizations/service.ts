import { z } from 'zod'
import { memberRemoved } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { Edition, Membership, Prisma, Role, User } from '../database/generated/client/client.ts'
import { Forbidden, InvalidInput, LastSuperAdmin, NotFound, QuotaReached } from '../errors.ts'
import { type Actor, type ChangeContext, type Changed, change } from '../feed/change.ts'
import { newId } from '../ids.ts'
import { line, parse } from '../input.ts'
import { actorOf, assertMay, may, organizationsWhere } from '../viewer/actions.ts'
import type { Viewer } from '../viewer/viewer.ts'

/** The organizations that the viewer may see. */
export const visibleOrganizations = (viewer: Viewer): Prisma.OrganizationWhereInput => ({
  id: { in: organizationsWhere(viewer, 'organization:see') },
})

/** The memberships that the viewer may see: those of every organization they belong to. */
export const visibleMemberships = (viewer: Viewer): Prisma.MembershipWhereInput => ({
  organizationId: { in: organizationsWhere(viewer, 'members:see') },
})

const named = z.object({ name: line(100) })

const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }

/** A new person, with the personal organization that everybody has. */
export async function createUser(
  core: Core,
  input: { readonly name: string; readonly email?: string | null; readonly passwordHash?: string },
): Promise<User> {
  const { name } = parse(named, input)
  const { value } = await change(core, system, async (context) => {
    const { tx, at } = context
    const id = newId()
    const user = await tx.user.create({
      data: {
        id,
        name,
        email: input.email?.toLowerCase() ?? null,
        createdAt: at,
        ...(input.passwordHash && { password: { create: { hash: input.passwordHash, updatedAt: at } } }),
      },
    })
    await tx.stream.create({ data: { id, kind: 'USER' } })
    await insertOrganization(context, { name, edition: 'PERSONAL' }, id)
    return user
  })
  return value
}

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
  const { name } = parse(named, input)
  if (input.edition === 'PERSONAL')
    throw InvalidInput.at('edition', 'everybody has their personal organization already')
  return change(core, actorOf(viewer), async (context) => {
    await context.tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${viewer.userId}::uuid FOR NO KEY UPDATE`
    const limit = core.config.limits.organizationsPerUser
    const owned = await context.tx.membership.count({
      where: { userId: viewer.userId, role: 'SUPER_ADMIN', organization: { edition: { not: 'PERSONAL' } } },
    })
    if (owned >= limit) throw new QuotaReached('organizationsPerUser', limit, 'organizations for a user')
    return insertOrganization(context, { name, edition: input.edition }, viewer.userId)
  })
}

async function insertOrganization(
  { tx, at, record }: ChangeContext,
  { name, edition }: { readonly name: string; readonly edition: Edition },
  userId: string,
): Promise<string> {
  const id = newId()
  const personalUserId = edition === 'PERSONAL' ? userId : null
  await tx.organization.create({ data: { id, name, edition, personalUserId, createdAt: at } })
  await tx.stream.create({ data: { id, kind: 'ORGANIZATION' } })
  await insertMembership({ tx, at }, { organizationId: id, userId, role: 'SUPER_ADMIN' })
  record({ type: 'ORGANIZATION_CREATED', streams: [id], organization: { id, name } })
  return id
}

const insertMembership = (
  { tx, at }: Pick<ChangeContext, 'tx' | 'at'>,
  member: { organizationId: string; userId: string; role: Role },
) => tx.membership.create({ data: { id: newId(), ...member, createdAt: at } })

/** Makes the user a member. Whoever calls this has made sure that both sides want it. */
export async function addMember(
  core: Core,
  actor: Actor,
  member: { readonly organizationId: string; readonly userId: string; readonly role: Role },
): Promise<Changed<Membership>> {
  return change(core, actor, async (context) => {
    const user = await context.tx.user.findUniqueOrThrow({ where: { id: member.userId } })
    const membership = await insertMembership(context, member)
    context.record({
      type: 'MEMBER_JOINED',
      streams: [member.organizationId],
      user,
      changes: [{ field: 'role', before: null, after: member.role }],
    })
    return membership
  })
}

/**
 * Gives a member another role. The same role again changes nothing.
 *
 * @throws {NotFound | Forbidden | LastSuperAdmin}
 */
export async function updateMemberRole(
  core: Core,
  viewer: Viewer,
  membershipId: string,
  role: Role,
): Promise<Changed<Membership>> {
  return change(core, actorOf(viewer), async ({ tx, record }) => {
    const member = await lockMembership(tx, viewer, membershipId)
    assertMay(member.viewer, 'members:changeRole', member.organizationId)
    if (member.role === role) return member
    if (member.role === 'SUPER_ADMIN') await assertOtherSuperAdmin(tx, member)
    const changes = [{ field: 'role', before: member.role, after: role }]
    record({
      type: 'MEMBER_ROLE_CHANGED',
      streams: [member.organizationId, member.userId],
      organization: member.organization,
      user: member.user,
      changes,
    })
    return tx.membership.update({ where: { id: member.id }, data: { role } })
  })
}

/**
 * Ends a membership and with it the member's grants, tokens and pending requests there.
 * Admins may remove members, super admins anybody.
 *
 * @throws {NotFound | Forbidden | LastSuperAdmin}
 */
export async function removeMember(core: Core, viewer: Viewer, membershipId: string): Promise<Changed<Membership>> {
  return change(core, actorOf(viewer), async (context) => {
    const { tx, record } = context
    const member = await lockMembership(tx, viewer, membershipId)
    assertMay(member.viewer, 'members:remove', member.organizationId)
    if (member.role !== 'MEMBER' && !may(member.viewer, 'members:changeRole', member.organizationId)) {
      throw new Forbidden('Admins may remove members only; it takes a super admin to remove an admin.')
    }
    if (member.role === 'SUPER_ADMIN') await assertOtherSuperAdmin(tx, member)
    const event = record({
      type: 'MEMBER_REMOVED',
      streams: [member.organizationId, member.userId],
      organization: member.organization,
      user: member.user,
      changes: [{ field: 'role', before: member.role, after: null }],
    })
    await memberRemoved(context, member, event)
    await tx.membership.delete({ where: { id: member.id } })
    return member
  })
}

/**
 * The membership, locked, with its organization's row: roles and members of one organization change
 * one after the other, and no member begins anything there that is to end with the membership. The
 * viewer comes with their role of that moment, not with the one they had when the request began.
 *
 * @throws {NotFound} also where the viewer may not see it, or the organization is personal.
 */
async function lockMembership(tx: Tx, viewer: Viewer, id: string) {
  await tx.$executeRaw`
    SELECT 1 FROM "Organization" WHERE "id" = (SELECT "organizationId" FROM "Membership" WHERE "id" = ${id}::uuid)
    FOR NO KEY UPDATE`
  await tx.$executeRaw`SELECT 1 FROM "Membership" WHERE "id" = ${id}::uuid FOR UPDATE`
  const member = await tx.membership.findFirst({
    where: { id, AND: visibleMemberships(viewer) },
    include: { organization: { select: { id: true, name: true } }, user: { select: { id: true, name: true } } },
  })
  if (!member) throw new NotFound()
  const own = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId: member.organizationId, userId: viewer.userId } },
  })
  const roles = new Map(own ? [[member.organizationId, own.role]] : [])
  return { ...member, viewer: { ...viewer, roles } }
}

async function assertOtherSuperAdmin(tx: Tx, { id, organizationId }: Membership): Promise<void> {
  const others = await tx.membership.count({ where: { organizationId, role: 'SUPER_ADMIN', id: { not: id } } })
  if (others === 0) throw new LastSuperAdmin()
}
