import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { BUILT_IN_SECRET } from '../../src/config/secret.ts'
import { startTestServer, TEST_SECRET } from '../support/server.ts'

const { PATH, NODE_COMPILE_CACHE } = process.env
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts the program with nothing but these variables; it must end by itself. */
async function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main], {
    env: { PATH, NODE_COMPILE_CACHE, DATA_DIR: '/nonexistent/gatehouse', PORT: '0', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const [code] = await once(child, 'close')
  return { code, output }
}

describe('the start', () => {
  test.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', ''],
    ['HOST', ''],
    ['PUBLIC_URL', 'gate.example.com'],
    ['PUBLIC_URL', 'https://gate.example.com/path'],
    ['PUBLIC_URL', 'ftp://gate.example.com'],
    ['DATABASE_URL', 'mysql://x'],
    ['GATEHOUSE_SECRET', 'short'],
    ['GATEHOUSE_SECRET', ' '.repeat(40)],
    ['GATEHOUSE_SECRET', 'x'.repeat(64)],
    ['GATEHOUSE_SECRET', 'change-me,'.repeat(4)],
    ['GATEHOUSE_SECRET', 'changeit'.repeat(4)],
    ['GATEHOUSE_SECRET', 'correct horse '.repeat(3).trim()],
    ['GATEHOUSE_SECRET', `${TEST_SECRET}\n${TEST_SECRET}`],
    ['GATEHOUSE_SECRET', `${TEST_SECRET}é`],
    ['GATEHOUSE_SECRET', `${TEST_SECRET},${TEST_SECRET}x`],
    ['GATEHOUSE_SECRET', BUILT_IN_SECRET],
    ['GATEHOUSE_SECRET', `\n${BUILT_IN_SECRET} `],
    ['METRICS_TOKEN', 'short'],
    ['SECURITY_CONTACT', ''],
    ['SECURITY_CONTACT', 'ask for Mei'],
    ['SECURITY_CONTACT', 'http://example.com/report'],
    ['SECURITY_CONTACT', 'security@example.com,'],
    ['SECURITY_CONTACT', 'mailto:a@example.com\nPolicy: https://evil.example'],
    ['SECURITY_CONTACT', 'javascript:alert(1)'],
    ['NODE_ENV', 'staging'],
    ['LOG_LEVEL', 'loud'],
    ['GATEHOUSE_EMBEDDED', 'yes'],
  ])('refuses %s=%j in a line that names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} [^\\n]+$`))
  })

  test('requires a secret and a database in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production' })).toThrow(/^GATEHOUSE_SECRET/)
    expect(() => readConfig({ NODE_ENV: 'production', GATEHOUSE_SECRET: TEST_SECRET })).toThrow(/^DATABASE_URL/)
  })

  test.each([
    {},
    ...['localhost', '127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'].map((HOST) => ({ HOST })),
    ...['localhost:4000', 'localhost.', 'gate.localhost', '127.0.0.1:80', '127.1', '[::1]:4000'].map((host) => ({
      PUBLIC_URL: `http://${host}`,
    })),
    { PUBLIC_URL: 'https://localhost', NODE_ENV: 'test' },
  ])('has a secret and open metrics of its own where only this machine can reach the server: %j', (env) => {
    expect(readConfig(env)).toMatchObject({ secret: BUILT_IN_SECRET, isLocal: true })
    expect(readConfig({ ...env, GATEHOUSE_SECRET: ` ${TEST_SECRET}\n` })).toMatchObject({
      secret: TEST_SECRET,
      isLocal: true,
    })
  })

  const reachable = [
    { DATABASE_URL: 'postgresql://127.0.0.1/x' },
    ...[
      '0.0.0.0',
      '::',
      '0',
      '10.1.2.3',
      '::ffff:10.1.2.3',
      'gate.internal',
      'x.localhost',
      '127.0.0.1.example.com',
    ].map((HOST) => ({ HOST })),
    ...['https://gate.example.com', 'http://10.1.2.3', 'http://localhost.example.com', 'http://notlocalhost'].map(
      (PUBLIC_URL) => ({ PUBLIC_URL }),
    ),
    { HOST: '127.0.0.1', PUBLIC_URL: 'https://gate.example.com' },
    { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:4000' },
  ]
  test.each(reachable.flatMap((env) => ['development', 'test'].map((NODE_ENV) => ({ NODE_ENV, ...env }))))(
    'requires a secret as soon as others can reach it, whatever NODE_ENV says: %j',
    (env) => {
      expect(() => readConfig(env)).toThrow(/^GATEHOUSE_SECRET is required (beside|where) [^\n]+$/)
      expect(readConfig({ ...env, GATEHOUSE_SECRET: TEST_SECRET })).toMatchObject({ isLocal: false })
    },
  )

  test.concurrent.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ NODE_ENV: 'production' }, 'GATEHOUSE_SECRET'],
    [{ HOST: '0.0.0.0' }, 'GATEHOUSE_SECRET'],
    [{ DATABASE_URL: 'postgres://somebody:hunter2@127.0.0.1:1/x', GATEHOUSE_SECRET: TEST_SECRET }, 'DATABASE_URL'],
    [{ HOST: '203.0.113.1', GATEHOUSE_SECRET: TEST_SECRET }, 'HOST'],
  ])('with %j ends with code 1 and one line', async (env, name) => {
    const { code, output } = await run(env)
    expect(code).toBe(1)
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(output).toContain(name)
    expect(output).not.toMatch(new RegExp(`hunter2|${TEST_SECRET}`))
  })

  test('says so where the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const { code, output } = await run({ PORT: String(port) })
    taken.close()
    expect(code).toBe(1)
    expect(output).toBe(`gatehouse: PORT ${port} is in use by another process\n`)
  })

  test('refuses a secret that is not the one of the database', async () => {
    await using server = await startTestServer()
    const { startServer } = await import('../../src/server/server.ts')
    const config = { ...server.config, port: 0, secret: 'quite another secret than the one it had' }
    await expect(
      startServer({ config, database: { prisma: server.prisma, kind: 'embedded' } as never }),
    ).rejects.toThrow(/^GATEHOUSE_SECRET /)
  })

  test('takes any free port for 0, and PUBLIC_URL follows', async () => {
    await using server = await startTestServer()
    expect(server.config.port).toBeGreaterThan(0)
    expect(server.config.publicUrl).toBe(`http://localhost:${server.config.port}`)
  })

  test('makes one signing key, also where nodes start together', async () => {
    await using server = await startTestServer()
    await server.prisma.signingKey.deleteMany()
    const nodes = await Promise.all(Array.from({ length: 4 }, () => server.startNode()))
    expect(await server.prisma.signingKey.count()).toBe(1)
    expect(new Set(nodes.map(({ core }) => core.keys.current.kid)).size).toBe(1)
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
  })
})

describe('the stop', () => {
  test('finishes requests that are under way, and takes no new ones', async () => {
    const server = await startTestServer()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>()
    const { health } = server.core.reserved
    const { $queryRaw } = health
    health.$queryRaw = (async () => {
      ask()
      await goOn
      return []
    }) as never
    const { url } = server
    const answer = fetch(`${url}/readyz`)
    await asked
    health.$queryRaw = $queryRaw
    const stopped = server[Symbol.asyncDispose]()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    letGoOn()
    expect((await answer).status).toBe(200)
    await stopped
  })
})
