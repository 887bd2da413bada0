import { whoMay } from '../access/actions.ts'
import type { EventType } from '../database/generated/client/enums.ts'
import { EventTypeEnum } from '../events/event.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { checkPage, defaultPageSize } from '../graphql/paging.ts'
import { OrganizationType } from './schema.ts'
import { type AppUse, appsByUse, countEvents, type PeriodCounts } from './statistics.ts'
import { type Bucket, bucketsBetween, type Period } from './statistics-buckets.ts'

const BucketType = builder.enumType('StatisticsBucket', {
  description: 'What statistics count together. All times are UTC.',
  values: {
    HOUR: { description: 'An hour, from the hour on.' },
    DAY: { description: 'A day, from midnight on.' },
    WEEK: { description: 'A week, from Monday on (ISO 8601).' },
    MONTH: { description: 'A month, from its first day on.' },
  } satisfies Record<Bucket, object>,
})

const sum = ({ events }: PeriodCounts, types: readonly EventType[]): number =>
  [...new Set(types)].reduce((total, type) => total + (events[type] ?? 0), 0)

const BucketCounts = builder.objectRef<PeriodCounts>('StatisticsBucketCounts').implement({
  description: 'What happened in one bucket of time.',
  fields: (t) => {
    const count = (type: EventType, description: string) => t.int({ description, resolve: (row) => sum(row, [type]) })
    return {
      start: t.expose('start', { type: 'DateTime', description: 'When it begins.' }),
      end: t.expose('end', { type: 'DateTime', description: 'When the next one begins.' }),
      requests: count('INSTALL_REQUESTED', 'Install requests that were made.'),
      approvals: count('INSTALL_APPROVED', 'Install requests that were approved.'),
      denials: count('INSTALL_DENIED', 'Install requests that were denied.'),
      withdrawals: count('INSTALL_WITHDRAWN', 'Install requests that were withdrawn.'),
      events: t.int({
        description: "Events in the organization's history.",
        args: {
          types: t.arg({ type: [EventTypeEnum], required: false, description: 'Only events of these types.' }),
        },
        resolve: (row, { types }) => sum(row, types ?? (Object.keys(row.events) as EventType[])),
      }),
    }
  },
})

const AppStatistics = builder.objectRef<AppUse>('AppStatistics').implement({
  description: 'What an app holds in the organization now.',
  fields: (t) => ({
    app: t.prismaField({
      type: 'App',
      nullable: true,
      description: 'The app; null where it was deleted this moment.',
      resolve: (query, { appId }, _args, context) =>
        batched(context).app.findUnique({ ...query, where: { id: appId } }),
    }),
    grants: t.exposeInt('grants', { description: 'How many grants it has.' }),
    liveTokens: t.exposeInt('liveTokens', { description: 'How many of its tokens have not expired.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When one of its grants was last used; null where none ever was.',
    }),
  }),
})

interface StatisticsShape {
  readonly organizationId: string
  readonly bucket: Bucket
  readonly periods: readonly Period[]
}

const Statistics = builder.objectRef<StatisticsShape>('Statistics').implement({
  description: 'Numbers about an organization.',
  fields: (t) => ({
    buckets: t.field({
      type: [BucketCounts],
      description: 'What happened, bucket by bucket from the oldest; those in which nothing did are there, too.',
      complexity: { field: 100, multiplier: 500 },
      resolve: ({ organizationId, bucket, periods }, _args, { core }) =>
        countEvents(core.prisma, organizationId, bucket, periods),
    }),
    apps: t.field({
      type: [AppStatistics],
      description:
        'The apps that something is granted to here as it is now, whatever time the buckets are of; those with the most live tokens first.',
      args: {
        first: t.arg.int({ required: false, description: 'At most so many: 1 to 100; 20 where nothing is said.' }),
      },
      resolve({ organizationId }, { first }, { core, now }) {
        checkPage({ first })
        return appsByUse(core.prisma, organizationId, now, first ?? defaultPageSize)
      },
    }),
  }),
})

builder.objectField(OrganizationType, 'statistics', (t) =>
  t.field({
    type: Statistics,
    nullable: true,
    description: `Requests and decisions over time, and what apps hold now. Buckets are whole: the first is the one that \`from\` falls in, the last ends at \`to\` or later. ${whoMay('statistics:see')}`,
    authScopes: ({ id }) => ({ may: ['statistics:see', id] }),
    complexity: 20,
    args: {
      from: t.arg({ type: 'DateTime', description: 'The beginning of the time that is asked about.' }),
      to: t.arg({ type: 'DateTime', description: 'Its end, which does not belong to it; later than `from`.' }),
      bucket: t.arg({ type: BucketType, description: 'What to count together. At most 1,000 buckets.' }),
    },
    resolve: ({ id }, { from, to, bucket }, { core }) => ({
      organizationId: id,
      bucket,
      periods: bucketsBetween(from, to, bucket, core.config.limits.statisticsBuckets),
    }),
  }),
)
