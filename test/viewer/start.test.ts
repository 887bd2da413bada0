import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'
import { startTestServer } from '../support/server.ts'

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
    ['METRICS_TOKEN', 'short'],
    ['NODE_ENV', 'staging'],
    ['LOG_LEVEL', 'loud'],
    ['GATEHOUSE_EMBEDDED', 'yes'],
  ])('refuses %s=%j in a line that names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} [^\\n]+$`))
  })

  test('requires a secret and a database in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production' })).toThrow(/^GATEHOUSE_SECRET/)
    expect(() => readConfig({ NODE_ENV: 'production', GATEHOUSE_SECRET: 'x'.repeat(32) })).toThrow(/^DATABASE_URL/)
  })

  test.concurrent.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ NODE_ENV: 'production' }, 'GATEHOUSE_SECRET'],
    [{ DATABASE_URL: 'postgres://somebody:hunter2@127.0.0.1:1/x' }, 'DATABASE_URL'],
    [{ HOST: '203.0.113.1' }, 'HOST'],
  ])('with %j ends with code 1 and one line', async (env, name) => {
    const { code, output } = await run(env)
    expect(code).toBe(1)
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(output).toContain(name)
    expect(output).not.toContain('hunter2')
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
    const { startServer } = await import('../../src/server.ts')
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
    const { $queryRaw } = server.prisma
    server.prisma.$queryRaw = (async () => {
      ask()
      await goOn
      return []
    }) as never
    const { url } = server
    const answer = fetch(`${url}/readyz`)
    await asked
    server.prisma.$queryRaw = $queryRaw
    const stopped = server[Symbol.asyncDispose]()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    letGoOn()
    expect((await answer).status).toBe(200)
    await stopped
  })
})
