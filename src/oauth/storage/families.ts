import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import { Prisma } from '../../database/generated/client/client.ts'
import { endTokens } from '../../tokens/ending.ts'
import { currentParameters, errors } from '../engine/oidc.ts'
import { readAudience } from '../engine/requested-audience.ts'
import type { ClientCredential, TokenTransaction } from './token-transaction.ts'

/**
 * Begins the family of a code that is about to be issued. The lock lets nobody end the grant between
 * this look at it and the commit.
 *
 * @throws {errors.AccessDenied} where the grant has ended meanwhile.
 * @throws {errors.SessionNotFound} where the family has begun already: several windows of a browser can come
 * back with one agreement.
 */
export async function beginFamily(
  { config }: Core,
  tx: Tx,
  { grantId, familyId }: { readonly grantId: string; readonly familyId: string },
  at: Date,
  resource: unknown = currentParameters().resource,
): Promise<void> {
  const [grant] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "Grant" WHERE "id" = ${grantId}::uuid FOR SHARE`
  if (!grant) throw new errors.AccessDenied('the authorization was revoked')
  const audience = readAudience(config, resource)
  const data = { id: familyId, grantId, createdAt: at, audience }
  const { count } = await tx.family.createMany({ data, skipDuplicates: true })
  if (count > 0) return
  // Shown as a page: the app has its answer, and this would look like another.
  const finished = new errors.SessionNotFound('the authorization request was finished already')
  throw Object.assign(finished, { allow_redirect: false })
}

/**
 * Ends the family of a code or refresh token that was used twice (RFC 9700 section 4.14.2), and tells
 * the organization. The grant stays. That the answer is an error does not undo it.
 */
export async function endReused(
  exchange: TokenTransaction,
  { grantId, familyId }: { readonly grantId: string; readonly familyId: string },
): Promise<void> {
  const { tx, at, record } = exchange.change
  const family = await tx.family.findUnique({
    where: { id: familyId },
    select: {
      grant: {
        select: {
          organizationId: true,
          app: { select: { id: true, name: true } },
          user: { select: { id: true, name: true } },
        },
      },
    },
  })
  if (!family) return
  const { organizationId, app, user } = family.grant
  const event = record({
    type: 'TOKEN_REUSE_DETECTED',
    streams: [organizationId],
    app,
    ...(user && { user }),
    grantId,
  })
  await endTokens(tx, { familyId }, event, at)
  exchange.hasEnded = true
}

/**
 * Notes on grant and family that tokens were issued, and with which credential.
 *
 * @param isFirst whether the family begins with it, or is refreshed.
 * @throws {errors.InvalidClientAuth | errors.TemporarilyUnavailable}
 */
export async function noteIssued(
  { change: { tx, at }, credential }: TokenTransaction,
  { grantId, familyId }: { readonly grantId: string; readonly familyId: string },
  isFirst: boolean,
): Promise<void> {
  // In one statement: a second update of the row would check its foreign keys anew. That check waits for a
  // transaction that deletes the app, and that transaction waits for this grant.
  await tx.$executeRaw`
    UPDATE "Grant" SET "lastUsedAt" = ${at}, "tokenObtainedAt" = COALESCE("tokenObtainedAt", ${at})
    WHERE "id" = ${grantId}::uuid`
  if (!credential) return
  await holdCredential(tx, credential)
  const secret = isFirst ? 'beganWithSecretId' : 'refreshedWithSecretId'
  const column = credential.kind === 'SECRET' ? secret : 'beganWithKeyId'
  await tx.family.update({ where: { id: familyId }, data: { [column]: credential.id } })
}

/**
 * Keeps the secret or key until the commit, if it is still live. A transaction that ends it together with its
 * tokens waits for the grant that this exchange has locked, and then finds the family. A transaction that
 * deletes it locks the credential first and grants after it: waiting for that one here would be a deadlock.
 */
async function holdCredential(tx: Tx, { kind, id }: ClientCredential): Promise<void> {
  const [table, ended] = kind === 'SECRET' ? (['AppSecret', 'revokedAt'] as const) : (['AppKey', 'removedAt'] as const)
  const [row] = await tx.$queryRaw<{ endedAt: Date | null }[]>`
    SELECT ${Prisma.raw(`"${ended}"`)} AS "endedAt" FROM ${Prisma.raw(`"${table}"`)}
    WHERE "id" = ${id}::uuid FOR KEY SHARE SKIP LOCKED`
  if (!row) throw new errors.TemporarilyUnavailable('the secret or key is being changed; no code or token was used up')
  if (row.endedAt) throw new errors.InvalidClientAuth('the secret or key was revoked')
}
