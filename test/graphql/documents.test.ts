import { type DocumentNode, parse, specifiedRules } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../../src/config/defaults.ts'
import { validateWithin } from '../../src/graphql/documents.ts'
import { schema } from '../../src/server/schema.ts'
import { startTestServer, TestClock, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { Prober } from './prober.ts'

// Documents that are made to take long to validate: each is answered at once, by whatever transport it comes.

/** So many items that they make up so many characters. */
function fill(size: number, item: (index: number) => string): string {
  let text = ''
  for (let index = 0; text.length < size; index++) text += item(index)
  return text
}

const count = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index))

/** Documents of about so many characters. */
const kinds: Readonly<Record<string, (size: number) => string>> = {
  'one field again and again': (size) => `{ ${fill(size, () => 'scopes{name}')} }`,
  'one field with different arguments': (size) => `{ ${fill(size, (index) => `node(id:"${index}"){id}`)} }`,
  'one field on different types': (size) =>
    `{ node(id:"1") { ${fill(size, () => '...on App{a:id}...on Event{a:at}')} } }`,
  'aliases of one field': (size) => `{ ${fill(size, (index) => `a${index}:node(id:"${index}"){id}`)} }`,
  'unknown fields': (size) => `{ ${fill(size, (index) => `viewre${index} `)} }`,
  'unknown arguments': (size) => `{ node(${fill(size, (index) => `idd${index}:1 `)}) { id } }`,
  'unknown types': (size) => `{ ${fill(size, (index) => `...on Vieweer${index}{id}`)} }`,
  'unknown enum values': (size) =>
    `{ organization(id:"x") { events(types:[${fill(size, (index) => `APP_CREATEDD${index} `)}]) { totalCount } } }`,
  'unknown fragments': (size) => `{ ${fill(size, (index) => `...F${index} `)} }`,
  'unused fragments': (size) => `{ __typename } ${fill(size, (index) => `fragment F${index} on Query{__typename}`)}`,
  'unknown directives': (size) => `{ viewer ${fill(size, (index) => `@skiip${index} `)} { id } }`,
  'one directive again and again': (size) => `{ viewer ${fill(size, () => '@skip(if:true)')} { user { id } } }`,
  'fragments spread pairwise': (size) =>
    `{ ${fill(size / 5, (index) => `...F${index} `)} } ${fill(size, (index) => `fragment F${index} on Query{__typename}`)}`,
  'fragments each in all before it': (size) => {
    const spread = (from: number, to: number) => count(to - from, (index) => `...F${from + index}`).join(' ')
    const most = Math.floor(Math.sqrt(size / 4))
    return `{ ...F0 } ${count(most, (index) => `fragment F${index} on Query{__typename ${spread(index + 1, most)}}`).join(' ')}`
  },
  'fragments that double': (size) => {
    const most = Math.floor(size / 80)
    const doubled = (index: number) =>
      `fragment F${index} on Organization{a:parent{...F${index + 1}} b:parent{...F${index + 1}}}`
    return `{ viewer { user { ...F0 } } } ${count(most, doubled).join(' ')} fragment F${most} on Organization{id}`
  },
  'fragments in a circle': (size) =>
    `{ ...F0 } ${fill(size, (index) => `fragment F${index} on Query{...F${index + 1} ...F0}`)} fragment F9999 on Query{...F0}`,
  'a chain of fragments': (size) =>
    `{ ...F0 } ${fill(size, (index) => `fragment F${index} on Query{...F${index + 1}}`)}`,
  'deep lists': (size) => `{ nodes(ids:${'['.repeat(size / 2)}${']'.repeat(size / 2)}) { id } }`,
  'deep fields': (size) => `{ ${'viewer{'.repeat(size / 8)}id${'}'.repeat(size / 8)} }`,
  'deep inline fragments': (size) => `{ ${'...{'.repeat(size / 5)}__typename${'}'.repeat(size / 5)} }`,
  'a huge name': (size) => `{ ${'a'.repeat(size)}: viewre }`,
  'a huge text': (size) => `{ node(id:"${'a'.repeat(size + 20_000)}") { id } }`,
  'many variables': (size) => `query (${fill(size, (index) => `$v${index}:Int `)}) { __typename }`,
  'variables that are not defined': (size) => `{ nodes(ids:[${fill(size, (index) => `$v${index} `)}]) { id } }`,
  'many operations': (size) =>
    `${fill(size / 2, (index) => `query Q${index}{...F} `)} fragment F on Query { nodes(ids:[${fill(size / 2, () => '"x" ')}]) { id } }`,
}
const cases = Object.entries(kinds).flatMap(([name, make]) =>
  [8_000, 20_000].map((size) => ({ name, size, document: make(size) })),
)

/** The document, and how often something was read of it. */
function counted(document: DocumentNode): { document: DocumentNode; reads: () => number } {
  let reads = 0
  const known = new WeakMap<object, object>()
  const wrap = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const proxy =
      known.get(value) ??
      new Proxy(value, {
        get(target, key) {
          reads += 1
          return wrap(Reflect.get(target, key))
        },
      })
    known.set(value, proxy)
    return proxy
  }
  return { document: wrap(document) as DocumentNode, reads: () => reads }
}

/** Undefined where the parser refuses it, which reads each word once. */
function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text, { maxTokens: limits.queryTokens, noLocation: true })
  } catch {
    return undefined
  }
}

describe('validation', () => {
  test.each(cases)('of $size characters with $name is bounded work', ({ document: text, size }) => {
    const document = parsed(text)
    if (!document) return
    const { document: watched, reads } = counted(document)
    const errors = validateWithin(limits, schema, watched, specifiedRules)
    expect(errors.length).toBeLessThanOrEqual(6)
    for (const { message } of errors) expect(message.length).toBeLessThan(size)
    expect(reads()).toBeLessThan(1_000_000)
  })

  test('names no alternatives to a wrong name', () => {
    const [error] = validateWithin(limits, schema, parse('{ viewre }'), specifiedRules)
    expect(error?.message).toBe('Cannot query field "viewre" on type "Query".')
  })

  test('names a cycle of fragments as that', () => {
    const document = parse(
      '{ viewer { ...A } } fragment A on Viewer { user { ...B } } fragment B on User { viewer { ...A } }',
    )
    expect(validateWithin(limits, schema, document, specifiedRules)[0]?.message).toMatch(
      /^Cannot spread fragment "A" within itself/,
    )
  })
})

describe('a server', () => {
  let prober: Prober
  beforeAll(async () => {
    prober = await Prober.start()
  })
  afterAll(() => prober[Symbol.asyncDispose]())

  const codes =
    /^(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX|TOO_MANY_ALIASES|INVALID_INPUT|OPERATION_RESOLUTION_FAILURE)$/

  test('answers each of them with a clear error, over HTTP and WebSocket, signed in and signed out', async () => {
    const { server, team } = prober
    const { token } = team.superAdmin
    const clients = [undefined, { authorization: `Bearer ${token}` }].map((connectionParams) =>
      createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...(connectionParams && { connectionParams }),
      }),
    )
    for (const { name, document } of cases.filter(({ size }) => size === 8_000)) {
      const answers = [
        (await server.request(document)).errors,
        (await server.request(document, {}, token)).errors,
        ...(await Promise.all(clients.map((client) => firstErrors(client, document)))),
      ]
      for (const errors of answers)
        expect([name, errors?.[0]?.extensions?.code]).toEqual([name, expect.stringMatching(codes)])
    }
    await Promise.all(clients.map((client) => client.dispose()))
  })

  // 50 variables that are missing below a million lines stopped a node for half a minute.
  test.each([
    ['empty lines', '\n'],
    ['carriage returns', '\r'],
    ['comments', '#\r\n'],
  ])('takes a document of 5,000 lines, and not of more, which are %s', async (_, line) => {
    const below = (lines: number) => `${line.repeat(lines - 1)}query ($id: ID!) { node(id: $id) { id } }`
    expect(await prober.query(below(5_000))).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await prober.query(below(5_001))).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' })
  })

  test.each([
    ['tokens', `{ ${'a '.repeat(limits.queryTokens)} }`, 'A document may have at most 5000 tokens.'],
    ['levels of fields', '{ a '.repeat(20_000), 'A document may be nested at most 200 levels deep.'],
    ['levels of lists', `{ nodes(ids: ${'['.repeat(201)}`, 'A document may be nested at most 200 levels deep.'],
  ])('says that a document has too many %s, whatever else is wrong with it', async (_, document, message) => {
    const { errors } = await prober.server.request(document)
    expect(errors).toMatchObject([{ message: `Syntax Error: ${message}` }])
  })

  test('counts the lines of a text in a document, too', async () => {
    const node = `{ node(id: """${'\n'.repeat(5_000)}""") { id } }`
    expect(await prober.query(node)).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' })
  })
})

describe('documents of clients that are signed out', () => {
  const clock = new TestClock()
  let server: TestServer
  beforeAll(async () => {
    const config = { limits: { ...limits, signedOutDocumentsPerAddress: 3 } }
    server = await startTestServer({ clock, config, env: { TRUSTED_PROXIES: '127.0.0.1' } })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  let addresses = 0
  const newAddress = () => ({ 'x-forwarded-for': `192.0.2.${++addresses}` })
  const fresh = (index: number) => `{ nope${index} }`
  const refused = {
    code: 'TOO_MANY_REQUESTS',
    retryAfterSeconds: 60,
  }

  test('are limited by network, over HTTP and WebSocket together, for a minute', async () => {
    const headers = newAddress()
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { headers })
        }
      },
      retryAttempts: 0,
    })
    const accepted = '{ __typename }'
    expect((await server.request(accepted, {}, undefined, headers)).errors).toBeUndefined()
    expect((await server.request('{', {}, undefined, headers)).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ])
    expect(await firstErrors(client, fresh(1))).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])

    const { status, headers: answered, errors } = await server.request(fresh(2), {}, undefined, headers)
    expect([status, answered.get('retry-after')]).toEqual([429, '60'])
    expect(errors).toMatchObject([{ extensions: refused }])
    const [overSocket] = (await firstErrors(client, fresh(3))) ?? []
    expect(overSocket?.extensions).toEqual(refused)

    // A document that was accepted before costs nothing, and other networks have their own limit.
    expect((await server.request(accepted, {}, undefined, headers)).errors).toBeUndefined()
    expect((await server.request(fresh(2), {}, undefined, newAddress())).status).not.toBe(429)
    clock.advance(60_000)
    expect((await server.request(fresh(2), {}, undefined, headers)).status).not.toBe(429)
    await client.dispose()
  })

  test('count in a batch, each', async () => {
    const response = await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...newAddress() },
      body: JSON.stringify(count(5, (index) => ({ query: fresh(index) }))),
    })
    const answers = (await response.json()) as { errors: { extensions: { code: string } }[] }[]
    expect(answers.map(({ errors }) => errors[0]?.extensions.code === 'TOO_MANY_REQUESTS')).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
  })

  test('do not limit clients that are signed in', async () => {
    const headers = newAddress()
    const token = (await Team.create(server)).superAdmin.token
    for (let index = 0; index < 5; index++) {
      const { errors } = await server.request(fresh(index), {}, token, headers)
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    }
  })
})

type Errors = readonly { readonly extensions?: { readonly code?: unknown } }[]

async function firstErrors(client: ReturnType<typeof createClient>, query: string): Promise<Errors | undefined> {
  try {
    const [result] = await Array.fromAsync(client.iterate({ query }))
    return result?.errors as Errors
  } catch (errors) {
    return errors as Errors
  }
}
