import type { Tx } from '../database/client.ts'
import { Prisma } from '../database/generated/client/client.ts'

/** The tokens that end. At least one of the members is given; a token ends where all given members hold. */
export interface TokenReach {
  readonly appId?: string
  readonly organizationId?: string
  readonly userId?: string
  readonly grantId?: string
  readonly familyId?: string
  /** A secret or key that began the family, or the secret that last refreshed it. */
  readonly credentialId?: string
}

/**
 * The id of the event that ends tokens: one for all, or for each organization the one in its own
 * history, by the organization's id.
 */
export type EndingEvent = string | ReadonlyMap<string, string>

/** No event: the app itself gave the tokens back (RFC 7009). */
export const GIVEN_BACK = Symbol('given back')

/** Whether any tokens, dead or alive, began with the secret or key or were last refreshed with it. */
export async function hasTokens(tx: Tx, credentialId: string): Promise<boolean> {
  const credentials = ['beganWithSecretId', 'beganWithKeyId', 'refreshedWithSecretId'] as const
  const where = { OR: credentials.map((column) => ({ [column]: credentialId })) }
  return (await tx.family.findFirst({ where, select: { id: true } })) !== null
}

/**
 * Deletes the families that are in reach, with their tokens, and leaves for each token that had not
 * expired a tombstone that names the event which ended it. The grants concerned are locked first, in
 * the order of their ids: of two endings of a token at the same moment the second finds nothing left.
 */
export async function endTokens(
  tx: Tx,
  reach: TokenReach,
  event: EndingEvent | typeof GIVEN_BACK | null,
  now: Date,
): Promise<void> {
  const column = (name: string, value: string | undefined) =>
    value === undefined ? [] : [Prisma.sql`g.${Prisma.raw(`"${name}"`)} = ${value}::uuid`]
  const ofGrant = [
    ...column('appId', reach.appId),
    ...column('organizationId', reach.organizationId),
    ...column('userId', reach.userId),
    ...column('id', reach.grantId),
  ]
  const ofFamily = [
    ...(reach.familyId === undefined ? [] : [Prisma.sql`f."id" = ${reach.familyId}::uuid`]),
    ...(reach.credentialId === undefined
      ? []
      : [
          Prisma.sql`${reach.credentialId}::uuid IN (f."beganWithSecretId", f."beganWithKeyId", f."refreshedWithSecretId")`,
        ]),
  ]
  const conditions = [...ofGrant, ...ofFamily]
  if (conditions.length === 0) throw new TypeError('endTokens needs to know whose tokens to end')
  const grants = [
    ...(reach.familyId === undefined
      ? []
      : [Prisma.sql`g."id" = (SELECT f."grantId" FROM "Family" AS f WHERE f."id" = ${reach.familyId}::uuid)`]),
    // All of the app's: what is being obtained with the credential at this moment is in no family yet.
    ...(reach.credentialId === undefined
      ? []
      : [
          Prisma.sql`g."appId" = COALESCE((SELECT "appId" FROM "AppSecret" WHERE "id" = ${reach.credentialId}::uuid),
            (SELECT "appId" FROM "AppKey" WHERE "id" = ${reach.credentialId}::uuid))`,
        ]),
  ]
  await tx.$executeRaw`
    SELECT 1 FROM "Grant" AS g WHERE ${Prisma.join([...ofGrant, ...grants], ' AND ')} ORDER BY g."id" FOR UPDATE`
  const ending =
    event === null
      ? Prisma.sql`JOIN (SELECT NULL::uuid AS id) AS ending ON false`
      : event === GIVEN_BACK
        ? Prisma.sql`JOIN (SELECT NULL::uuid AS id) AS ending ON true`
        : typeof event === 'string'
          ? Prisma.sql`JOIN (SELECT ${event}::uuid AS id) AS ending ON true`
          : Prisma.sql`JOIN unnest(${[...event.keys()]}::uuid[], ${[...event.values()]}::uuid[]) AS ending(organization, id)
          ON ending.organization = families."organizationId"`
  await tx.$executeRaw`
    WITH families AS (
      SELECT f."id", g."organizationId", g."appId" FROM "Family" AS f JOIN "Grant" AS g ON g."id" = f."grantId"
      WHERE ${Prisma.join(conditions, ' AND ')}
    ), buried AS (
      INSERT INTO "Tombstone" ("hash", "organizationId", "appId", "eventId", "endedAt", "expiresAt")
      SELECT t."hash", families."organizationId", families."appId", ending.id, ${now}, t."expiresAt"
      FROM "Token" AS t JOIN families ON families."id" = t."familyId"
      ${ending}
      WHERE t."expiresAt" > ${now}
    )
    DELETE FROM "Family" WHERE "id" IN (SELECT "id" FROM families)`
}

/**
 * Locks the grant of a token, before the token itself: whatever ends tokens takes them in that order, and
 * waits here instead of in a circle.
 */
export async function lockGrantOf(tx: Tx, hash: string): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM "Grant" WHERE "id" = (SELECT f."grantId" FROM "Token" AS t JOIN "Family" AS f ON f."id" = t."familyId"
      WHERE t."hash" = ${hash}) FOR NO KEY UPDATE`
}

/** Deletes one token that its app gave back (RFC 7009); its family stays. */
export async function giveBack(tx: Tx, hash: string, now: Date): Promise<void> {
  await lockGrantOf(tx, hash)
  await tx.$executeRaw`
    WITH gone AS (DELETE FROM "Token" WHERE "hash" = ${hash} RETURNING "hash", "familyId", "expiresAt")
    INSERT INTO "Tombstone" ("hash", "organizationId", "appId", "endedAt", "expiresAt")
    SELECT gone."hash", g."organizationId", g."appId", ${now}, gone."expiresAt"
    FROM gone JOIN "Family" AS f ON f."id" = gone."familyId" JOIN "Grant" AS g ON g."id" = f."grantId"
    WHERE gone."expiresAt" > ${now}`
}
