import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { Data } from '../../support/server.ts'
import { idOf, Team } from '../../support/team.ts'
import { issueToken } from '../../support/tokens.ts'
import { useWorld } from '../../support/world.ts'
import { freePort, isThere, proxies, startProxy } from './proxies.ts'

// The configurations in docs/checking-tokens.md on real proxies, and the same proxies in front of Gatehouse.

// On which database is nothing to a proxy.
const isSecond = process.env.TEST_DATABASE === 'postgres'

describe.each(Object.entries(proxies))('behind %s', (program, proxy) => {
  // Where everything must be tried, a missing program is a failure.
  const isLeftOut = isSecond || !(isThere(proxy, program) || process.env.CI)
  if (isLeftOut && !isSecond) console.warn(`Not tested behind ${program}: apt-get install ${proxy.package}.`)
  if (isLeftOut) return test.skip(`${program} is not installed, or this is the second database`, () => {})

  const audience = 'https://documents.example.com/'
  const lines: string[] = []
  const world = useWorld({
    config: { resourceServers: [{ id: 'documents', secret: 's'.repeat(32), audience, name: 'Documents' }] },
    onLog: (line) => lines.push(line),
  })
  let api: Server
  let running: AsyncDisposable
  let folder: string
  /** The API behind the proxy, and Gatehouse behind it. */
  let url: string
  let balanced: string
  /** What the API behind the proxy was sent. */
  const arrived: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
  let publisher: Team
  let team: Team
  let appId: string
  let grantId: string

  beforeAll(async () => {
    api = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      arrived.push({ method: request.method, headers: request.headers, body })
      response.end('from the API')
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-proxy-'))
    const [guard, balancer] = [await freePort(), await freePort()]
    url = `http://127.0.0.1:${guard}`
    balanced = `http://127.0.0.1:${balancer}`
    const gatehouse = Number(new URL(world.server.url).port)
    running = await startProxy(proxy, folder, { guard, balancer, gatehouse, api: portOf(api) })
    publisher = await Team.create(world.server)
    team = await Team.create(world.server)
    appId = await publisher.app({ name: 'Reader 读' })
    await team.install(appId)
    grantId = await team.grant(appId)
    await world.server.prisma.grant.updateMany({ data: { scopes: ['openid', 'documents:read'] } })
  })

  afterAll(async () => {
    await running?.[Symbol.asyncDispose]()
    api?.close()
    api?.closeAllConnections()
    if (folder) await rm(folder, { recursive: true })
  })

  const issue = async (scopes = ['openid', 'documents:read'], more: { audience?: string[] } = {}) =>
    (await issueToken(world.server, grantId, { scopes, ...more })).token

  const call = async (token: string | undefined, init: RequestInit = {}) => {
    arrived.length = 0
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/documents/1?x=y`, { ...init, headers: { ...authorization, ...init.headers } })
    return { status: response.status, text: await response.text(), challenge: response.headers.get('www-authenticate') }
  }

  const authHeaders = () =>
    Object.fromEntries(Object.entries(arrived[0]?.headers ?? {}).filter(([name]) => name.startsWith('x-auth-')))

  test('lets a good token through, and tells the API whose it is, but not the token', async () => {
    const token = await issue()
    expect(await call(token)).toEqual({ status: 200, text: 'from the API', challenge: null })
    expect(authHeaders()).toEqual({
      'x-auth-user': idOf('User', team.member),
      'x-auth-acts-for': 'user',
      'x-auth-app': appId,
      'x-auth-client-id': appId,
      'x-auth-app-name': 'Reader%20%E8%AF%BB',
      'x-auth-organization': team.id,
      'x-auth-scopes': 'openid documents:read',
      'x-auth-expires': String(Math.floor(world.clock.now().getTime() / 1000) + 3600),
    })
    expect(JSON.stringify(arrived)).not.toContain(token)
  })

  test('passes method and body on to the API', async () => {
    const body = 'x'.repeat(100_000)
    expect((await call(await issue(), { method: 'PUT', body })).status).toBe(200)
    expect(arrived).toMatchObject([{ method: 'PUT', body }])
  })

  test('drops what a client makes up, also where the app acts as itself', async () => {
    const service = await team.app({ type: 'SERVICE' })
    const grant = await team.authorize(service)
    const { token } = await issueToken(world.server, grant, { scopes: ['documents:read'] })
    const headers = {
      'x-auth-user': 'usr_forged',
      'x-auth-app': 'app_forged',
      'x-auth-acts-for': 'user',
      x_auth_user: 'usr_forged',
    }
    expect((await call(token, { headers })).status).toBe(200)
    expect(authHeaders()).toMatchObject({
      'x-auth-acts-for': 'app',
      'x-auth-app': service,
      'x-auth-scopes': 'documents:read',
    })
    expect(authHeaders()).not.toHaveProperty('x-auth-user')
    expect(JSON.stringify(arrived)).not.toContain('forged')
  })

  test('refuses with 401 and the challenge, and the API hears nothing', async () => {
    const answers = [
      await call(undefined),
      await call('never'),
      await call(await issue(undefined, { audience: ['urn:other'] })),
    ]
    const realm = `Bearer realm="${world.server.config.publicUrl}"`
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(answers.map(({ challenge }) => challenge)).toEqual([
      realm,
      `${realm}, error="invalid_token", error_description="The token is unknown or revoked."`,
      `${realm}, error="invalid_token", error_description="The token is for other resource servers."`,
    ])
    expect(arrived).toEqual([])
  })

  test('refuses with 403 and the challenge where a scope is missing', async () => {
    const { status, challenge } = await call(await issue(['openid']))
    expect(status).toBe(403)
    expect(challenge).toMatch(/^Bearer realm=.*error="insufficient_scope".*scope="documents:read"$/)
    expect(arrived).toEqual([])
  })

  test('refuses the moment an admin disables the app, and lets through again once it is enabled', async () => {
    const token = await issue()
    expect((await call(token)).status).toBe(200)
    await world.does(publisher.admin, 'disableApp', { appId })
    expect(await call(token)).toMatchObject({ status: 401, challenge: expect.stringContaining('The app is disabled.') })
    await world.does(publisher.admin, 'enableApp', { appId })
    expect((await call(token)).status).toBe(200)
  })

  test('keeps the question to itself', async () => {
    const { status } = await fetch(`${url}/_check`)
    // The others have no such path: it is one of the API, and takes a token as all of them do.
    expect(status).toBe(program === 'nginx' ? 404 : 401)
  })

  test('a token that comes twice is refused', async () => {
    const token = await issue()
    const answer = await raw(url, [`Authorization: Bearer ${token}`, 'Authorization: Bearer other'])
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /)
  })

  test('nothing passes where Gatehouse finds the question wrong', async () => {
    arrived.length = 0
    const server = { ...world.server.config.resourceServers[0] }
    const known = world.server.config.resourceServers as (typeof server)[]
    known[0] = { ...server, audience: 'https://other.example.com/' }
    const { status } = await call(await issue())
    known[0] = server
    expect(status).toBeGreaterThanOrEqual(400)
    expect(arrived).toEqual([])
  })

  describe('Gatehouse', () => {
    test('answers one request after the other, and many at once', async () => {
      const ask = async () => {
        const { status } = await fetch(`${balanced}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ scopes { name } }"}',
        })
        return status
      }
      for (let count = 0; count < 30; count++) expect(await ask()).toBe(200)
      const many = await Promise.all(Array.from({ length: 60 }, ask))
      expect(many.filter((status) => status !== 200)).toEqual([])
    })

    test('is found well', async () => {
      if (program === 'nginx') return expect((await fetch(`${balanced}/readyz`)).status).toBe(200)
      const asked = () => lines.map((line) => JSON.parse(line)).find(({ path }) => path === checks[program]?.path)
      await expect.poll(asked).toMatchObject(checks[program] ?? {})
      if (program !== 'HAProxy') return expect((await fetch(`${balanced}/readyz`)).status).toBe(200)
      // pxname,svname,…,status,…,check_status,check_code
      const stats = async () => (await fetch(`${balanced}/haproxy-stats;csv`)).text()
      await expect.poll(stats).toMatch(/^gatehouse,one,.*,UP,.*,L7OK,204,/m)
    })

    test('is found well over HTTP/1.0, by a check that names no host', async () => {
      const { port } = new URL(world.server.url)
      for (const question of ['OPTIONS /', 'GET /readyz', 'HEAD /healthz']) {
        const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
        socket.end(`${question} HTTP/1.0\r\n\r\n`)
        expect((await socket.toArray()).join('')).toMatch(/^HTTP\/1\.[01] 20[04] /)
      }
    })

    const subscription = `subscription { organizationEvents(organizationId: "ID") { event { type } } }`
    const subscribed = () => subscription.replace('ID', team.id)

    test('sends each event over SSE at once', async () => {
      const gone = new AbortController()
      const response = await fetch(`${balanced}/graphql?query=${encodeURIComponent(subscribed())}`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${team.admin.token}` },
        signal: gone.signal,
      })
      expect(response.headers.get('content-type')).toContain('text/event-stream')
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      for (const name of ['One', 'Two']) {
        await team.app({ name })
        let text = ''
        // The stream is still open: what is kept back by a proxy never comes.
        while (!text.includes('APP_CREATED')) text += (await reader?.read())?.value ?? ''
      }
      gone.abort()
    })

    test('sends each event over WebSocket', async () => {
      const client = createClient({
        url: `${balanced.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${team.admin.token}` },
        retryAttempts: 0,
      })
      const { organization } = await world.query(
        team.admin,
        'query ($id: ID!) { organization(id: $id) { feedCursor } }',
        {
          id: team.id,
        },
      )
      const after = `, after: "${organization.feedCursor}")`
      const opened = new Promise((resolve) => client.on('connected', resolve))
      const events = client.iterate<Data>({ query: subscribed().replace(')', after) })
      let next = events.next()
      await opened
      await team.app({ name: 'Three' })
      const eventOf = async () => (await next).value?.data?.organizationEvents.event
      // In silence, the position alone is told.
      while (!(await eventOf())) next = events.next()
      expect(await eventOf()).toEqual({ type: 'APP_CREATED' })
      await client.dispose()
    })
  })
})

/** How each asks whether a node is well, and what it is answered. */
const checks: Readonly<Record<string, { method: string; path: string; status: number }>> = {
  HAProxy: { method: 'OPTIONS', path: '/', status: 204 },
  Caddy: { method: 'GET', path: '/readyz', status: 200 },
}

/** The answer to a request with these lines of headers, as it stands there. */
async function raw(url: string, headers: readonly string[]): Promise<string> {
  const { host, port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
  socket.write(['GET /documents/1 HTTP/1.1', `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n'))
  return (await socket.toArray()).join('')
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port
