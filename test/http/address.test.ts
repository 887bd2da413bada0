import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { readConfig } from '../../src/config/config.ts'
import { limits } from '../../src/config/defaults.ts'
import { Browser } from '../sign-in/browser.ts'
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts'

// Failed sign-ins are limited per address, and a session shows the address that it was opened from.

const LIMIT = 3

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignInSuccess { token } ... on Error { code } }
}`
const SESSIONS = '{ viewer { sessions(first: 1) { edges { node { address } } } } }'

let direct: TestServer
let proxied: TestServer

beforeAll(async () => {
  const config = { limits: { ...limits, failedSignInsPerAddress: LIMIT } }
  direct = await startTestServer({ config })
  proxied = await startTestServer({ config, env: { TRUSTED_PROXIES: '127.0.0.1, ::1, 10.0.0.0/8, fd00::/8' } })
})
afterAll(async () => {
  await direct[Symbol.asyncDispose]()
  await proxied[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await direct.prisma.rateLimit.deleteMany()
  await proxied.prisma.rateLimit.deleteMany()
})

const from = (forwarded: string) => ({ 'x-forwarded-for': forwarded })

async function signIn(server: TestServer, { email, password }: Pick<TestUser, 'email' | 'password'>, hops: string) {
  const { data } = await server.request(SIGN_IN, { input: { email, password } }, undefined, from(hops))
  return data.signIn
}

/** The address of the session that signing in over these hops opened. */
async function shownAddress(server: TestServer, hops: string): Promise<string> {
  const { token } = await signIn(server, await server.createUser(), hops)
  return (await server.graphql(SESSIONS, {}, { as: token })).viewer.sessions.edges[0].node.address
}

let strangers = 0
const fail = async (server: TestServer, hops: string): Promise<string> =>
  (await signIn(server, { email: `stranger${++strangers}@example.com`, password: 'no' }, hops)).code

describe('behind a trusted proxy', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    // What stands before the last hop that is not trusted, its client may have written.
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['127.0.0.1, 203.0.113.7,10.1.2.3 , 10.9.9.9', '203.0.113.7'],
    ['2001:db8::7, fd00::1', '2001:db8::7'],
    ['203.0.113.7, ::ffff:10.1.2.3', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    // Some proxies write the port, too; it changes with every connection.
    ['203.0.113.7:50123', '203.0.113.7'],
    ['[2001:db8::7]:50123, 10.1.2.3:443', '2001:db8::7'],
    // All of them trusted: the farthest counts.
    ['10.5.5.5, 10.1.2.3', '10.5.5.5'],
    // Not an address: as far as can be believed.
    ['unknown, 10.1.2.3', '10.1.2.3'],
    ['203.0.113.7, nonsense', '127.0.0.1'],
    ['', '127.0.0.1'],
  ])('a request with "X-Forwarded-For: %s" comes from %s', async (hops, address) => {
    expect(await shownAddress(proxied, hops)).toBe(address)
  })

  test('failed sign-ins are limited for each client by itself', async () => {
    for (let n = 0; n < LIMIT; n++) expect(await fail(proxied, '203.0.113.7')).toBe('INVALID_CREDENTIALS')
    expect(await fail(proxied, '203.0.113.7')).toBe('TOO_MANY_ATTEMPTS')
    expect(await fail(proxied, '203.0.113.8')).toBe('INVALID_CREDENTIALS')
  })

  test('a client that writes hops of its own stays limited', async () => {
    for (let n = 0; n < LIMIT; n++) await fail(proxied, `198.51.100.${n}, 203.0.113.7, 10.1.2.3`)
    expect(await fail(proxied, '198.51.100.99, 203.0.113.7, 10.1.2.3')).toBe('TOO_MANY_ATTEMPTS')
    expect(await fail(proxied, '203.0.113.7:1, 10.1.2.3')).toBe('TOO_MANY_ATTEMPTS')
  })

  test('a client with a whole IPv6 network stays limited', async () => {
    for (let n = 0; n < LIMIT; n++) await fail(proxied, `2001:db8:0:1::${n + 1}`)
    expect(await fail(proxied, '2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe('TOO_MANY_ATTEMPTS')
    expect(await fail(proxied, '2001:db8:0:2::1')).toBe('INVALID_CREDENTIALS')
  })

  test('the sign-in page counts by the same address', async () => {
    for (let n = 0; n < LIMIT; n++) await fail(proxied, '203.0.113.7')
    const user = await proxied.createUser()
    expect((await new Browser(proxied, from('203.0.113.7')).signIn(user)).response.status).toBe(429)
    const browser = new Browser(proxied, from('198.51.100.1, 203.0.113.8'))
    expect((await browser.signIn(user)).response.status).toBe(303)
    const { viewer } = await proxied.graphql(SESSIONS, {}, { as: { cookie: browser.cookie } })
    expect(viewer.sessions.edges[0].node.address).toBe('203.0.113.8')
  })

  test('a WebSocket counts by the same address', async () => {
    const over = (hops: string) => failOverSocket(proxied, hops)
    for (let n = 0; n < LIMIT; n++) expect(await over(`198.51.100.${n}, 203.0.113.7`)).toBe('INVALID_CREDENTIALS')
    expect(await over('203.0.113.7')).toBe('TOO_MANY_ATTEMPTS')
    expect(await fail(proxied, '203.0.113.7')).toBe('TOO_MANY_ATTEMPTS')
    expect(await over('203.0.113.8')).toBe('INVALID_CREDENTIALS')
  })
})

describe('from a peer that is no trusted proxy', () => {
  test('X-Forwarded-For is not believed: a session shows the address of the peer', async () => {
    expect(await shownAddress(direct, '203.0.113.7')).toBe('127.0.0.1')
    expect(await shownAddress(direct, '203.0.113.7, 127.0.0.1')).toBe('127.0.0.1')
  })

  test('failed sign-ins are limited whatever it says', async () => {
    for (let n = 0; n < LIMIT; n++) expect(await fail(direct, `203.0.113.${n}`)).toBe('INVALID_CREDENTIALS')
    expect(await fail(direct, '203.0.113.99')).toBe('TOO_MANY_ATTEMPTS')
    expect(await failOverSocket(direct, '203.0.113.100')).toBe('TOO_MANY_ATTEMPTS')
  })
})

describe('TRUSTED_PROXIES', () => {
  test.each([
    '10.0.0.0/',
    '10.0.0.0/8/9',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0/8',
    'proxy.example',
    '10.0.0.1,',
    '::1/129',
  ])('is not %j', (networks) => {
    expect(() => readConfig({ TRUSTED_PROXIES: networks })).toThrow(/^TRUSTED_PROXIES must be addresses or networks/)
  })
})

async function failOverSocket(server: TestServer, hops: string): Promise<string> {
  class FromThere extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: from(hops) })
    }
  }
  const client = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: FromThere })
  const input = { email: `stranger${++strangers}@example.com`, password: 'no' }
  try {
    for await (const { data } of client.iterate<{ signIn: { code: string } }>({
      query: SIGN_IN,
      variables: { input },
    })) {
      return data?.signIn.code ?? 'nothing'
    }
    return 'nothing'
  } finally {
    await client.dispose()
  }
}
