import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtInScopes } from '../../src/config/catalogue.ts'
import { readConfig } from '../../src/config/config.ts'
import { GatehouseProcess } from '../main/process.ts'
import { startTestServer, TestClock, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { World } from '../support/world.ts'

// The catalogue of scopes, the quotas and the durations are configuration.

const invoices = { name: 'invoices:read', description: { en: 'Read invoices', zh: '读取发票' }, sensitive: true }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-config-'))
})
afterAll(() => rm(directory, { recursive: true }))

let files = 0
async function write(content: unknown): Promise<string> {
  const path = join(directory, `${++files}.json`)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('what GATEHOUSE_CONFIG says takes effect', () => {
  const clock = new TestClock()
  const world = Object.assign(new World(), { clock })
  let server: TestServer
  let team: Team

  beforeAll(async () => {
    const path = await write({
      scopes: [invoices],
      limits: { appsPerOrganization: 2, organizationsPerUser: 1 },
      durations: { denial: 60_000, signInToken: 120_000 },
      privateUseSchemes: ['example-notes'],
    })
    server = await startTestServer({ clock, env: { GATEHOUSE_CONFIG: path } })
    world.server = server
    team = await Team.create(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const create = (scopes: string[]) => ({ organizationId: team.id, name: 'App', type: 'DEVICE', scopes })

  test('its scopes are the catalogue, with those that mean something to Gatehouse itself', async () => {
    const document = '{ scopes { name sensitive en: description(language: EN) zh: description(language: ZH) } }'
    const { scopes } = await world.query(team.member, document)
    const { name, sensitive, description } = invoices
    expect(scopes.at(-1)).toEqual({ name, sensitive, ...description })
    expect(scopes.map(({ name }: { name: string }) => name)).toEqual([
      ...builtInScopes.map(({ name }) => name),
      'invoices:read',
    ])
  })

  test('an app may ask for them, and for none of those that were there to try things out', async () => {
    const input = create(['openid', 'invoices:read'])
    const { app } = await world.does(team.admin, 'createApp', input, 'app { scopes { name sensitive } }')
    expect(app.scopes).toEqual([
      { name: 'openid', sensitive: false },
      { name: 'invoices:read', sensitive: true },
    ])
    const issues = await world.issues(team.admin, 'createApp', create(['documents:read']))
    expect(issues).toEqual(['scopes.0: UNKNOWN_SCOPE documents:read'])
  })

  test('redirect URIs may have its private-use schemes, and none of those that are there by default', async () => {
    const input = { organizationId: team.id, name: 'App', type: 'PUBLIC', scopes: ['openid'] }
    const redirectUris = ['cursor://callback', 'example-notes://callback']
    expect(await world.issues(team.admin, 'createApp', { ...input, redirectUris })).toEqual([
      'redirectUris.0: SCHEME_WITHOUT_DOT',
    ])
  })

  test('reaching one of its quotas is a typed error that names it', async () => {
    await world.does(team.admin, 'createApp', create(['openid']))
    expect(await world.refused(team.admin, 'createApp', create(['openid']))).toEqual({
      code: 'QUOTA_REACHED',
      quota: 'appsPerOrganization',
      limit: 2,
    })
    const another = { name: 'Another', edition: 'TEAM' }
    expect(await world.refused(team.superAdmin, 'createOrganization', another)).toMatchObject({
      quota: 'organizationsPerUser',
      limit: 1,
    })
  })

  test('its durations count, and what it leaves out is as it was', async () => {
    const publisher = await Team.create(server)
    const appId = await publisher.app({ scopes: ['openid'] })
    await team.denial(appId)
    const place = { organizationId: team.id, appId }
    const deniedUntil = new Date(clock.now().getTime() + 60_000).toISOString()
    expect(await world.refused(team.member, 'requestInstall', place)).toMatchObject({ deniedUntil })
    clock.advance(60_000)
    await world.does(team.member, 'requestInstall', place)
    clock.advance(60_000)
    const { status } = await server.request('{ viewer { feedCursor } }', {}, team.member.token)
    expect(status).toBe(401)
    const again = { ...team.admin, token: await server.signIn(team.admin) }
    const { invitation } = await world.does(
      again,
      'inviteMember',
      { organizationId: team.id, email: 'new@example.com' },
      'invitation { expiresAt }',
    )
    expect(Date.parse(invitation.expiresAt) - clock.now().getTime()).toBe(7 * 24 * 3_600_000)
  })
})

describe('the start is refused, with one line that says what is wrong, where the file', () => {
  const withScope = (scope: object) => ({ scopes: [{ ...invoices, ...scope }] })
  const wrong: Record<string, readonly [content: unknown, says: RegExp]> = {
    'is no JSON': ['{ "limits": }', /cannot be read as JSON/],
    'is empty': ['', /cannot be read as JSON/],
    'is no object': [[], /expected object/],
    'has a key that nobody knows': [{ limit: {} }, /"limit"/],
    'has a quota that nobody knows': [{ limits: { appsPerOrganisation: 5 } }, /limits .*"appsPerOrganisation"/],
    'has a duration that nobody knows': [{ durations: { denials: 5 } }, /durations .*"denials"/],
    'sets what stands in the published schema': [{ limits: { pageSize: 500 } }, /limits .*"pageSize"/],
    'has a quota of nothing': [{ limits: { secretsPerApp: 0 } }, /limits\.secretsPerApp /],
    'has a quota that nothing can count to': [{ limits: { secretsPerApp: 2 ** 31 } }, /limits\.secretsPerApp /],
    'has a quota that is no whole number': [{ limits: { secretsPerApp: 1.5 } }, /limits\.secretsPerApp /],
    'has a duration as a text': [{ durations: { denial: '30d' } }, /durations\.denial /],
    'has a duration that no calendar reaches': [{ durations: { denial: 9e15 } }, /durations\.denial /],
    'has a scope that cannot be one': [withScope({ name: 'a b' }), /scopes\.0\.name is not a scope name/],
    'has a scope in Gatehouse’s name': [withScope({ name: 'gatehouse:own' }), /scopes\.0\.name is not a scope name/],
    'has a scope that is built in': [withScope({ name: 'openid' }), /scopes\.0\.name is there already/],
    'has a scope twice': [{ scopes: [invoices, invoices] }, /scopes\.1\.name is there already/],
    'has a scheme with a colon': [{ privateUseSchemes: ['app:'] }, /privateUseSchemes\.0 must be a URI scheme/],
    'has a scheme in capitals': [{ privateUseSchemes: ['App'] }, /privateUseSchemes\.0 must be a URI scheme/],
    ...Object.fromEntries(
      ['javascript', 'data', 'blob', 'file', 'about', 'vbscript', 'http'].map((scheme) => [
        `has the scheme ${scheme} for apps`,
        [{ privateUseSchemes: ['app', scheme] }, /privateUseSchemes\.1 is never a private-use scheme/] as const,
      ]),
    ),
    'describes a scope in one language': [withScope({ description: { en: 'x' } }), /scopes\.0\.description\.zh /],
  }

  test.each(Object.entries(wrong))('%s', async (_, [content, says]) => {
    const path = await write(content)
    const message = () => readConfig({ GATEHOUSE_CONFIG: path })
    expect(message).toThrow(/^GATEHOUSE_CONFIG /)
    expect(message).toThrow(says)
  })

  test('is not there', () => {
    const path = join(directory, 'nowhere.json')
    expect(() => readConfig({ GATEHOUSE_CONFIG: path })).toThrow(/^GATEHOUSE_CONFIG .*nowhere\.json/)
    expect(() => readConfig({ GATEHOUSE_CONFIG: directory })).toThrow(/^GATEHOUSE_CONFIG /)
    expect(() => readConfig({ GATEHOUSE_CONFIG: ' ' })).toThrow(/^GATEHOUSE_CONFIG is empty/)
  })

  test('cannot be used, whatever it is: the program ends with code 1', async () => {
    const path = await write('{\n  "limits": {\n    "apps": }\n}')
    await using program = await GatehouseProcess.start(directory, { GATEHOUSE_CONFIG: path })
    expect(await program.code).toBe(1)
    expect(program.output).toBe('')
    expect(program.errors.trim()).toMatch(/^gatehouse: GATEHOUSE_CONFIG [^\n]+$/)
  })
})
