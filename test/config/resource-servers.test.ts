import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, readConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { TEST_SECRET } from '../support/server.ts'

// Resource servers come from configuration (id, secret, audience).

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'))
})

afterAll(() => rm(folder, { recursive: true }))

const secret = 'a secret of more than 32 characters'
const server = { id: 'documents', secret, audience: 'https://documents.example/v1' }

async function read(content: unknown): Promise<Config> {
  const path = join(folder, 'gatehouse.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readConfig({
    GATEHOUSE_CONFIG: path,
    PUBLIC_URL: 'https://gatehouse.example',
    GATEHOUSE_SECRET: TEST_SECRET,
  })
}

test('there are none unless the file names some', async () => {
  expect(readConfig({}).resourceServers).toEqual([])
  expect((await read({})).resourceServers).toEqual([])
})

test('each has an id, a secret, an audience and, where none is given, its id as its name', async () => {
  const mail = { id: 'mail.v2', secret, audience: 'urn:example:mail', name: '邮件' }
  expect((await read({ resourceServers: [server, mail] })).resourceServers).toEqual([
    { ...server, name: 'documents' },
    mail,
  ])
})

describe('the start is stopped by one line that names the place, and never the secret', () => {
  test.each<[what: string, servers: unknown, message: RegExp]>([
    ['an id with other characters', [{ ...server, id: 'a b' }], /resourceServers\.0\.id must be 1 to 100/],
    ['an empty id', [{ ...server, id: '' }], /resourceServers\.0\.id/],
    ['an id that is too long', [{ ...server, id: 'x'.repeat(101) }], /resourceServers\.0\.id/],
    ['an id like an app’s', [{ ...server, id: 'app_documents' }], /must not begin like the id of an app/],
    ['an id that stands twice', [server, { ...server, audience: 'urn:x' }], /resourceServers\.1\.id stands twice/],
    ['a short secret', [{ ...server, secret: 'secret '.repeat(4) }], /resourceServers\.0\.secret must have 32/],
    ['a secret that no header can carry', [{ ...server, secret: `${secret}é` }], /resourceServers\.0\.secret/],
    ['an audience that is no URI', [{ ...server, audience: 'documents' }], /audience must be an absolute URI/],
    ['an audience with a fragment', [{ ...server, audience: 'https://x.example/#a' }], /audience must be/],
    ['an audience with spaces', [{ ...server, audience: 'https://x.example/a b' }], /audience must be/],
    ['an audience that stands twice', [server, { ...server, id: 'b' }], /resourceServers\.1\.audience stands twice/],
    ['an audience that is Gatehouse', [{ ...server, audience: 'https://gatehouse.example' }], /PUBLIC_URL/],
    ['something that nobody knows', [{ ...server, sceret: 'x' }], /sceret/],
    ['no list', {}, /resourceServers/],
  ])('for %s', async (_what, resourceServers, message) => {
    const reading = read({ resourceServers })
    await expect(reading).rejects.toThrow(ConfigError)
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.not.toThrow(/secret of more|\n/)
  })

  test('also for a file that is no JSON', async () => {
    const reading = read('{"resourceServers":[{"secret":correct-horse-battery}]}')
    await expect(reading).rejects.toThrow(/^GATEHOUSE_CONFIG cannot be read as JSON: /)
    await expect(reading).rejects.not.toThrow(/horse|rrec/)
  })
})
