import { hash } from '@node-rs/argon2'
import { publicId, type TypeName } from '../../../src/ids.ts'
import type { BenchDatabase } from './database.ts'

/** What an organization has, by number. */
export interface Sizes {
  /** Apps that it publishes, each installed in three other organizations. */
  readonly apps: number
  /** Pending requests for apps of a publisher that has nothing else. */
  readonly requests: number
  readonly events: number
  /** So many apps of the publisher that so many members have granted something … */
  readonly grantedApps: number
  readonly grantingMembers: number
  /** … by so many access tokens each. */
  readonly tokensPerGrant: number
}

export const PASSWORD = 'a password of the bench'
/** The first members of an organization are its admins. */
export const ADMINS = 16
/** Beside those that grant: enough to ask for apps, and to be admins. */
const MEMBERS = 100

/** Kinds of rows, as they stand in their ids. */
const kinds = { User: '01', Organization: '03', App: '10', Grant: '40' } as const

/** The UUID of row `number` of a kind; the SQL makes the same ones. */
const uuid = (kind: string, number: number): string =>
  `01990000-00${kind}-7000-8000-${number.toString(16).padStart(12, '0')}`

/** `org_…` and so on of a row of the world. */
export const idIn = (type: keyof typeof kinds & TypeName, number: number): string =>
  publicId(type, uuid(kinds[type], number))

/** Organizations are numbered from 1 on. */
export const organizationId = (organization: number): string => idIn('Organization', organization)
/** An app that an organization publishes, from 1 on; organization 0 is the publisher. */
export const appId = (organization: number, app: number): string => idIn('App', organization * 1_000_000 + app)
export const grantId = (organization: number, app: number, member: number): string =>
  idIn('Grant', organization * 1e9 + app * 1e5 + member)

/** Access token number `n`, from 1 on. Those of one grant follow one another, those of one organization, too. */
export const tokenOf = (n: number): string => `gatehouse-bench-access-token-${String(n).padStart(14, '0')}`

/** Who administers the organization, from 0 to {@link ADMINS} - 1. */
export const adminOf = (world: World, organization: number, admin = 0): string =>
  `user${admin === 0 ? organization : world.organizations + admin}@example.com`

export interface World {
  readonly organizations: number
  readonly tokens: number
}

/** Fills a database: one organization for each of the sizes. The same sizes make the same rows. */
export async function buildWorld({ client }: BenchDatabase, organizations: readonly Sizes[]): Promise<World> {
  const members = Math.max(MEMBERS, ...organizations.map(({ grantingMembers }) => grantingMembers))
  // As cheap as argon2 gets: what passwords cost is not what is measured.
  const password = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 })
  await client.query('BEGIN')
  await client.query(
    `SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '256MB'; SET LOCAL statement_timeout = 0`,
  )
  await client.query(preparations)
  await client.query(
    `CREATE TEMP TABLE bench ON COMMIT DROP AS SELECT row_number() OVER () AS o, sizes.* FROM jsonb_to_recordset('${JSON.stringify(organizations)}') AS
      sizes(apps int, requests int, events int, "grantedApps" int, "grantingMembers" int, "tokensPerGrant" int)`,
  )
  await client.query(world(organizations.length, members, password))
  await client.query('COMMIT')
  await client.query('VACUUM ANALYZE')
  const tokens = organizations.reduce(
    (sum, { grantedApps, grantingMembers, tokensPerGrant }) => sum + grantedApps * grantingMembers * tokensPerGrant,
    0,
  )
  return { organizations: organizations.length, tokens }
}

const preparations = `
  CREATE FUNCTION pg_temp.pid(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT ('01990000-00' || kind || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
  CREATE FUNCTION pg_temp.app(o bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT pg_temp.pid('10', o * 1000000 + n) $$;
  CREATE FUNCTION pg_temp.hash(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT translate(rtrim(encode(sha256(convert_to('gatehouse-bench-access-token-' || lpad(n::text, 14, '0'), 'UTF8')), 'base64'), '='), '+/', '-_') $$;
`

/** User n administers organization n; those after them are members of all. */
const world = (organizations: number, members: number, password: string): string => `
  INSERT INTO "User" ("id", "name", "email", "emailVerifiedAt", "createdAt")
    SELECT pg_temp.pid('01', n), 'User ' || n, 'user' || n || '@example.com', now(), now() FROM generate_series(1, ${organizations + members}) n;
  INSERT INTO "PasswordCredential" ("userId", "hash", "updatedAt") SELECT "id", '${password}', now() FROM "User";
  INSERT INTO "Organization" ("id", "name", "edition", "personalUserId", "createdAt")
    SELECT pg_temp.pid('02', n), 'User ' || n, 'PERSONAL', pg_temp.pid('01', n), now() FROM generate_series(1, ${organizations + members}) n;
  INSERT INTO "Membership" ("id", "organizationId", "userId", "role", "createdAt")
    SELECT pg_temp.pid('04', n), pg_temp.pid('02', n), pg_temp.pid('01', n), 'SUPER_ADMIN', now() FROM generate_series(1, ${organizations + members}) n;
  INSERT INTO "Stream" ("id", "kind") SELECT "id", 'USER' FROM "User";

  INSERT INTO "Organization" ("id", "name", "edition", "appCount", "createdAt")
    SELECT pg_temp.pid('03', o), 'Team ' || o, 'TEAM', apps, now() FROM (SELECT o, apps FROM bench UNION ALL SELECT 0, max(requests + "grantedApps") FROM bench) teams;
  INSERT INTO "Membership" ("id", "organizationId", "userId", "role", "createdAt")
    SELECT pg_temp.pid('05', o * 1000000), pg_temp.pid('03', o), pg_temp.pid('01', greatest(o, 1)), 'SUPER_ADMIN', now() FROM generate_series(0, ${organizations}) o;
  INSERT INTO "Membership" ("id", "organizationId", "userId", "role", "createdAt")
    SELECT pg_temp.pid('05', o * 1000000 + n), pg_temp.pid('03', o), pg_temp.pid('01', ${organizations} + n),
      (CASE WHEN n < ${ADMINS} THEN 'ADMIN' ELSE 'MEMBER' END)::"Role", now()
    FROM bench, generate_series(1, greatest(${MEMBERS}, "grantingMembers")) n;
  INSERT INTO "Stream" ("id", "kind", "head") SELECT "id", 'ORGANIZATION', coalesce(bench.events, 0) FROM "Organization" LEFT JOIN bench ON "id" = pg_temp.pid('03', o);

  INSERT INTO "App" ("id", "organizationId", "name", "description", "logoUrl", "type", "distribution", "status", "redirectUris", "scopes", "createdAt", "updatedAt")
    SELECT pg_temp.app(o, n), pg_temp.pid('03', o), 'App ' || n, 'An app that does thing ' || n, 'https://img.example.com/' || o || '/' || n || '.png', 'WEB', 'EXTERNAL',
      (CASE WHEN n % 10 = 0 AND o > 0 THEN 'DISABLED' ELSE 'ENABLED' END)::"AppStatus", ARRAY['https://app.example.com/callback'],
      ARRAY['openid', 'documents:read', 'calendar:read'], now(), now()
    FROM (SELECT o, apps FROM bench UNION ALL SELECT 0, max(requests + "grantedApps") FROM bench) publishers, generate_series(1, apps) n;
  -- In the three organizations that follow, in a circle.
  INSERT INTO "Installation" ("id", "appId", "organizationId", "state", "approvedScopes", "createdAt", "installedAt", "installedById")
    SELECT pg_temp.pid('20', (o * 1000000 + n) * 4 + k), pg_temp.app(o, n), pg_temp.pid('03', neighbour), 'INSTALLED', ARRAY['openid', 'documents:read'], now(), now(), pg_temp.pid('01', neighbour)
    FROM bench, generate_series(1, apps) n, generate_series(1, least(3, ${organizations - 1})) k, LATERAL (SELECT 1 + (o - 1 + k) % ${organizations} AS neighbour) x;
  -- Of the publisher's apps the first are installed, and the others asked for.
  INSERT INTO "Installation" ("id", "appId", "organizationId", "state", "approvedScopes", "createdAt", "installedAt", "installedById")
    SELECT pg_temp.pid('21', o * 1000000 + n), pg_temp.app(0, n), pg_temp.pid('03', o), 'INSTALLED', ARRAY['openid', 'documents:read'], now(), now(), pg_temp.pid('01', o)
    FROM bench, generate_series(1, "grantedApps") n;
  INSERT INTO "Installation" ("id", "appId", "organizationId", "state", "createdAt")
    SELECT pg_temp.pid('22', o * 1000000 + n), pg_temp.app(0, "grantedApps" + n), pg_temp.pid('03', o), 'PENDING', now() FROM bench, generate_series(1, requests) n;
  INSERT INTO "InstallRequest" ("id", "appId", "organizationId", "requesterId", "scopes", "reason", "createdAt")
    SELECT pg_temp.pid('30', o * 1000000 + n), pg_temp.app(0, "grantedApps" + n), pg_temp.pid('03', o), pg_temp.pid('01', ${organizations} + 1 + n % ${MEMBERS}),
      ARRAY['openid', 'documents:read'], 'We need it for project ' || n, now() FROM bench, generate_series(1, requests) n;

  INSERT INTO "Grant" ("id", "appId", "organizationId", "userId", "scopes", "createdAt", "tokenObtainedAt")
    SELECT pg_temp.pid('40', o * 1000000000 + a * 100000 + n), pg_temp.app(0, a), pg_temp.pid('03', o), pg_temp.pid('01', ${organizations} + n), ARRAY['openid', 'documents:read'], now(), now()
    FROM bench, generate_series(1, "grantedApps") a, generate_series(1, "grantingMembers") n ORDER BY o, a, n;
  INSERT INTO "Family" ("id", "grantId", "createdAt")
    SELECT pg_temp.pid('41', row_number() OVER (ORDER BY o, a, n, k)), pg_temp.pid('40', o * 1000000000 + a * 100000 + n), now()
    FROM bench, generate_series(1, "grantedApps") a, generate_series(1, "grantingMembers") n, generate_series(1, "tokensPerGrant") k;
  INSERT INTO "Token" ("hash", "familyId", "kind", "scopes", "createdAt", "expiresAt")
    SELECT pg_temp.hash(n), pg_temp.pid('41', n), 'ACCESS', ARRAY['openid', 'documents:read'], now(), now() + interval '30 days' FROM generate_series(1, (SELECT count(*) FROM "Family")) n;

  INSERT INTO "Event" ("id", "streamId", "sequence", "type", "at", "actorKind", "actorId", "actorName", "organizationId", "organizationName", "appId", "appName", "userId", "userName", "installRequestId", "changes")
    SELECT pg_temp.pid('50', o * 1000000000 + n), pg_temp.pid('03', o), n, (ARRAY['INSTALL_REQUESTED', 'INSTALL_APPROVED', 'APP_INSTALLED', 'APP_UPDATED', 'GRANT_CREATED'])[1 + n % 5]::"EventType",
      now() - interval '30 days' + n * interval '1 millisecond', 'USER', pg_temp.pid('01', u), 'User ' || u, pg_temp.pid('03', o), 'Team ' || o, pg_temp.app(0, 1 + n % 1000), 'App ' || (1 + n % 1000),
      pg_temp.pid('01', u), 'User ' || u, CASE WHEN n % 5 < 2 THEN pg_temp.pid('30', o * 1000000 + 1 + n % 1000) END,
      CASE WHEN n % 5 = 3 THEN '[{"field":"name","before":"Old name","after":"New name"}]'::jsonb ELSE '[]'::jsonb END
    FROM bench, generate_series(1, events) n, LATERAL (SELECT ${organizations} + 1 + n % ${members} AS u) x;
`
