import { AppNode, AppTypeEnum, managers } from '../apps/schema.ts'
import { AppDisabled, ImpactChanged, NotInstalled, WrongAppType } from '../errors.ts'
import { Event, nullWhereUnseen } from '../events/event.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { ImpactType } from '../graphql/errors.ts'
import { mutation } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { impacts } from '../graphql/per-request.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { parseId } from '../ids.ts'
import { nameContains } from '../input.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { without } from '../scopes.ts'
import { inForceColumns } from '../tokens/approval.ts'
import { isSuspended } from '../tokens/worth.ts'
import { ofStanding, standing } from './rules.ts'
import {
  authorizeApp,
  findVisibleInstallation,
  installationReach,
  uninstallApp,
  visibleInstallations,
} from './service.ts'

const StandingEnum = builder.enumType('InstallationStanding', {
  description: 'How an app stands in an organization.',
  values: {
    APP_AUTH_INSTALLED: { description: 'A service app that an admin authorized.' },
    OBO_INSTALLED: { description: 'Installed: members may grant it what is approved.' },
    OBO_NOT_INSTALLED: { description: 'Asked for, and no admin has agreed yet.' },
  } as const,
})

builder.prismaNode('Installation', {
  description: 'The standing of an app in a team or enterprise organization.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleInstallations(requireViewer(context)) }),
  select: { id: true, appId: true, organizationId: true },
  fields: (t) => ({
    app: t.relation('app', { description: 'Which app.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    standing: t.field({
      type: StandingEnum,
      description: 'Which of the three standings it has.',
      select: { ...inForceColumns, app: { select: { type: true } } },
      resolve: (installation, _args, { now }) => standing(installation, now),
    }),
    suspended: t.boolean({
      description:
        'Whether the publisher keeps the app from working here: it is disabled, or internal to its publisher.',
      select: { app: { select: { status: true, distribution: true, organizationId: true } } },
      resolve: ({ app, organizationId }) => isSuspended(app, organizationId),
    }),
    approvedScopes: t.field({
      type: [ScopeType],
      description: 'What the organization approved.',
      select: { approvedScopes: true },
      resolve: ({ approvedScopes }, _args, { core }) => scopesOf(core.config, approvedScopes),
    }),
    scopesNotApproved: t.field({
      type: [ScopeType],
      description: 'What the app may ask for beyond what was approved.',
      select: { approvedScopes: true, app: { select: { scopes: true } } },
      resolve: ({ app, approvedScopes }, _args, { core }) => scopesOf(core.config, without(app.scopes, approvedScopes)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first asked for or installed.' }),
    installedAt: t.expose('installedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was installed; null while pending.',
    }),
    installedBy: t.relation('installedBy', {
      nullable: true,
      description: 'Who installed it; null while pending, where an app did, or once their account is gone.',
    }),
    impact: t.field({
      type: ImpactType,
      description: 'What uninstalling it would touch now.',
      complexity: 20,
      resolve: (installation, _args, context) => impacts(context, installationReach(installation)),
    }),
  }),
})

builder.prismaObjectFields(OrganizationType, (t) => ({
  installations: t.relatedConnection('installations', {
    nullable: true,
    description: 'The apps that are installed or asked for here, newest first. Who may: admins of the organization.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['installations:see', id] }),
    args: {
      standing: t.arg({ type: StandingEnum, required: false, description: 'Only those of this standing.' }),
      type: t.arg({ type: AppTypeEnum, required: false, description: 'Only apps of this type.' }),
      search: t.arg.string({ required: false, description: 'Only apps with this text in their names.' }),
      appId: t.arg.id({ required: false, description: 'Only that of this app.' }),
    },
    query: ({ standing, type, search, appId, ...page }, { now }) => ({
      ...newestFirst(page),
      where: {
        AND: [
          standing ? ofStanding(standing, now) : {},
          type ? { app: { type } } : {},
          search ? { app: { name: nameContains(search) } } : {},
          appId == null ? {} : { appId: parseId('App', appId, 'appId') },
        ],
      },
    }),
  }),
}))

const AppInstallation = builder.prismaObject('Installation', {
  variant: 'AppInstallation',
  description: 'What the publisher of an app sees of an installation: where, and the standing.',
  select: { id: true },
  fields: (t) => ({
    organizationName: t.string({
      description: 'The name of the organization.',
      select: { organization: { select: { name: true } } },
      resolve: ({ organization }) => organization.name,
    }),
    standing: t.field({
      type: StandingEnum,
      description: 'Which of the three standings it has.',
      select: { ...inForceColumns, app: { select: { type: true } } },
      resolve: (installation, _args, { now }) => standing(installation, now),
    }),
  }),
})

builder.prismaObjectField(AppNode, 'installations', (t) =>
  t.relatedConnection(
    'installations',
    {
      ...managers,
      type: AppInstallation,
      description: 'Where the app is installed or asked for, newest first.',
      cursor: 'id',
      totalCount: true,
      query: (args) => newestFirst(args),
    },
    { name: 'AppInstallationConnection' },
    { name: 'AppInstallationEdge' },
  ),
)

const cursor = { description: 'Resumes a feed of the organization right after this.' }

mutation('uninstallApp', {
  description:
    'Ends an installation with every grant and token of the app in the organization, and denies what is pending. Installing again starts from nothing.',
  input: (t) => ({
    installationId: t.id({ description: 'Which installation, `ins_…`.' }),
    impactVersion: t.string({ required: false, description: 'The version of the impact that was looked at.' }),
  }),
  who: {
    action: 'installations:decide',
    in: async ({ installationId }, context) => {
      const id = parseId('Installation', installationId, 'installationId')
      return (await findVisibleInstallation(context.core.prisma, requireViewer(context), id)).organizationId
    },
  },
  errors: [NotInstalled, ImpactChanged],
  resolve: async ({ core, viewer }, { installationId, impactVersion }) => {
    const id = parseId('Installation', installationId, 'installationId')
    const { value, cursor } = await uninstallApp(core, viewer, id, impactVersion)
    return { installationId, cursor: await cursor(value.organizationId) }
  },
  success: (t) => ({
    installationId: t.exposeID('installationId', { description: 'The id that the installation had.' }),
    cursor: t.exposeString('cursor', cursor),
  }),
})

mutation('authorizeApp', {
  description:
    'Lets a service app act as itself in the organization, which installs it there. Again, with other scopes, replaces them.',
  input: (t) => ({
    organizationId: t.id({ description: 'Where, `org_…`.' }),
    appId: t.id({ description: 'Which app, `app_…`.' }),
    scopes: t.stringList({
      required: false,
      description: 'What it may do; all that the app may ask for where nothing is said.',
    }),
  }),
  who: {
    action: 'installations:decide',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [AppDisabled, WrongAppType],
  resolve: async ({ core, viewer }, { scopes, ...input }) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const appId = parseId('App', input.appId, 'appId')
    const { value: grantId, cursor } = await authorizeApp(core, viewer, { organizationId, appId, scopes })
    return { grantId, cursor: await cursor(organizationId) }
  },
  success: (t) => ({
    grant: t.prismaField({
      type: 'Grant',
      description: 'What the app may do now.',
      resolve: (query, { grantId }, _args, context) =>
        batched(context).grant.findUniqueOrThrow({ ...query, where: { id: grantId } }),
    }),
    cursor: t.exposeString('cursor', cursor),
  }),
})

/** From an event to what it concerns, as that is now. The copy of `query` counts as its use, which is missed where there is no id to look up. */
builder.objectField(Event, 'installation', (t) =>
  t.prismaField({
    type: 'Installation',
    nullable: true,
    description: `The installation concerned; ${nullWhereUnseen}`,
    resolve: ({ ...query }, { installationId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).installation.findUnique({
            ...query,
            where: { id, AND: visibleInstallations(requireViewer(context)) },
          }),
  }),
)
