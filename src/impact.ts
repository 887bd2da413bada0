import type { Tx } from './database/client.ts'
import { Prisma } from './database/generated/client/client.ts'
import { type Impact, ImpactChanged } from './errors.ts'

/** What an action is about: an app everywhere, an app in one organization, or one grant of it. */
export interface Reach {
  readonly appId: string
  readonly organizationId?: string
  readonly grantId?: string
  /** Whether installations that nobody has approved yet are touched too. */
  readonly pending?: boolean
  /** The action would change nothing: all numbers are 0, the version is what it is. */
  readonly idle?: boolean
}

/** What the action touches, counted in one statement. Live tokens are those unexpired at `now`. */
export async function impactOf(tx: Tx, reach: Reach, now: Date): Promise<Impact> {
  const organization = reach.organizationId
    ? Prisma.sql`AND "organizationId" = ${reach.organizationId}::uuid`
    : Prisma.empty
  const grant = reach.grantId ? Prisma.sql`AND "id" = ${reach.grantId}::uuid` : Prisma.empty
  const installations = reach.grantId ? Prisma.sql`AND false` : Prisma.empty
  const [row] = await tx.$queryRaw<[Impact]>`
    WITH grants AS (
      SELECT "id", "organizationId", "userId", "lastUsedAt" FROM "Grant"
      WHERE "appId" = ${reach.appId}::uuid ${organization} ${grant}
    ), installations AS (
      SELECT "id", "organizationId", "state" FROM "Installation"
      WHERE "appId" = ${reach.appId}::uuid ${organization} ${installations}
    )
    SELECT
      (SELECT count(*) FROM (
        SELECT "organizationId" FROM grants UNION
        SELECT "organizationId" FROM installations WHERE "state" = 'INSTALLED' OR ${reach.pending ?? false}
      ) AS touched)::int AS "organizations",
      (SELECT count(DISTINCT "userId") FROM grants)::int AS "users",
      (SELECT count(*) FROM grants)::int AS "grants",
      (SELECT count(*) FROM "Token" JOIN "Family" ON "Family"."id" = "Token"."familyId"
        WHERE "Family"."grantId" IN (SELECT "id" FROM grants) AND "Token"."expiresAt" > ${now})::int AS "liveTokens",
      (SELECT max("lastUsedAt") FROM grants) AS "lastUsedAt",
      md5(concat_ws(';',
        (SELECT concat("status", "distribution") FROM "App" WHERE "id" = ${reach.appId}::uuid),
        (SELECT string_agg(concat("id", "state"), ',' ORDER BY "id") FROM installations),
        (SELECT string_agg("id"::text, ',' ORDER BY "id") FROM grants)
      )) AS "version"`
  return reach.idle
    ? { organizations: 0, users: 0, grants: 0, liveTokens: 0, lastUsedAt: null, version: row.version }
    : row
}

/**
 * Holds an action to the impact that whoever ordered it has seen. To be called under the lock that
 * keeps the impact from changing before the commit.
 *
 * @throws {ImpactChanged} with the new impact.
 */
export async function assertImpact(tx: Tx, reach: Reach, now: Date, version: string | null | undefined): Promise<void> {
  if (version == null) return
  const impact = await impactOf(tx, reach, now)
  if (impact.version !== version) throw new ImpactChanged(impact)
}
