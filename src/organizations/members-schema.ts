import { EditionHasNoMembers, ImpactChanged, LastSuperAdmin, NotFound } from '../errors.ts'
import { readableCursor } from '../events/readable-cursor.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { type Context, requireViewer } from '../graphql/context.ts'
import { ImpactType } from '../graphql/errors.ts'
import { mutation } from '../graphql/mutation.ts'
import { impacts } from '../graphql/per-request.ts'
import { parseId, publicId } from '../ids.ts'
import { leaveOrganization, membershipReach, removeMember, updateMemberRole, visibleMemberships } from './members.ts'
import { RoleType } from './schema.ts'
import { deleteAccount } from './users.ts'

builder.prismaNode('Membership', {
  description: 'A user in an organization.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleMemberships(requireViewer(context)) }),
  select: { id: true, organizationId: true, userId: true },
  fields: (t) => ({
    role: t.expose('role', { type: RoleType, description: 'What the member may do there.' }),
    user: t.relation('user', { description: 'Who the member is.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    impact: t.field({
      type: ImpactType,
      nullable: true,
      description:
        'What the end of the membership would touch now: all that the member granted there. Null for everybody but the member and who may remove members.',
      complexity: 20,
      authScopes: ({ organizationId, userId }, _args, { viewer }) =>
        viewer?.userId === userId ? { person: true } : { sees: ['members:remove', organizationId] },
      unauthorizedResolver: () => null,
      resolve: (member, _args, context) => impacts(context, membershipReach(member)),
    }),
  }),
})

const impactVersion = {
  required: false,
  description: 'The version of the `Membership.impact` that was looked at.',
} as const

/** The organization of a membership that the viewer may see. */
async function organizationOfMember(context: Context, memberId: string): Promise<string> {
  const member = await context.core.prisma.membership.findFirst({
    where: { id: parseId('Membership', memberId, 'membershipId'), AND: visibleMemberships(requireViewer(context)) },
    select: { organizationId: true },
  })
  if (!member) throw new NotFound()
  return member.organizationId
}

mutation('updateMemberRole', {
  description: 'Gives a member another role.',
  input: (t) => ({
    membershipId: t.id({ description: 'Whose role, `mem_…`.' }),
    role: t.field({ type: RoleType, description: 'The new role.' }),
  }),
  who: { action: 'members:changeRole', in: ({ membershipId }, context) => organizationOfMember(context, membershipId) },
  errors: [LastSuperAdmin],
  resolve: async ({ core, viewer }, input) => {
    const membershipId = parseId('Membership', input.membershipId, 'membershipId')
    const changed = await updateMemberRole(core, viewer, membershipId, input.role)
    const { organizationId, userId } = changed.value
    const now = userId === viewer.userId ? { ...viewer, roles: new Map([[organizationId, input.role]]) } : viewer
    return { membershipId, cursor: await readableCursor(changed, now, organizationId) }
  },
  success: (t) => ({
    membership: t.prismaField({
      type: 'Membership',
      description: 'The membership with its new role.',
      resolve: (query, { membershipId }, _args, context) =>
        batched(context).membership.findUniqueOrThrow({ ...query, where: { id: membershipId } }),
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})

mutation('removeMember', {
  description:
    'Ends a membership, and with it the grants, tokens and pending requests of the member there. Admins may remove members only, super admins anybody.',
  input: (t) => ({
    membershipId: t.id({ description: 'Whose membership ends, `mem_…`.' }),
    impactVersion: t.string(impactVersion),
  }),
  who: { action: 'members:remove', in: ({ membershipId }, context) => organizationOfMember(context, membershipId) },
  errors: [LastSuperAdmin, ImpactChanged],
  resolve: async ({ core, viewer }, { membershipId, impactVersion }) => {
    const id = parseId('Membership', membershipId, 'membershipId')
    const { value, cursor } = await removeMember(core, viewer, id, impactVersion)
    return { membershipId, cursor: await cursor(value.userId === viewer.userId ? viewer.userId : value.organizationId) }
  },
  success: (t) => ({
    membershipId: t.exposeID('membershipId', { description: 'The id that the membership had.' }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})

mutation('leaveOrganization', {
  description:
    "Ends the viewer's own membership, and with it their grants, tokens and pending requests there. The last super admin cannot leave.",
  input: (t) => ({
    organizationId: t.id({ description: 'Which organization to leave, `org_…`.' }),
    impactVersion: t.string(impactVersion),
  }),
  who: {
    action: 'organization:leave',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [LastSuperAdmin, EditionHasNoMembers, ImpactChanged],
  resolve: async ({ core, viewer }, { organizationId, impactVersion }) => {
    const id = parseId('Organization', organizationId, 'organizationId')
    const { cursor } = await leaveOrganization(core, viewer, id, impactVersion)
    return { organizationId, cursor: await cursor(viewer.userId) }
  },
  success: (t) => ({
    organizationId: t.exposeID('organizationId', { description: 'The organization that was left.' }),
    cursor: t.exposeString('cursor', { description: "Resumes the viewer's own feed right after this." }),
  }),
})

mutation('deleteAccount', {
  description:
    "Deletes the viewer's account with its personal organization and apps, and ends every membership. Refused while an organization would be left without a super admin.",
  input: (t) => ({ confirmation: t.string({ description: "The viewer's name." }) }),
  who: 'Who may: anybody who is signed in.',
  errors: [LastSuperAdmin],
  resolve: async ({ core, viewer, clearCookie }, { confirmation }) => {
    await deleteAccount(core, viewer, confirmation)
    clearCookie?.()
    return { userId: publicId('User', viewer.userId) }
  },
  success: (t) => ({ userId: t.exposeID('userId', { description: 'The id that the user had.' }) }),
})
