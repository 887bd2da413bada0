import { organizationsWhere } from '../access/actions.ts'
import type { Caller } from '../access/viewer.ts'
import { Prisma } from '../database/generated/client/client.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { newestFirst } from '../graphql/paging.ts'
import { perRequest } from '../graphql/per-request.ts'
import { ScopeType, scopesOf } from '../graphql/scopes.ts'
import { parseId } from '../ids.ts'
import { visibleInstallations } from '../installations/service.ts'
import { OrganizationType } from '../organizations/schema.ts'
import { without } from '../scopes.ts'
import { inForce } from '../tokens/approval.ts'

/** The cases that the viewer may see. */
const visibleCases = (viewer: Caller): Prisma.InstallCaseWhereInput => ({
  organizationId: { in: organizationsWhere(viewer, 'installations:see') },
})

interface Contents {
  readonly id: string
  /** What all requests of the case ask for together, each scope once. */
  readonly scopes: readonly string[]
  readonly installationId: string | null
  readonly approvedScopes: readonly string[]
}

const nothing = { scopes: [], installationId: null, approvedScopes: [] }

/** What cases are about, by their ids: all of it in one statement. */
const contents = perRequest<string, Omit<Contents, 'id'>>(async ({ core, now }, ids) => {
  const rows = await core.prisma.$queryRaw<Contents[]>`
    SELECT c."id", i."id" AS "installationId",
      CASE WHEN ${inForce(now)} THEN i."approvedScopes" ELSE '{}' END AS "approvedScopes",
      ARRAY(
        SELECT DISTINCT scope FROM "InstallRequest" AS r, unnest(r."scopes") AS scope
        WHERE r."caseId" = c."id" ORDER BY scope
      ) AS "scopes"
    FROM "InstallCase" AS c
    LEFT JOIN "Installation" AS i ON i."appId" = c."appId" AND i."organizationId" = c."organizationId"
    WHERE c."id" IN (${Prisma.join(ids.map((id) => Prisma.sql`${id}::uuid`))})`
  const byId = new Map(rows.map((row) => [row.id, row]))
  // A case that was settled a moment ago asks for nothing any more.
  return ids.map((id) => byId.get(id) ?? nothing)
})

builder.prismaNode('InstallCase', {
  description:
    'Everything that members ask for of one app in an organization: what one decision settles. It is there as long as a request is pending. The admins see it.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: visibleCases(requireViewer(context)) }),
  select: { id: true },
  fields: (t) => ({
    app: t.relation('app', { description: 'Which app.' }),
    organization: t.relation('organization', { description: 'Where.' }),
    installation: t.prismaField({
      type: 'Installation',
      nullable: true,
      description: 'What the organization has of the app now: pending, or installed where more is asked for.',
      resolve: async ({ ...query }, { id }, _args, context) => {
        const { installationId } = await contents(context, id)
        if (installationId === null) return null
        const visible = visibleInstallations(requireViewer(context))
        return batched(context).installation.findUnique({ ...query, where: { id: installationId, AND: visible } })
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When its first request was made.' }),
    requestCount: t.relationCount('requests', { description: 'How many people ask: each has one request.' }),
    requests: t.relatedConnection('requests', {
      description:
        'The pending requests with their requesters and reasons, newest first: `last: 3` gives those who asked first.',
      cursor: 'id',
      totalCount: true,
      query: (args) => newestFirst(args),
    }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What they ask for together: the `offeredScopes` of a decision.',
      resolve: async ({ id }, _args, context) => scopesOf(context.core.config, (await contents(context, id)).scopes),
    }),
    approvedScopes: t.field({
      type: [ScopeType],
      description: 'What the organization approved for the app before.',
      resolve: async ({ id }, _args, context) =>
        scopesOf(context.core.config, (await contents(context, id)).approvedScopes),
    }),
    scopesNotApproved: t.field({
      type: [ScopeType],
      description: 'What an approval of everything would add to what is approved.',
      resolve: async ({ id }, _args, context) => {
        const { scopes, approvedScopes } = await contents(context, id)
        return scopesOf(context.core.config, without(scopes, approvedScopes))
      },
    }),
  }),
})

builder.prismaObjectFields(OrganizationType, (t) => ({
  installCases: t.relatedConnection('installCases', {
    nullable: true,
    description:
      'What waits for a decision, app by app, the one that was asked for last first. A further request changes its case, and not its place. Who may: admins of the organization.',
    cursor: 'id',
    totalCount: true,
    authScopes: ({ id }) => ({ may: ['installations:see', id] }),
    args: { appId: t.arg.id({ required: false, description: 'Only that of this app.' }) },
    query: ({ appId, ...page }) => ({
      ...newestFirst(page),
      where: appId == null ? {} : { appId: parseId('App', appId, 'appId') },
    }),
  }),
}))
