import type { Tx } from '../database/client.ts'
import { isLive } from './impact.ts'

/** How many live tokens each of the grants has at `now`, in their order; counted in one statement. */
export async function countLiveTokens(tx: Tx, grantIds: readonly string[], now: Date): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: string; tokens: number }[]>`
    SELECT f."grantId" AS "id", count(*)::int AS "tokens" FROM "Family" AS f JOIN "Token" AS t ON t."familyId" = f."id"
    WHERE f."grantId" = ANY(${[...new Set(grantIds)]}::uuid[]) AND ${isLive(now)} GROUP BY 1`
  const counts = new Map(rows.map(({ id, tokens }) => [id, tokens]))
  return grantIds.map((id) => counts.get(id) ?? 0)
}
