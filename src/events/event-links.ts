import { visibleApps } from '../apps/service.ts'
import { visibleGrants } from '../grants/service.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { visibleRequests } from '../install-requests/service.ts'
import { visibleInstallations } from '../installations/service.ts'
import { visibleUsers } from '../users/schema.ts'
import { Event } from './event.ts'

const note = 'null where it is gone, or where the viewer may not see it.'

/**
 * From an event to what it concerns, as that is now. The copies of `query` count as its use, which
 * is otherwise missed where there is no id to look up.
 */
builder.objectFields(Event, (t) => ({
  app: t.prismaField({
    type: 'App',
    nullable: true,
    description: `The app concerned; ${note}`,
    resolve: ({ ...query }, { appId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).app.findUnique({ ...query, where: { id, AND: visibleApps(requireViewer(context)) } }),
  }),
  user: t.prismaField({
    type: 'User',
    nullable: true,
    description: `The user concerned; ${note}`,
    resolve: ({ ...query }, { userId: id }, _args, context) =>
      id === null ? null : batched(context).user.findUnique({ ...query, where: { id, OR: visibleUsers(context) } }),
  }),
  installRequest: t.prismaField({
    type: 'InstallRequest',
    nullable: true,
    description: `The install request concerned; ${note}`,
    resolve: ({ ...query }, { installRequestId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).installRequest.findUnique({
            ...query,
            where: { id, AND: visibleRequests(requireViewer(context)) },
          }),
  }),
  installation: t.prismaField({
    type: 'Installation',
    nullable: true,
    description: `The installation concerned; ${note}`,
    resolve: ({ ...query }, { installationId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).installation.findUnique({
            ...query,
            where: { id, AND: visibleInstallations(requireViewer(context)) },
          }),
  }),
  grant: t.prismaField({
    type: 'Grant',
    nullable: true,
    description: `The authorization concerned; ${note}`,
    resolve: ({ ...query }, { grantId: id }, _args, context) =>
      id === null
        ? null
        : batched(context).grant.findUnique({ ...query, where: { id, AND: visibleGrants(requireViewer(context)) } }),
  }),
}))
