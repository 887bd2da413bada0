import { whoMay } from '../access/actions.ts'
import { visibleApps } from '../apps/service.ts'
import { TokenKind } from '../database/generated/client/enums.ts'
import { ActorObject, Event, EventTypeEnum } from '../events/event.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { type EndedToken, type ExistingToken, explainToken } from './explain.ts'

const TokenKindEnum = builder.enumType(TokenKind, {
  name: 'TokenKind',
  description: 'What a token is for.',
  values: {
    ACCESS: { description: 'An access token: it is presented to resource servers.' },
    REFRESH: { description: 'A refresh token: the app exchanges it for new tokens.' },
  },
})

const TokenConditionEnum = builder.enumType('TokenCondition', {
  description: 'In what condition a token is that exists.',
  values: {
    ACTIVE: { description: 'It is accepted.' },
    SUSPENDED: { description: 'The publisher keeps the app from working here; it is accepted again once that ends.' },
    EXPIRED: { description: 'Its time is over.' },
    WORTHLESS: { description: 'None of its scopes is left; it is accepted again once one comes back.' },
    ROTATED: { description: 'A refresh token that was exchanged for its successor.' },
  } as const,
})

const ExistingTokenObject = builder.objectRef<ExistingToken>('ExistingToken').implement({
  description: 'A token that exists, in whatever condition.',
  fields: (t) => ({
    kind: t.expose('kind', { type: TokenKindEnum, description: 'What it is for.' }),
    condition: t.expose('condition', { type: TokenConditionEnum, description: 'In what condition it is.' }),
    app: t.prismaField({
      type: 'App',
      // It is there; nullable, so that one query can ask for the app of either kind.
      nullable: true,
      description: 'Whose token it is.',
      resolve: ({ ...query }, { app: { id } }, _args, context) =>
        batched(context).app.findUnique({ ...query, where: { id } }),
    }),
    user: t.prismaField({
      type: 'User',
      nullable: true,
      description: 'For whom it acts; null where the app acts as itself.',
      resolve: ({ ...query }, { user }, _args, context) =>
        user && batched(context).user.findUnique({ ...query, where: { id: user.id } }),
    }),
    grant: t.prismaField({
      type: 'Grant',
      description: 'The authorization that it hangs on: revoking that ends it.',
      resolve: (query, { grantId: id }, _args, context) =>
        batched(context).grant.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What it is worth now.',
      resolve: ({ scopes }, _args, { core }) => scopesOf(core.config, scopes),
    }),
    recordedScopes: t.stringList({
      description: 'What it was issued with. Of these, it is worth what none of the following three lists names.',
      resolve: ({ recorded }) => [...recorded],
    }),
    scopesNotGranted: t.stringList({
      description: 'What its grant does not name any more.',
      resolve: ({ lacking }) => [...lacking.grant],
    }),
    scopesNotApproved: t.stringList({
      description: 'What the organization does not approve; none in a personal organization.',
      resolve: ({ lacking }) => [...lacking.approval],
    }),
    scopesNotOfApp: t.stringList({
      description: 'What the app may not ask for any more.',
      resolve: ({ lacking }) => [...lacking.app],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was issued.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it expires.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was last used.' }),
  }),
})

const EndedTokenObject = builder.objectRef<EndedToken>('EndedToken').implement({
  description: 'A token that was ended before it expired. It is remembered until then.',
  fields: (t) => ({
    endedAt: t.expose('endedAt', { type: 'DateTime', description: 'When it ended.' }),
    givenBack: t.exposeBoolean('givenBack', {
      description: 'Whether the app itself gave it back (RFC 7009), which is no event.',
    }),
    eventType: t.expose('eventType', {
      type: EventTypeEnum,
      nullable: true,
      description: 'What happened; null where the app gave it back, and where that history is gone.',
    }),
    actor: t.expose('actor', {
      type: ActorObject,
      nullable: true,
      description: 'Who did it: the publishing organization where it was in there, and the app where it gave it back.',
    }),
    event: t.field({
      type: Event,
      nullable: true,
      description: "The event, where it stands in the organization's own history.",
      resolve: ({ event }) => event,
    }),
    app: t.prismaField({
      type: 'App',
      nullable: true,
      description: 'Whose token it was; null where the app is gone, or where the viewer may not see it.',
      resolve: ({ ...query }, { appId: id }, _args, context) =>
        id === null
          ? null
          : batched(context).app.findUnique({ ...query, where: { id, AND: visibleApps(requireViewer(context)) } }),
    }),
  }),
})

const TokenExplanation = builder.unionType('TokenExplanation', {
  description: 'How a token stands, or what ended it.',
  types: [ExistingTokenObject, EndedTokenObject],
  resolveType: (token) => ('endedAt' in token ? EndedTokenObject : ExistingTokenObject),
})

builder.prismaObjectField(OrganizationType, 'explainToken', (t) =>
  t.field({
    type: TokenExplanation,
    nullable: true,
    description: `Why a token of the organization is accepted, or why it is not: the token itself, access or refresh, tells how it stands or which event ended it, by whom and when. NOT_FOUND for every other token, whether it exists or not. Send it as a variable. ${whoMay('tokens:explain')}`,
    complexity: 20,
    authScopes: ({ id }) => ({ may: ['tokens:explain', id] }),
    args: { token: t.arg.string({ description: 'The token. It is neither stored nor logged.' }) },
    resolve: ({ id }, { token }, context) => explainToken(context.core, requireViewer(context), id, token),
  }),
)
