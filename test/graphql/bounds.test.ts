import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { Data } from '../support/server.ts'
import { Prober } from './prober.ts'

// How large a query may be, and what a page may be asked by.

let prober: Prober

beforeAll(async () => {
  prober = await Prober.start()
})

afterAll(() => prober[Symbol.asyncDispose]())

const organization = (fields: string) => `{ organization(id: "${prober.team.id}") { ${fields} } }`

describe('a query', () => {
  test('is refused where it is deeper than it may be', async () => {
    const tooDeep =
      '{ viewer { organizations(first: 1) { edges { node { organization { apps(first: 1) { edges { node { publisher { apps(first: 1) { edges { node { publisher { apps(first: 1) { edges { cursor } } } } } } } } } } } } } } } }'
    expect(await prober.query(tooDeep)).toMatchObject({ status: 200, code: 'QUERY_TOO_COMPLEX' })
    const less = tooDeep.replace('publisher { apps(first: 1) { edges { cursor } } }', 'id')
    expect(await prober.query(less)).toMatchObject({ status: 200, code: 'ok' })
  })

  test('is refused where it costs more than it may, and every page of a connection counts', async () => {
    const costly = organization(
      'apps(first: 100) { edges { node { secrets(first: 100) { edges { node { id hint } } } } } }',
    )
    expect(await prober.query(costly)).toMatchObject({ code: 'QUERY_TOO_COMPLEX' })
    const unsaid = organization(
      'apps { edges { node { secrets { edges { node { createdBy { name } } } } installations { edges { node { organizationName } } } keys { edges { node { createdBy { name } } } } } } }',
    )
    expect(await prober.query(unsaid)).toMatchObject({ code: 'ok' })
    const times = Array.from({ length: 8 }, (_, index) =>
      unsaid.slice(1, -1).replace('organization', `o${index}: organization`),
    )
    expect(await prober.query(`{ ${times.join(' ')} }`)).toMatchObject({ code: 'QUERY_TOO_COMPLEX' })
  })

  test('of the largest page of a list with everything of each item is not refused', async () => {
    const events =
      'events(last: 100) { edges { node { id type at actor { kind name } app { id name } user { id name } installRequest { id status reason } changes { field before after } } } }'
    expect(await prober.query(organization(events))).toMatchObject({ code: 'ok' })
    const installations =
      'installations(first: 100) { totalCount edges { node { id standing suspended createdAt installedAt installedBy { id name } approvedScopes { name } scopesNotApproved { name } app { id name logoUrl type publisherName } } } }'
    expect(await prober.query(organization(installations))).toMatchObject({ code: 'ok' })
  })

  test('has at most so many aliases', async () => {
    const aliases = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: scopes { name }`).join(' ')} }`
    expect(await prober.query(aliases(limits.queryAliases))).toMatchObject({ code: 'ok' })
    expect(await prober.query(aliases(limits.queryAliases + 1))).toMatchObject({ code: 'TOO_MANY_ALIASES' })
  })

  test('has at most so many words', async () => {
    const words = (count: number) => `{ nodes(ids: [${'"x" '.repeat(count)}]) { id } }`
    expect(await prober.query(words(limits.queryTokens - 20))).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await prober.query(words(limits.queryTokens))).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' })
  })

  test('may ask for the whole schema, but not for the same of it again and again', async () => {
    expect(await prober.query(getIntrospectionQuery())).toMatchObject({ code: 'ok' })
    const nested =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'
    expect(await prober.query(nested)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })

  test('may ask for the schema three times, by whatever name and wherever it stands', async () => {
    const schema = (name: string) => `${name}: __schema { queryType { name } }`
    const type = (name: string) => `${name}: __type(name: "App") { name }`
    const inFragment = (last: string) => `{ ${schema('a')} ...B } fragment B on Query { ${type('b')} ${last} }`
    for (const three of [`{ ${schema('a')} ${schema('b')} ${type('c')} }`, inFragment(schema('c'))]) {
      expect(await prober.query(three)).toMatchObject({ code: 'ok' })
    }
    const four = [
      `{ ${schema('a')} ${schema('b')} ${schema('c')} ${schema('d')} }`,
      `{ ${type('a')} ${type('b')} ${type('c')} ${type('d')} }`,
      inFragment(`${schema('c')} ... { ${type('d')} }`),
    ]
    for (const document of four) expect(await prober.query(document)).toMatchObject({ code: 'QUERY_TOO_COMPLEX' })
  })

  test('may not ask for the schema as often in a batch as it likes, nor again and again without signing in', async () => {
    const schema = { query: '{ __schema { queryType { name } } }' }
    const ask = (body: unknown) =>
      prober.server.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const answers = (await (await ask(Array.from({ length: 6 }, () => schema))).json()) as Data[]
    expect(answers.map(({ errors }) => errors?.[0].extensions.code ?? 'ok')).toEqual([
      ...Array.from({ length: 3 }, () => 'ok'),
      ...Array.from({ length: 3 }, () => 'QUERY_TOO_COMPLEX'),
    ])
    const statuses = await Promise.all(
      Array.from({ length: limits.signedOutDocumentsPerAddress }, async () => (await ask(schema)).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  test('is refused where its fragments go in a circle', async () => {
    const circle = 'fragment A on Organization { ...B } fragment B on Organization { ...A }'
    expect(await prober.query(`${organization('...A')} ${circle}`)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })
})

const connections = {
  'Organization.apps': (args: string) => organization(`list: apps(${args}) { edges { cursor } }`),
  'Organization.members': (args: string) => organization(`list: members(${args}) { edges { cursor } }`),
  'Organization.events': (args: string) => organization(`list: events(${args}) { edges { cursor } }`),
  'Viewer.organizations': (args: string) => `{ viewer { list: organizations(${args}) { edges { cursor } } } }`,
  'Viewer.grants': (args: string) => `{ viewer { list: grants(${args}) { edges { cursor } } } }`,
  'Viewer.installRequests': (args: string) => `{ viewer { list: installRequests(${args}) { edges { cursor } } } }`,
}

describe.each(Object.entries(connections))('a page of %s', (name, list) => {
  const cursorOf = async (): Promise<string> => {
    const { data } = await prober.query(connections['Organization.members']('first: 1'))
    return data.organization.list.edges[0].cursor
  }

  test.each(['first', 'last'])('has 1 to 100 items by `%s`', async (arg) => {
    for (const size of [0, -1, 101, 2_147_483_647]) {
      const { code, paths, reasons } = await prober.query(list(`${arg}: ${size}`))
      const expected = { size, code: 'INVALID_INPUT', paths: [arg], reasons: ['OUT_OF_RANGE'] }
      expect({ size, code, paths, reasons }).toEqual(expected)
    }
    expect(await prober.query(list(`${arg}: 100`))).toMatchObject({ code: 'ok' })
  })

  test('is asked for in one direction', async () => {
    const cursor = await cursorOf()
    for (const args of [
      'first: 1, last: 1',
      `first: 1, before: "${cursor}"`,
      `last: 1, after: "${cursor}"`,
      `after: "${cursor}", before: "${cursor}"`,
    ]) {
      expect(await prober.query(list(args))).toMatchObject({
        code: 'INVALID_INPUT',
        reasons: ['CONFLICTING_ARGUMENTS'],
      })
    }
  })

  test.each(['after', 'before'])('is not found by something in `%s` that is no cursor', async (arg) => {
    const size = arg === 'after' ? 'first: 1' : 'last: 1'
    const uuid = '01a204f4-8f24-7a82-9193-8083c802689c'
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const made = base64(`GPC:S:${uuid}`)
    const wrong = [
      '',
      'x',
      uuid,
      base64(uuid),
      base64(`GPC:N:${uuid}`),
      base64(`GPC:S:${uuid}x`),
      base64('GPC:S:'),
      `${made}!`,
      ` ${made}`,
      made.toLowerCase(),
      'x'.repeat(10_000),
    ]
    for (const cursor of wrong) {
      const { code, paths, reasons } = await prober.query(list(`${size}, ${arg}: "${cursor}"`))
      const expected =
        name === 'Organization.events'
          ? { code: 'CURSOR_MALFORMED', paths: [], reasons: [] }
          : { code: 'INVALID_INPUT', paths: [arg], reasons: ['NOT_A_CURSOR'] }
      expect({ cursor, code, paths, reasons }).toEqual({ cursor, ...expected })
    }
  })
})

test('a history is not paged by the cursor of another one', async () => {
  const { data } = await prober.query('{ viewer { feedCursor } }')
  const list = connections['Organization.events'](`first: 1, after: "${data.viewer.feedCursor}"`)
  expect(await prober.query(list)).toMatchObject({ code: 'CURSOR_OF_ANOTHER_STREAM' })
})
