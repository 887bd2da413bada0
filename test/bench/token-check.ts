/**
 * What the token check costs beside endpoints that do less, on the same server in one run: one that
 * answers 200 without any lookup, and one that sends SELECT 1. On a database of its own on the server
 * that TEST_DATABASE_URL names, or with --embedded on the embedded one.
 *
 *     NODE_ENV=production TEST_DATABASE_URL=postgresql://… npm run bench:check -- [--tokens 10000] [--rounds 7]
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { newId } from '../../src/ids.ts'
import { hashToken } from '../../src/tokens/standing.ts'
import { basic, resourceServers, serveChecks } from '../oauth/check/check-server.ts'
import { startTestServer } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import type { Load, Round } from './load.ts'

const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '10000' },
    connections: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '7' },
    /** In milliseconds. */
    duration: { type: 'string', default: '1500' },
    embedded: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const duration = Number(values.duration)

await using server = await startTestServer({
  database: values.embedded ? 'pglite' : 'postgres',
  env: { NODE_ENV: 'production', GATEHOUSE_EMBEDDED: '1', LOG_LEVEL: 'silent' },
  config: { resourceServers },
})
const { core, prisma } = server
await using checks = await serveChecks(core, (app) => {
  app.get('/nothing', (c) => c.body(null, 200))
  app.get('/select', async (c) => {
    await prisma.$queryRaw`SELECT 1`
    return c.body(null, 200)
  })
})

const tokens = await fill(Number(values.tokens))
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`
const documents = resourceServers[0]
const authorization = documents ? basic(documents.id, documents.secret) : ''
const post = (body: string) =>
  `POST /oauth/introspect HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n` +
  `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const endpoints: Record<string, readonly string[]> = {
  'no lookup': [get('/nothing')],
  'SELECT 1': [get('/select')],
  check: tokens.map((token) => get('/oauth/check?scope=openid', `Authorization: Bearer ${token}\r\n`)),
  introspect: tokens.map((token) => post(`token=${token}`)),
}

const workerData: Load = { port: checks.port, connections: Number(values.connections) }
const worker = new Worker(new URL('./load.ts', import.meta.url), { workerData })
await once(worker, 'online')

interface Measured {
  /** Per second. */
  readonly rate: number
  /** Of the server's thread, for one request, in microseconds; the embedded database is in it. */
  readonly cpu: number
}

async function measure(requests: readonly string[], milliseconds = duration): Promise<Measured> {
  const [start, before] = [performance.now(), process.threadCpuUsage()]
  worker.postMessage({ requests, duration: milliseconds } satisfies Round)
  const [answered] = (await once(worker, 'message')) as [number]
  const used = process.threadCpuUsage(before)
  const seconds = (performance.now() - start) / 1000
  return { rate: answered / seconds, cpu: (used.user + used.system) / answered }
}

const names = Object.keys(endpoints)
const seen = new Map<string, Measured[]>(names.map((name) => [name, []]))
for (const requests of Object.values(endpoints)) await measure(requests, 2 * duration)
// In turn, so that whatever else the machine does falls on all of them.
for (let round = 0; round < rounds; round++) {
  for (const name of names) seen.get(name)?.push(await measure(endpoints[name] ?? []))
}
await worker.terminate()

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const rateOf = (name: string) => median((seen.get(name) ?? []).map(({ rate }) => rate))
const cpuOf = (name: string) => median((seen.get(name) ?? []).map(({ cpu }) => cpu))
console.log(
  `${values.embedded ? 'embedded database' : 'PostgreSQL'}, ${tokens.length} tokens, ${values.connections} connections, medians of ${rounds} rounds`,
)
for (const name of names) {
  const ratios = ['no lookup', 'SELECT 1'].map((other) => `${(rateOf(name) / rateOf(other)).toFixed(2)} of ${other}`)
  const cost = `${rateOf(name).toFixed(0)} requests/s, ${cpuOf(name).toFixed(0)} µs of CPU each`
  console.log(`${name.padEnd(12)} ${cost}, ${ratios.join(', ')}`)
}

/** So many tokens of a hundred grants, of an app in a team. */
async function fill(count: number): Promise<string[]> {
  const publisher = await Team.create(server)
  const team = await Team.create(server)
  const appId = await publisher.app()
  await team.install(appId)
  const createdAt = core.clock.now()
  const expiresAt = new Date(createdAt.getTime() + 86_400_000)
  const users = Array.from({ length: 100 }, (_, index) => ({ id: newId(), name: `User ${index}`, createdAt }))
  const place = { organizationId: uuidOf(team.id), appId: uuidOf(appId) }
  const scopes = ['openid', 'documents:read']
  const grants = users.map(({ id: userId }) => ({ id: newId(), ...place, userId, scopes, createdAt }))
  const families = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    grantId: grants[index % grants.length]?.id ?? '',
    createdAt,
  }))
  const made = families.map(({ id: familyId }) => ({ familyId, token: `${familyId}${newId()}`.replaceAll('-', '') }))
  await prisma.user.createMany({ data: users })
  await prisma.membership.createMany({
    data: users.map(({ id: userId }) => ({
      id: newId(),
      organizationId: place.organizationId,
      userId,
      role: 'MEMBER' as const,
      createdAt,
    })),
  })
  await prisma.grant.createMany({ data: grants })
  await prisma.family.createMany({ data: families })
  await prisma.token.createMany({
    data: made.map(({ familyId, token }) => ({
      hash: hashToken(token),
      familyId,
      kind: 'ACCESS' as const,
      scopes,
      createdAt,
      expiresAt,
    })),
  })
  await prisma.$executeRaw`ANALYZE`
  return made.map(({ token }) => token)
}
