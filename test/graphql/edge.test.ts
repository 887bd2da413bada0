import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../../src/config/defaults.ts'
import type { Data } from '../support/server.ts'
import { useWorld } from '../support/world.ts'

// What the edge takes of a request and what it refuses, before anything else looks at it.

const logged: string[] = []
const world = useWorld({ env: { LOG_LEVEL: 'warn' }, onLog: (line) => logged.push(line) })

const FORM = 'application/x-www-form-urlencoded'
const send = async (path: string, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
  const init = { method: 'POST', headers: { 'content-type': type, ...headers }, body: body as BodyInit }
  const response = await world.server.fetch(path, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  }
}
const codeOf = ({ body }: { body: Data }): string => body.errors?.[0].extensions.code ?? body.error
const graphql = (body: unknown, headers: Record<string, string> = {}) =>
  send('/graphql', 'application/json', JSON.stringify(body), headers)

const TYPENAME = '{ __typename }'
const signedIn = async () => {
  const user = await world.server.createUser()
  return { authorization: `Bearer ${await world.server.signIn(user)}` }
}
const createOrganization = (name: string) => ({
  query: `mutation { createOrganization(input: { name: "${name}", edition: TEAM }) { __typename } }`,
})
const organizations = (name: string) => world.server.prisma.organization.count({ where: { name } })

test('a form has at most so many bytes and parameters, wherever it is sent', async () => {
  for (const path of ['/oauth/token', '/sign-in', '/graphql', '/invitations/x', '/nowhere']) {
    const large = await send(path, FORM, `a=${'x'.repeat(limits.formBytes)}`)
    const many = await send(path, FORM, '&'.repeat(limits.parameters))
    expect([path, large.status, many.status]).toEqual([path, 413, 400])
    const isOAuth = path.startsWith('/oauth')
    expect(codeOf(large)).toBe(isOAuth ? 'invalid_request' : 'BODY_TOO_LARGE')
    expect(codeOf(many)).toBe(isOAuth ? 'invalid_request' : 'TOO_MANY_PARAMETERS')
    expect(many.text).toContain(String(limits.parameters))
  }
})

test('a person with a browser is told so by a page, and a program at the same path by JSON', async () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const large = `a=${'x'.repeat(limits.formBytes)}`
  for (const path of ['/sign-in', '/invitations/x', '/oauth/interaction/x', '/oauth/device', '/oauth/authorize']) {
    const answers = [
      [await send(path, FORM, large, browser), 413, 'This is too much'],
      [await send(path, FORM, '&'.repeat(limits.parameters), browser), 400, 'This cannot be read here'],
      [await send(path, FORM, 'a=%ff', browser), 400, 'This cannot be read here'],
      [await send(path, `${FORM}; charset=utf-16`, '', browser), 415, 'This cannot be read here'],
    ] as const
    for (const [{ status, headers, text }, wanted, title] of answers) {
      expect([path, status, headers.get('content-type')]).toEqual([path, wanted, 'text/html; charset=UTF-8'])
      expect(text).toContain(`<h1>${title}</h1>`)
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    }
  }
  const chinese = await send('/sign-in', FORM, large, { ...browser, 'accept-language': 'zh' })
  expect(chinese.text).toContain('内容过多')
  const wrongMethod = await world.server.fetch('/sign-out', { headers: browser })
  expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
  expect(await wrongMethod.text()).toContain('<h1>This cannot be read here</h1>')
  for (const path of ['/oauth/token', '/oauth/revoke', '/graphql', '/api/permission/oauth2/token', '/v1/users/me']) {
    const { headers } = await send(path, FORM, large, browser)
    expect([path, headers.get('content-type')]).toEqual([path, expect.stringMatching(/^application\/json/)])
  }
})

test('a query string has at most so many parameters, but what a proxy passes on to be checked is not counted', async () => {
  const many = `a=1${'&a=1'.repeat(limits.parameters)}`
  for (const path of ['/oauth/authorize', '/sign-in', '/graphql']) {
    expect([path, (await world.server.fetch(`${path}?${many}`)).status]).toEqual([path, 400])
  }
  const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-16' }
  const check = await world.server.fetch(`/oauth/check?original=/x?${many}`, { method: 'POST', headers, body: '\xff' })
  expect(check.status).toBe(401)
})

test.each([
  ['Latin-1 that says nothing', '', Buffer.from('é', 'latin1'), 400],
  ['Latin-1 that says so', '; charset=iso-8859-1', Buffer.from('é', 'latin1'), 415],
  ['Windows-1252, quoted', '; charset="windows-1252"', Buffer.from('é', 'latin1'), 415],
  ['UTF-16 that says so', '; charset=utf-16le', Buffer.from('é', 'utf16le'), 415],
  ['UTF-16 with a mark', '', Buffer.from('\ufeffé', 'utf16le'), 400],
  ['an overlong form', '', Buffer.from([0xc0, 0xaf]), 400],
  ['half a surrogate pair', '', Buffer.from([0xed, 0xa0, 0x80]), 400],
  ['a character that breaks off', '', Buffer.from([0xe2, 0x82]), 400],
])('a body in %s is refused and not stored', async (name, charset, text, status) => {
  const [before, after] = JSON.stringify(createOrganization(`${name} |`)).split('|')
  const json = Buffer.concat([Buffer.from(before ?? ''), text, Buffer.from(after ?? '')])
  expect(await send('/graphql', `application/json${charset}`, json, await signedIn())).toMatchObject({ status })
  expect(await world.server.prisma.organization.count({ where: { name: { startsWith: name } } })).toBe(0)
  const form = Buffer.concat([Buffer.from('grant_type=refresh_token&refresh_token='), text])
  expect(await send('/oauth/token', `${FORM}${charset}`, form)).toMatchObject({
    status,
    body: { error: 'invalid_request' },
  })
  expect((await send('/api/permission/oauth2/token', `application/json${charset}`, json)).status).toBe(status)
})

test('percent-encoded text that is not UTF-8 is refused, and a stray percent sign is not', async () => {
  expect(await send('/oauth/token', FORM, 'grant_type=x&scope=caf%E9')).toMatchObject({
    status: 400,
    body: { error_description: 'The form has text that is not UTF-8.' },
  })
  expect((await send('/oauth/token', FORM, 'grant_type=x&scope=100%')).body.error).not.toBe(undefined)
  expect((await send('/sign-in', FORM, 'email=caf%e9')).status).toBe(400)
  const authorize = await world.server.fetch('/oauth/authorize?client_id=x&state=caf%E9')
  expect(await authorize.json()).toMatchObject({ error_description: 'a parameter is not UTF-8' })
})

test.each(['gzip', 'deflate', 'br', 'x-gzip', 'zstd', 'gzip, identity'])(
  'a body with Content-Encoding %s is refused with the one that is taken',
  async (coding) => {
    const packed = gzipSync(JSON.stringify({ query: TYPENAME }))
    for (const [path, type] of [
      ['/graphql', 'application/json'],
      ['/oauth/token', FORM],
      ['/sign-in', FORM],
    ] as const) {
      const answer = await send(path, type, packed, { 'content-encoding': coding })
      expect([path, answer.status, answer.headers.get('accept-encoding')]).toEqual([path, 415, 'identity'])
      expect(answer.text).toContain('Content-Encoding')
    }
  },
)

test('a byte order mark, UTF-8 by any of its names, and ASCII are taken', async () => {
  const json = JSON.stringify({ query: TYPENAME })
  for (const type of [
    'application/json',
    'application/json; charset=UTF-8',
    'application/json;charset="utf8"',
    'application/json; charset=us-ascii',
  ]) {
    expect(await send('/graphql', type, `\ufeff${json}`, { 'content-encoding': 'identity' })).toMatchObject({
      status: 200,
    })
  }
  expect((await send('/oauth/token', `${FORM}; charset=utf-8`, '\ufeffgrant_type=x')).status).toBe(400)
})

test.each([
  'application/xml',
  'text/html',
  'text/plain',
  'image/*',
  'application/json;q=0',
  '*/*;q=0',
  'application/json;q=0, application/graphql-response+json;q=0, application/xml',
  'application/*;q=0',
  '*/*, application/*;q=0, text/*;q=0, multipart/*;q=0',
  'application/json;charset=utf-16',
])('a mutation that cannot be answered because of Accept: %s is not run', async (accept) => {
  const name = `unacceptable ${accept}`.slice(0, 90)
  const headers = { ...(await signedIn()), accept }
  for (const body of [createOrganization(name), [createOrganization(name)]]) {
    const answer = await graphql(body, headers)
    expect([answer.status, codeOf(answer)]).toEqual([406, 'NOT_ACCEPTABLE'])
  }
  expect(await organizations(name)).toBe(0)
})

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['', 'application/json'],
  ['application/*', 'application/json'],
  ['application/xml, */*;q=0.1', 'application/json'],
  ['APPLICATION/JSON; charset=UTF-8', 'application/json'],
  ['application/json;q=0, */*', 'application/graphql-response+json'],
  ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json', 'application/json'],
  ['text/event-stream', 'text/event-stream'],
  ['multipart/mixed', 'multipart/mixed'],
])('a query with Accept: %s is answered in %s', async (accept, type) => {
  const headers: Record<string, string> = accept === undefined ? {} : { accept }
  const answer = await graphql({ query: TYPENAME }, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(type)
  expect(answer.text).toContain('"__typename":"Query"')
})

test('a batch is not answered as an event stream', async () => {
  expect((await graphql([{ query: TYPENAME }], { accept: 'text/event-stream' })).status).toBe(406)
})

test('a subscription that cannot be sent is refused before it opens, and says how it can', async () => {
  const headers = await signedIn()
  const query = 'subscription { viewerEvents { cursor } }'
  for (const accept of [
    'application/json',
    'multipart/mixed;subscriptionSpec=1.0, application/json',
    'multipart/mixed',
    'text/event-stream;q=0, */*',
  ]) {
    const answer = await graphql({ query }, { ...headers, accept })
    expect([accept, answer.status, codeOf(answer)]).toEqual([accept, 406, 'NOT_ACCEPTABLE'])
    expect(answer.text).toMatch(/graphql-ws.*|text\/event-stream/)
  }
  const batch = await graphql([{ query }, { query: TYPENAME }], headers)
  expect(JSON.parse(batch.text)).toMatchObject([
    { errors: [{ extensions: { code: 'SUBSCRIPTION_IN_BATCH' } }] },
    { data: { __typename: 'Query' } },
  ])
  const metrics = await (await world.server.fetch('/metrics')).text()
  expect(metrics).toMatch(/^gatehouse_open_subscriptions 0$/m)
})

test('every path says which methods it takes', async () => {
  for (const [path, method, allowed] of [
    ['/graphql', 'DELETE', 'POST'],
    ['/sign-in', 'PUT', 'POST'],
    ['/sign-out', 'GET', 'POST'],
    ['/healthz', 'POST', 'GET'],
    ['/oauth/token', 'GET', 'POST'],
    ['/oauth/jwks', 'POST', 'GET'],
    ['/console/', 'POST', 'GET'],
    ['/invitations/x', 'PATCH', 'POST'],
    ['/v1/users/me', 'POST', 'GET'],
    ['/api/permission/oauth2/token', 'GET', 'POST'],
    ['/oauth/interaction/x', 'PUT', 'GET'],
  ] as const) {
    const response = await world.server.fetch(path, { method })
    expect([path, response.status, response.headers.get('allow')]).toEqual([
      path,
      405,
      expect.stringContaining(allowed),
    ])
    const body = await response.json()
    // Paths of Coze's API have numbers as codes.
    expect(path.startsWith('/v1/') ? body.code : codeOf({ body })).toEqual(
      path.startsWith('/v1/') ? 4000 : expect.stringMatching(/METHOD_NOT_ALLOWED|invalid_request/),
    )
  }
  const mutation = await world.server.fetch(`/graphql?query=${encodeURIComponent(createOrganization('x').query)}`)
  expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST'])
  expect(codeOf({ body: await mutation.json() })).toBe('METHOD_NOT_ALLOWED')
  const head = await world.server.fetch(`/graphql?query=${TYPENAME}`, { method: 'HEAD' })
  expect([head.status, head.headers.get('allow')]).toEqual([200, 'GET, HEAD, POST'])
})

test('the hash of a query without the query is answered so that clients send the query', async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } }
  const notSupported = {
    errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
  }
  for (const accept of ['*/*', 'application/graphql-response+json, application/json;q=0.9']) {
    for (const query of [undefined, null, '']) {
      const answer = await graphql({ operationName: 'Q', variables: {}, extensions, query }, { accept })
      expect(answer).toMatchObject({ status: 200, body: notSupported })
    }
    const batch = await graphql([{ extensions }, { query: TYPENAME, extensions }], { accept })
    expect(JSON.parse(batch.text)).toMatchObject([notSupported, { data: { __typename: 'Query' } }])
  }
  const byGet = await world.server.fetch(`/graphql?${new URLSearchParams({ extensions: JSON.stringify(extensions) })}`)
  expect(byGet.status).toBe(200)
  expect(await byGet.json()).toMatchObject(notSupported)
  const [message] = await overSocket({ id: '1', type: 'subscribe', payload: { extensions } })
  expect(message).toMatchObject({ type: 'error', payload: notSupported.errors })
})

test('an empty operationName counts as none over every transport', async () => {
  const query = TYPENAME
  expect((await graphql({ query, operationName: '' })).body).toEqual({ data: { __typename: 'Query' } })
  const byGet = await world.server.fetch(`/graphql?query=${query}&operationName=`)
  expect(await byGet.json()).toEqual({ data: { __typename: 'Query' } })
  const stream = await graphql({ query, operationName: '' }, { accept: 'text/event-stream' })
  expect(stream.text).toContain('"__typename":"Query"')
  const [message] = await overSocket({ id: '1', type: 'subscribe', payload: { query, operationName: '' } })
  expect(message).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } })
})

test.each([
  { type: 'next', id: '1', payload: {} },
  { type: 'error', id: '1', payload: [] },
  { type: 'connection_ack' },
  { type: 'nonsense' },
  { type: 7 },
  {},
  [],
  null,
  'x',
  { type: 'subscribe' },
  { type: 'subscribe', id: '', payload: { query: '' } },
  { type: 'subscribe', id: 'x'.repeat(300), payload: { query: TYPENAME } },
  { type: 'subscribe', id: '1', payload: { query: 7 } },
  { type: 'subscribe', id: '1', payload: null },
  { type: 'complete' },
  { type: 'ping', payload: 7 },
])('a message that no client may send closes the socket with 4400, and is no failure: %j', async (message) => {
  logged.length = 0
  expect(await overSocket(message)).toEqual([4400])
  expect(logged).toEqual([])
})

test('lists and texts of variables are bounded over every transport, and those in a document too', async () => {
  const tooMany = { list: Array.from({ length: limits.inputEntries + 1 }, () => 'x') }
  const tooLong = { deep: [{ text: 'x'.repeat(limits.inputText + 1) }] }
  for (const [variables, path, code] of [
    [tooMany, ['variables', 'list'], 'TOO_MANY'],
    [tooLong, ['variables', 'deep', '0', 'text'], 'TOO_LONG'],
  ] as const) {
    const refused = { extensions: { code: 'INVALID_INPUT', issues: [{ path, code }] } }
    expect((await graphql({ query: TYPENAME, variables })).body).toMatchObject({ errors: [refused] })
    const batch = await graphql([{ query: TYPENAME }, { query: TYPENAME, variables }])
    expect(JSON.parse(batch.text)[1]).toMatchObject({ errors: [refused] })
    const [message] = await overSocket({ id: '1', type: 'subscribe', payload: { query: TYPENAME, variables } })
    expect(message).toMatchObject({ type: 'error', payload: [refused] })
  }
  const inDocument = await graphql({ query: `{ node(id: "${'x'.repeat(limits.inputText + 1)}") { id } }` })
  expect(inDocument.body).toMatchObject({ errors: [{ extensions: { issues: [{ path: ['id'], code: 'TOO_LONG' }] } }] })
})

test('an INVALID_INPUT names fifty faults and how many more there are', async () => {
  const headers = await signedIn()
  const { data } = (
    await graphql({ query: '{ viewer { organizations { edges { node { organization { id } } } } } }' }, headers)
  ).body
  const organizationId = data.viewer.organizations.edges[0].node.organization.id
  const query = `mutation ($i: CreateAppInput!) { createApp(input: $i) { ... on InvalidInputError { message issues { value } } } }`
  const scopes = Array.from({ length: 900 }, (_, index) => `${'x'.repeat(300)}${index}`)
  const { createApp } = (
    await graphql({ query, variables: { i: { organizationId, name: 'x', type: 'DEVICE', scopes } } }, headers)
  ).body.data
  expect(createApp.issues).toHaveLength(50)
  expect(createApp.issues[0].value).toHaveLength(200)
  expect(createApp.message).toMatch(/and 850 more$/)
})

test('fragments that are spread twice, in fragments that are, are looked at once each', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `F${index}`)
  const fragments = names.map(
    (name, index) =>
      `fragment ${name} on Subscription { ${index === 39 ? 'viewerEvents { cursor }' : `...${names[index + 1]} ...${names[index + 1]}`} }`,
  )
  const answer = await graphql(
    { query: `subscription { ...F0 } ${fragments.join(' ')}` },
    { accept: 'text/event-stream' },
  )
  expect(answer.status).toBeLessThan(500)
})

test('errors of OAuth have legal characters alone, whatever they echo', async () => {
  const odd = '"é\\\u2028\u0001'
  const legal = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
  for (const [path, form] of [
    ['/oauth/token', { grant_type: odd }],
    ['/oauth/token', { grant_type: 'refresh_token', scope: odd, client_id: odd }],
    ['/oauth/par', { client_id: odd, response_type: odd }],
    ['/oauth/device_authorization', { client_id: odd, [odd]: 'x'.repeat(3000) }],
    ['/oauth/revoke', { token: odd, token_type_hint: odd }],
    ['/oauth/introspect', { token: odd }],
  ] as const) {
    const { body, headers } = await send(path, FORM, new URLSearchParams(form).toString())
    for (const text of [body.error, body.error_description ?? ''])
      expect([path, legal.test(text)]).toEqual([path, true])
    for (const [, value] of (headers.get('www-authenticate') ?? '').matchAll(/="([^"]*)"/g))
      expect(value).toMatch(legal)
  }
})

/** What the server says to this one message of a client that has introduced itself: a message, or the code that it closes with. */
function overSocket(message: unknown): Promise<unknown[]> {
  const socket = new WebSocket(`${world.server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  return new Promise((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    socket.on('message', (data) => {
      const said = JSON.parse(String(data))
      if (said.type === 'connection_ack') return socket.send(JSON.stringify(message))
      resolve([said])
      socket.terminate()
    })
    socket.on('close', (code) => resolve([code]))
  })
}
