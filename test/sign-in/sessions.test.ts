import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { sweep } from '../../src/server/housekeeping.ts'
import { startTestServer, TestClock, type TestServer, type TestUser } from '../support/server.ts'
import { Browser } from './browser.ts'

const WHO = '{ viewer { user { email } } }'
const minute = 60_000
const hour = 60 * minute

let server: TestServer
let clock: TestClock
let user: TestUser
let browser: Browser

beforeAll(async () => {
  clock = new TestClock()
  server = await startTestServer({ clock })
  user = await server.createUser()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  browser = new Browser(server)
  await browser.signIn(user)
})

const isSignedIn = async () => (await server.graphql(WHO, {}, { as: { cookie: browser.cookie } })).viewer !== null

describe('the session cookie', () => {
  test('is HttpOnly, SameSite=Lax and for every path', async () => {
    const { response } = await new Browser(server).signIn(user)
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('gatehouse_session='))
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Lax/)
    expect(cookie).toMatch(/; Path=\//)
    expect(cookie).toMatch(/; Max-Age=604800/)
    expect(cookie).not.toMatch(/Domain/)
  })

  test('is a __Host- cookie where PUBLIC_URL is https', async () => {
    await using secure = await startTestServer({ env: { PUBLIC_URL: 'https://gate.example.com' } })
    const someone = await secure.createUser()
    const { response } = await new Browser(secure).signIn(someone)
    const cookies = response.headers.getSetCookie()
    expect(cookies.find((line) => line.startsWith('__Host-gatehouse_session='))).toMatch(/; Secure/)
    expect(response.headers.get('strict-transport-security')).toBeTruthy()
  })

  test('is stored as a hash only', async () => {
    const secret = browser.cookies.get('gatehouse_session') ?? ''
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(JSON.stringify(await server.prisma.session.findMany())).not.toContain(secret)
  })

  test('is a new one at each sign-in, and the old one ends', async () => {
    const old = browser.cookie
    await new Browser(server).signIn(user)
    expect(await isSignedIn()).toBe(true)
    // The sign-in page sends signed-in users onwards, so the form is posted as it was before.
    const token = browser.cookies.get('gatehouse_form') ?? ''
    await browser.open('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ form_token: token, email: user.email, password: user.password }),
    })
    expect(browser.cookie).not.toBe(old)
    expect(await isSignedIn()).toBe(true)
    expect(await server.graphql(WHO, {}, { as: { cookie: old } })).toEqual({ viewer: null })
  })

  test('that has ended makes nobody, and no error', async () => {
    expect(await server.graphql(WHO, {}, { as: { cookie: 'gatehouse_session=nonsense' } })).toEqual({ viewer: null })
  })

  test('is not asked where a bearer token is wrong', async () => {
    const answer = await server.request(WHO, {}, { cookie: browser.cookie }, { authorization: 'Bearer x' })
    expect(answer.status).toBe(401)
  })

  test('is cleared by signOut over the API', async () => {
    const answer = await server.request(
      'mutation { signOut(input: {}) { ... on SignOutSuccess { endedSessions } } }',
      {},
      { cookie: browser.cookie },
    )
    expect(answer.data).toEqual({ signOut: { endedSessions: 1 } })
    expect(answer.headers.get('set-cookie')).toMatch(/^gatehouse_session=;.*Max-Age=0/)
    expect(await isSignedIn()).toBe(false)
  })
})

describe('a browser session', () => {
  test('ends 12 hours after it was last used', async () => {
    for (let n = 0; n < 3; n++) {
      clock.advance(12 * hour - minute)
      expect(await isSignedIn()).toBe(true)
    }
    clock.advance(12 * hour)
    expect(await isSignedIn()).toBe(false)
  })

  test('ends 7 days after it began, however much it is used', async () => {
    for (let n = 0; n < 14; n++) {
      expect(await isSignedIn()).toBe(true)
      clock.advance(12 * hour - 1)
    }
    clock.advance(14)
    expect(await isSignedIn()).toBe(false)
  })

  test('notes its last use at most once a minute', async () => {
    const lastUse = async () => (await server.prisma.session.findFirstOrThrow({ orderBy: { id: 'desc' } })).lastUsedAt
    const first = await lastUse()
    clock.advance(minute - 1)
    await isSignedIn()
    expect(await lastUse()).toEqual(first)
    clock.advance(1)
    await isSignedIn()
    expect(await lastUse()).toEqual(clock.now())
  })

  test('is removed from the database after its end', async () => {
    clock.advance(12 * hour)
    await sweep(server.core)
    expect(await server.prisma.session.count()).toBe(0)
  })
})

describe('a cross-site request', () => {
  const post = (headers: Record<string, string>, body = JSON.stringify({ query: WHO })) =>
    server.fetch('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
  const own = () => ({ cookie: browser.cookie })

  test('with the cookie is refused', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost.evil.example:${server.core.config.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of foreign) {
      const response = await post({ ...own(), ...headers })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'CROSS_SITE_REQUEST' } }] })
    }
  })

  test('with the cookie is refused as GET, too', async () => {
    const response = await server.fetch(`/graphql?query=${encodeURIComponent(WHO)}`, {
      headers: { ...own(), 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })

  test('from a page of our own is none, by each name of loopback', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect((await post({ ...own(), origin: `http://${host}:${server.config.port}` })).status).toBe(200)
    }
    expect((await post({ ...own(), 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('from another port of the same host is one', async () => {
    expect((await post({ ...own(), origin: 'http://localhost:1' })).status).toBe(403)
  })

  test('with a bearer token is welcome, and without any credential', async () => {
    const authorization = `Bearer ${await server.signIn(user)}`
    const response = await post({ authorization, origin: 'https://console.example' })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    expect((await post({ origin: 'https://console.example' })).status).toBe(200)
  })

  test('may ask first, without being given credentials', async () => {
    const response = await server.fetch('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://console.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(/authorization/)
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('that needs no preflight does not execute', async () => {
    const before = await server.prisma.session.count()
    const query = `mutation { signIn(input: { email: "${user.email}", password: "${user.password}" }) { __typename } }`
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; application/json',
      '',
    ]) {
      const response = await server.fetch('/graphql', {
        method: 'POST',
        body: new TextEncoder().encode(JSON.stringify({ query })),
        headers: type ? { 'content-type': type } : {},
      })
      expect([400, 415]).toContain(response.status)
    }
    const form = await server.fetch('/graphql', { method: 'POST', body: new URLSearchParams({ query }) })
    expect(form.status).toBe(415)
    const get = await server.fetch(`/graphql?query=${encodeURIComponent(query)}`)
    expect(get.status).toBe(405)
    expect(await server.prisma.session.count()).toBe(before)
  })
})

describe('a WebSocket', () => {
  /** How the handshake ended and, where it succeeded, who the connection belongs to. */
  async function open(
    headers: Record<string, string>,
    payload = {},
  ): Promise<{ status: number } | { viewer: unknown }> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
    const outcome = Promise.withResolvers<{ status: number } | { viewer: unknown }>()
    socket.on('error', outcome.reject)
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => outcome.resolve({ status: statusCode }))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
    socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WHO } }))
      if (message.type === 'next') outcome.resolve(message.payload.data)
    })
    socket.on('close', (code) => outcome.resolve({ status: code }))
    const result = await outcome.promise
    socket.terminate()
    return result
  }

  test('of our own page carries the session', async () => {
    const origin = `http://localhost:${server.config.port}`
    expect(await open({ cookie: browser.cookie, origin })).toEqual({ viewer: { user: { email: user.email } } })
  })

  test('of a page of another site is refused with the cookie', async () => {
    for (const origin of ['https://evil.example', 'null', `http://localhost.evil.example:${server.config.port}`]) {
      expect(await open({ cookie: browser.cookie, origin })).toEqual({ status: 403 })
    }
  })

  test('of another port of the same host has no use of the cookie, but may bring a token', async () => {
    const headers = { cookie: browser.cookie, origin: 'http://localhost:5173' }
    expect(await open(headers)).toEqual({ viewer: null })
    const authorization = `Bearer ${await server.signIn(user)}`
    expect(await open(headers, { authorization })).toEqual({ viewer: { user: { email: user.email } } })
  })

  test('of any page may bring a token', async () => {
    const authorization = `Bearer ${await server.signIn(user)}`
    expect(await open({ origin: 'https://console.example' }, { authorization })).toEqual({
      viewer: { user: { email: user.email } },
    })
  })

  test('with a bad token is closed with 4403', async () => {
    expect(await open({}, { authorization: 'Bearer x' })).toEqual({ status: 4403 })
  })
})
