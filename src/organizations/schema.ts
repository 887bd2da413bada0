import { Edition, Role } from '../database/generated/client/enums.ts'
import { ImpactChanged, QuotaReached } from '../errors.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { ImpactType } from '../graphql/errors.ts'
import { mutation, type SuccessFields } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { parseId, publicId } from '../ids.ts'
import { organizationImpact } from './impact.ts'
import { createOrganization, deleteOrganization, updateOrganization, visibleOrganizations } from './service.ts'

const EditionType = builder.enumType(Edition, {
  name: 'Edition',
  description: 'What kind of organization it is; fixed for life.',
  values: {
    PERSONAL: { description: 'Belongs to exactly one user. It has no other members and no installations.' },
    TEAM: { description: 'A team, with members and roles.' },
    ENTERPRISE: { description: 'An enterprise, with members and roles.' },
  },
})

export const RoleType = builder.enumType(Role, {
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
      description:
        'The role of the viewer in it; for an app, the most that its token is worth there, within its scope.',
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

builder.queryField('organization', (t) =>
  t.prismaField({
    type: 'Organization',
    nullable: true,
    description:
      'One of the organizations of the viewer, by its id; null where it is none of theirs. An app has the one that its token is for.',
    authScopes: { signedIn: true },
    args: { id: t.arg.id({ description: 'Its id, `org_…`.' }) },
    resolve: (query, _root, { id }, context) => {
      const where = { id: parseId('Organization', id, 'id'), AND: visibleOrganizations(requireViewer(context)) }
      return context.core.prisma.organization.findFirst({ ...query, where })
    },
  }),
)

builder.prismaObjectField(OrganizationType, 'impact', (t) =>
  t.field({
    type: ImpactType,
    nullable: true,
    description:
      'What deleting it would touch now, its apps in other organizations included. Who may: its super admins.',
    complexity: 20,
    authScopes: ({ id }) => ({ may: ['organization:delete', id] }),
    resolve: ({ id }, _args, { core }) => organizationImpact(core.prisma, id, core.clock.now()),
  }),
)

const changedOrganization = (t: SuccessFields<{ organizationId: string; cursor: string }>) => ({
  organization: t.prismaField({
    type: 'Organization',
    description: 'The organization as it is now.',
    resolve: (query, { organizationId }, _args, context) =>
      batched(context).organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
  }),
  cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
})

mutation('createOrganization', {
  description: 'Creates a team or an enterprise, with the viewer as its super admin.',
  input: (t) => ({
    name: t.string({ description: '1 to 100 characters.' }),
    edition: t.field({ type: EditionType, description: 'TEAM or ENTERPRISE; it can never be changed.' }),
  }),
  who: 'Who may: anybody who is signed in.',
  errors: [QuotaReached],
  resolve: async (context, input) => {
    const { value: organizationId, cursor } = await createOrganization(context.core, context.viewer, input)
    return { organizationId, cursor: await cursor(organizationId) }
  },
  success: changedOrganization,
})

mutation('updateOrganization', {
  description: 'Gives an organization another name.',
  input: (t) => ({
    organizationId: t.id({ description: 'Which organization, `org_…`.' }),
    name: t.string({ description: '1 to 100 characters.' }),
  }),
  who: {
    action: 'organization:update',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  resolve: async ({ core, viewer }, input) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const { cursor } = await updateOrganization(core, viewer, organizationId, input)
    return { organizationId, cursor: await cursor(organizationId) }
  },
  success: changedOrganization,
})

mutation('deleteOrganization', {
  description:
    'Removes an organization with its apps, everywhere, and with all that it installed and granted, for good.',
  input: (t) => ({
    organizationId: t.id({ description: 'Which organization, `org_…`.' }),
    confirmation: t.string({ description: 'The name of the organization.' }),
    impactVersion: t.string({ required: false, description: 'The version of the impact that was looked at.' }),
  }),
  who: {
    action: 'organization:delete',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [ImpactChanged],
  resolve: async ({ core, viewer }, { organizationId, confirmation, impactVersion }) => {
    const id = parseId('Organization', organizationId, 'organizationId')
    const { cursor } = await deleteOrganization(core, viewer, id, confirmation, impactVersion)
    return { organizationId, cursor: await cursor(viewer.userId) }
  },
  success: (t) => ({
    organizationId: t.exposeID('organizationId', { description: 'The id that the organization had.' }),
    cursor: t.exposeString('cursor', { description: "Resumes the viewer's own feed right after this." }),
  }),
})
