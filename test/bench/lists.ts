/**
 * Lists beside a bare handler that answers each with one hand-written statement, and beside PostGraphile.
 *
 *     npm run bench:lists -- [--quick] [--rounds 5] [--seconds 3] [--organizations 200]
 */
import { deepStrictEqual } from 'node:assert'
import { documents } from './documents.ts'
import { Bench } from './harness/bench.ts'
import type { Child } from './harness/child.ts'
import { answerOf, dataOf, operation, signIn, signInAll } from './harness/graphql.ts'
import { type Call, drawn } from './harness/load.ts'
import { inTurn, type Subject } from './harness/measure.ts'
import { readOptions } from './harness/options.ts'
import { installPostGraphile } from './harness/postgraphile.ts'
import { Report } from './harness/report.ts'
import { adminOf, appId, buildWorld, organizationId, type Sizes } from './harness/world.ts'
import { uuidIn } from './peers/serve.ts'

const options = readOptions({ organizations: [200, 20] })
const CONNECTIONS = 32

/** The one that is asked alone is large, the others have what a page shows. */
const large: Sizes = {
  apps: 5_000,
  requests: 1_000,
  events: 100_000,
  grantedApps: 1,
  grantingMembers: 900,
  tokensPerGrant: 2,
}
const small: Sizes = { apps: 60, requests: 120, events: 200, grantedApps: 1, grantingMembers: 120, tokensPerGrant: 2 }
const LARGE = 1

type Name = keyof typeof documents
const names = Object.keys(documents) as Name[]

/** The same, as PostGraphile calls it, where it answers the same. */
const postgraphileDocuments: Partial<Record<Name, string>> = {
  apps: `query ($id: UUID!) { of: organizationByRowId(rowId: $id) { list: appsByOrganizationId(first: 50, orderBy: ROW_ID_DESC) {
    edges { node { id name type status installationsByAppId(first: 3, orderBy: ROW_ID_DESC) { edges { node { state organizationByOrganizationId { name } } } } } }
    pageInfo { hasNextPage endCursor } } } }`,
  events: `query ($id: UUID!) { of: streamByRowId(rowId: $id) { list: eventsByStreamId(last: 50, orderBy: SEQUENCE_ASC) {
    pageInfo { hasPreviousPage } edges { cursor node { id sequence type at actorKind actorId actorName appId appName userId userName
      organizationId organizationName installRequestId installationId grantId changes } } } } }`,
}

await using bench = await Bench.start()
const report = new Report('lists')
const world = await buildWorld(bench.database, [large, ...Array.from({ length: options.organizations }, () => small)])
const gatehouse = await bench.gatehouse()
const bare = await bench.peer(new URL('./peers/bare-lists.ts', import.meta.url))
const postgraphile = options.quick
  ? undefined
  : await bench.peer(new URL('./peers/postgraphile.ts', import.meta.url), { INSTALLED_IN: await installPostGraphile() })

const token = await signIn(gatehouse, adminOf(world, LARGE))
for (const name of names) await compareWithBare(name)
await compareKept()
report.print(
  `PostgreSQL ${await bench.database.version()}, ${CONNECTIONS} connections, medians of ${options.rounds} rounds`,
)

/** A list of the one large organization, in which nothing changes. */
async function compareWithBare(name: Name): Promise<void> {
  await assertEqual(name, LARGE, token)
  const call = callOf(name, LARGE, token)
  const document = postgraphile && postgraphileDocuments[name]
  const subjects: Record<string, Subject> = {
    gatehouse: asking(gatehouse, () => call),
    bare: asking(bare, () => ({ ...call, path: `/${name}` })),
  }
  if (postgraphile && document)
    subjects.postgraphile = asking(postgraphile, await sameRows(postgraphile, name, document))
  if (name === 'apps') {
    const nothing = operation('{ __typename }', {}, token)
    subjects.nothing = asking(gatehouse, () => nothing)
  }
  const measured = await inTurn(bench.database, options, subjects)
  const { gatehouse: ours = [], bare: peers = [] } = measured
  report.rates({ what: name, beside: 'bare' }, ours, peers)
  if (measured.postgraphile) report.rates({ what: name, beside: 'PostGraphile' }, ours, measured.postgraphile)
  if (measured.nothing) report.rates({ what: '__typename, signed in', beside: 'bare apps' }, measured.nothing, peers)
}

/** Lists of many organizations in turn, in each of which something changes once a second. */
async function compareKept(): Promise<void> {
  const organizations = Array.from({ length: options.organizations }, (_, index) => LARGE + 1 + index)
  const tokens = await signInAll(
    gatehouse,
    organizations.map((organization) => adminOf(world, organization)),
  )
  for (const name of names) await assertEqual(name, LARGE + 1, tokens[0] ?? '')
  await using _ = await bench.changes()
  for (const name of names) {
    const calls = organizations.map((organization, index) => callOf(name, organization, tokens[index] ?? ''))
    const bareCalls = calls.map((call) => ({ ...call, path: `/${name}` }))
    const measured = await inTurn(bench.database, options, {
      gatehouse: asking(gatehouse, drawn(calls)),
      bare: asking(bare, drawn(bareCalls)),
    })
    report.rates(
      { what: `${name}, ${organizations.length} organizations`, beside: 'bare' },
      measured.gatehouse,
      measured.bare,
    )
  }
}

function asking(server: Child, next: Subject['next']): Subject {
  return { server, connections: CONNECTIONS, next }
}

function callOf(name: Name, organization: number, token: string): Call {
  const variables = { organizationId: organizationId(organization), ...(name === 'grants' && { appId: appId(0, 1) }) }
  return operation(documents[name], variables, token)
}

/** Both answer the same JSON. */
async function assertEqual(name: Name, organization: number, token: string): Promise<void> {
  const call = callOf(name, organization, token)
  const [ours, other] = await Promise.all([answerOf(gatehouse, call), answerOf(bare, { ...call, path: `/${name}` })])
  deepStrictEqual(await ours.json(), await other.json(), `${name} of Gatehouse and of the bare handler`)
}

/** PostGraphile finds the same rows; it has ids of its own. */
async function sameRows(server: Child, name: Name, document: string): Promise<Subject['next']> {
  const call = operation(document, { id: uuidIn(organizationId(LARGE)) })
  const rows = ({ edges }: { edges: { node: { name?: string; at?: string } }[] }) =>
    edges.map(({ node }) => node.name ?? new Date(node.at ?? '').getTime())
  const theirs = rows((await dataOf(server, document, { id: uuidIn(organizationId(LARGE)) })).of.list)
  const { organization } = (await (await answerOf(gatehouse, callOf(name, LARGE, token))).json()).data
  deepStrictEqual(theirs, rows(organization[name]), `${name} of PostGraphile and of Gatehouse`)
  return () => call
}
