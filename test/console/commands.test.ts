import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandsOf } from '../../client-demo/apps/commands.ts'
import { privateKeyFile } from '../../client-demo/apps/key-pair.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'

// The same flows with people in them are those of the README, which readme.test.ts runs.

let server: TestServer
let directory: string
beforeAll(async () => {
  server = await startTestServer()
  directory = await mkdtemp(`${tmpdir()}/gatehouse-commands-`)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

test.each(Object.entries(pairs))(
  'the commands of a service with a key for %s get it a token',
  async (algorithm, make) => {
    const team = await Team.create(server)
    const clientId = await team.app({ type: 'SERVICE', scopes: ['documents:read'] })
    await team.authorize(clientId)
    const { publicKey, privateKey } = make()
    await team.key(clientId, publicKey.export({ type: 'spki', format: 'pem' }).toString())
    const kid = await calculateJwkThumbprint(await exportJWK(publicKey))
    await writeFile(`${directory}/${privateKeyFile(kid)}`, privateKey.export({ type: 'pkcs8', format: 'pem' }))

    // Under another name than the server's own, as a console may be open.
    const url = server.url
    expect(url).not.toBe(server.config.publicUrl)
    const scopes = ['documents:read']
    const steps = commandsOf('SERVICE', {
      url,
      clientId,
      scopes,
      redirectUris: [],
      organizationId: team.id,
      key: { kid, algorithm },
    })
    const commands = steps.map(({ command }) => command).join('\n')
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { cwd: directory })
    expect(stdout).toContain('"access_token":')
    expect(stdout).toContain('HTTP/1.1 200 OK')
    expect(stdout).toMatch(/^x-auth-scopes: documents:read$/im)
  },
)
