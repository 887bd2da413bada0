import type { Tx } from '../database/client.ts'
import type { EventType } from '../database/generated/client/enums.ts'
import { isLive } from '../tokens/impact.ts'
import type { Bucket, Period } from './statistics-buckets.ts'

/** A period, and how many events of each type there were in it; types without any are left out. */
export interface PeriodCounts extends Period {
  readonly events: Partial<Record<EventType, number>>
}

/** What an app holds in an organization at the moment. */
export interface AppUse {
  readonly appId: string
  readonly grants: number
  /** Those that have not expired. */
  readonly liveTokens: number
  readonly lastUsedAt: Date | null
}

/**
 * How often what happened in the organization, period by period. Read from the counts by hour or by
 * day, so the cost grows with the number of buckets and not with how much happened.
 *
 * @param periods whole buckets, one after the other.
 */
export async function countEvents(
  tx: Tx,
  organizationId: string,
  bucket: Bucket,
  periods: readonly Period[],
): Promise<PeriodCounts[]> {
  const [first, last] = [periods[0], periods.at(-1)]
  if (!first || !last) return []
  const span = bucket === 'HOUR' ? 'HOUR' : 'DAY'
  // As numbers, because the years that a client can name are more than PostgreSQL can read as text.
  const [from, to] = [first.start.getTime() / 1000, last.end.getTime() / 1000]
  const rows = await tx.$queryRaw<{ bucket: Date; events: PeriodCounts['events'] }[]>`
    SELECT "bucket", jsonb_object_agg("type", "count") AS "events" FROM (
      SELECT date_trunc(${bucket}, "start", 'UTC') AS "bucket", "type", sum("count") AS "count"
      FROM "EventCount"
      WHERE "streamId" = ${organizationId}::uuid AND "span" = ${span}::"CountSpan"
        AND "start" >= to_timestamp(${from}::float8) AND "start" < to_timestamp(${to}::float8)
      GROUP BY 1, 2
    ) AS counts GROUP BY "bucket"`
  const counts = new Map(rows.map(({ bucket, events }) => [bucket.getTime(), events]))
  return periods.map((period) => ({ ...period, events: counts.get(period.start.getTime()) ?? {} }))
}

/**
 * The apps that something is granted to in the organization, those with the most live tokens first,
 * by the same grants that its list of grants shows.
 */
export function appsByUse(tx: Tx, organizationId: string, now: Date, limit: number): Promise<AppUse[]> {
  return tx.$queryRaw<AppUse[]>`
    WITH grants AS (
      SELECT "id", "appId", "lastUsedAt" FROM "Grant"
      WHERE "organizationId" = ${organizationId}::uuid AND ("userId" IS NULL OR "tokenObtainedAt" IS NOT NULL
        OR EXISTS (SELECT 1 FROM "Organization" WHERE "id" = ${organizationId}::uuid AND "personalUserId" IS NULL))
    ), tokens AS (
      SELECT grants."appId", count(*) AS "live"
      FROM grants JOIN "Family" AS f ON f."grantId" = grants."id" JOIN "Token" AS t ON t."familyId" = f."id"
      WHERE ${isLive(now)} GROUP BY 1
    )
    SELECT "appId", count(*)::int AS "grants", COALESCE(max(tokens."live"), 0)::int AS "liveTokens",
      max("lastUsedAt") AS "lastUsedAt"
    FROM grants LEFT JOIN tokens USING ("appId")
    GROUP BY "appId" ORDER BY "liveTokens" DESC, "lastUsedAt" DESC NULLS LAST, "appId" LIMIT ${limit}`
}
