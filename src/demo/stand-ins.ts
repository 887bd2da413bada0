import { createHash, randomBytes } from 'node:crypto'
import { actorOf } from '../access/actions.ts'
import type { Viewer } from '../access/viewer.ts'
import { lockApp } from '../apps/service.ts'
import type { Core } from '../core.ts'
import { putUserGrant } from '../grants/service.ts'
import { change } from '../history/change.ts'
import { newId } from '../ids.ts'

const day = 86_400_000

/** A user as the viewer that they would be if they were signed in, for services to be called in their name. */
export async function viewerOf({ prisma }: Pick<Core, 'prisma'>, userId: string): Promise<Viewer> {
  const { name, email, emailVerifiedAt, memberships, personal } = await prisma.user.findUniqueOrThrow({
    where: { id: userId },
    include: { memberships: true, personal: true },
  })
  return {
    userId,
    name,
    email,
    emailVerified: emailVerifiedAt !== null,
    sessionId: newId(),
    personalOrganizationId: personal?.id ?? '',
    roles: new Map(memberships.map(({ organizationId, role }) => [organizationId, role])),
    feedHead: 0n,
    heads: new Map(),
  }
}

/**
 * A grant as the OAuth endpoints would leave it: one family, with a live access and a live refresh token.
 *
 * @returns its id.
 */
export async function grantWithTokens(
  core: Core,
  user: Viewer,
  { appId, organizationId }: { appId: string; organizationId: string },
  scopes: string[],
): Promise<string> {
  const { value } = await change(core, actorOf(user), async (context) => {
    const { tx, at } = context
    const app = await lockApp(tx, appId)
    const grantId = await putUserGrant(
      context,
      { app, organizationId, user: { id: user.userId, name: user.name } },
      () => scopes,
    )
    await tx.grant.update({ where: { id: grantId }, data: { tokenObtainedAt: at, lastUsedAt: at } })
    const token = (kind: 'ACCESS' | 'REFRESH', lifetime: number) => ({
      hash: createHash('sha256').update(randomBytes(32)).digest('base64url'),
      kind,
      scopes,
      createdAt: at,
      expiresAt: new Date(at.getTime() + lifetime),
    })
    await tx.family.create({
      data: {
        id: newId(),
        grantId,
        createdAt: at,
        tokens: { create: [token('ACCESS', 30 * day), token('REFRESH', 60 * day)] },
      },
    })
    return grantId
  })
  return value
}
