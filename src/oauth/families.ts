import { endTokens } from '../grants/tokens.ts'
import type { Exchange } from './exchange.ts'

/**
 * Ends the family of a code or refresh token that was used twice (RFC 9700 section 4.14.2), and tells
 * the organization. The grant stays. That the answer is an error does not undo it.
 */
export async function endReused(
  exchange: Exchange,
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
 */
export async function noteIssued(
  { change: { tx, at }, credential }: Exchange,
  { grantId, familyId }: { readonly grantId: string; readonly familyId: string },
  isFirst: boolean,
): Promise<void> {
  await tx.grant.update({ where: { id: grantId }, data: { lastUsedAt: at } })
  await tx.grant.updateMany({ where: { id: grantId, tokenObtainedAt: null }, data: { tokenObtainedAt: at } })
  if (!credential) return
  const secret = isFirst ? 'beganWithSecretId' : 'refreshedWithSecretId'
  const column = credential.kind === 'SECRET' ? secret : 'beganWithKeyId'
  await tx.family.update({ where: { id: familyId }, data: { [column]: credential.id } })
}
