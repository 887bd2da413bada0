/**
 * How smooth the console is, in Chromium: first view of an organization with thousands of installations,
 * scrolling through them and through a long history, and each page while many events a second come in,
 * beside the same page while nothing does. On PostgreSQL where TEST_DATABASE_URL names a server, else on
 * the embedded database.
 *
 *     npm run bench:console -- [--installations 10000] [--rate 50] [--seconds 20] [--pages history,apps]
 */
import { parseArgs } from 'node:util'
import { limits } from '../../src/config/defaults.ts'
import { newId } from '../../src/ids.ts'
import { ConsoleInBrowser } from '../console/browser.ts'
import { Team, uuidOf } from '../support/team.ts'
import { type Step, Storm } from './console-storm.ts'
import { type Observed, scrollTo, Watch } from './console-watch.ts'

const { values } = parseArgs({
  options: {
    installations: { type: 'string', default: '10000' },
    /** Events in the history before anything is measured. */
    events: { type: 'string', default: '12000' },
    /** Rows that are scrolled through. */
    rows: { type: 'string', default: '4000' },
    /** Events a second. */
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    /** Of scroll, history, requests, apps, installations and deep: which to measure. */
    pages: { type: 'string' },
  },
})
const [installations, events, rows, rate, seconds] = [
  values.installations,
  values.events,
  values.rows,
  values.rate,
  values.seconds,
].map(Number) as [number, number, number, number, number]
const isMeasured = (name: string) => !values.pages || values.pages.split(',').includes(name)

const OPENINGS = 5
/** In milliseconds: what the page still has to do after it was opened is not what is measured. */
const SETTLING = 3_000

await using bench = await ConsoleInBrowser.start({
  database: process.env.TEST_DATABASE_URL ? 'postgres' : 'pglite',
  config: { limits: { ...limits, appsPerOrganization: 100_000, invitationsPerUser: 100_000 } },
})
const { prisma } = bench.server
console.log(process.env.TEST_DATABASE_URL ? 'PostgreSQL' : 'embedded database')
const [team, small] = [await Team.create(bench.server), await Team.create(bench.server)]
await fill(team, installations)
await fill(small, 50)
const storm = await Storm.prepare(team)
const viewport = { width: 1280, height: 800 }
const page = await bench.open(team.superAdmin, '/console/', { viewport })
const watch = await Watch.on(page)

if (isMeasured('scroll')) {
  await compareOpenings()
  await scrollThrough('installations', rows)
  await scrollThrough('history', rows)
}
const table: Record<string, string>[] = []
for (const [name, step] of [
  ['history', 'created'],
  ['requests', 'requested'],
  ['apps', 'created'],
  ['installations', 'requested'],
] as const) {
  if (isMeasured(name)) await compareStorm(name, step)
}
if (isMeasured('deep')) await compareStorm('installations', 'requested', rows)
printTable(table)
if (bench.complaints.length > 0) console.log('The browser complained:', [...new Set(bench.complaints)])

/** Time from the address to the first rows, of many installations beside few. */
async function compareOpenings(): Promise<void> {
  const other = await bench.open(small.superAdmin, '/console/', { viewport })
  const times: [many: number[], few: number[]] = [[], []]
  for (let n = 0; n <= OPENINGS; n++) {
    for (const [index, [on, of]] of (
      [
        [page, team],
        [other, small],
      ] as const
    ).entries()) {
      const start = performance.now()
      await on.goto(`/console/${of.id}/installations`)
      await on.getByRole('article').first().waitFor()
      // The first fills caches.
      if (n > 0) times[index]?.push(performance.now() - start)
      await on.waitForTimeout(500)
    }
  }
  const [many, few] = times.map((some) => quantile(some, 0.5)) as [number, number]
  console.log(
    `\nfirst rows of ${installations} installations: ${ms(many)}, ${(many / few).toFixed(2)} of those of 50 (${ms(few)})`,
  )
  await other.context().close()
}

/** Scrolls through a list in four parts: the last should cost what the first does. */
async function scrollThrough(what: 'installations' | 'history', count: number): Promise<void> {
  await open(what)
  const parts: Record<string, string>[] = []
  let first: Observed | undefined
  for (let part = 1; part <= 4; part++) {
    const until = (count * part) / 4
    let inPage = 0
    const seen = await watch.during(async () => {
      inPage = await scrollTo(page, until)
    })
    first ??= seen
    parts.push({
      to: `${what}, row ${until}`,
      'frame p95': ms(quantile(seen.frames, 0.95)),
      'long tasks': longTasks(seen),
      'main thread': `${(seen.busy * seen.seconds).toFixed(2)} s`,
      'of the first part': ((seen.busy * seen.seconds) / (first.busy * first.seconds)).toFixed(2),
      'pages fetched': String(sum([...seen.queries.values()])),
      'rows in the page': String(inPage),
    })
  }
  printTable(parts)
}

/** A page while nothing happens, and while much does. */
async function compareStorm(name: string, looked: Step, depth = 0): Promise<void> {
  await open(name)
  if (depth > 0) await scrollTo(page, depth)
  await page.waitForTimeout(SETTLING)
  const heap = await watch.heap()
  const quiet = await watch.during(() => page.waitForTimeout((seconds * 1000) / 2))
  const made = new Map<string, number>()
  let events = 0
  const loud = await watch.during(async () => {
    events = await storm.blow(rate, seconds * 1000, (step, app) => {
      if (step === looked) made.set(app, Date.now())
    })
    await page.waitForTimeout(1000)
  })
  const delays = [...made].flatMap(([app, at]) => {
    const seen = loud.seen.get(app)
    return seen === undefined ? [] : [seen - at]
  })
  const queries = sum([...loud.queries.values()]) / loud.seconds
  const frames = (seen: Observed) => seen.frames.length / seen.seconds
  table.push({
    page: depth > 0 ? `${name}, row ${depth}` : name,
    'events/s': (events / seconds).toFixed(0),
    'frames/s': `${frames(loud).toFixed(1)} (${(frames(loud) / frames(quiet)).toFixed(2)})`,
    'frame p95': `${ms(quantile(loud.frames, 0.95))} (${ratio(loud, quiet, ({ frames }) => quantile(frames, 0.95))})`,
    'long tasks': longTasks(loud),
    'main thread': `${(100 * loud.busy).toFixed(0)} % (was ${(100 * quiet.busy).toFixed(0)} %)`,
    'delay p50/p95/max': [0.5, 0.95, 1].map((q) => ms(quantile(delays, q))).join(' / '),
    shown: `${delays.length} of ${made.size}`,
    'queries/s': queries.toFixed(1),
    heap: `+${((loud.heap - heap) / 2 ** 20).toFixed(1)} MB`,
  })
  const most = [...loud.queries].sort(([, a], [, b]) => b - a).map(([query, count]) => `${query} ${count}`)
  console.log(`${name}: ${most.join(', ')}`)
}

async function open(name: string): Promise<void> {
  await page.goto(`/console/${team.id}/${name}`)
  await page.locator('main li').first().waitFor()
}

function printTable(lines: readonly Record<string, string>[]): void {
  const [head] = lines
  if (!head) return
  const columns = Object.keys(head)
  const widths = columns.map((column) => Math.max(column.length, ...lines.map((line) => line[column]?.length ?? 0)))
  const show = (cells: string[]) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')
  console.log(
    `\n${[columns, ...lines.map((line) => columns.map((column) => line[column] ?? ''))].map(show).join('\n')}`,
  )
}

function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

function ratio(one: Observed, other: Observed, of: (seen: Observed) => number): string {
  return (of(one) / of(other)).toFixed(2)
}

function longTasks({ longTasks }: Observed): string {
  return longTasks.length === 0 ? 'none' : `${longTasks.length}, to ${ms(Math.max(...longTasks))}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

function ms(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '–' : `${milliseconds.toFixed(0)} ms`
}

/** So many installations, a history to scroll through, and a screenful of everything else. */
async function fill(team: Team, count: number): Promise<void> {
  const publisher = await Team.create(bench.server)
  const organizationId = uuidOf(team.id)
  const at = new Date()
  const scopes = ['openid', 'documents:read']
  const dates = { createdAt: at, updatedAt: at }
  const app = (owner: string, name: string) => ({
    ...{ id: newId(), organizationId: owner, name, scopes, ...dates },
    ...({ type: 'WEB', distribution: 'EXTERNAL' } as const),
  })
  const installed = Array.from({ length: count }, (_, index) => app(uuidOf(publisher.id), `Tool ${index}`))
  const own = Array.from({ length: 60 }, (_, index) => app(organizationId, `Own ${index}`))
  await prisma.app.createMany({ data: [...installed, ...own] })
  const installation = {
    organizationId,
    state: 'INSTALLED',
    approvedScopes: scopes,
    createdAt: at,
    installedAt: at,
  } as const
  await prisma.installation.createMany({
    data: installed.map(({ id: appId }) => ({ id: newId(), appId, ...installation })),
  })
  for (let n = 0; n < 30; n++) await team.request(await publisher.app())
  await fillHistory(
    organizationId,
    installed.map(({ id, name }) => ({ id, name })),
  )
}

/** Events of the past weeks, a few hundred a day. */
async function fillHistory(streamId: string, apps: readonly { id: string; name: string }[]): Promise<void> {
  const { head } = await prisma.stream.findUniqueOrThrow({ where: { id: streamId } })
  const types = ['APP_CREATED', 'APP_INSTALLED', 'GRANT_CREATED', 'GRANT_REVOKED', 'APP_DISABLED'] as const
  const now = Date.now()
  const data = Array.from({ length: events }, (_, index) => {
    const app = apps[index % apps.length]
    return {
      ...{
        id: newId(),
        streamId,
        sequence: head + BigInt(index + 1),
        type: types[index % types.length] ?? 'APP_CREATED',
      },
      ...{ at: new Date(now - (events - index) * 240_000), actorKind: 'SYSTEM' as const, actorName: 'Gatehouse' },
      ...{ appId: app?.id, appName: app?.name, changes: [] },
    }
  })
  for (let from = 0; from < data.length; from += 1000)
    await prisma.event.createMany({ data: data.slice(from, from + 1000) })
  await prisma.stream.update({ where: { id: streamId }, data: { head: head + BigInt(events) } })
}
