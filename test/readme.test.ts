import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

// The script starts an embedded server of its own: one project is enough.
describe.skipIf(process.env.TEST_DATABASE === 'postgres')('the README', () => {
  test('has a tour that shows what it says: live events, and after a restart exactly the missed ones', async () => {
    const readme = await readFile(new URL('README.md', root), 'utf8')
    const script = /```bash\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const bash = spawn('bash', ['-euo', 'pipefail', '-c', script.replace('PORT=4010', `PORT=${await freePort()}`)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
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
})
