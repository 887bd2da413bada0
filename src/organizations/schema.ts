import { Edition, Role } from '../database/generated/client/enums.ts'
import { LastSuperAdmin, NotFound } from '../errors.ts'
import { readableCursor } from '../feed/readable-cursor.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { type Context, requireViewer } from '../graphql/context.ts'
import { mutation } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { parseId, publicId } from '../ids.ts'
import type { Viewer } from '../viewer/viewer.ts'
import { removeMember, updateMemberRole, visibleMemberships, visibleOrganizations } from './service.ts'

const EditionType = builder.enumType(Edition, {
  name: 'Edition',
  description: 'What kind of organization it is; fixed for life.',
  values: {
    PERSONAL: { description: 'Belongs to exactly one user. It has no other members and no installations.' },
    TEAM: { description: 'A team, with members and roles.' },
    ENTERPRISE: { description: 'An enterprise, with members and roles.' },
  },
})

const RoleType = builder.enumType(Role, {
  name: 'Role',
  description: 'What a member may do in an organization.',
  values: {
    SUPER_ADMIN: {
      description: 'Everything, roles and the organization itself included. There is always at least one.',
    },
    ADMIN: { description: 'Apps, installations, requests, grants and history; may remove members.' },
    MEMBER: { description: 'Ask for installations, and see and revoke their own grants.' },
  },
})

export const OrganizationType = builder.prismaNode('Organization', {
  description: 'A tenant: it publishes apps, and decides which apps of others it installs.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleOrganizations(requireViewer(context)) }),
  select: { id: true },
  fields: (t) => ({
    organizationId: t.string({
      description: 'Its plain id, `org_…`: what `organization` and the OAuth endpoints take.',
      resolve: ({ id }) => publicId('Organization', id),
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    edition: t.expose('edition', { type: EditionType, description: 'What kind of organization it is.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    viewerRole: t.field({
      type: RoleType,
      nullable: true,
      description: 'The role of the viewer in it.',
      resolve: ({ id }, _args, context) => context.viewer?.roles.get(id),
    }),
    members: t.relatedConnection('memberships', {
      description: 'The members, newest first. All members see them.',
      cursor: 'id',
      totalCount: true,
      authScopes: ({ id }) => ({ may: ['members:see', id] }),
      query: (args) => newestFirst(args),
    }),
  }),
})

builder.prismaNode('Membership', {
  description: 'A user in an organization.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleMemberships(requireViewer(context)) }),
  select: { id: true },
  fields: (t) => ({
    role: t.expose('role', { type: RoleType, description: 'What the member may do there.' }),
    user: t.relation('user', { description: 'Who the member is.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
  }),
})

builder.queryField('organization', (t) =>
  t.prismaField({
    type: 'Organization',
    nullable: true,
    description: 'One of the organizations of the viewer, by its id; null where it is none of theirs.',
    authScopes: { signedIn: true },
    args: { id: t.arg.id({ description: 'Its id, `org_…`.' }) },
    resolve: (query, _root, { id }, context) => {
      const where = { id: parseId('Organization', id, 'id'), AND: visibleOrganizations(requireViewer(context)) }
      return context.core.prisma.organization.findFirst({ ...query, where })
    },
  }),
)

/** The organization of a membership that the viewer may see. */
async function organizationOfMember(context: Context & { viewer?: Viewer | null }, memberId: string): Promise<string> {
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
  input: (t) => ({ membershipId: t.id({ description: 'Whose membership ends, `mem_…`.' }) }),
  who: { action: 'members:remove', in: ({ membershipId }, context) => organizationOfMember(context, membershipId) },
  errors: [LastSuperAdmin],
  resolve: async ({ core, viewer }, { membershipId }) => {
    const { value, cursor } = await removeMember(core, viewer, parseId('Membership', membershipId, 'membershipId'))
    return { membershipId, cursor: await cursor(value.userId === viewer.userId ? viewer.userId : value.organizationId) }
  },
  success: (t) => ({
    membershipId: t.exposeID('membershipId', { description: 'The id that the membership had.' }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})
