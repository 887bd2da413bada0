import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, prefixes, publicId, type TypeName } from '../../src/ids.ts'
import { StatementRecorder } from '../support/statements.ts'
import { type Person, personalOrganizationOf, signedIn, Team } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'
import { buildForeign, type Foreign, marksOf } from './foreign.ts'
import { Prober } from './prober.ts'
import { idTypes, inForm, namedTypeOf, type Slot, slots } from './slots.ts'

// An object that somebody may not see does not exist for them. The answer, its headers and the statements
// behind it are those for an id that was never issued, and no row is locked that the asker may not see.

const everyType = Object.keys(prefixes) as TypeName[]

/** For each asker: the types of which they see no object of the foreign organization. */
const askers = {
  'an admin of another organization': everyType,
  'somebody of no organization': everyType,
  'an app with gatehouse:manage elsewhere': everyType,
  'a plain member': [
    ...(['AppSecret', 'AppKey', 'Invitation', 'Session', 'InstallRequest', 'InstallCase'] as const),
    ...(['Installation', 'Grant', 'Denial', 'Event'] as const),
  ],
} satisfies Record<string, readonly TypeName[]>
type Asker = keyof typeof askers

const recorder = new StatementRecorder()
let prober: Prober
let foreign: Foreign
let tokens: Record<Asker, string>
let own: Record<Asker, string>

beforeAll(async () => {
  prober = await Prober.start({ onQuery: recorder.onQuery })
  const { server, team } = prober
  foreign = await buildForeign(server)
  const outsider = await signedIn(server)
  own = {
    'an admin of another organization': team.id,
    'somebody of no organization': await personalOrganizationOf(server, outsider),
    'an app with gatehouse:manage elsewhere': team.id,
    'a plain member': foreign.team.id,
  }
  tokens = {
    'an admin of another organization': team.admin.token,
    'somebody of no organization': outsider.token,
    'an app with gatehouse:manage elsewhere': await managingApp(team),
    'a plain member': (foreign.team.member satisfies Person).token,
  }
})

afterAll(async () => {
  recorder[Symbol.dispose]()
  await prober[Symbol.asyncDispose]()
})

async function managingApp(team: Team): Promise<string> {
  const scopes = ['gatehouse:manage']
  const vendor = await Team.create(team.server)
  const grant = await team.authorize(await vendor.app({ type: 'SERVICE', scopes }))
  return (await issueToken(team.server, grant, { scopes })).token
}

/** One thing that a slot takes: of a real object, and of none. */
interface Probe {
  readonly slot: Slot
  readonly type: TypeName
  readonly real: () => string
  readonly never: () => string
}

const probesOf = (slot: Slot): Probe[] => {
  const random = () => randomBytes(32).toString('base64url')
  if (slot.name === 'Mutation.acceptInvitation.input.token')
    return [{ slot, type: 'Invitation', real: () => foreign.invitationToken, never: random }]
  if (slot.field === 'token') return [{ slot, type: 'Grant', real: () => foreign.accessToken, never: random }]
  if (namedTypeOf(slot) !== 'ID' && slot.field !== 'clientId') return []
  const only = slot.name === 'Query.organization.id' ? 'Organization' : idTypes[slot.field]
  // Where nothing says of which type, an id may be of any.
  return (only ? [only] : everyType).map((type) => ({
    slot,
    type,
    real: () => foreign.ids[type],
    never: () => publicId(type, newId()),
  }))
}

/** What stands beside the value, by the asker and the field. */
const besides = new Map<string, unknown>()

async function variablesFor({ slot }: Probe, asker: Asker, value: string): Promise<object> {
  const { kind, document, field, beside } = slot
  if (kind !== 'mutation')
    return { value: inForm(slot, value), ...(document.includes('$parent') && { parent: own[asker] }) }
  const input: Record<string, unknown> = { [field]: inForm(slot, value) }
  for (const { name, type } of beside) {
    const key = `${asker} ${name}`
    if (!besides.has(key))
      besides.set(key, name === 'organizationId' ? own[asker] : await prober.valid(name, String(type)))
    input[name] = besides.get(key)
  }
  return { value: input }
}

/** Lists are read, too. */
const documentOf = ({ slot: { name, document } }: Probe): string =>
  name.startsWith('Organization.') && name !== 'Organization.explainToken.token'
    ? document.replace(') { __typename }', ') { totalCount edges { cursor } }')
    : document

interface Seen {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
  /** In any order: some are sent at the same time. */
  readonly statements: readonly string[]
}

/** All that can be seen of the answer and of what the database is asked, without the value itself. */
async function look(probe: Probe, asker: Asker, sent: string): Promise<Seen> {
  const body = JSON.stringify({ query: documentOf(probe), variables: await variablesFor(probe, asker, sent) })
  const { value, sent: statements } = await recorder.during(async (headers) => {
    const accept = probe.slot.kind === 'subscription' ? 'text/event-stream' : 'application/json'
    const response = await prober.server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${tokens[asker]}`, ...headers },
      body,
    })
    return { response, text: await response.text() }
  })
  const { status, headers } = value.response
  const { date, 'x-request-id': requestId, ...others } = Object.fromEntries(headers)
  const text = value.text.replaceAll(sent, '<value>').replaceAll(requestId ?? '', '<request>')
  return { status, headers: others, body: text, statements: statements.sort() }
}

const probes = slots.flatMap(probesOf)

describe.each(Object.entries(askers) as [Asker, TypeName[]][])('%s', (asker, hidden) => {
  const unseen = probes.filter(({ type }) => hidden.includes(type))

  test.each(unseen.map((probe): [string, TypeName, Probe] => [probe.slot.name, probe.type, probe]))(
    'learns nothing by %s of %s',
    async (_name, _type, probe) => {
      // What is made on the first use of a document is made here.
      await look(probe, asker, probe.never())
      const before = await marksOf(prober.server, foreign.ids)
      const real = await look(probe, asker, probe.real())
      const after = await marksOf(prober.server, foreign.ids)
      expect(real).toEqual(await look(probe, asker, probe.never()))
      expect(real.statements).not.toEqual([])
      for (const type of hidden) expect(`${type} ${after[type]}`).toBe(`${type} ${before[type]}`)
    },
  )

  test('sees no object of just these types', async () => {
    const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    const ids = everyType.map((type) => foreign.ids[type])
    const { nodes } = await prober.server.graphql(document, { ids }, { as: tokens[asker] })
    expect(everyType.filter((_, index) => nodes[index] === null).sort()).toEqual([...hidden].sort())
  })
})

test('all of it is there, and those who may see it do', async () => {
  const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
  const ids = Object.values(foreign.ids)
  const { nodes } = await prober.server.graphql(document, { ids }, { as: foreign.team.admin.token })
  expect(nodes.map((node: { id: string } | null) => node?.id)).toEqual(ids)
})
