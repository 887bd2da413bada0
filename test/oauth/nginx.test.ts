import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOf, Team } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'
import { useWorld } from '../support/world.ts'
import { type CheckServer, serveChecks } from './check-server.ts'

// The configuration in docs/checking-tokens.md, on a real nginx.

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
const isThere = spawnSync('nginx', ['-v'], { env }).error === undefined
// Where everything must be tried, a missing nginx is a failure.
const isLeftOut = process.env.TEST_DATABASE === 'postgres' || !(isThere || process.env.CI)

describe.skipIf(isLeftOut)(isThere ? 'nginx' : 'nginx, which is not installed (apt-get install nginx-light)', () => {
  const audience = 'https://documents.example.com/'
  const world = useWorld({
    config: { resourceServers: [{ id: 'documents', secret: 's'.repeat(32), audience, name: 'Documents' }] },
  })
  let checks: CheckServer
  let api: Server
  let nginx: ChildProcess
  let folder: string
  let url: string
  /** What the API behind nginx was sent. */
  const arrived: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
  let publisher: Team
  let team: Team
  let appId: string
  let grantId: string

  beforeAll(async () => {
    checks = await serveChecks(world.server.core)
    api = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      arrived.push({ method: request.method, headers: request.headers, body })
      response.end('from the API')
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-nginx-'))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    nginx = await startNginx(folder, await configuration(port, checks.port, portOf(api)))
    publisher = await Team.create(world.server)
    team = await Team.create(world.server)
    appId = await publisher.app({ name: 'Reader 读' })
    await team.install(appId)
    grantId = await team.grant(appId)
    await world.server.prisma.grant.updateMany({ data: { scopes: ['openid', 'documents:read'] } })
  })

  afterAll(async () => {
    if (nginx?.exitCode === null && nginx.kill()) await once(nginx, 'exit')
    api?.close()
    api?.closeAllConnections()
    await checks?.[Symbol.asyncDispose]()
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
    const headers = { 'x-auth-user': 'usr_forged', 'x-auth-app': 'app_forged', 'x-auth-acts-for': 'user' }
    expect((await call(token, { headers })).status).toBe(200)
    expect(authHeaders()).toMatchObject({
      'x-auth-acts-for': 'app',
      'x-auth-app': service,
      'x-auth-scopes': 'documents:read',
    })
    expect(authHeaders()).not.toHaveProperty('x-auth-user')
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
    expect((await fetch(`${url}/_check`)).status).toBe(404)
  })
})

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

/** The block of the document, with the ports of this test. */
async function configuration(port: number, gatehouse: number, api: number): Promise<string> {
  const document = await readFile(new URL('../../docs/checking-tokens.md', import.meta.url), 'utf8')
  let block = /```nginx\n(.*?)```/s.exec(document)?.[1] ?? ''
  for (const [there, here] of [
    ['listen 8080', `listen 127.0.0.1:${port}`],
    ['127.0.0.1:4000', `127.0.0.1:${gatehouse}`],
    ['127.0.0.1:9000', `127.0.0.1:${api}`],
  ] as const) {
    expect(block).toContain(there)
    block = block.replace(there, here)
  }
  return block
}

/** nginx as one process with all of its files in the folder; resolves once it listens. */
async function startNginx(folder: string, block: string): Promise<ChildProcess> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const file = join(folder, 'nginx.conf')
  await writeFile(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
    events {} http { access_log off; ${temporary.join(' ')}\n${block} }`,
  )
  const nginx = spawn('nginx', ['-p', folder, '-c', file, '-e', 'stderr'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const listens = new Promise<void>((resolve, reject) => {
    nginx.stderr.on('data', (chunk) => {
      said += chunk
      if (said.includes('event method')) resolve()
    })
    nginx.once('error', reject)
    nginx.once('exit', () => reject(new Error(`nginx ended: ${said}`)))
  })
  await listens
  return nginx
}
