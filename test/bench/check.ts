/**
 * The token check beside a bare handler with one joined query, and what it costs that several nodes obey.
 *
 *     npm run bench:check -- [--quick] [--rounds 5] [--seconds 3] [--organizations 200] [--times 20]
 */
import { deepStrictEqual } from 'node:assert'
import { limits } from '../../src/config/defaults.ts'
import type { FileConfig } from '../../src/config/file.ts'
import { compareEndings, measureDistance, REVOKE } from './check-nodes.ts'
import { Bench } from './harness/bench.ts'
import type { Child } from './harness/child.ts'
import { everySecond } from './harness/every-second.ts'
import { answerOf, mutate, signInAll } from './harness/graphql.ts'
import { ask, type Call, drawn } from './harness/load.ts'
import { inTurn, type Subject } from './harness/measure.ts'
import { readOptions } from './harness/options.ts'
import { Report } from './harness/report.ts'
import { adminOf, buildWorld, grantId, type Sizes, tokenOf, type World } from './harness/world.ts'

const options = readOptions({ organizations: [200, 10], times: [20, 10] })
const CONNECTIONS = 32
/** With 200 organizations, 100,000 tokens. */
const size: Sizes = { apps: 5, requests: 0, events: 0, grantedApps: 1, grantingMembers: 100, tokensPerGrant: 5 }
const documents = {
  id: 'documents',
  secret: 'a secret of the bench, 32 or more',
  audience: 'https://documents.example/',
}

const hasCache = 'cachedTokens' in limits
const report = new Report('check')
/** How many grants were revoked so far. */
let ended = 0
{
  await using bench = await Bench.start()
  await compareChecks(bench)
}
await compareEndings(options, report)
await measureDistance(options, report)
report.print(`${CONNECTIONS} connections, medians of ${options.rounds} rounds`)

async function compareChecks(bench: Bench): Promise<void> {
  const world = await buildWorld(
    bench.database,
    Array.from({ length: options.organizations }, () => size),
  )
  const file: FileConfig = { resourceServers: [{ ...documents, name: documents.id }] }
  // One entry is as good as none.
  const uncached = { ...file, limits: Object.fromEntries(hasCache ? [['cachedTokens', 1]] : []) }
  const nodes: Record<string, Child> = { 'no cache': await bench.gatehouse({ name: 'uncached', file: uncached }) }
  if (hasCache) nodes.cache = await bench.gatehouse({ name: 'cached', file })
  const tokens = Array.from({ length: world.tokens }, (_, index) => tokenOf(index + 1))
  const peer = new URL('./peers/bare-check.ts', import.meta.url)

  for (const [kind, node] of Object.entries(nodes)) {
    await using bare = await bench.peer(peer, { ISSUER: node.url, AUDIENCE: documents.audience })
    await assertEqual(node, bare, tokens[0] ?? '')
    const [checks, introspections] = [tokens.map(check), tokens.map(introspection)]
    await using _ = await endOneEachSecond(node, world)
    if (kind === 'cache') await askAll(node, checks)
    for (const [what, ours, theirs] of [
      ['check', checks, checks.map((call) => ({ ...call, path: '/check' }))],
      ['introspect', introspections, introspections.map((call) => ({ ...call, path: '/introspect' }))],
    ] as const) {
      const measured = await inTurn(bench.database, options, { ours: asking(node, ours), theirs: asking(bare, theirs) })
      report.rates({ what: `${what}, ${kind}`, beside: 'bare joined query' }, measured.ours, measured.theirs)
    }
  }
}

/** Tokens that were ended meanwhile are refused, by both. */
function asking(server: Child, calls: readonly Call[]): Subject {
  return { server, connections: CONNECTIONS, next: drawn(calls), expected: [401] }
}

function check(token: string): Call {
  return { method: 'GET', path: '/oauth/check', headers: { authorization: `Bearer ${token}` } }
}

function introspection(token: string): Call {
  const authorization = `Basic ${Buffer.from(`${documents.id}:${encodeURIComponent(documents.secret)}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
  return { path: '/oauth/introspect', headers, body: `token=${token}` }
}

/** Both say the same about a token. */
async function assertEqual(node: Child, bare: Child, token: string): Promise<void> {
  const about = ({ headers }: Response) => [...headers].filter(([name]) => name.startsWith('x-auth-'))
  const checks = [
    await answerOf(node, check(token)),
    await answerOf(bare, { ...check(token), path: '/check' }),
  ] as const
  deepStrictEqual(about(checks[0]), about(checks[1]))
  const call = introspection(token)
  const introspections = [await answerOf(node, call), await answerOf(bare, { ...call, path: '/introspect' })] as const
  deepStrictEqual(await introspections[0].json(), await introspections[1].json())
}

/** Each of the requests once, so that the answers are known that can be. */
async function askAll({ url }: Child, calls: readonly Call[]): Promise<void> {
  let turn = 0
  const next = () => calls[turn++ % calls.length] as Call
  while (turn < calls.length) await ask({ url, connections: CONNECTIONS, next }, 500)
}

/** An admin revokes a grant each second, in one organization after the other, with its tokens. */
async function endOneEachSecond(node: Child, world: World): Promise<AsyncDisposable> {
  const organizations = Array.from({ length: world.organizations }, (_, index) => index + 1)
  const admins = await signInAll(
    node,
    organizations.map((organization) => adminOf(world, organization)),
  )
  return everySecond(async () => {
    const [index, member] = [ended % world.organizations, 1 + Math.floor(ended / world.organizations)]
    ended += 1
    await mutate(node, REVOKE, { grantId: grantId(index + 1, 1, member) }, admins[index])
  })
}
