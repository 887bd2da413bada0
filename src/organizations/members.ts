import { actorOf, assertMay, may, organizationsWhere } from '../access/actions.ts'
import type { Caller, Viewer } from '../access/viewer.ts'
import { memberRemoved } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { Membership, Prisma, Role } from '../database/generated/client/client.ts'
import { EditionHasNoMembers, Forbidden, LastSuperAdmin, NotFound } from '../errors.ts'
import { type Actor, type ChangeContext, type Changed, change, type Named } from '../history/change.ts'
import { assertImpact, type Reach } from '../tokens/impact.ts'
import { insertMembership } from './service.ts'

/** The memberships that the viewer may see: those of every organization they belong to. */
export const visibleMemberships = (viewer: Caller): Prisma.MembershipWhereInput => ({
  organizationId: { in: organizationsWhere(viewer, 'members:see') },
})

/** What the end of a membership touches: all that the member granted there. */
export const membershipReach = ({ organizationId, userId }: Pick<Membership, 'organizationId' | 'userId'>): Reach => ({
  organizationId,
  userId,
})

/** Makes the user a member. The caller has made sure that both sides want it. */
export async function addMember(
  core: Core,
  actor: Actor,
  member: { readonly organizationId: string; readonly userId: string; readonly role: Role },
): Promise<Changed<Membership>> {
  return change(core, actor, async (context) => {
    const user = await context.tx.user.findUniqueOrThrow({ where: { id: member.userId } })
    return join(context, { ...member, user })
  })
}

/** The membership and its event, within a change that makes more than that. */
export async function join(
  context: ChangeContext,
  { organizationId, user, role }: { readonly organizationId: string; readonly user: Named; readonly role: Role },
): Promise<Membership> {
  const membership = await insertMembership(context, { organizationId, userId: user.id, role })
  context.record({
    type: 'MEMBER_JOINED',
    streams: [organizationId],
    user,
    changes: [{ field: 'role', before: null, after: role }],
  })
  return membership
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
 * @throws {NotFound | Forbidden | LastSuperAdmin | ImpactChanged}
 */
export async function removeMember(
  core: Core,
  viewer: Viewer,
  membershipId: string,
  impactVersion?: string | null,
): Promise<Changed<Membership>> {
  return change(core, actorOf(viewer), async (context) => {
    const { tx } = context
    const member = await lockMembership(tx, viewer, membershipId)
    assertMay(member.viewer, 'members:remove', member.organizationId)
    if (member.role !== 'MEMBER' && !may(member.viewer, 'members:changeRole', member.organizationId)) {
      throw new Forbidden('Admins may remove members only; it takes a super admin to remove an admin.')
    }
    if (member.role === 'SUPER_ADMIN') await assertOtherSuperAdmin(tx, member)
    await assertImpact(tx, membershipReach(member), context.at, impactVersion)
    await endMembership(context, member)
    return member
  })
}

/**
 * Ends the viewer's own membership, with all that removing them would end.
 *
 * @throws {NotFound | EditionHasNoMembers | LastSuperAdmin | ImpactChanged}
 */
export async function leaveOrganization(
  core: Core,
  viewer: Viewer,
  organizationId: string,
  impactVersion?: string | null,
): Promise<Changed<Membership>> {
  assertMay(viewer, 'organization:leave', organizationId)
  return change(core, actorOf(viewer), async (context) => {
    const own = { organizationId_userId: { organizationId, userId: viewer.userId } }
    const membership = await context.tx.membership.findUnique({ where: own })
    if (!membership) throw new NotFound()
    const member = await lockMembership(context.tx, viewer, membership.id)
    if (member.organization.edition === 'PERSONAL') throw new EditionHasNoMembers()
    if (member.role === 'SUPER_ADMIN') await assertOtherSuperAdmin(context.tx, member)
    await assertImpact(context.tx, membershipReach(member), context.at, impactVersion)
    await endMembership(context, member)
    return member
  })
}

/** The end of a membership, for whatever brings it about. To be called under the organization's lock. */
export async function endMembership(
  context: ChangeContext,
  member: Membership & { readonly organization: Named; readonly user: Named },
): Promise<void> {
  const event = context.record({
    type: 'MEMBER_REMOVED',
    streams: [member.organizationId, member.userId],
    organization: member.organization,
    user: member.user,
    changes: [{ field: 'role', before: member.role, after: null }],
  })
  await memberRemoved(context, member, event)
  await context.tx.membership.delete({ where: { id: member.id } })
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
    include: {
      organization: { select: { id: true, name: true, edition: true } },
      user: { select: { id: true, name: true } },
    },
  })
  if (!member) throw new NotFound()
  const own = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId: member.organizationId, userId: viewer.userId } },
  })
  const roles = new Map(own ? [[member.organizationId, own.role]] : [])
  return { ...member, viewer: { ...viewer, roles } }
}

/** @throws {LastSuperAdmin} */
export async function assertOtherSuperAdmin(tx: Tx, { id, organizationId }: Membership): Promise<void> {
  const others = await tx.membership.count({ where: { organizationId, role: 'SUPER_ADMIN', id: { not: id } } })
  if (others === 0) throw new LastSuperAdmin()
}
