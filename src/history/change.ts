import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { ActorKind, EventType, Prisma } from '../database/generated/client/client.ts'
import { isConflict, violatedConstraint } from '../database/violations.ts'
import { Unauthenticated } from '../errors.ts'
import { newId } from '../ids.ts'
import { encodeCursor } from './cursor.ts'

/** Who did it, with the name that history keeps. */
export interface Actor {
  readonly kind: ActorKind
  readonly id: string | null
  readonly name: string
}

/** An object by its id and by the name it has now. */
export interface Named {
  readonly id: string
  readonly name: string
}

export interface FieldChange {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** What happened, for the histories that are to tell of it. */
export interface EventDraft {
  readonly type: EventType
  /** The ids of the organizations and users in whose streams it appears. */
  readonly streams: Iterable<string>
  readonly organization?: Named
  readonly app?: Named
  readonly user?: Named
  readonly installRequestId?: string
  readonly installationId?: string
  readonly grantId?: string
  readonly changes?: readonly FieldChange[]
  /** Where the history must not name who really did it, such as an app's publisher in other tenants. */
  readonly actor?: Actor
}

export interface ChangeContext {
  readonly tx: Tx
  /** The one time that everything in this change carries. */
  readonly at: Date
  readonly actor: Actor
  /** Notes an event, to be written as the transaction's last step. @returns the id it will have. */
  record(event: EventDraft): string
  /** Notes that a history ends, with the organization or user that it is of; what is recorded there is lost. */
  endStream(streamId: string): void
  /** Has something asked that must still hold when nothing more is waited for; where it throws, nothing happened. */
  lastly(check: () => Promise<void>): void
}

export interface Changed<T> {
  readonly value: T
  /** Resumes a feed of the stream right after this change; where it wrote nothing there, at its end. */
  cursor(streamId: string): Promise<string>
}

/**
 * The one way in which anything changes: `work` and the events that it records commit together or
 * not at all, and afterwards the doorbell rings. Inside, only `tx` may be used.
 *
 * @throws {Unauthenticated} where the actor's account was deleted meanwhile.
 */
export async function change<T>(
  core: Core,
  actor: Actor,
  work: (context: ChangeContext) => Promise<T>,
): Promise<Changed<T>> {
  const run = insistently(core, async (tx) => {
    const at = core.clock.now()
    const events: Recorded[] = []
    const record = (event: EventDraft): string => {
      const id = newId()
      events.push({ ...event, id })
      return id
    }
    const ended = new Set<string>()
    const endStream = (streamId: string): void => void ended.add(streamId)
    const checks: (() => Promise<void>)[] = []
    const lastly = (check: () => Promise<void>): void => void checks.push(check)
    const value = await work({ tx, at, actor, record, endStream, lastly })
    const heads = await append(tx, { events, ended }, actor, at)
    for (const check of checks) await check()
    return { value, heads }
  })
  const { value, heads } = await run.catch(async (error: unknown) => {
    throw (await isOfNobody(core, actor, error)) ? new Unauthenticated() : error
  })
  if (heads.size > 0) core.doorbell.ring(new Set(heads.keys()))
  return {
    value,
    async cursor(streamId) {
      const sequence = heads.get(streamId) ?? (await readHead(core.prisma, streamId))
      return encodeCursor({ streamId, sequence })
    },
  }
}

/** Whether the change failed because its actor's account was deleted meanwhile: rows cannot refer to that any more. */
const isOfNobody = async ({ prisma }: Core, { kind, id }: Actor, error: unknown): Promise<boolean> =>
  kind === 'USER' &&
  id !== null &&
  (violatedConstraint(error)?.endsWith('_fkey') ?? false) &&
  (await prisma.user.count({ where: { id } })) === 0

/** How often a transaction is begun that the database gives up on in favour of another. */
const ATTEMPTS = 3

/**
 * Locks are taken in one order, so transactions wait for each other and not in a circle. Should two
 * do so after all, the database ends one of them, which left nothing behind and is begun anew.
 */
async function insistently<T>(core: Core, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await core.prisma.$transaction(work)
    } catch (err) {
      if (attempt === ATTEMPTS || !isConflict(err)) throw err
      core.log.warn({ err }, 'a transaction was in the way of another, and is begun anew')
    }
  }
}

/** The sequence number of the stream's newest event; 0 before the first. */
export async function readHead(tx: Tx, streamId: string): Promise<bigint> {
  const stream = await tx.stream.findUnique({ where: { id: streamId }, select: { head: true } })
  return stream?.head ?? 0n
}

type Recorded = EventDraft & { readonly id: string }

interface Noted {
  readonly events: readonly Recorded[]
  /** The streams that end. */
  readonly ended: ReadonlySet<string>
}

/**
 * Numbers, writes and counts the events, and deletes the streams that end. All of their counters are
 * locked in the order of their ids and nothing is locked after them, so two changes that reach the same
 * streams wait for each other but never in a circle; holding them until the commit is what makes
 * sequence order commit order.
 *
 * @returns the new head of every stream written to. Streams that are gone by now are passed over.
 */
async function append(tx: Tx, { events, ended }: Noted, actor: Actor, at: Date): Promise<Map<string, bigint>> {
  const counts = new Map<string, number>()
  const entries = events.flatMap((event) =>
    [...new Set(event.streams)].filter((id) => !ended.has(id)).map((streamId) => ({ event, streamId })),
  )
  for (const { streamId } of entries) counts.set(streamId, (counts.get(streamId) ?? 0) + 1)
  const ids = [...counts.keys(), ...ended]
  if (ids.length === 0) return new Map()

  await tx.$executeRaw`SELECT 1 FROM "Stream" WHERE "id" = ANY(${ids}::uuid[]) ORDER BY "id" FOR UPDATE`
  if (ended.size > 0) await tx.stream.deleteMany({ where: { id: { in: [...ended] } } })
  if (counts.size === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; head: bigint }[]>`
    UPDATE "Stream" AS s SET "head" = s."head" + wanted.n
    FROM unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::int[]) AS wanted(id, n)
    WHERE s."id" = wanted.id RETURNING s."id", s."head"`
  const heads = new Map(rows.map((row) => [row.id, row.head]))

  const next = new Map(rows.map((row) => [row.id, row.head - BigInt(counts.get(row.id) ?? 0)]))
  const seen = new Set<string>()
  const records = entries.flatMap(({ event, streamId }) => {
    const sequence = next.get(streamId)
    if (sequence === undefined) return []
    next.set(streamId, sequence + 1n)
    // An event that appears in several streams has its recorded id in the first of them.
    const id = seen.has(event.id) ? newId() : event.id
    seen.add(event.id)
    return [toRow(event, { id, streamId, sequence: sequence + 1n }, event.actor ?? actor, at)]
  })
  await insert(tx, JSON.stringify(records))
  return heads
}

/** Writes the rows, and in the same statement counts them by hour and by day, for the statistics. */
async function insert(tx: Tx, rows: string): Promise<void> {
  await tx.$executeRaw`
    WITH news AS MATERIALIZED (
      SELECT * FROM jsonb_populate_recordset(NULL::"Event", ${rows}::jsonb)
    ), counted AS (
      INSERT INTO "EventCount" AS c ("streamId", "span", "start", "type", "count")
      SELECT "streamId", span, date_trunc(span::text, "at", 'UTC'), "type", count(*)
      FROM news, unnest(enum_range(NULL::"CountSpan")) AS span GROUP BY 1, 2, 3, 4
      ON CONFLICT ("streamId", "span", "start", "type") DO UPDATE SET "count" = c."count" + EXCLUDED."count"
    )
    INSERT INTO "Event" SELECT * FROM news`
}

function toRow(
  event: EventDraft,
  place: { id: string; streamId: string; sequence: bigint },
  actor: Actor,
  at: Date,
): Record<keyof Prisma.EventUncheckedCreateInput & string, unknown> {
  return {
    id: place.id,
    streamId: place.streamId,
    sequence: place.sequence.toString(),
    type: event.type,
    at: at.toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    organizationId: event.organization?.id,
    organizationName: event.organization?.name,
    appId: event.app?.id,
    appName: event.app?.name,
    userId: event.user?.id,
    userName: event.user?.name,
    installRequestId: event.installRequestId,
    installationId: event.installationId,
    grantId: event.grantId,
    changes: event.changes ?? [],
  }
}
