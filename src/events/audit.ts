import type { Core } from '../core.ts'
import type { Event, EventType, Prisma } from '../database/generated/client/client.ts'
import { checkPage, type PageArgs } from '../graphql/paging.ts'
import { cursorOf } from '../history/cursor.ts'
import { type Extent, readExtent, resume } from './resume.ts'

export interface EventFilter {
  readonly types?: readonly EventType[] | null
  /** The id of an app that the events are to be about. */
  readonly appId?: string | null
}

export interface EventPage {
  /** How many events the filter leaves on all pages, counted when it is asked for; {@link MOST_COUNTED} at most. */
  readonly count: () => Promise<number>
  readonly edges: readonly { readonly cursor: string; readonly node: Event }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

const DEFAULT_SIZE = 20

const eventsWhere = (streamId: string, { types, appId }: EventFilter): Prisma.EventWhereInput => ({
  streamId,
  ...(types && { type: { in: [...new Set(types)] } }),
  ...(appId && { appId }),
})

/**
 * A page of a stream, from the oldest event to the newest: found by sequence number, so that one deep
 * in the history costs what the first does.
 *
 * @throws {InvalidInput} for page arguments that mean nothing.
 * @throws {CursorRefused} for a cursor that the stream cannot be paged by.
 */
export async function readEvents(
  core: Core,
  streamId: string,
  filter: EventFilter,
  args: PageArgs,
): Promise<EventPage> {
  checkPage(args)
  const extent = await readExtent(core, streamId)
  const backward = args.last != null || args.before != null
  const size = args.first ?? args.last ?? DEFAULT_SIZE
  const bounds = boundsOf(args, streamId, extent)
  const rows = await core.prisma.event.findMany({
    where: { ...eventsWhere(streamId, filter), sequence: { gt: bounds.after, lt: bounds.before } },
    orderBy: { sequence: backward ? 'desc' : 'asc' },
    take: size + 1,
  })
  const more = rows.length > size
  const events = rows.slice(0, size)
  if (backward) events.reverse()
  const edges = events.map((node) => ({ cursor: cursorOf(node), node }))
  return {
    edges,
    count: () => countEvents(core, streamId, filter, extent),
    pageInfo: {
      // Towards where the page was come from there is something, unless a filter leaves nothing of it.
      hasNextPage: backward ? bounds.before <= extent.head : more,
      hasPreviousPage: backward ? more : bounds.after > extent.prunedThrough,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** So many events are counted one by one at most: a history is as long as it gets. */
export const MOST_COUNTED = 10_000

/** Without a filter nothing has to be counted: the sequence numbers have no gaps. */
async function countEvents(core: Core, streamId: string, filter: EventFilter, extent: Extent): Promise<number> {
  if (!filter.types && !filter.appId) return Number(extent.head - extent.prunedThrough)
  return core.prisma.event.count({ where: eventsWhere(streamId, filter), take: MOST_COUNTED })
}

/** Sequence numbers between which the page lies, both exclusive. */
function boundsOf({ after, before }: PageArgs, streamId: string, extent: Extent): { after: bigint; before: bigint } {
  return {
    after: after == null ? extent.prunedThrough : resume(after, streamId, extent),
    before: before == null ? extent.head + 1n : resume(before, streamId, extent),
  }
}
