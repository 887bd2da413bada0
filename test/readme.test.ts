import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Browser } from './main/browser.ts'
import { GatehouseProcess } from './main/process.ts'

const root = new URL('..', import.meta.url)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** What bash is to run in a section, with these texts replaced. Each of them must be there. */
async function script(section: string, replacements: Readonly<Record<string, string>>): Promise<string> {
  const readme = await readFile(new URL('README.md', root), 'utf8')
  const part = readme.split(/^## /m).find((one) => one.startsWith(section)) ?? ''
  const blocks = [...part.matchAll(/```bash\n(.*?)```/gs)].map(([, block]) => block).join('\n')
  return Object.entries(replacements).reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`“${section}” has no ${from}`)
    return all.replaceAll(from, to)
  }, blocks)
}

const run = (commands: string) =>
  spawn('bash', ['-euo', 'pipefail', '-c', commands], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })

// The scripts need an embedded server of their own: one project is enough.
describe.skipIf(process.env.TEST_DATABASE === 'postgres')('the README', () => {
  test('has a tour that shows what it says: live events, and after a restart exactly the missed ones', async () => {
    const bash = run(await script('A tour', { 'PORT=4010': `PORT=${await freePort()}` }))
    const [output, [exitCode]] = await Promise.all([text(bash.stdout), once(bash, 'close')])
    const events = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).event] : []))
    expect(exitCode).toBe(0)
    expect(events).toEqual([
      { type: 'INSTALL_REQUESTED', userName: 'Mei Chen', appName: 'Recipe Box' },
      { type: 'INSTALL_APPROVED', userName: 'Mei Chen', appName: 'Recipe Box' },
      { type: 'INSTALL_WITHDRAWN', userName: 'Mei Chen', appName: 'Pulse Survey' },
      { type: 'INSTALL_WITHDRAWN', userName: 'Mei Chen', appName: 'Tideline Planner' },
    ])
  }, 90_000)

  test('explains each of the four flows with commands that get a token', async () => {
    const directory = await mkdtemp(`${tmpdir()}/gatehouse-readme-`)
    await using _ = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
    await using gatehouse = await GatehouseProcess.start(directory)
    const bash = run(
      await script('The four flows', {
        'http://localhost:4000': gatehouse.url,
        'data=.gatehouse': `data=${directory}`,
        'localhost:4020': `localhost:${await freePort()}`,
        '127.0.0.1:4021': `127.0.0.1:${await freePort()}`,
      }),
    )
    const lines: string[] = []
    for await (const line of createInterface(bash.stdout)) {
      const [, password, url] = /^Sign in as Lin \((\S+)\) at (\S+)$/.exec(line) ?? []
      if (password && url) await agree(url, { email: 'lin@example.com', password })
      else lines.push(line)
    }
    const [web, pkce, device, authorized, status, ...headers] = lines
    expect(web).toBe('Lin Wu')
    expect(pkce).toBe('openid calendar:read')
    expect(device).toBe('calendar:read')
    expect(authorized).toBe('AuthorizeAppSuccess')
    expect(status).toBe('HTTP/1.1 200 OK')
    expect(headers.join('\n')).toMatch(/^x-auth-scopes: documents:read$/im)
  }, 120_000)
})

/** Does in a browser what the page of a flow asks for, until there is nothing left to agree to. */
async function agree(url: string, signIn: { readonly email: string; readonly password: string }): Promise<void> {
  const redirectUri = new URL(url).searchParams.get('redirect_uri')
  if (redirectUri) await listening(new URL(redirectUri))
  const browser = new Browser()
  await browser.open(url)
  await browser.press('Sign in', signIn)
  for (const label of ['Yes', 'Personal', 'Allow']) if (browser.offers(label)) await browser.press(label)
  expect(browser.status).toBe(200)
}

/** Waits until a server listens there; a reader of the README is slower than the terminal. */
async function listening({ hostname, port }: URL): Promise<void> {
  for (;;) {
    const socket = connect(Number(port), hostname)
    const [isOpen] = await Promise.race([
      once(socket, 'connect').then(() => [true]),
      once(socket, 'close').then(() => [false]),
    ]).catch(() => [false])
    socket.destroy()
    if (isOpen) return
    await sleep(50)
  }
}
