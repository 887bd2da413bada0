import DataLoader from 'dataloader'
import type { Core } from '../core.ts'
import type { Role } from '../database/generated/client/enums.ts'
import type { Reader } from '../database/statements.ts'
import { assertApiScope, loadAppCallers } from './access-tokens.ts'
import { basisOf, type Caller, type Credential, type SessionCredential, type Viewer } from './viewer.ts'

interface Row {
  sessionId: string
  userId: string
  name: string
  email: string | null
  emailVerified: boolean
  personalOrganizationId: string
  feedHead: bigint
  memberships: Record<string, { role: Role; head: string }>
}

/**
 * The callers of any number of credentials, read in one statement for each kind and keyed by the session
 * or token of the credential ({@link basisOf}). Those that have ended are missing from the map.
 *
 * @param reader the database to read from.
 */
export async function loadViewers(
  core: Core,
  credentials: readonly Credential[],
  reader: Reader = core.prisma,
): Promise<Map<string, Caller>> {
  const [viewers, apps] = await Promise.all([
    loadSessions(
      core,
      credentials.filter((credential) => 'sessionId' in credential),
      reader,
    ),
    loadAppCallers(
      core,
      credentials.filter((credential) => 'tokenHash' in credential),
      reader,
    ),
  ])
  return new Map<string, Caller>([...viewers, ...apps])
}

async function loadSessions(
  core: Core,
  credentials: readonly SessionCredential[],
  reader: Reader = core.prisma,
): Promise<Map<string, Viewer>> {
  const now = core.clock.now()
  const ids = [...new Set(credentials.filter(({ expiresAt }) => expiresAt > now).map(({ sessionId }) => sessionId))]
  if (ids.length === 0) return new Map()

  const usedSince = new Date(now.getTime() - core.config.durations.sessionIdle)
  const rows = await reader.$queryRaw<Row[]>`
    SELECT s."id" AS "sessionId", u."id" AS "userId", u."name", u."email", u."emailVerifiedAt" IS NOT NULL AS "emailVerified",
      p."id" AS "personalOrganizationId", COALESCE(f."head", 0) AS "feedHead",
      -- The head by a subquery: as a join it is now and then planned as a scan of all streams for each user.
      (SELECT COALESCE(json_object_agg(m."organizationId", json_build_object('role', m."role",
         'head', COALESCE((SELECT h."head" FROM "Stream" h WHERE h."id" = m."organizationId"), 0)::text)), '{}')
       FROM "Membership" m WHERE m."userId" = u."id") AS "memberships"
    FROM "Session" s
    JOIN "User" u ON u."id" = s."userId"
    JOIN "Organization" p ON p."personalUserId" = u."id"
    LEFT JOIN "Stream" f ON f."id" = u."id"
    WHERE s."id" = ANY(${ids}::uuid[]) AND s."expiresAt" > ${now}
      -- Only browser sessions idle out; the others are as short as their JWT.
      AND (s."secretHash" IS NULL OR s."lastUsedAt" > ${usedSince})`
  return new Map(rows.map((row) => [row.sessionId, toViewer(row)]))
}

/** The viewer of one session; null where it has ended. */
export async function loadViewer(core: Core, credential: SessionCredential): Promise<Viewer | null> {
  return (await loadSessions(core, [credential])).get(credential.sessionId) ?? null
}

/** How many requests that came at the same time ask in one statement who sends them. */
const AT_ONCE = 100

const loaders = new WeakMap<Core, DataLoader<Credential, Caller | null>>()

/**
 * The caller of one credential; null where the credential has ended. Requests that come at the same time share
 * one statement, so that a flood of requests, which may all be refused, costs the database little.
 *
 * @throws {InsufficientScope} for an access token that is no credential for the API.
 */
export async function loadCaller(core: Core, credential: Credential): Promise<Caller | null> {
  const loader = loaders.get(core) ?? new DataLoader((credentials) => loadCallers(core, credentials), LOADING)
  loaders.set(core, loader)
  const caller = await loader.load(credential)
  if (caller?.app) assertApiScope(caller)
  return caller
}

/** Nothing is kept: a request that comes later asks again. */
const LOADING = { cache: false, maxBatchSize: AT_ONCE, batchScheduleFn: (load: () => void) => void setImmediate(load) }

async function loadCallers(core: Core, credentials: readonly Credential[]): Promise<(Caller | null)[]> {
  const callers = await loadViewers(core, credentials)
  return credentials.map((credential) => callers.get(basisOf(credential)) ?? null)
}

function toViewer({ memberships, ...row }: Row): Viewer {
  const entries = Object.entries(memberships)
  return {
    ...row,
    roles: new Map(entries.map(([id, { role }]) => [id, role])),
    heads: new Map(entries.map(([id, { head }]) => [id, BigInt(head)])),
  }
}
