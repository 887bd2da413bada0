/**
 * How long statistics take on a large history: fills a database of its own on the server that
 * TEST_DATABASE_URL names, asks as the schema does, prints median times and plans, and drops it.
 *
 *     TEST_DATABASE_URL=postgresql://… node test/bench/statistics.ts [--events 10000000] [--tokens 100000]
 */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openDatabase } from '../../src/database/client.ts'
import { type Actor, change } from '../../src/history/change.ts'
import { newId } from '../../src/ids.ts'
import { appsByUse, countEvents } from '../../src/organizations/statistics.ts'
import { type Bucket, bucketsBetween } from '../../src/organizations/statistics-buckets.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    tokens: { type: 'string', default: '100000' },
    /** In days: the history that the events are spread over. */
    days: { type: 'string', default: '1095' },
  },
})
const events = Number(values.events)
const tokens = Number(values.tokens)
const days = Number(values.days)

const RUNS = 15
const APPS = 200
/** Every second event is in the one organization that is asked about; the others share the rest. */
const OTHERS = 50

const server = process.env.TEST_DATABASE_URL ?? 'postgresql://127.0.0.1:5432/postgres'
const name = `gatehouse_bench_${process.pid}`
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
const onServer = async (sql: string) => {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(sql).finally(() => admin.end())
}

await onServer(`CREATE DATABASE ${name}`)
await using cleanUp = new AsyncDisposableStack()
cleanUp.defer(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`))
const statements: string[] = []
const { prisma } = cleanUp.use(await openDatabase({ url, onQuery: (sql) => void statements.push(sql) }))
const client = new pg.Client({ connectionString: url })
await client.connect()
cleanUp.defer(() => client.end())

const organizationId = newId()
const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }
const now = new Date()
const since = new Date(now.getTime() - days * 86_400_000)

console.log(`${count(events)} events over ${days} days, ${count(tokens)} tokens of ${APPS} apps …`)
await fill()
await report()

/** In bulk, without the triggers and foreign keys that only slow it down. */
async function fill(): Promise<void> {
  const run = async (what: string, sql: string, parameters: unknown[] = []) => {
    const start = performance.now()
    await client.query(sql, parameters)
    console.log(`  ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
  await client.query("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '512MB'")
  await run(
    'organizations and streams',
    `WITH new AS (SELECT CASE n WHEN 0 THEN $1::uuid ELSE gen_random_uuid() END AS id, n FROM generate_series(0, ${OTHERS}) n),
      streams AS (INSERT INTO "Stream" ("id", "kind", "head") SELECT id, 'ORGANIZATION', ${events} FROM new)
    INSERT INTO "Organization" ("id", "name", "edition", "createdAt") SELECT id, 'Organization ' || n, 'TEAM', $2 FROM new`,
    [organizationId, since],
  )
  await run(
    'events',
    `WITH streams AS (SELECT array_agg("id") AS ids FROM "Stream" WHERE "id" <> $1)
    INSERT INTO "Event" ("id", "streamId", "sequence", "type", "at", "actorKind", "actorName")
    SELECT lpad(to_hex(n), 32, '0')::uuid, CASE n % 2 WHEN 0 THEN $1::uuid ELSE ids[1 + n / 2 % ${OTHERS}] END, n,
      (enum_range(NULL::"EventType"))[1 + floor(random() * 26)::int],
      $2::timestamptz + n::float8 / ${events} * ($3::timestamptz - $2::timestamptz), 'SYSTEM', 'Gatehouse'
    FROM generate_series(1, ${events}) n, streams`,
    [organizationId, since, now],
  )
  await run(
    'counts by hour and day',
    `INSERT INTO "EventCount" ("streamId", "span", "start", "type", "count")
    SELECT "streamId", span, date_trunc(span::text, "at", 'UTC'), "type", count(*)
    FROM "Event", unnest(enum_range(NULL::"CountSpan")) AS span GROUP BY 1, 2, 3, 4 ORDER BY 3, 1, 2, 4`,
  )
  const grants = Math.ceil(tokens / 4)
  await run(
    'apps and grants',
    `WITH apps AS (
      INSERT INTO "App" ("id", "organizationId", "name", "type", "distribution", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), $1, 'App ' || n, 'WEB', 'EXTERNAL', $2, $2 FROM generate_series(1, ${APPS}) n RETURNING "id"
    ), ids AS (SELECT array_agg("id") AS apps FROM apps), homes AS (SELECT array_agg("id") AS homes FROM "Organization" WHERE "id" <> $1)
    INSERT INTO "Grant" ("id", "appId", "organizationId", "userId", "createdAt", "tokenObtainedAt", "lastUsedAt")
    SELECT gen_random_uuid(), apps[1 + n % ${APPS}], CASE n % 2 WHEN 0 THEN $1::uuid ELSE homes[1 + n / 2 % ${OTHERS}] END,
      gen_random_uuid(), $2, $2, $2 FROM generate_series(1, ${grants * 2}) n, ids, homes`,
    [organizationId, since],
  )
  // A family of each grant, with a live access, a live refresh and two expired tokens.
  await run(
    'families and tokens',
    `WITH families AS (
      INSERT INTO "Family" ("id", "grantId", "createdAt") SELECT gen_random_uuid(), "id", $1 FROM "Grant" RETURNING "id"
    )
    INSERT INTO "Token" ("hash", "familyId", "kind", "createdAt", "expiresAt")
    SELECT gen_random_uuid()::text, "id", 'ACCESS', $1, $2::timestamptz + (n - 2.5) * interval '1 hour'
    FROM families, generate_series(1, 4) n`,
    [since, now],
  )
  await run('VACUUM ANALYZE', 'VACUUM ANALYZE')
  const { rows } = await client.query(`
    SELECT c.relname, c.reltuples::bigint AS rows, pg_size_pretty(pg_total_relation_size(c.oid)) AS size FROM pg_class c
    WHERE c.relname IN ('Event', 'EventCount', 'Grant', 'Family', 'Token') ORDER BY 1`)
  for (const { relname, rows: n, size } of rows) console.log(`  ${relname}: ${count(n)} rows, ${size}`)
}

async function report(): Promise<void> {
  const buckets: [bucket: Bucket, days: number, what: string][] = [
    ['HOUR', 1, 'a day by hour'],
    ['HOUR', 41, 'HOUR, nearly 1,000 of them'],
    ['DAY', 30, 'a month by day'],
    ['DAY', 365, 'a year by day'],
    ['WEEK', 365, 'a year by week'],
    ['MONTH', days, 'everything by month'],
  ]
  for (const [bucket, length, what] of buckets) {
    const periods = bucketsBetween(new Date(now.getTime() - length * 86_400_000), now, bucket, 1000)
    await measure(what, () => countEvents(prisma, organizationId, bucket, periods))
  }
  await measure('the 20 apps with the most live tokens', () => appsByUse(prisma, organizationId, now, 20))
  const small = await prisma.organization.findFirstOrThrow({ where: { id: { not: organizationId } } })
  await measure(`the same of one with a ${OTHERS}th of them`, () => appsByUse(prisma, small.id, now, 20))

  await measure('recording an event', () =>
    change({ prisma, clock: { now: () => now }, doorbell: { ring() {} } } as never, system, async ({ record }) => {
      record({ type: 'APP_UPDATED', streams: [organizationId] })
    }),
  )
  const periods = bucketsBetween(new Date(now.getTime() - 365 * 86_400_000), now, 'WEEK', 1000)
  const [from, to] = [periods[0]?.start, periods.at(-1)?.end].map((time) => (time?.getTime() ?? 0) / 1000)
  const sent = (text: string) => statements.find((sql) => sql.includes(text)) ?? ''
  await explain('A year by week', sent('jsonb_object_agg'), ['WEEK', organizationId, 'DAY', from, to])
  await explain('Apps', sent('"liveTokens"'), [organizationId, now, 20])
  await explain('Apps of a small organization', sent('"liveTokens"'), [small.id, now, 20])
}

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let n = 0; n < RUNS; n++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  const sorted = times.slice(1).sort((a, b) => a - b)
  const show = (ms = 0) => `${ms.toFixed(1)} ms`
  const median = sorted[Math.floor(sorted.length / 2)]
  console.log(`${what}: median ${show(median)}, worst ${show(sorted.at(-1))}, first ${show(times[0])}`)
}

async function explain(what: string, sql: string, parameters: unknown[]): Promise<void> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, parameters)
  console.log(`\n${what}:\n${rows.map((row) => row['QUERY PLAN']).join('\n')}`)
}

function count(n: number | string): string {
  return Number(n).toLocaleString('en')
}
