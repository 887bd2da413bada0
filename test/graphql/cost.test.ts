import { complexityFromQuery } from '@pothos/plugin-complexity'
import { getNamedType, isObjectType, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../../src/config/defaults.ts'
import { encodeCursor } from '../../src/history/cursor.ts'
import { schema } from '../../src/server/schema.ts'
import { connectionCase, everything, isConnection, nodesCase } from '../query-counts/documents.ts'
import { buildScene, type Scene } from '../query-counts/scene.ts'
import { randomNumbers } from '../races/support.ts'
import { type Answer, startTestServer, type TestServer } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import { objectsIn, randomQuery } from './walk.ts'

// An operation costs about as much as it makes the server read and answer, in a world whose texts are
// as long as they may be.

/** Bytes of an answer that one point of its cost stands for, at most. */
const BYTES = 2500
const uri = (index: number) => `https://app.example/${index}/`.padEnd(2000, 'x')
const redirectUris = Array.from({ length: limits.redirectUrisPerApp }, (_, index) => uri(index))
const long = 'd'.repeat(2000)

const answerBytes = 3_000_000
let server: TestServer
let scene: Scene
let statements = 0

beforeAll(async () => {
  server = await startTestServer({ config: { limits: { ...limits, answerBytes } }, onQuery: () => statements++ })
  const changes = [
    { field: 'redirectUris', before: redirectUris, after: redirectUris },
    { field: 'description', before: long, after: long },
  ]
  scene = await buildScene(server, changes)
  await server.prisma.app.updateMany({
    data: { redirectUris, description: long, homepageUrl: uri(0), logoUrl: uri(1) },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

const costOf = (document: string, variables: Record<string, unknown>): number =>
  complexityFromQuery(parse(document), { schema, ctx: {}, variables }).complexity

async function ask(document: string, variables: object): Promise<Answer & { bytes: number; sent: number }> {
  statements = 0
  const answer = await server.request(document, variables, scene.team.superAdmin.token)
  return { ...answer, bytes: JSON.stringify(answer.data ?? null).length, sent: statements }
}

/** Every field of the type without arguments, by itself. */
const fieldsOf = (name: string): string[] => {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new TypeError(`${name} has no fields`)
  return Object.values(type.getFields()).flatMap((field) => {
    const target = getNamedType(field.type)
    if (field.args.some((arg) => String(arg.type).endsWith('!'))) return []
    if (isConnection(target)) return [`${field.name} { totalCount edges { cursor } }`]
    return isObjectType(target) ? [`${field.name} { ${everything(target, 0)} }`] : [field.name]
  })
}

const lists = [
  'Organization.apps',
  'Organization.installations',
  'Organization.grants',
  'Organization.events',
  'App.secrets',
  'Viewer.installRequests',
]
const types = ['App', 'Event', 'Installation', 'Grant', 'InstallRequest', 'Organization']

describe('what one point of cost stands for is bounded', () => {
  test.each(lists)('in a page of %s', async (name) => {
    const { document, variables } = connectionCase(scene, name)
    for (const size of [1, 20]) await expectHonest(document, variables(size))
  })

  test.each(types)('in every field of %s, over many nodes', async (type) => {
    const { variables } = nodesCase(scene, type)
    for (const field of fieldsOf(type)) {
      await expectHonest(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { f: ${field} } } }`, variables(20))
    }
  })
})

const WALKS = 100

test(`in ${WALKS} queries that go through the schema at random, objects and statements are fewer than the cost`, async () => {
  const random = randomNumbers(20_261_129)
  let answered = 0
  for (let n = 0; n < WALKS; n++) {
    const document = randomQuery(random, scene)
    const cost = costOf(document, {})
    const { bytes, sent, data, errors } = await ask(document, {})
    const bounded = [bytes <= BYTES * (cost + 1), objectsIn(data) <= cost, sent <= cost + 10]
    expect([document, ...bounded]).toEqual([document, true, true, true])
    if (!errors) answered++
  }
  expect(answered).toBeGreaterThan(WALKS / 3)
})

async function expectHonest(document: string, variables: object): Promise<void> {
  const cost = costOf(document, variables as Record<string, unknown>)
  const { bytes, sent, errors } = await ask(document, variables)
  if (errors) expect(['QUERY_TOO_COMPLEX', 'ANSWER_TOO_LARGE', 'FORBIDDEN']).toContain(errors[0]?.extensions.code)
  expect([document, bytes <= BYTES * (cost + 1), sent <= cost + 10]).toEqual([document, true, true])
}

const apps = (alias = 'apps') => `${alias}: apps(first: 24) { edges { node { redirectUris } } }`
const organization = (fields: string) => `{ organization(id: "${scene.team.id}") { ${fields} } }`
const many = (count: number) => Array.from({ length: count }, (_, index) => apps(`a${index}`)).join(' ')

interface Told {
  readonly data?: { readonly organizationEvents: { readonly event: { readonly type: string } | null } } | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[]
}

async function* overWebSocket(payload: { query: string; variables: Record<string, unknown> }): AsyncGenerator<Told> {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${scene.team.superAdmin.token}` },
  })
  try {
    for await (const result of client.iterate(payload)) yield result as unknown as Told
  } finally {
    await client.dispose()
  }
}

async function* overSse(payload: object): AsyncGenerator<Told> {
  const { body } = await server.fetch('/graphql', {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${scene.team.superAdmin.token}`,
    },
    body: JSON.stringify(payload),
  })
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, data] = /^event: next\n(?:id: .*\n)?data: (.*)$/m.exec(block) ?? []
      if (data) yield JSON.parse(data)
    }
  }
}

describe('an answer that is larger than it may be', () => {
  const tooLarge = {
    message: expect.stringContaining(String(answerBytes)),
    extensions: { code: 'ANSWER_TOO_LARGE', limit: answerBytes },
  }

  test('is that error and nothing else', async () => {
    expect(await ask(organization(apps()), {})).not.toHaveProperty('errors')
    const { errors, data } = await ask(organization(many(3)), {})
    expect(errors).toMatchObject([tooLarge])
    expect(data ?? null).toBeNull()
  })

  test('ends the work: a mutation that comes after it does not run', async () => {
    const rename = (name: string, select: string) =>
      `updateOrganization(input: { organizationId: "${scene.team.id}", name: "${name}" }) { ... on UpdateOrganizationSuccess { ${select} } }`
    const { errors } = await ask(
      `mutation { a: ${rename('First', `organization { ${many(3)} }`)} b: ${rename('Second', 'organization { id }')} }`,
      {},
    )
    expect(errors).toMatchObject([tooLarge])
    expect((await ask(organization('name'), {})).data).toEqual({ organization: { name: 'First' } })
  })

  test('is counted over a batch, and operations that were done before keep their answers', async () => {
    const response = await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.team.superAdmin.token}` },
      body: JSON.stringify([
        { query: '{ viewer { feedCursor } }' },
        ...Array.from({ length: 4 }, () => ({ query: organization(apps()) })),
      ]),
    })
    const text = await response.text()
    expect(text.length).toBeLessThan(answerBytes)
    expect(JSON.parse(text)[0]).not.toHaveProperty('errors')
    expect(text).toContain('ANSWER_TOO_LARGE')
  })

  test('is that error over a WebSocket too', async () => {
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${scene.team.superAdmin.token}` },
    })
    const [result] = await Array.fromAsync(client.iterate({ query: organization(many(3)) }))
    expect(result?.errors).toMatchObject([tooLarge])
    await client.dispose()
  })

  test.each(['WebSocket', 'SSE'])(
    'is told over %s in place of a delivery, and the feed goes on for all',
    async (over) => {
      const changes = Array.from({ length: 29 }, (_, index) => `c${index}: changes { field before after }`).join(' ')
      const subscription = (fields: string) =>
        `subscription ($id: ID!, $after: String) {
        organizationEvents(organizationId: $id, after: $after) { event { type ${fields} } } }`
      const after = encodeCursor({ streamId: uuidOf(scene.team.id), sequence: 0n })
      const variables = { id: scene.team.id, after }
      const deliveries = over === 'SSE' ? overSse : overWebSocket
      const [large, small] = [changes, ''].map((fields) => deliveries({ query: subscription(fields), variables }))
      const until = async (events: typeof large, type: string) => {
        const told: unknown[] = []
        for (;;) {
          const { value } = (await events?.next()) ?? {}
          told.push(value?.errors?.[0]?.extensions?.code ?? value?.data?.organizationEvents.event?.type)
          if (told.at(-1) === type) return told
        }
      }
      const [first] = await Promise.all([until(large, 'ANSWER_TOO_LARGE'), until(small, 'INSTALL_DENIED')])
      expect(first).toContain('ORGANIZATION_CREATED')
      await scene.team.app()
      expect(await until(small, 'APP_CREATED')).not.toContain('ANSWER_TOO_LARGE')
      expect(await until(large, 'APP_CREATED')).toContain('ANSWER_TOO_LARGE')
      await Promise.all([large?.return(undefined), small?.return(undefined)])
    },
  )

  test('leaves no failure behind that nobody catches, at whatever field it is met', async () => {
    const missed: unknown[] = []
    const miss = (reason: unknown) => void missed.push(reason)
    process.on('unhandledRejection', miss)
    await using small = await startTestServer({ config: { limits: { ...limits, answerBytes: 1_000 } } })
    const team = await Team.create(small)
    for (let n = 0; n < 20; n++) await team.app()
    const codes = new Set<string | undefined>()
    for (let length = 1; length < 200; length += 20) {
      const { errors } = await small.request(
        `{ ${'a'.repeat(length)}: viewer { feedCursor } organization(id: "${team.id}") {
          events(last: 20) { edges { node { app { name } user { name } } cursor } } } }`,
        {},
        team.superAdmin.token,
      )
      codes.add(errors?.[0]?.extensions.code)
    }
    process.off('unhandledRejection', miss)
    expect([...codes]).toEqual(['ANSWER_TOO_LARGE'])
    expect(missed).toEqual([])
  })

  test('is measured in bytes, not in characters', async () => {
    await server.prisma.app.updateMany({ data: { description: '\u0001'.repeat(2000) } })
    const descriptions = Array.from(
      { length: 12 },
      (_, index) => `a${index}: apps(first: 24) { edges { node { description } } }`,
    )
    const { errors } = await ask(organization(descriptions.join(' ')), {})
    expect(errors).toMatchObject([tooLarge])
  })
})

test('the operations of a batch cost together at most what one may', async () => {
  const query = organization('events(last: 100) { edges { node { changes { field } } } }')
  const send = async (count: number) => {
    const response = await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.team.superAdmin.token}` },
      body: JSON.stringify(Array.from({ length: count }, () => ({ query }))),
    })
    return ((await response.json()) as { errors?: { extensions: { code: string } }[] }[]).map(
      ({ errors }) => errors?.[0]?.extensions.code ?? 'ok',
    )
  }
  expect(await send(2)).toEqual(['ok', 'ok'])
  expect(await send(4)).toEqual(['ok', 'ok', 'QUERY_TOO_COMPLEX', 'QUERY_TOO_COMPLEX'])
})
