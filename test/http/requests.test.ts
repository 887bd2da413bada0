import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, TestClock, type TestServer } from '../support/server.ts'

const logged: string[] = []
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ onLog: (line) => logged.push(line) })
})
afterAll(() => server[Symbol.asyncDispose]())

const post = async (body: BodyInit, init: RequestInit = {}) => {
  const response = await server.fetch('/graphql', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    ...init,
  })
  return { status: response.status, body: await response.json() }
}
const failing = (code: string) => ({ errors: [{ message: expect.any(String), extensions: { code } }] })

describe('a request to /graphql', () => {
  test('that is not JSON is BAD_REQUEST', async () => {
    for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
      for (const body of ['{', 'null', '"x"', '17', '']) {
        const answer = await post(body, { headers: { 'content-type': 'application/json', accept } })
        expect(answer).toMatchObject({ status: 400, body: failing('BAD_REQUEST') })
      }
    }
  })

  test('whose query string has variables that are not JSON is BAD_REQUEST', async () => {
    const response = await server.fetch('/graphql?query={__typename}&variables=x')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject(failing('BAD_REQUEST'))
  })

  test('by another method than GET and POST is 405', async () => {
    const response = await server.fetch('/graphql', { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  })

  test('without a query is BAD_REQUEST', async () => {
    for (const body of ['{}', '{"query":17}', '{"query":null}', '{"query":"{__typename}","variables":"x"}']) {
      expect(await post(body)).toMatchObject({ status: 400, body: failing('BAD_REQUEST') })
    }
  })

  test('that is too large is refused with 413, announced or not', async () => {
    const large = JSON.stringify({ query: `{ viewer { feedCursor } } #${'x'.repeat(1_048_576)}` })
    expect(await post(large)).toMatchObject({ status: 413, body: failing('BODY_TOO_LARGE') })
    const stream = new Blob([large]).stream()
    expect(await post(stream, { duplex: 'half' } as RequestInit)).toMatchObject({
      status: 413,
      body: failing('BODY_TOO_LARGE'),
    })
  })

  test('may batch ten operations, and not eleven', async () => {
    const batch = (size: number) =>
      post(JSON.stringify(Array.from({ length: size }, () => ({ query: '{ viewer { feedCursor } }' }))))
    expect(await batch(10)).toMatchObject({
      status: 200,
      body: Array.from({ length: 10 }, () => ({ data: { viewer: null } })),
    })
    expect(await batch(11)).toMatchObject({ status: 413, body: failing('BAD_REQUEST') })
  })

  test('may have thirty aliases, and not thirty-one, also through fragments', async () => {
    const aliases = (size: number) => Array.from({ length: size }, (_, n) => `a${n}: viewer { feedCursor }`).join(' ')
    expect((await post(JSON.stringify({ query: `{ ${aliases(30)} }` }))).status).toBe(200)
    const refused = { body: { errors: [{ extensions: { code: 'TOO_MANY_ALIASES' } }] } }
    expect(await post(JSON.stringify({ query: `{ ${aliases(31)} }` }))).toMatchObject(refused)
    const fragment = `fragment F on Query { ${aliases(31)} }`
    expect(await post(JSON.stringify({ query: `{ ...F } ${fragment}` }))).toMatchObject(refused)
  })

  test('may not be endlessly long or deep', async () => {
    const deep = `${'{a'.repeat(200_000)}${'}'.repeat(200_000)}`
    expect(await post(JSON.stringify({ query: deep }))).toMatchObject({ body: failing('GRAPHQL_PARSE_FAILED') })
    const wide = `{ ${'__typename '.repeat(6000)} }`
    expect(await post(JSON.stringify({ query: wide }))).toMatchObject({ body: failing('GRAPHQL_PARSE_FAILED') })
    expect((await server.fetch('/healthz')).status).toBe(200)
  })

  test('that GraphQL cannot make sense of is answered with a stable code', async () => {
    expect(await post('{"query":"{ viewer {"}')).toMatchObject({ body: failing('GRAPHQL_PARSE_FAILED') })
    expect(await post('{"query":"{ nobody }"}')).toMatchObject({ body: failing('GRAPHQL_VALIDATION_FAILED') })
    const missing = { query: 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }' }
    expect(await post(JSON.stringify(missing))).toMatchObject({ body: failing('BAD_USER_INPUT') })
    expect(await post('{"query":"query A { __typename } query B { __typename }"}')).toMatchObject({
      body: { errors: [{ extensions: { code: expect.any(String) } }] },
    })
  })

  test('is answered with a masked error where the server fails, whose id the log has', async () => {
    const user = await server.createUser()
    const token = await server.signIn(user)
    const { count } = server.prisma.membership
    server.prisma.membership.count = (() => Promise.reject(new Error('the secret inside'))) as never
    const answer = await server.request('{ viewer { organizations { totalCount } } }', {}, token)
    server.prisma.membership.count = count
    const requestId = answer.headers.get('x-request-id')
    expect(answer.errors).toMatchObject([
      {
        message: `Internal error, request ${requestId}`,
        path: ['viewer', 'organizations', 'totalCount'],
        extensions: { code: 'INTERNAL' },
      },
    ])
    const entry = logged.map((line) => JSON.parse(line)).find((line) => line.requestId === requestId && line.err)
    expect(entry.err.stack).toContain('the secret inside')
    expect(JSON.stringify(answer)).not.toContain('secret')
  })
})

describe('every answer', () => {
  test('has a request id of its own and the security headers', async () => {
    const paths = ['/', '/sign-in', '/graphql?query={__typename}', '/healthz', '/nowhere']
    const answers = await Promise.all(paths.map((path) => server.fetch(path)))
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(paths.length)
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('referrer-policy')).toBe('same-origin')
    }
  })

  test('to an unknown path is 404, as a page or as JSON', async () => {
    const program = await server.fetch('/nowhere')
    expect(program.status).toBe(404)
    expect(await program.json()).toMatchObject(failing('NOT_FOUND'))
    const person = await server.fetch('/nowhere', { headers: { accept: 'text/html' } })
    expect(person.status).toBe(404)
    expect(await person.text()).toContain('<h1>Page not found</h1>')
  })

  test('to a body that is too large is 413 everywhere', async () => {
    const response = await server.fetch('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ email: 'x'.repeat(1_100_000) }),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject(failing('BODY_TOO_LARGE'))
  })

  test('leaves no secret in the log', async () => {
    const user = await server.createUser({ password: 'correct horse battery' })
    const token = await server.signIn(user)
    await server.request('{ viewer { user { email } } }', {}, token)
    await server.fetch('/sign-in?return_to=/x&token=very-secret')
    const everything = logged.join('\n')
    for (const secret of [token, user.password, user.email, 'very-secret']) expect(everything).not.toContain(secret)
    expect(everything).toMatch(/"method":"POST","path":"\/graphql","status":200,"ms":/)
  })
})

describe('health', () => {
  test('tells that the process lives, that the database answers, and what it does', async () => {
    expect((await server.fetch('/healthz')).status).toBe(200)
    expect((await server.fetch('/readyz')).status).toBe(200)
    const metrics = await (await server.fetch('/metrics')).text()
    expect(metrics).toMatch(/^http_request_duration_seconds_count\{method="GET",path="\/healthz",status="200"\} \d+$/m)
    expect(metrics).toMatch(/^gatehouse_open_subscriptions 0$/m)
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m)
  })

  test('tells when the database does not answer', async () => {
    const { health } = server.core.reserved
    const { $queryRaw } = health
    health.$queryRaw = (() => Promise.reject(new Error('gone'))) as never
    const response = await server.fetch('/readyz')
    health.$queryRaw = $queryRaw
    expect(response.status).toBe(503)
  })

  test('says whom to tell of a hole, where that is configured (RFC 9116)', async () => {
    expect((await server.fetch('/.well-known/security.txt')).status).toBe(404)
    const clock = new TestClock(Date.parse('2026-11-28T12:00:00Z'))
    const env = { SECURITY_CONTACT: 'security@example.com, https://example.com/report' }
    await using configured = await startTestServer({ clock, env })
    const response = await configured.fetch('/.well-known/security.txt')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; ?charset=utf-8$/i)
    expect(await response.text()).toBe(`Contact: mailto:security@example.com
Contact: https://example.com/report
Expires: 2027-05-27T12:00:00Z
Preferred-Languages: en, zh
Canonical: ${configured.config.publicUrl}/.well-known/security.txt
`)
    clock.advance(400 * 86_400_000)
    expect(await (await configured.fetch('/.well-known/security.txt')).text()).toContain('Expires: 2028-06-')
  })

  test('keeps its metrics to itself without METRICS_TOKEN', async () => {
    const METRICS_TOKEN = 'a token of some length'
    await using guarded = await startTestServer({ env: { METRICS_TOKEN } })
    expect((await guarded.fetch('/metrics')).status).toBe(404)
    expect((await guarded.fetch('/metrics', { headers: { authorization: 'Bearer wrong' } })).status).toBe(404)
    expect((await guarded.fetch('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).status).toBe(
      200,
    )
    await using reachable = await startTestServer({ env: { PUBLIC_URL: 'https://gate.example.com' } })
    expect((await reachable.fetch('/metrics')).status).toBe(404)
  })
})
