import type { Tx } from '../database/client.ts'
import { Prisma } from '../database/generated/client/client.ts'
import { type Impact, ImpactChanged } from '../errors.ts'
import { inForce } from './approval.ts'

/**
 * The reach of an action: an app everywhere, an app in one organization, one grant of it, or all grants
 * of a user in one organization.
 */
export type Reach = AppReach | MemberReach

interface MemberReach {
  readonly appId?: undefined
  readonly grantId?: undefined
  readonly organizationId: string
  readonly userId: string
  readonly pending?: undefined
  readonly idle?: undefined
}

interface AppReach {
  readonly appId: string
  readonly organizationId?: string
  readonly grantId?: string
  readonly userId?: undefined
  /** Whether installations that nobody has approved yet are touched too. */
  readonly pending?: boolean
  /** The action would change nothing: all numbers are 0, the version is what it is. */
  readonly idle?: boolean
}

/** Whether the token in the row `t` is still good for something at `now`: not expired, and not exchanged for another. */
export const isLive = (now: Date): Prisma.Sql => Prisma.sql`t."expiresAt" > ${now} AND t."rotatedAt" IS NULL`

/** Which grants and installations of the app are in reach, where `r` is the reach: each found by an index of its own. */
const ofApp = Prisma.sql`"appId" = r."appId"`
const inOrganization = Prisma.sql`"organizationId" = r."organizationId"`
const conditions = {
  everywhere: { grants: ofApp, installations: ofApp },
  organization: {
    grants: Prisma.sql`${ofApp} AND ${inOrganization}`,
    installations: Prisma.sql`${ofApp} AND ${inOrganization}`,
  },
  grant: { grants: Prisma.sql`${ofApp} AND "id" = r."grantId"`, installations: Prisma.sql`false` },
  member: { grants: Prisma.sql`"userId" = r."userId" AND ${inOrganization}`, installations: Prisma.sql`false` },
}
const kinds = Object.keys(conditions) as (keyof typeof conditions)[]

const kindOf = ({ organizationId, grantId, userId }: Reach): keyof typeof conditions =>
  userId ? 'member' : grantId ? 'grant' : organizationId ? 'organization' : 'everywhere'

/** Counts what the action touches. Tokens count that are live at `now`. */
export async function impactOf(tx: Tx, reach: Reach, now: Date): Promise<Impact> {
  const [impact] = await impactsOf(tx, [reach], now)
  return impact as Impact
}

/** The impacts of the actions, in their order; one statement counts all actions of one kind. */
export async function impactsOf(tx: Tx, reaches: readonly Reach[], now: Date): Promise<Impact[]> {
  const impacts = new Map<Reach, Impact>()
  for (const kind of kinds) {
    const alike = reaches.filter((reach) => kindOf(reach) === kind)
    const rows = alike.length > 0 ? await count(tx, kind, alike, now) : []
    for (const [index, reach] of alike.entries()) impacts.set(reach, rows[index] as Impact)
  }
  return reaches.map((reach) => {
    const impact = impacts.get(reach) as Impact
    if (!reach.idle) return impact
    return { organizations: 0, users: 0, grants: 0, liveTokens: 0, lastUsedAt: null, version: impact.version }
  })
}

function count(tx: Tx, kind: keyof typeof conditions, reaches: readonly Reach[], now: Date): Promise<Impact[]> {
  const column = (name: 'appId' | 'organizationId' | 'grantId' | 'userId') =>
    reaches.map((reach) => reach[name] ?? null)
  return tx.$queryRaw<Impact[]>`
    SELECT touched.* FROM unnest(
      ${column('appId')}::uuid[], ${column('organizationId')}::uuid[], ${column('grantId')}::uuid[],
      ${column('userId')}::uuid[], ${reaches.map(({ pending }) => pending ?? false)}::boolean[]
    ) WITH ORDINALITY AS r("appId", "organizationId", "grantId", "userId", "pending", "position")
    CROSS JOIN LATERAL (
      WITH grants AS (
        SELECT "id", "organizationId", "userId", "lastUsedAt" FROM "Grant"
        WHERE ${conditions[kind].grants}
      ), installations AS (
        SELECT "id", "organizationId", "state", ${inForce(now)} AS "inForce" FROM "Installation" AS i
        WHERE ${conditions[kind].installations}
      )
      SELECT
        (SELECT count(*) FROM (
          SELECT "organizationId" FROM grants UNION
          SELECT "organizationId" FROM installations WHERE "inForce" OR r."pending"
        ) AS organizations)::int AS "organizations",
        (SELECT count(DISTINCT "userId") FROM grants)::int AS "users",
        (SELECT count(*) FROM grants)::int AS "grants",
        (SELECT count(*) FROM "Token" AS t JOIN "Family" AS f ON f."id" = t."familyId"
          WHERE f."grantId" IN (SELECT "id" FROM grants) AND ${isLive(now)})::int AS "liveTokens",
        (SELECT max("lastUsedAt") FROM grants) AS "lastUsedAt",
        md5(concat_ws(';',
          (SELECT concat("status", "distribution") FROM "App" WHERE "id" = r."appId"),
          (SELECT string_agg(concat("id", "state"), ',' ORDER BY "id") FROM installations),
          (SELECT string_agg("id"::text, ',' ORDER BY "id") FROM grants)
        )) AS "version"
    ) AS touched
    ORDER BY r."position"`
}

/**
 * Holds an action to the impact that its caller has seen. Call this under the lock that keeps the
 * impact from changing before the commit.
 *
 * @throws {ImpactChanged} with the new impact.
 */
export async function assertImpact(tx: Tx, reach: Reach, now: Date, version: string | null | undefined): Promise<void> {
  if (version == null) return
  const impact = await impactOf(tx, reach, now)
  if (impact.version !== version) throw new ImpactChanged(impact)
}
