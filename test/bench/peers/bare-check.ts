/** The token check by one statement that joins all that a token depends on, behind nothing but `node:http`. */
import { createHash } from 'node:crypto'
import { json, pool, publicOf, serve } from './serve.ts'

const statement = {
  name: 'check',
  text: `SELECT t.kind, t.scopes AS recorded, t."createdAt", t."expiresAt", t.audience, t."keyThumbprint", t."rotatedAt", g.scopes AS granted,
      a.id AS "appId", a.name AS "appName", a.scopes AS "appScopes", a.status, a.distribution, a."organizationId" AS "publisherId",
      o.id AS "organizationId", o.edition, g."userId",
      g."userId" IS NULL OR EXISTS (SELECT FROM "Membership" m WHERE m."organizationId" = g."organizationId" AND m."userId" = g."userId") AS "isMember",
      i."approvedScopes" AS approved
    FROM "Token" t JOIN "Family" f ON f.id = t."familyId" JOIN "Grant" g ON g.id = f."grantId" JOIN "App" a ON a.id = g."appId"
    JOIN "Organization" o ON o.id = g."organizationId"
    LEFT JOIN "Installation" i ON i."appId" = g."appId" AND i."organizationId" = g."organizationId" AND i.state = 'INSTALLED'
    WHERE t.hash = $1`,
}

async function look(token: string) {
  const hash = createHash('sha256').update(token).digest('base64url')
  const { rows } = await pool.query({ ...statement, values: [hash] })
  const [row] = rows
  if (row?.kind !== 'ACCESS' || row.expiresAt <= new Date() || row.rotatedAt || !row.isMember) return null
  if (row.status === 'DISABLED' || (row.distribution === 'INTERNAL' && row.publisherId !== row.organizationId))
    return null
  const isIn = (scope: string) => (list: string[] | null) => list?.includes(scope)
  const bounds = [row.granted, row.appScopes, ...(row.edition === 'PERSONAL' ? [] : [row.approved])]
  const scopes = row.recorded.filter((scope: string) => bounds.every(isIn(scope)))
  return scopes.length > 0 ? { ...row, scopes } : null
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

serve({
  async check({ headers: { authorization = '' } }) {
    const found = await look(authorization.slice('Bearer '.length))
    if (!found || found.audience.length > 0 || found.keyThumbprint) return { status: 401 }
    const app = publicOf('app', found.appId)
    const headers = {
      'x-auth-acts-for': found.userId ? 'user' : 'app',
      'x-auth-user': publicOf('usr', found.userId),
      'x-auth-app': app,
      'x-auth-client-id': app,
      'x-auth-app-name': encodeURIComponent(found.appName),
      'x-auth-organization': publicOf('org', found.organizationId),
      'x-auth-scopes': found.scopes.join(' '),
      'x-auth-expires': seconds(found.expiresAt),
    }
    return { headers }
  },
  async introspect(_, body) {
    const found = await look(new URLSearchParams(body).get('token') ?? '')
    if (!found) return json('{"active":false}')
    const { ISSUER: iss = '', AUDIENCE = '' } = process.env
    return json(
      JSON.stringify({
        active: true,
        scope: found.scopes.join(' '),
        client_id: publicOf('app', found.appId),
        sub: publicOf('usr', found.userId),
        token_type: 'Bearer',
        exp: seconds(found.expiresAt),
        iat: seconds(found.createdAt),
        iss,
        aud: found.audience.length > 0 ? found.audience : [AUDIENCE, iss],
        organization_id: publicOf('org', found.organizationId),
      }),
    )
  },
})
