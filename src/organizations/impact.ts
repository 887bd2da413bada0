import type { Tx } from '../database/client.ts'
import { type Impact, ImpactChanged } from '../errors.ts'
import { isLive } from '../tokens/impact.ts'

/**
 * What deleting the organization would touch: the other organizations that its apps are installed in
 * or granted something by, and itself; every user, grant and live token of its apps anywhere and of
 * any app in it. Its version changes with apps, members, installations and grants.
 */
export async function organizationImpact(tx: Tx, id: string, now: Date): Promise<Impact> {
  const [row] = await tx.$queryRaw<[Impact]>`
    WITH apps AS (
      SELECT "id", "status" FROM "App" WHERE "organizationId" = ${id}::uuid
    ), grants AS (
      SELECT "id", "organizationId", "userId", "lastUsedAt" FROM "Grant"
      WHERE "organizationId" = ${id}::uuid OR "appId" IN (SELECT "id" FROM apps)
    ), installations AS (
      SELECT "id", "organizationId", "state" FROM "Installation"
      WHERE "organizationId" = ${id}::uuid OR "appId" IN (SELECT "id" FROM apps)
    ), members AS (
      SELECT "userId" FROM "Membership" WHERE "organizationId" = ${id}::uuid
    )
    SELECT
      (SELECT count(*) FROM (
        SELECT "organizationId" FROM grants UNION SELECT "organizationId" FROM installations UNION SELECT ${id}::uuid
      ) AS touched)::int AS "organizations",
      (SELECT count(*) FROM (
        SELECT "userId" FROM grants WHERE "userId" IS NOT NULL UNION SELECT "userId" FROM members
      ) AS people)::int AS "users",
      (SELECT count(*) FROM grants)::int AS "grants",
      (SELECT count(*) FROM "Token" AS t JOIN "Family" AS f ON f."id" = t."familyId"
        WHERE f."grantId" IN (SELECT "id" FROM grants) AND ${isLive(now)})::int AS "liveTokens",
      (SELECT max("lastUsedAt") FROM grants) AS "lastUsedAt",
      md5(concat_ws(';',
        (SELECT string_agg(concat("id", "status"), ',' ORDER BY "id") FROM apps),
        (SELECT string_agg("userId"::text, ',' ORDER BY "userId") FROM members),
        (SELECT string_agg(concat("id", "state"), ',' ORDER BY "id") FROM installations),
        (SELECT string_agg("id"::text, ',' ORDER BY "id") FROM grants)
      )) AS "version"`
  return row
}

/** @throws {ImpactChanged} where the version is not that of the present impact. */
export async function assertOrganizationImpact(
  tx: Tx,
  id: string,
  now: Date,
  version: string | null | undefined,
): Promise<void> {
  if (version == null) return
  const impact = await organizationImpact(tx, id, now)
  if (impact.version !== version) throw new ImpactChanged(impact)
}
