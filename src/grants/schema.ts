import { ImpactChanged } from '../errors.ts'
import { Event, nullWhereUnseen } from '../events/event.ts'
import { readableCursor } from '../events/readable-cursor.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { ImpactType } from '../graphql/errors.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { mutation } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { impacts, perRequest } from '../graphql/per-request.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { parseId } from '../ids.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { countLiveTokens } from '../tokens/live-tokens.ts'
import { isSuspended } from '../tokens/worth.ts'
import { Viewer } from '../users/viewer-schema.ts'
import { grantReach, grantsOf, listedGrants, organizationOfGrant, revokeGrant, visibleGrants } from './service.ts'

const liveTokens = perRequest(({ core, now }, ids: readonly string[]) => countLiveTokens(core.prisma, ids, now))

builder.prismaNode('Grant', {
  description:
    'A recorded authorization: what an app may do, for a user (OBO) or as itself (APP_AUTH), in an organization.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleGrants(requireViewer(context)) }),
  select: { id: true, appId: true, organizationId: true },
  fields: (t) => ({
    app: t.relation('app', { description: 'Which app.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    user: t.relation('user', { nullable: true, description: 'For whom; null where the app acts as itself.' }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What was granted. What a token of it is worth can be less.',
      select: { scopes: true },
      resolve: ({ scopes }, _args, { core }) => scopesOf(core.config, scopes),
    }),
    suspended: t.boolean({
      description:
        'Whether the publisher keeps the app from working here: it is disabled, or internal to its publisher.',
      select: { app: { select: { status: true, distribution: true, organizationId: true } } },
      resolve: ({ app, organizationId }) => isSuspended(app, organizationId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was last used.' }),
    liveTokens: t.int({
      description: 'How many tokens of it have not expired.',
      resolve: ({ id }, _args, context) => liveTokens(context, id),
    }),
    impact: t.field({
      type: ImpactType,
      description: 'What revoking it would touch now.',
      complexity: 20,
      resolve: (grant, _args, context) => impacts(context, grantReach(grant)),
    }),
  }),
})

builder.prismaObjectField(OrganizationType, 'grants', (t) =>
  t.relatedConnection('grants', {
    nullable: true,
    description: 'What is granted to apps here, newest first. Who may: admins of the organization.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['grants:see', id] }),
    args: {
      appId: t.arg.id({ required: false, description: 'Only those of this app.' }),
      userId: t.arg.id({ required: false, description: 'Only those of this user.' }),
    },
    query: ({ appId, userId, ...page }) => ({
      ...newestFirst(page),
      where: {
        ...listedGrants,
        ...(appId != null && { appId: parseId('App', appId, 'appId') }),
        ...(userId != null && { userId: parseId('User', userId, 'userId') }),
      },
    }),
  }),
)

builder.objectField(Viewer, 'grants', (t) =>
  t.prismaConnection({
    type: 'Grant',
    cursor: 'id',
    description: 'The apps that the viewer authorized, in every organization, newest first.',
    resolve: (query, viewer, args, { core }) =>
      core.prisma.grant.findMany(byKeyset({ ...query, ...newestFirst(args), where: grantsOf(viewer) })),
    totalCount: (viewer, _args, { core }) => core.prisma.grant.count({ where: grantsOf(viewer) }),
  }),
)

mutation('revokeGrant', {
  description: 'Ends a grant and its tokens at once. Revoking what an app may do as itself also uninstalls it.',
  input: (t) => ({
    grantId: t.id({ description: 'Which grant, `gra_…`.' }),
    impactVersion: t.string({ required: false, description: 'The version of the impact that was looked at.' }),
  }),
  who: {
    action: 'grants:revokeOwn',
    in: ({ grantId }, context) =>
      organizationOfGrant(context.core, requireViewer(context), parseId('Grant', grantId, 'grantId')),
    sentence: 'Who may: the user that it is of, and admins of the organization; apps with `gatehouse:manage`.',
  },
  errors: [ImpactChanged],
  resolve: async ({ core, viewer }, { grantId, impactVersion }) => {
    const changed = await revokeGrant(core, viewer, parseId('Grant', grantId, 'grantId'), impactVersion)
    return { grantId, cursor: await readableCursor(changed, viewer, changed.value.organizationId) }
  },
  success: (t) => ({
    grantId: t.exposeID('grantId', { description: 'The id that the grant had.' }),
    cursor: t.exposeString('cursor', {
      description:
        "Resumes right after this: a feed of the organization for its admins, of the viewer's own for others.",
    }),
  }),
})

/** From an event to what it concerns, as that is now. The copy of `query` counts as its use, which is missed where there is no id to look up. */
builder.objectField(Event, 'grant', (t) =>
  t.prismaField({
    type: 'Grant',
    nullable: true,
    description: `The authorization concerned; ${nullWhereUnseen}`,
    resolve: ({ ...query }, { grantId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).grant.findUnique({ ...query, where: { id, AND: visibleGrants(requireViewer(context)) } }),
  }),
)
