import { limits } from '../config/defaults.ts'
import { AppStatus, AppType as AppTypes, Distribution } from '../database/generated/client/enums.ts'
import { ImpactChanged, QuotaReached } from '../errors.ts'
import { Event, nullWhereUnseen } from '../events/event.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { type Context, requireViewer } from '../graphql/context.ts'
import { ImpactType } from '../graphql/errors.ts'
import { mutation, type SuccessFields } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { impacts } from '../graphql/per-request.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { costOfText } from '../graphql/weights.ts'
import { parseId, publicId } from '../ids.ts'
import { nameContains } from '../input.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { authorizationKind } from './rules.ts'
import { appReach, createApp, deleteApp, publisherOf, setAppStatus, updateApp, visibleApps } from './service.ts'
import { updateImpact } from './update-impact.ts'

export const AppTypeEnum = builder.enumType(AppTypes, {
  name: 'AppType',
  description: 'The kind of client that an app is; fixed for life.',
  values: {
    WEB: { description: 'A web back end: authorization code with a client secret.' },
    PUBLIC: { description: 'A mobile, desktop or single-page app: authorization code with PKCE, no secret.' },
    DEVICE: { description: 'A television, device or command line: device authorization (RFC 8628), no secret.' },
    SERVICE: { description: 'A service with no user: a JWT signed with its own key (RFC 7523).' },
  },
})

const DistributionEnum = builder.enumType(Distribution, {
  name: 'Distribution',
  description: 'Who may use an app.',
  values: {
    INTERNAL: { description: 'Only the organization that publishes it.' },
    EXTERNAL: { description: 'Any organization.' },
  },
})

const AppStatusEnum = builder.enumType(AppStatus, {
  name: 'AppStatus',
  description: 'Whether an app works.',
  values: {
    ENABLED: { description: 'It works.' },
    DISABLED: {
      description: 'None of its tokens is accepted, none is issued; enabling restores what has not expired.',
    },
  },
})

const AuthorizationKind = builder.enumType('AuthorizationKind', {
  description: 'For whom an app acts; follows from its type.',
  values: {
    OBO: { description: 'On behalf of a user.' },
    APP_AUTH: { description: 'As itself.' },
  } as const,
})

const AppAction = builder.enumType('AppAction', {
  description: 'An action on an app whose impact can be asked for.',
  values: {
    DISABLE: { description: 'Disabling it.' },
    DELETE: { description: 'Deleting it.' },
  } as const,
})

/** For fields beyond the card: only admins of the publisher see them, all others get null. */
export const managers = {
  nullable: true,
  authScopes: ({ organizationId }: { organizationId: string }) => ({ sees: ['apps:see', organizationId] }) as const,
  unauthorizedResolver: () => null,
} as const

export const AppNode = builder.prismaNode('App', {
  description:
    'An OAuth application. Its card (what is never null here) is for everybody who may see it; the rest is for the admins of its publisher, and null for others.',
  nullable: true,
  id: { field: 'id', description: 'The id of the app; it is also its client_id.' },
  findUnique: (id, context) => ({ id, AND: visibleApps(requireViewer(context)) }),
  select: { id: true, organizationId: true },
  fields: (t) => ({
    clientId: t.string({ description: 'The OAuth client_id, `app_…`.', resolve: ({ id }) => publicId('App', id) }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', {
      complexity: costOfText(2000),
      description: 'What it does, in the words of its publisher.',
    }),
    logoUrl: t.exposeString('logoUrl', {
      complexity: costOfText(2000),
      nullable: true,
      description: 'An https URL of its logo.',
    }),
    homepageUrl: t.exposeString('homepageUrl', {
      ...managers,
      complexity: costOfText(2000),
      description: 'An https URL of its homepage.',
    }),
    publisherName: t.string({
      description: 'The name of the organization that publishes it.',
      select: { organization: { select: { name: true } } },
      resolve: ({ organization }) => organization.name,
    }),
    type: t.expose('type', { type: AppTypeEnum, description: 'The kind of client that it is.' }),
    authorizationKind: t.field({
      type: AuthorizationKind,
      description: 'For whom it acts.',
      select: { type: true },
      resolve: ({ type }) => authorizationKind(type),
    }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What it may ask for.',
      select: { scopes: true },
      resolve: ({ scopes }, _args, { core }) => scopesOf(core.config, scopes),
    }),
    publisher: t.relation('organization', {
      nullable: true,
      description: 'The organization that publishes the app; null for viewers who are not members of it.',
      authScopes: ({ organizationId }) => ({ sees: ['organization:see', organizationId] }),
      unauthorizedResolver: () => null,
    }),
    distribution: t.expose('distribution', { ...managers, type: DistributionEnum, description: 'Who may use it.' }),
    status: t.expose('status', { ...managers, type: AppStatusEnum, description: 'Whether it works.' }),
    redirectUris: t.exposeStringList('redirectUris', {
      complexity: limits.redirectUrisPerApp * costOfText(2000),
      ...managers,
      description: 'Where users may be sent back to; compared exactly.',
    }),
    postLogoutRedirectUris: t.exposeStringList('postLogoutRedirectUris', {
      ...managers,
      description: 'Where users may be sent after they signed out because the app asked for it; compared exactly.',
    }),
    createdAt: t.expose('createdAt', { ...managers, type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { ...managers, type: 'DateTime', description: 'When it was last changed.' }),
    impact: t.field({
      ...managers,
      type: ImpactType,
      description: 'What disabling or deleting it would touch now.',
      complexity: 20,
      args: { action: t.arg({ type: AppAction, description: 'Which of the two.' }) },
      select: { status: true, distribution: true },
      resolve: (app, { action }, context) => impacts(context, appReach(app, action)),
    }),
    updateImpact: t.field({
      ...managers,
      type: ImpactType,
      description:
        'What `updateApp` would touch now by what it takes away: scopes, or EXTERNAL. What only adds touches nothing.',
      complexity: 20,
      args: {
        distribution: t.arg({
          type: DistributionEnum,
          required: false,
          description: 'As in the mutation; as it is where nothing is said.',
        }),
        scopes: t.arg.stringList({
          required: false,
          description: 'As in the mutation: all that it may ask for then; as they are where nothing is said.',
        }),
      },
      select: { status: true, distribution: true, scopes: true },
      resolve: (app, edit, { core, now }) => updateImpact(core.prisma, app, edit, now),
    }),
  }),
})

const AppQuota = builder.objectRef<{ used: number; limit: number }>('AppQuota').implement({
  description: 'How many apps an organization publishes of how many it may.',
  fields: (t) => ({
    used: t.exposeInt('used', { description: 'How many it publishes; disabled ones count.' }),
    limit: t.exposeInt('limit', { description: 'How many it may.' }),
  }),
})

builder.prismaObjectFields(OrganizationType, (t) => ({
  apps: t.relatedConnection('apps', {
    nullable: true,
    description: 'The apps that it publishes, newest first. Who may: its admins.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['apps:see', id] }),
    args: {
      type: t.arg({ type: AppTypeEnum, required: false, description: 'Only apps of this type.' }),
      search: t.arg.string({ required: false, description: 'Only apps with this text in their names.' }),
    },
    query: ({ type, search, ...page }) => ({
      ...newestFirst(page),
      where: { ...(type && { type }), ...(search && { name: nameContains(search) }) },
    }),
  }),
  appQuota: t.field({
    type: AppQuota,
    nullable: true,
    description: 'How many apps it publishes of how many it may. Who may: its admins.',
    authScopes: ({ id }) => ({ may: ['apps:see', id] }),
    select: { appCount: true, edition: true },
    resolve: ({ appCount, edition }, _args, { core }) => ({
      used: appCount,
      limit:
        edition === 'PERSONAL'
          ? core.config.limits.appsPerPersonalOrganization
          : core.config.limits.appsPerOrganization,
    }),
  }),
}))

builder.queryField('app', (t) =>
  t.prismaField({
    type: 'App',
    nullable: true,
    description: 'An app by its client_id; null where there is none that the viewer may see.',
    authScopes: { signedIn: true },
    args: { clientId: t.arg.string({ description: 'The OAuth client_id, `app_…`.' }) },
    resolve: (query, _root, { clientId }, context) => {
      const where = { id: parseId('App', clientId, 'clientId'), AND: visibleApps(requireViewer(context)) }
      return context.core.prisma.app.findFirst({ ...query, where })
    },
  }),
)

/** The organization that an action on the app is asked for. */
export const publisherOfInput = ({ appId }: { appId: string }, context: Context): Promise<string> =>
  publisherOf(context.core, requireViewer(context), parseId('App', appId, 'appId'))

const cursorDescription = 'Resumes a feed of the publishing organization right after this.'

export const changedApp = (t: SuccessFields<{ appId: string; cursor: string }>) => ({
  app: t.prismaField({
    type: 'App',
    description: 'The app as it is now.',
    resolve: (query, { appId }, _args, context) =>
      batched(context).app.findUniqueOrThrow({ ...query, where: { id: appId } }),
  }),
  cursor: t.exposeString('cursor', { description: cursorDescription }),
})

mutation('createApp', {
  description: 'Creates an app. It is enabled from the start.',
  input: (t) => ({
    organizationId: t.id({ description: 'Which organization publishes it, `org_…`.' }),
    name: t.string({ description: '1 to 100 characters.' }),
    description: t.string({ required: false, description: 'What it does: at most 2,000 characters.' }),
    logoUrl: t.string({ required: false, description: 'An https URL of its logo.' }),
    homepageUrl: t.string({ required: false, description: 'An https URL of its homepage.' }),
    type: t.field({ type: AppTypeEnum, description: 'The kind of client; it can never be changed.' }),
    distribution: t.field({ type: DistributionEnum, defaultValue: 'INTERNAL', description: 'Who may use it.' }),
    redirectUris: t.stringList({
      required: false,
      description:
        'For WEB and PUBLIC, at least one: https, or http on loopback; for PUBLIC also a private-use scheme, with a dot or of the configuration. No fragment, no wildcard.',
    }),
    postLogoutRedirectUris: t.stringList({
      required: false,
      description: 'For WEB and PUBLIC: where users may be sent after they signed out; by the same rules.',
    }),
    scopes: t.stringList({ description: 'Names of the catalogue that it may ask for; at least one.' }),
  }),
  who: { action: 'apps:manage', in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId') },
  errors: [QuotaReached],
  resolve: async ({ core, viewer }, input) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const { value: appId, cursor } = await createApp(core, viewer, { ...input, organizationId })
    return { appId, cursor: await cursor(organizationId) }
  },
  success: changedApp,
})

mutation('updateApp', {
  description:
    'Changes an app; what is left out stays. Narrower scopes narrow what every token is worth at once. INTERNAL suspends it outside its publisher.',
  input: (t) => ({
    appId: t.id({ description: 'Which app, `app_…`.' }),
    name: t.string({ required: false, description: '1 to 100 characters.' }),
    description: t.string({ required: false, description: 'At most 2,000 characters; null empties it.' }),
    logoUrl: t.string({ required: false, description: 'An https URL; null removes it.' }),
    homepageUrl: t.string({ required: false, description: 'An https URL; null removes it.' }),
    distribution: t.field({ type: DistributionEnum, required: false, description: 'Who may use it.' }),
    redirectUris: t.stringList({ required: false, description: 'All of them, for WEB and PUBLIC.' }),
    postLogoutRedirectUris: t.stringList({ required: false, description: 'All of them, for WEB and PUBLIC.' }),
    scopes: t.stringList({ required: false, description: 'All that it may ask for.' }),
    impactVersion: t.string({ required: false, description: 'The version of the `updateImpact` that was looked at.' }),
  }),
  who: { action: 'apps:manage', in: (input, context) => publisherOfInput(input, context) },
  errors: [QuotaReached, ImpactChanged],
  resolve: async ({ core, viewer }, { appId, impactVersion, ...patch }) => {
    const { value, cursor } = await updateApp(core, viewer, parseId('App', appId, 'appId'), patch, impactVersion)
    return { appId: value.id, cursor: await cursor(value.organizationId) }
  },
  success: changedApp,
})

for (const [name, status, description] of [
  [
    'disableApp',
    'DISABLED',
    'Suspends an app everywhere: none of its tokens is accepted until it is enabled again. Disabling a disabled app changes nothing.',
  ],
  [
    'enableApp',
    'ENABLED',
    'Lets a disabled app work again, with every token that has not expired. Enabling an enabled app changes nothing.',
  ],
] as const) {
  mutation(name, {
    description,
    input: (t) => ({
      appId: t.id({ description: 'Which app, `app_…`.' }),
      impactVersion: t.string({ required: false, description: 'The version of the impact that was looked at.' }),
    }),
    who: { action: 'apps:manage', in: (input, context) => publisherOfInput(input, context) },
    errors: [ImpactChanged],
    resolve: async ({ core, viewer }, { appId, impactVersion }) => {
      const id = parseId('App', appId, 'appId')
      const { value, cursor } = await setAppStatus(core, viewer, id, status, impactVersion)
      return { appId: value.id, cursor: await cursor(value.organizationId) }
    },
    success: changedApp,
  })
}

mutation('deleteApp', {
  description:
    'Removes an app with its installations, requests, grants, tokens, secrets and keys, everywhere and for good.',
  input: (t) => ({
    appId: t.id({ description: 'Which app, `app_…`.' }),
    confirmation: t.string({ description: 'The name of the app.' }),
    impactVersion: t.string({ required: false, description: 'The version of the impact that was looked at.' }),
  }),
  who: { action: 'apps:manage', in: (input, context) => publisherOfInput(input, context) },
  errors: [ImpactChanged],
  resolve: async ({ core, viewer }, { appId, confirmation, impactVersion }) => {
    const { value, cursor } = await deleteApp(core, viewer, parseId('App', appId, 'appId'), confirmation, impactVersion)
    return { appId, cursor: await cursor(value.organizationId) }
  },
  success: (t) => ({
    appId: t.exposeID('appId', { description: 'The id that the app had.' }),
    cursor: t.exposeString('cursor', { description: cursorDescription }),
  }),
})

/** From an event to what it concerns, as that is now. The copy of `query` counts as its use, which is missed where there is no id to look up. */
builder.objectField(Event, 'app', (t) =>
  t.prismaField({
    type: 'App',
    nullable: true,
    description: `The app concerned; ${nullWhereUnseen}`,
    resolve: ({ ...query }, { appId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).app.findUnique({ ...query, where: { id, AND: visibleApps(requireViewer(context)) } }),
  }),
)
