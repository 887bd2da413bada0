import { InstallRequestStatus } from '../database/generated/client/enums.ts'
import {
  AlreadyDecided,
  AlreadyInstalled,
  AppDisabled,
  EditionHasNoInstallations,
  InstallDenied,
  RequestsChanged,
  WrongAppType,
} from '../errors.ts'
import { Event, nullWhereUnseen } from '../events/event.ts'
import { readableCursor } from '../events/readable-cursor.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { mutation, type SuccessFields } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { perRequest } from '../graphql/per-request.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { costOfText } from '../graphql/weights.ts'
import { parseId } from '../ids.ts'
import { type Place, visibleInstallations } from '../installations/service.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { Viewer } from '../users/viewer-schema.ts'
import {
  approveInstallRequest,
  denyInstallRequest,
  liftDenial,
  placeOfDenial,
  placeOfRequest,
  visibleDenials,
} from './decisions.ts'
import {
  organizationOfRequest,
  ownRequests,
  requestInstall,
  standingDenials,
  visibleRequests,
  withdrawInstallRequest,
} from './service.ts'

const StatusEnum = builder.enumType(InstallRequestStatus, {
  name: 'InstallRequestStatus',
  description: 'What became of an install request.',
  values: {
    PENDING: { description: 'No admin has decided yet.' },
    APPROVED: { description: 'An admin approved it, all of it or a part.' },
    DENIED: { description: 'An admin denied it.' },
    WITHDRAWN: { description: 'The requester took it back, or left the organization.' },
  },
})

/** Beside that of its field: a reason has 1,000 characters at most. */
const COST_OF_REASON = 1 + costOfText(1000)

/** The installation of a place, which no key refers to: requests outlive it. */
const installationIds = perRequest<Place, string | undefined>(async ({ core }, places) => {
  const OR = places.map(({ appId, organizationId }) => ({ appId, organizationId }))
  const found = await core.prisma.installation.findMany({
    where: { OR },
    select: { id: true, appId: true, organizationId: true },
  })
  const byPlace = new Map(found.map((one) => [placeKey(one), one.id]))
  return places.map((place) => byPlace.get(placeKey(place)))
})

const placeKey = ({ appId, organizationId }: Place): string => `${appId} ${organizationId}`

builder.prismaNode('InstallRequest', {
  description: "One user's wish to have an app installed in an organization. The requester and the admins see it.",
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleRequests(requireViewer(context)) }),
  select: { id: true, appId: true, organizationId: true },
  fields: (t) => ({
    app: t.relation('app', { description: 'Which app.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    installation: t.prismaField({
      type: 'Installation',
      nullable: true,
      description:
        'The installation of the app in the organization now, active or pending; null where there is none, or the viewer may not see it.',
      // As where an event leads to what it concerns: a copy of the query counts as its use.
      resolve: async ({ ...query }, request, _args, context) => {
        const id = await installationIds(context, request)
        if (id === undefined) return null
        const visible = visibleInstallations(requireViewer(context))
        return batched(context).installation.findUnique({ ...query, where: { id, AND: visible } })
      },
    }),
    requester: t.relation('requester', { description: 'Who asks.' }),
    status: t.expose('status', { type: StatusEnum, description: 'What became of it.' }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What is asked for, beyond what was approved or denied when it was asked.',
      select: { scopes: true },
      resolve: ({ scopes }, _args, { core }) => scopesOf(core.config, scopes),
    }),
    approvedScopes: t.field({
      type: [ScopeType],
      description: 'Of what was asked for, what the decision approved.',
      select: { approvedScopes: true },
      resolve: ({ approvedScopes }, _args, { core }) => scopesOf(core.config, approvedScopes),
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why the requester wants it.',
      complexity: COST_OF_REASON,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was settled.' }),
    decidedBy: t.relation('decidedBy', {
      nullable: true,
      description: 'Who settled it; null while pending, where an app did, or once their account is gone.',
    }),
    decisionReason: t.exposeString('decisionReason', {
      nullable: true,
      description: 'Why it was settled so.',
      complexity: COST_OF_REASON,
    }),
  }),
})

builder.prismaNode('Denial', {
  description:
    'A standing "no" to some scopes of an app in an organization: they are not to be asked for again until it ends.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleDenials(requireViewer(context), context.now) }),
  select: { id: true },
  fields: (t) => ({
    app: t.relation('app', { description: 'Which app.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What is denied.',
      select: { scopes: true },
      resolve: ({ scopes }, _args, { core }) => scopesOf(core.config, scopes),
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.', complexity: COST_OF_REASON }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was said.' }),
    deniedUntil: t.expose('deniedUntil', { type: 'DateTime', description: 'When it ends by itself.' }),
    deniedBy: t.relation('deniedBy', {
      nullable: true,
      description: 'Who said it; null where an app did, or once their account is gone.',
    }),
  }),
})

builder.prismaObjectFields(OrganizationType, (t) => ({
  installRequests: t.relatedConnection('installRequests', {
    nullable: true,
    description: 'Who asked for which app, newest first. Who may: admins of the organization.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['installations:see', id] }),
    args: { status: t.arg({ type: StatusEnum, required: false, description: 'Only those of this status.' }) },
    query: ({ status, ...page }) => ({ ...newestFirst(page), where: status ? { status } : {} }),
  }),
  denials: t.relatedConnection('denials', {
    nullable: true,
    description: 'The denials that stand, newest first. Who may: admins of the organization.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['installations:see', id] }),
    args: { appId: t.arg.id({ required: false, description: 'Only that of this app.' }) },
    query: ({ appId, ...page }, { now }) => ({
      ...newestFirst(page),
      where: { ...standingDenials(now), ...(appId != null && { appId: parseId('App', appId, 'appId') }) },
    }),
  }),
}))

builder.objectField(Viewer, 'installRequests', (t) =>
  t.prismaConnection({
    type: 'InstallRequest',
    cursor: 'id',
    description: "The viewer's own install requests in the organizations that they belong to, newest first.",
    args: { status: t.arg({ type: StatusEnum, required: false, description: 'Only those of this status.' }) },
    resolve: (query, viewer, { status, ...page }, { core }) =>
      core.prisma.installRequest.findMany(
        byKeyset({ ...query, ...newestFirst(page), where: { ...ownRequests(viewer), ...(status && { status }) } }),
      ),
    totalCount: (viewer, { status }, { core }) =>
      core.prisma.installRequest.count({ where: { ...ownRequests(viewer), ...(status && { status }) } }),
  }),
)

const requestAndCursor = (t: SuccessFields<{ requestId: string; cursor: string }>) => ({
  installRequest: t.prismaField({
    type: 'InstallRequest',
    description: 'The request as it is now.',
    resolve: (query, { requestId }, _args, context) =>
      batched(context).installRequest.findUniqueOrThrow({ ...query, where: { id: requestId } }),
  }),
  cursor: t.exposeString('cursor', {
    description: "Resumes right after this: a feed of the organization for its admins, of the viewer's own for others.",
  }),
})

mutation('requestInstall', {
  description:
    'Asks the admins of an organization to install an app that acts for users. Asking again adds what is new to the pending request.',
  input: (t) => ({
    organizationId: t.id({ description: 'Where, `org_…`.' }),
    appId: t.id({ description: 'Which app, `app_…`.' }),
    scopes: t.stringList({
      required: false,
      description: 'What to ask for; all that the app may ask for where nothing is said.',
    }),
    reason: t.string({ required: false, description: 'Why, for the admins: at most 1,000 characters.' }),
  }),
  who: {
    action: 'installations:request',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [EditionHasNoInstallations, AppDisabled, AlreadyInstalled, InstallDenied, WrongAppType],
  resolve: async ({ core, viewer }, { scopes, reason, ...input }) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const appId = parseId('App', input.appId, 'appId')
    const changed = await requestInstall(core, viewer, { organizationId, appId, scopes, reason })
    return { requestId: changed.value, cursor: await readableCursor(changed, viewer, organizationId) }
  },
  success: requestAndCursor,
})

mutation('withdrawInstallRequest', {
  description: "Takes back one of the viewer's own pending requests.",
  input: (t) => ({ installRequestId: t.id({ description: 'Which request, `req_…`.' }) }),
  who: {
    action: 'installations:request',
    in: ({ installRequestId }, context) => {
      const id = parseId('InstallRequest', installRequestId, 'installRequestId')
      return organizationOfRequest(context.core, requireViewer(context), id)
    },
    sentence: 'Who may: the requester, also through apps with `gatehouse:manage`.',
  },
  errors: [AlreadyDecided],
  resolve: async ({ core, viewer }, { installRequestId }) => {
    const id = parseId('InstallRequest', installRequestId, 'installRequestId')
    const changed = await withdrawInstallRequest(core, viewer, id)
    return { requestId: id, cursor: await readableCursor(changed, viewer, changed.value.organizationId) }
  },
  success: requestAndCursor,
})

mutation('approveInstallRequest', {
  description:
    'Approves what is asked for the app in the organization: one decision settles all of its pending requests. What it leaves out counts as denied.',
  input: (t) => ({
    installRequestId: t.id({
      description:
        'One of the requests, `req_…`; it may be withdrawn by now, as long as others ask for the same app since before.',
    }),
    scopes: t.stringList({
      required: false,
      description: 'What to approve of what was asked for; all of it where nothing is said.',
    }),
    reason: t.string({ required: false, description: 'Why, for the requesters: at most 1,000 characters.' }),
    offeredScopes: t.stringList({
      required: false,
      description:
        'The scopes that were asked for when you looked: where more are asked for by now, nothing is decided (`REQUESTS_CHANGED`).',
    }),
  }),
  who: {
    action: 'installations:decide',
    in: async ({ installRequestId }, context) => {
      const id = parseId('InstallRequest', installRequestId, 'installRequestId')
      return (await placeOfRequest(context.core, requireViewer(context), id)).organizationId
    },
  },
  errors: [AlreadyDecided, RequestsChanged, AppDisabled],
  resolve: async ({ core, viewer }, { installRequestId, ...input }) => {
    const id = parseId('InstallRequest', installRequestId, 'installRequestId')
    const { value, cursor } = await approveInstallRequest(core, viewer, id, input)
    return { requestId: id, cursor: await cursor(value.organizationId) }
  },
  success: requestAndCursor,
})

mutation('denyInstallRequest', {
  description:
    'Denies what is asked for the app in the organization, for all of its pending requests. The denial stands until it ends or is lifted.',
  input: (t) => ({
    installRequestId: t.id({
      description:
        'One of the requests, `req_…`; it may be withdrawn by now, as long as others ask for the same app since before.',
    }),
    reason: t.string({ required: false, description: 'Why, for the requesters: at most 1,000 characters.' }),
    offeredScopes: t.stringList({
      required: false,
      description:
        'The scopes that were asked for when you looked: where more are asked for by now, nothing is decided (`REQUESTS_CHANGED`).',
    }),
    deniedUntil: t.field({
      type: 'DateTime',
      required: false,
      description: 'Until when the same is not to be asked for again; 30 days from now where nothing is said.',
    }),
  }),
  who: {
    action: 'installations:decide',
    in: async ({ installRequestId }, context) => {
      const id = parseId('InstallRequest', installRequestId, 'installRequestId')
      return (await placeOfRequest(context.core, requireViewer(context), id)).organizationId
    },
  },
  errors: [AlreadyDecided, RequestsChanged],
  resolve: async ({ core, viewer }, { installRequestId, ...input }) => {
    const id = parseId('InstallRequest', installRequestId, 'installRequestId')
    const { value, cursor } = await denyInstallRequest(core, viewer, id, input)
    return { requestId: id, cursor: await cursor(value.organizationId) }
  },
  success: requestAndCursor,
})

mutation('liftDenial', {
  description: 'Takes a denial back before it ends by itself.',
  input: (t) => ({ denialId: t.id({ description: 'Which denial, `den_…`.' }) }),
  who: {
    action: 'installations:decide',
    in: async ({ denialId }, context) => {
      const id = parseId('Denial', denialId, 'denialId')
      return (await placeOfDenial(context.core, requireViewer(context), id)).organizationId
    },
  },
  resolve: async ({ core, viewer }, { denialId }) => {
    const { value, cursor } = await liftDenial(core, viewer, parseId('Denial', denialId, 'denialId'))
    return { denialId, cursor: await cursor(value.organizationId) }
  },
  success: (t) => ({
    denialId: t.exposeID('denialId', { description: 'The id that the denial had.' }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})

/** From an event to what it concerns, as that is now. The copy of `query` counts as its use, which is missed where there is no id to look up. */
builder.objectField(Event, 'installRequest', (t) =>
  t.prismaField({
    type: 'InstallRequest',
    nullable: true,
    description: `The install request concerned; ${nullWhereUnseen}`,
    resolve: ({ ...query }, { installRequestId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).installRequest.findUnique({
            ...query,
            where: { id, AND: visibleRequests(requireViewer(context)) },
          }),
  }),
)
