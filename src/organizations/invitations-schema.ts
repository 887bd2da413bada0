import { InvitationStatus } from '../database/generated/client/enums.ts'
import {
  AlreadyMember,
  EditionHasNoMembers,
  InvalidInput,
  InvitationInvalid,
  NotFound,
  TooManyAttempts,
} from '../errors.ts'
import { readableCursor } from '../events/readable-cursor.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { mutation } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { parseId } from '../ids.ts'
import { Viewer } from '../users/viewer-schema.ts'
import {
  acceptInvitation,
  inviteMember,
  openInvitations,
  ownAddress,
  revokeInvitation,
  sendInvitation,
  visibleInvitations,
} from './invitations.ts'
import { OrganizationType, RoleType } from './schema.ts'

const StatusEnum = builder.enumType(InvitationStatus, {
  name: 'InvitationStatus',
  description: 'What became of an invitation.',
  values: {
    PENDING: { description: 'It can be accepted until it expires.' },
    ACCEPTED: { description: 'Somebody became a member by it.' },
    REVOKED: { description: 'It was taken back, or replaced by a newer one to the same address.' },
  },
})

builder.prismaNode('Invitation', {
  description:
    'A place in an organization, held for the owner of an e-mail address. Admins see the invitations of their organization, users those to themselves.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleInvitations(requireViewer(context)) }),
  select: { id: true },
  fields: (t) => ({
    organizationName: t.string({
      description: 'The name of the organization.',
      select: { organization: { select: { name: true } } },
      resolve: ({ organization }) => organization.name,
    }),
    email: t.exposeString('email', { description: 'The address that it was sent to.' }),
    role: t.expose('role', { type: RoleType, description: 'The role that it leads to.' }),
    status: t.expose('status', { type: StatusEnum, description: 'What became of it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted.' }),
    invitedBy: t.relation('invitedBy', {
      nullable: true,
      description: 'Who invites; null once their account is gone.',
    }),
  }),
})

builder.prismaObjectField(OrganizationType, 'invitations', (t) =>
  t.relatedConnection('invitations', {
    nullable: true,
    description: 'Who was invited, newest first. Who may: its admins.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['invitations:see', id] }),
    args: { status: t.arg({ type: StatusEnum, required: false, description: 'Only those of this status.' }) },
    query: ({ status, ...page }) => ({ ...newestFirst(page), where: status ? { status } : {} }),
  }),
)

builder.objectField(Viewer, 'invitations', (t) =>
  t.prismaConnection({
    type: 'Invitation',
    cursor: 'id',
    description:
      'The invitations to the e-mail address of the viewer that can be accepted, newest first; none while it is not known that they get the mail that goes there. No app sees them.',
    authScopes: { person: true },
    resolve: (query, viewer, args, { core, now }) =>
      core.prisma.invitation.findMany(
        byKeyset({
          ...query,
          ...newestFirst(args),
          where: { ...openInvitations(now), email: ownAddress(viewer) ?? '' },
        }),
      ),
    totalCount: (viewer, _args, { core, now }) =>
      core.prisma.invitation.count({ where: { ...openInvitations(now), email: ownAddress(viewer) ?? '' } }),
  }),
)

mutation('inviteMember', {
  description:
    'Invites the owner of an e-mail address. The answer does not tell whether the address has an account. Inviting again replaces the link. Admins may invite members only, super admins may invite with any role.',
  input: (t) => ({
    organizationId: t.id({ description: 'To where, `org_…`.' }),
    email: t.string({ description: 'The address that the link goes to.' }),
    role: t.field({ type: RoleType, defaultValue: 'MEMBER', description: 'The role that it leads to.' }),
  }),
  who: {
    action: 'members:invite',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [EditionHasNoMembers, TooManyAttempts],
  resolve: async ({ core, viewer }, input) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const { value, cursor } = await inviteMember(core, viewer, { ...input, organizationId })
    const sent = await sendInvitation(core, viewer, value)
    return { invitationId: value.invitation.id, ...sent, cursor: await cursor(organizationId) }
  },
  success: (t) => ({
    invitation: t.prismaField({
      type: 'Invitation',
      description: 'The invitation.',
      resolve: (query, { invitationId }, _args, context) =>
        batched(context).invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
    link: t.exposeString('link', {
      nullable: true,
      description:
        'Where the server sends no mail: the link to hand over. It is in this answer and nowhere else, ever. Null where mail is sent.',
    }),
    mailed: t.exposeBoolean('mailed', {
      description: 'Whether a mail with the link is on its way. Where it could not be sent, invite again.',
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})

mutation('acceptInvitation', {
  description: 'Makes the viewer a member of the organization that they are invited to.',
  input: (t) => ({
    token: t.string({
      required: false,
      description: 'The end of the link of the invitation; or else give `invitationId`.',
    }),
    invitationId: t.id({
      required: false,
      description: "The id of an invitation to the viewer's own address, `inv_…`; or else give `token`.",
    }),
  }),
  who: 'Who may: the user that it is for.',
  errors: [InvitationInvalid, AlreadyMember],
  resolve: async ({ core, viewer }, { token, invitationId }) => {
    if ((token == null) === (invitationId == null)) {
      throw InvalidInput.at('token', {
        code: token == null ? 'REQUIRED' : 'CONFLICTING_ARGUMENTS',
        message: 'give either the token of the link or the id of the invitation',
      })
    }
    const which =
      token == null
        ? { invitationId: parseId('Invitation', invitationId ?? '', 'invitationId') }
        : { token: token.trim() }
    const changed = await acceptInvitation(core, viewer, which)
    return { membershipId: changed.value.id, cursor: await changed.cursor(viewer.userId) }
  },
  success: (t) => ({
    membership: t.prismaField({
      type: 'Membership',
      description: 'The new membership.',
      resolve: (query, { membershipId }, _args, context) =>
        batched(context).membership.findUniqueOrThrow({ ...query, where: { id: membershipId } }),
    }),
    cursor: t.exposeString('cursor', { description: "Resumes the viewer's own feed right after this." }),
  }),
})

mutation('revokeInvitation', {
  description: 'Takes an invitation back: its link no longer works.',
  input: (t) => ({ invitationId: t.id({ description: 'Which invitation, `inv_…`.' }) }),
  who: {
    action: 'members:invite',
    in: async ({ invitationId }, context) => {
      const where = {
        id: parseId('Invitation', invitationId, 'invitationId'),
        AND: visibleInvitations(requireViewer(context)),
      }
      const invitation = await context.core.prisma.invitation.findFirst({ where, select: { organizationId: true } })
      if (!invitation) throw new NotFound()
      return invitation.organizationId
    },
  },
  errors: [InvitationInvalid],
  resolve: async ({ core, viewer }, input) => {
    const invitationId = parseId('Invitation', input.invitationId, 'invitationId')
    const changed = await revokeInvitation(core, viewer, invitationId)
    return { invitationId, cursor: await readableCursor(changed, viewer, changed.value.organizationId) }
  },
  success: (t) => ({
    invitation: t.prismaField({
      type: 'Invitation',
      description: 'The invitation as it is now.',
      resolve: (query, { invitationId }, _args, context) =>
        batched(context).invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})
