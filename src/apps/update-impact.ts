import type { Tx } from '../database/client.ts'
import { type App, type Distribution, Prisma } from '../database/generated/client/client.ts'
import { type Impact, ImpactChanged } from '../errors.ts'
import { without } from '../scopes.ts'
import { inForce } from '../tokens/approval.ts'
import { isLive } from '../tokens/impact.ts'

type AppNow = Pick<App, 'id' | 'organizationId' | 'status' | 'distribution' | 'scopes'>

/** The edit of an app; fields that it does not name stay. */
export interface AppEdit {
  readonly distribution?: Distribution | null | undefined
  readonly scopes?: readonly string[] | null | undefined
}

/**
 * The impact of an edit: it touches grants with a scope that the app loses and, where the app becomes
 * INTERNAL, all grants outside its publisher. An edit that takes nothing away touches nothing. Outside the
 * publisher of an INTERNAL app everything sleeps already. The version covers the edit, too.
 */
export async function updateImpact(tx: Tx, app: AppNow, edit: AppEdit, now: Date): Promise<Impact> {
  const lost = without(app.scopes, edit.scopes ?? app.scopes)
  const closes = app.distribution === 'EXTERNAL' && edit.distribution === 'INTERNAL'
  const opens = app.distribution === 'INTERNAL' && edit.distribution === 'EXTERNAL'
  const atHome = Prisma.sql`"organizationId" = ${app.organizationId}::uuid`
  const reached = app.distribution === 'INTERNAL' && !opens ? atHome : Prisma.sql`true`
  const touches = (scopes: Prisma.Sql) => Prisma.sql`
    "appId" = ${app.id}::uuid AND ${reached} AND (${scopes} && ${lost}::text[] OR (${closes} AND NOT ${atHome}))`
  const [row] = await tx.$queryRaw<[Impact]>`
    WITH grants AS (
      SELECT "id", "organizationId", "userId", "lastUsedAt", ${closes} AND NOT ${atHome} AS "suspended"
      FROM "Grant" WHERE ${touches(Prisma.sql`"scopes"`)}
    ), installations AS (
      SELECT "id", "organizationId" FROM "Installation" AS i
      WHERE ${inForce(now)} AND ${touches(Prisma.sql`"approvedScopes"`)}
    )
    SELECT
      (SELECT count(*) FROM (
        SELECT "organizationId" FROM grants UNION SELECT "organizationId" FROM installations
      ) AS organizations)::int AS "organizations",
      (SELECT count(DISTINCT "userId") FROM grants)::int AS "users",
      (SELECT count(*) FROM grants)::int AS "grants",
      (SELECT count(*) FROM "Token" AS t
        JOIN "Family" AS f ON f."id" = t."familyId" JOIN grants AS g ON g."id" = f."grantId"
        WHERE (g."suspended" OR t."scopes" && ${lost}::text[]) AND ${isLive(now)})::int AS "liveTokens",
      (SELECT max("lastUsedAt") FROM grants) AS "lastUsedAt",
      md5(concat_ws(';',
        ${[app.status, app.distribution, String(closes), ...lost].join(' ')}::text,
        (SELECT string_agg("id"::text, ',' ORDER BY "id") FROM installations),
        (SELECT string_agg("id"::text, ',' ORDER BY "id") FROM grants)
      )) AS "version"`
  return row
}

/**
 * Holds an edit to the impact that its author has seen. To be called under the app's lock.
 *
 * @throws {ImpactChanged} with the new impact.
 */
export async function assertUpdateImpact(
  tx: Tx,
  app: AppNow,
  edit: AppEdit,
  now: Date,
  version: string | null | undefined,
): Promise<void> {
  if (version == null) return
  const impact = await updateImpact(tx, app, edit, now)
  if (impact.version !== version) throw new ImpactChanged(impact)
}
