/**
 * Each list by one statement that a person wrote for it and that makes the JSON of the answer: what a hand-written
 * endpoint would do. It knows nobody's rights.
 */
import { builtInScopes, defaultCatalogue } from '../../../src/config/catalogue.ts'
import { json, pool, serve, uuidIn } from './serve.ts'

const id = (prefix: string, column: string) => `'${prefix}_' || replace(${column}::text, '-', '')`
const time = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const cursor = (column: string) => `translate(encode(convert_to('GPC:S:' || ${column}, 'UTF8'), 'base64'), E'\\n', '')`
const scopes = (
  column: string,
) => `(SELECT coalesce(json_agg(json_build_object('name', s, 'description', $2::jsonb -> s ->> 'description',
  'sensitive', ($2::jsonb -> s ->> 'sensitive')::bool) ORDER BY n), '[]') FROM unnest(${column}) WITH ORDINALITY x(s, n))`
const standing = `CASE WHEN a.type = 'SERVICE' THEN 'APP_AUTH_INSTALLED' WHEN i.state = 'INSTALLED' THEN 'OBO_INSTALLED' ELSE 'OBO_NOT_INSTALLED' END`
const suspended = (row: string) =>
  `a.status = 'DISABLED' OR (a.distribution = 'INTERNAL' AND a."organizationId" <> ${row}."organizationId")`
const person = (row: string) =>
  `CASE WHEN ${row}.id IS NULL THEN NULL ELSE json_build_object('id', ${id('usr', `${row}.id`)}, 'name', ${row}.name) END`
const card = `json_build_object('id', ${id('app', 'a.id')}, 'name', a.name, 'logoUrl', a."logoUrl", 'publisherName', p.name, 'type', a.type)`
const pageInfo = (size: number) => `'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > ${size} FROM page),
  'endCursor', ${cursor(`(SELECT id FROM page ORDER BY id DESC OFFSET ${size - 1} LIMIT 1)`)})`
const edges = (node: string, by: string, from: string) =>
  `'edges', (SELECT coalesce(json_agg(json_build_object('node', ${node}) ORDER BY ${by}), '[]') FROM ${from})`
const organization = (field: string, connection: string, withId = true) =>
  `SELECT json_build_object('data', json_build_object('organization', json_build_object(${withId ? `'id', ${id('org', '$1')}, ` : ''}
    '${field}', json_build_object(${connection}))))::text AS text`

const statements: Record<string, string> = {
  apps: `WITH page AS MATERIALIZED (SELECT id, name, type, status FROM "App" WHERE "organizationId" = $1::uuid ORDER BY id DESC LIMIT 51)
    ${organization(
      'apps',
      `${edges(
        `json_build_object('id', ${id('app', 'a.id')}, 'name', a.name, 'type', a.type, 'status', a.status, 'installations', json_build_object(${edges(
          `json_build_object('organizationName', o.name, 'standing', ${standing})`,
          'i.id DESC',
          `(SELECT id, "organizationId", state FROM "Installation" WHERE "appId" = a.id ORDER BY id DESC LIMIT 3) i JOIN "Organization" o ON o.id = i."organizationId"`,
        )}))`,
        'a.id DESC',
        '(SELECT * FROM page ORDER BY id DESC LIMIT 50) a',
      )}, ${pageInfo(50)}`,
      false,
    )}`,
  requests: `WITH page AS MATERIALIZED (SELECT * FROM "InstallRequest" WHERE "organizationId" = $1::uuid AND status = 'PENDING' ORDER BY id DESC LIMIT 101)
    ${organization(
      'installRequests',
      `'totalCount', (SELECT count(*) FROM "InstallRequest" WHERE "organizationId" = $1::uuid AND status = 'PENDING'), ${pageInfo(100)}, ${edges(
        `json_build_object('id', ${id('req', 'r.id')}, 'status', r.status, 'reason', r.reason, 'createdAt', ${time('r."createdAt"')}, 'scopes', ${scopes('r.scopes')},
          'approvedScopes', ${scopes('r."approvedScopes"')}, 'decidedAt', ${time('r."decidedAt"')}, 'decisionReason', r."decisionReason", 'decidedBy', ${person('d')},
          'requester', json_build_object('id', ${id('usr', 'u.id')}, 'name', u.name, 'email', u.email),
          'app', json_build_object('id', ${id('app', 'a.id')}, 'name', a.name, 'description', a.description, 'logoUrl', a."logoUrl", 'publisherName', p.name, 'type', a.type),
          'installation', CASE WHEN i.id IS NULL THEN NULL ELSE json_build_object('id', ${id('ins', 'i.id')}, 'approvedScopes', ${scopes('i."approvedScopes"')}) END)`,
        'r.id DESC',
        `(SELECT * FROM page ORDER BY id DESC LIMIT 100) r JOIN "User" u ON u.id = r."requesterId" LEFT JOIN "User" d ON d.id = r."decidedById" JOIN "App" a ON a.id = r."appId"
          JOIN "Organization" p ON p.id = a."organizationId" LEFT JOIN "Installation" i ON i."appId" = r."appId" AND i."organizationId" = r."organizationId"`,
      )}`,
    )}`,
  events: `WITH page AS MATERIALIZED (SELECT * FROM "Event" WHERE "streamId" = $1::uuid ORDER BY sequence DESC LIMIT 51)
    ${organization(
      'events',
      `'pageInfo', json_build_object('hasPreviousPage', (SELECT count(*) > 50 FROM page)), ${edges(
        `json_build_object('id', ${id('evt', 'e.id')}, 'cursor', translate(rtrim(encode(uuid_send(e."streamId") || int8send(e.sequence), 'base64'), '='), '+/', '-_'),
          'sequence', e.sequence, 'type', e.type, 'at', ${time('e.at')}, 'actor', json_build_object('kind', e."actorKind", 'name', e."actorName",
            'id', CASE e."actorKind" WHEN 'USER' THEN ${id('usr', 'e."actorId"')} WHEN 'APP' THEN ${id('app', 'e."actorId"')} WHEN 'ORGANIZATION' THEN ${id('org', 'e."actorId"')} END),
          'appId', ${id('app', 'e."appId"')}, 'appName', e."appName", 'userId', ${id('usr', 'e."userId"')}, 'userName', e."userName",
          'organizationId', ${id('org', 'e."organizationId"')}, 'organizationName', e."organizationName", 'installRequestId', ${id('req', 'e."installRequestId"')},
          'installationId', ${id('ins', 'e."installationId"')}, 'grantId', ${id('gra', 'e."grantId"')}, 'changes', e.changes)`,
        'e.sequence',
        '(SELECT * FROM page ORDER BY sequence DESC LIMIT 50) e',
      )}`,
    )}`,
  installations: `WITH page AS MATERIALIZED (SELECT * FROM "Installation" WHERE "organizationId" = $1::uuid ORDER BY id DESC LIMIT 51)
    ${organization(
      'installations',
      `${pageInfo(50)}, ${edges(
        `json_build_object('id', ${id('ins', 'i.id')}, 'standing', ${standing}, 'suspended', ${suspended('i')}, 'createdAt', ${time('i."createdAt"')},
          'installedAt', ${time('i."installedAt"')}, 'installedBy', ${person('u')}, 'approvedScopes', ${scopes('i."approvedScopes"')},
          'scopesNotApproved', (SELECT coalesce(json_agg(json_build_object('name', s) ORDER BY n), '[]') FROM unnest(a.scopes) WITH ORDINALITY x(s, n)
            WHERE s <> ALL (i."approvedScopes")), 'app', ${card})`,
        'i.id DESC',
        `(SELECT * FROM page ORDER BY id DESC LIMIT 50) i JOIN "App" a ON a.id = i."appId" JOIN "Organization" p ON p.id = a."organizationId"
          LEFT JOIN "User" u ON u.id = i."installedById"`,
      )}`,
    )}`,
  grants: `WITH page AS MATERIALIZED (SELECT * FROM "Grant" WHERE "organizationId" = $1::uuid AND "appId" = $3::uuid ORDER BY id DESC LIMIT 101)
    ${organization(
      'grants',
      `'totalCount', (SELECT count(*) FROM "Grant" WHERE "organizationId" = $1::uuid AND "appId" = $3::uuid), ${pageInfo(100)}, ${edges(
        `json_build_object('id', ${id('gra', 'g.id')}, 'createdAt', ${time('g."createdAt"')}, 'lastUsedAt', ${time('g."lastUsedAt"')},
          'liveTokens', (SELECT count(*) FROM "Token" t JOIN "Family" f ON f.id = t."familyId" WHERE f."grantId" = g.id AND t."expiresAt" > now() AND t."rotatedAt" IS NULL),
          'suspended', ${suspended('g')}, 'scopes', ${scopes('g.scopes')}, 'app', ${card}, 'user', json_build_object('id', ${id('usr', 'u.id')}, 'name', u.name, 'email', u.email),
          'organization', json_build_object('id', ${id('org', 'o.id')}, 'name', o.name, 'edition', o.edition))`,
        'g.id DESC',
        `(SELECT * FROM page ORDER BY id DESC LIMIT 100) g JOIN "App" a ON a.id = g."appId" JOIN "Organization" p ON p.id = a."organizationId"
          JOIN "Organization" o ON o.id = g."organizationId" JOIN "User" u ON u.id = g."userId"`,
      )}`,
    )}`,
}

const catalogue = JSON.stringify(
  Object.fromEntries(
    [...builtInScopes, ...defaultCatalogue].map(({ name, description, sensitive }) => [
      name,
      { description: description.en, sensitive },
    ]),
  ),
)

interface Variables {
  readonly organizationId: string
  readonly appId?: string
}

const values = (text: string, { organizationId, appId }: Variables): string[] => [
  uuidIn(organizationId),
  ...(text.includes('$2') ? [catalogue] : []),
  ...(text.includes('$3') ? [uuidIn(appId ?? '')] : []),
]

serve(
  Object.fromEntries(
    Object.entries(statements).map(([name, text]) => [
      name,
      async (_, body) => {
        const { variables } = JSON.parse(body) as { variables: Variables }
        const { rows } = await pool.query<{ text: string }>({ name, text, values: values(text, variables) })
        return json(rows[0]?.text ?? '')
      },
    ]),
  ),
)
