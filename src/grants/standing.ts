import { createHash } from 'node:crypto'
import { isSuspended } from '../apps/rules.ts'
import type { Tx } from '../database/client.ts'
import { Prisma } from '../database/generated/client/client.ts'
import type { AppStatus, AppType, Distribution, Edition, TokenKind } from '../database/generated/client/enums.ts'
import { worth } from './rules.ts'

/** What is stored instead of a token: it has 256 random bits, so a fast hash gives nothing away. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** A token with all that it depends on, as it was at one moment. */
export interface Standing {
  readonly hash: string
  readonly kind: TokenKind
  readonly familyId: string
  readonly grantId: string
  readonly app: { readonly id: string; readonly name: string; readonly type: AppType }
  readonly organization: { readonly id: string; readonly name: string; readonly edition: Edition }
  /** Null where the app acts as itself. */
  readonly user: { readonly id: string; readonly name: string } | null
  /** As they were recorded with the token. */
  readonly recorded: readonly string[]
  /** What they are worth now. */
  readonly scopes: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date
  /** The resource servers that it is for; none are named where it is for all. */
  readonly audience: readonly string[]
  /** The key that it is bound to (RFC 9449 section 6.1). */
  readonly keyThumbprint: string | null
  /** Of a refresh token: when it was exchanged for its successor. */
  readonly rotatedAt: Date | null
  readonly repeatedAt: Date | null
  /** Whether the publisher keeps the app from working in this organization. */
  readonly suspended: boolean
  readonly context: Readonly<Record<string, unknown>>
}

/** Whether the token is accepted at `now`. */
export const isActive = ({ expiresAt, suspended, scopes, rotatedAt }: Standing, now: Date): boolean =>
  expiresAt > now && !suspended && scopes.length > 0 && rotatedAt === null

interface Row extends Omit<Standing, 'app' | 'organization' | 'user' | 'scopes' | 'suspended'> {
  appId: string
  appName: string
  appType: AppType
  appScopes: string[]
  status: AppStatus
  distribution: Distribution
  publisherId: string
  organizationId: string
  organizationName: string
  edition: Edition
  userId: string | null
  userName: string | null
  isMember: boolean
  granted: string[]
  approved: string[] | null
}

/**
 * Finds a token by its hash, with everything that it has to obey, in one statement; null where it does
 * not exist (any more).
 *
 * @param lock keeps it from being used by another transaction until this one ends.
 */
export async function findStanding(tx: Tx, hash: string, { lock = false } = {}): Promise<Standing | null> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT t."hash", t."kind", t."familyId", f."grantId", t."scopes" AS "recorded", t."createdAt", t."expiresAt",
      t."audience", t."keyThumbprint", t."rotatedAt", t."repeatedAt", t."context",
      a."id" AS "appId", a."name" AS "appName", a."type" AS "appType", a."scopes" AS "appScopes", a."status",
      a."distribution", a."organizationId" AS "publisherId",
      o."id" AS "organizationId", o."name" AS "organizationName", o."edition",
      u."id" AS "userId", u."name" AS "userName", g."scopes" AS "granted",
      g."userId" IS NULL OR EXISTS (SELECT FROM "Membership" AS m
        WHERE m."organizationId" = g."organizationId" AND m."userId" = g."userId") AS "isMember",
      i."approvedScopes" AS "approved"
    FROM "Token" AS t
    JOIN "Family" AS f ON f."id" = t."familyId"
    JOIN "Grant" AS g ON g."id" = f."grantId"
    JOIN "App" AS a ON a."id" = g."appId"
    JOIN "Organization" AS o ON o."id" = g."organizationId"
    LEFT JOIN "User" AS u ON u."id" = g."userId"
    LEFT JOIN "Installation" AS i
      ON i."appId" = g."appId" AND i."organizationId" = g."organizationId" AND i."state" = 'INSTALLED'
    WHERE t."hash" = ${hash} ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  return row ? toStanding(row) : null
}

function toStanding(row: Row): Standing {
  const { appId, organizationId, recorded, granted } = row
  // A team or enterprise in which the app is not installed approves nothing.
  const approved = row.edition === 'PERSONAL' ? null : (row.approved ?? [])
  return {
    hash: row.hash,
    kind: row.kind,
    familyId: row.familyId,
    grantId: row.grantId,
    app: { id: appId, name: row.appName, type: row.appType },
    organization: { id: organizationId, name: row.organizationName, edition: row.edition },
    user: row.userId === null ? null : { id: row.userId, name: row.userName ?? '' },
    recorded,
    scopes: row.isMember ? worth({ recorded, granted, approved, mayAsk: row.appScopes }) : [],
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    audience: row.audience,
    keyThumbprint: row.keyThumbprint,
    rotatedAt: row.rotatedAt,
    repeatedAt: row.repeatedAt,
    suspended: isSuspended(
      { status: row.status, distribution: row.distribution, organizationId: row.publisherId },
      organizationId,
    ),
    context: row.context,
  }
}
