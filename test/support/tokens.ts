import { randomBytes } from 'node:crypto'
import type { Prisma } from '../../src/database/generated/client/client.ts'
import { newId } from '../../src/ids.ts'
import { hashToken } from '../../src/tokens/standing.ts'
import type { TestServer } from './server.ts'
import { uuidOf } from './team.ts'

export interface IssuedToken {
  /** As its bearer presents it. */
  readonly token: string
  readonly hash: string
  /** A UUID. */
  readonly familyId: string
}

export interface TokenOptions
  extends Partial<Pick<Prisma.TokenUncheckedCreateInput, 'kind' | 'keyThumbprint' | 'rotatedAt'>> {
  readonly scopes?: string[]
  readonly audience?: string[]
  /** In milliseconds; an hour where nothing is said. */
  readonly lifetime?: number
  /** The credential that began its family, `sec_…`. */
  readonly beganWithSecret?: string
}

/** A token of a grant (`gra_…`) as the OAuth endpoints would leave it, in a family of its own. */
export async function issueToken(
  { core, prisma }: TestServer,
  grantId: string,
  { scopes = ['openid'], lifetime = 3_600_000, beganWithSecret, kind = 'ACCESS', ...rest }: TokenOptions = {},
): Promise<IssuedToken> {
  const token = randomBytes(32).toString('base64url')
  const [hash, familyId, createdAt] = [hashToken(token), newId(), core.clock.now()]
  const expiresAt = new Date(createdAt.getTime() + lifetime)
  await prisma.family.create({
    data: {
      id: familyId,
      grantId: uuidOf(grantId),
      createdAt,
      beganWithSecretId: beganWithSecret && uuidOf(beganWithSecret),
      tokens: { create: [{ hash, kind, scopes, createdAt, expiresAt, ...rest }] },
    },
  })
  return { token, hash, familyId }
}
