import { hash } from 'node:crypto'
import type { Tx } from '../database/client.ts'
import { Prisma } from '../database/generated/client/client.ts'
import type { AppStatus, AppType, Distribution, Edition, Role, TokenKind } from '../database/generated/client/enums.ts'
import type { Reader } from '../database/statements.ts'
import { approvalIn, inForce } from './approval.ts'
import { type Condition, conditionOf } from './condition.ts'
import { isSuspended, worth } from './worth.ts'

/** What is stored instead of a token: it has 256 random bits, so a fast hash gives nothing away. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64url')

/** A token with all that it depends on, at one moment. */
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
  /** ACTIVE where it is accepted. */
  readonly condition: Condition
  readonly context: Readonly<Record<string, unknown>>
}

/** A grant with all that its tokens depend on, at one moment. */
export interface GrantStanding extends Pick<Standing, 'grantId' | 'app' | 'organization' | 'user' | 'suspended'> {
  /** What was granted. */
  readonly granted: readonly string[]
  /** What a token with these scopes is worth now. */
  worth(recorded: readonly string[]): string[]
}

interface GrantRow {
  grantId: string
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

type Row = GrantRow & Omit<Standing, 'app' | 'organization' | 'user' | 'scopes' | 'suspended' | 'condition'>

/** The columns of {@link GrantRow}, where the grant is `g`. */
const columns = Prisma.sql`g."id" AS "grantId", g."scopes" AS "granted",
  a."id" AS "appId", a."name" AS "appName", a."type" AS "appType", a."scopes" AS "appScopes", a."status",
  a."distribution", a."organizationId" AS "publisherId",
  o."id" AS "organizationId", o."name" AS "organizationName", o."edition",
  u."id" AS "userId", u."name" AS "userName",
  g."userId" IS NULL OR EXISTS (SELECT FROM "Membership" AS m
    WHERE m."organizationId" = g."organizationId" AND m."userId" = g."userId") AS "isMember",
  i."approvedScopes" AS "approved"`
const joins = (now: Date) => Prisma.sql`JOIN "App" AS a ON a."id" = g."appId"
  JOIN "Organization" AS o ON o."id" = g."organizationId"
  LEFT JOIN "User" AS u ON u."id" = g."userId"
  LEFT JOIN "Installation" AS i
    ON i."appId" = g."appId" AND i."organizationId" = g."organizationId" AND ${inForce(now)}`

/** The other columns of {@link Row}, where the token is `t`. */
const tokenColumns = Prisma.sql`t."hash", t."kind", t."familyId", t."scopes" AS "recorded", t."createdAt", t."expiresAt",
  t."audience", t."keyThumbprint", t."rotatedAt", t."repeatedAt", t."context"`
const tokenJoins = Prisma.sql`FROM "Token" AS t
  JOIN "Family" AS f ON f."id" = t."familyId"
  JOIN "Grant" AS g ON g."id" = f."grantId"`

/**
 * Finds a token by its hash, with everything that it has to obey at `now`, in one statement; null where there is
 * none.
 *
 * @param options.lock keeps it from being used by another transaction until this one ends.
 */
export async function findStanding(
  reader: Reader,
  hash: string,
  now: Date,
  { lock = false } = {},
): Promise<Standing | null> {
  const [row] = await reader.$queryRaw<Row[]>`
    SELECT ${tokenColumns}, ${columns} ${tokenJoins} ${joins(now)}
    WHERE t."hash" = ${hash} ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  return row ? toStanding(row, now) : null
}

/** The standings of any number of tokens by their hashes, in one statement. A token that does not exist is missing. */
export async function findStandingsOf(
  reader: Reader,
  hashes: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await reader.$queryRaw<Row[]>`
    SELECT ${tokenColumns}, ${columns} ${tokenJoins} ${joins(now)} WHERE t."hash" = ANY(${hashes}::text[])`
  return new Map(rows.map((row) => [row.hash, toStanding(row, now)]))
}

/** A token's standing, with the facts about its organization that a caller with this token is judged by. */
export interface StandingThere extends Standing {
  /** The role of the user there; null where there is none, or the app acts as itself. */
  readonly role: Role | null
  /** The newest sequence number of the organization's stream. */
  readonly head: bigint
}

/** The same of any number of tokens, in one statement; a token that does not exist is left out. */
export async function findStandings(reader: Reader, hashes: readonly string[], now: Date): Promise<StandingThere[]> {
  const rows = await reader.$queryRaw<(Row & Pick<StandingThere, 'role' | 'head'>)[]>`
    SELECT ${tokenColumns}, ${columns},
      (SELECT m."role" FROM "Membership" AS m
        WHERE m."organizationId" = g."organizationId" AND m."userId" = g."userId") AS "role",
      COALESCE((SELECT s."head" FROM "Stream" AS s WHERE s."id" = g."organizationId"), 0) AS "head"
    ${tokenJoins} ${joins(now)}
    WHERE t."hash" = ANY(${hashes}::text[])`
  return rows.map((row) => ({ ...toStanding(row, now), role: row.role, head: row.head }))
}

function toStanding(row: Row, now: Date): Standing {
  const { app, organization, user, suspended, worth } = standingOf(row)
  const { hash, kind, familyId, grantId, recorded, createdAt, expiresAt } = row
  const { audience, keyThumbprint, rotatedAt, repeatedAt, context } = row
  const scopes = worth(recorded)
  return {
    hash,
    kind,
    familyId,
    grantId,
    app,
    organization,
    user,
    recorded,
    scopes,
    createdAt,
    expiresAt,
    audience,
    keyThumbprint,
    rotatedAt,
    repeatedAt,
    suspended,
    condition: conditionOf({ expiresAt, rotatedAt, suspended, scopes }, now),
    context,
  }
}

/** Finds a grant with everything that its tokens have to obey at `now`; null where there is no such grant. */
export async function findGrantStanding(tx: Tx, grantId: string, now: Date): Promise<GrantStanding | null> {
  const [row] = await tx.$queryRaw<GrantRow[]>`
    SELECT ${columns} FROM "Grant" AS g ${joins(now)} WHERE g."id" = ${grantId}::uuid`
  return row ? standingOf(row) : null
}

function standingOf(row: GrantRow): GrantStanding {
  const { grantId, appId, organizationId, granted, edition, isMember } = row
  // A team or enterprise in which the app is not installed approves nothing.
  const approved = approvalIn(edition, row.approved ?? [])
  return {
    grantId,
    app: { id: appId, name: row.appName, type: row.appType },
    organization: { id: organizationId, name: row.organizationName, edition },
    user: row.userId === null ? null : { id: row.userId, name: row.userName ?? '' },
    granted,
    suspended: isSuspended(
      { status: row.status, distribution: row.distribution, organizationId: row.publisherId },
      organizationId,
    ),
    worth: (recorded) => (isMember ? worth({ recorded, granted, approved, mayAsk: row.appScopes }) : []),
  }
}
