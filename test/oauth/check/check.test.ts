import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { idOf, Team } from '../../support/team.ts'
import { issueToken, type TokenOptions } from '../../support/tokens.ts'
import { useWorld } from '../../support/world.ts'
import { type CheckServer, resourceServers, serveChecks } from './check-server.ts'

const lines: string[] = []
const statements: string[] = []
const world = useWorld({
  config: { resourceServers },
  onLog: (line) => lines.push(line),
  onQuery: (sql) => statements.push(sql),
})
let checks: CheckServer
let publisher: Team
let team: Team
let appId: string
let grantId: string

beforeAll(async () => {
  checks = await serveChecks(world.server.core)
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

afterAll(() => checks[Symbol.asyncDispose]())

beforeEach(async () => {
  appId = await publisher.app({ name: 'Größe & 1 2' })
  await team.install(appId)
  grantId = await team.grant(appId)
})

const issue = async (options?: TokenOptions) => (await issueToken(world.server, grantId, options)).token

const check = (authorization: string | undefined, query = '', init: RequestInit = {}) =>
  fetch(`${checks.url}/oauth/check${query}`, { ...init, headers: authorization === undefined ? {} : { authorization } })

const passedOn = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-auth-')))

/** The status, and the challenge without its realm. */
async function refusal(response: Response | Promise<Response>): Promise<string> {
  const { status, headers } = await response
  const realm = `Bearer realm="${world.server.config.publicUrl}"`
  const challenge = headers.get('www-authenticate') ?? ''
  expect(challenge.startsWith(realm)).toBe(status !== 400)
  expect(passedOn(await response)).toEqual({})
  expect(headers.get('cache-control')).toBe('no-store')
  return `${status} ${challenge.slice(realm.length).replace(/^, /, '')}`.trim()
}

const invalid = (description: string) => `401 error="invalid_token", error_description="${description}"`

describe('a good token is 200, with headers that say', () => {
  test('who acts, with which app, where, with what and until when', async () => {
    const response = await check(`Bearer ${await issue()}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toBe('')
    expect(passedOn(response)).toEqual({
      'x-auth-user': idOf('User', team.member),
      'x-auth-acts-for': 'user',
      'x-auth-app': appId,
      'x-auth-client-id': appId,
      'x-auth-app-name': 'Gr%C3%B6%C3%9Fe%20%26%201%202',
      'x-auth-organization': team.id,
      'x-auth-scopes': 'openid',
      'x-auth-expires': String(Math.floor(world.clock.now().getTime() / 1000) + 3600),
    })
  })

  test('no user where the app acts as itself', async () => {
    const service = await team.app({ type: 'SERVICE', scopes: ['openid', 'documents:read'] })
    const { token } = await issueToken(world.server, await team.authorize(service), { scopes: ['documents:read'] })
    const headers = passedOn(await check(`bearer  ${token}`))
    expect(headers).toMatchObject({
      'x-auth-acts-for': 'app',
      'x-auth-app': service,
      'x-auth-scopes': 'documents:read',
    })
    expect(headers).not.toHaveProperty('x-auth-user')
  })

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'the same by %s, as the proxy got it',
    async (method) => {
      const response = await check(`Bearer ${await issue()}`, '', { method })
      expect([response.status, passedOn(response)['x-auth-app']]).toEqual([200, appId])
    },
  )

  test('in one statement, without a write; the use is written later', async () => {
    const { token, hash } = await issueToken(world.server, grantId)
    await world.server.core.lastUse.flush()
    statements.length = 0
    await check(`Bearer ${token}`)
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^\s*(\/\* prepared \*\/ )?SELECT/)
    await world.server.core.lastUse.flush()
    const { lastUsedAt } = await world.server.prisma.token.findUniqueOrThrow({ where: { hash } })
    expect(lastUsedAt).toEqual(world.clock.now())
  })
})

describe('401 says why, as far as the bearer may know it', () => {
  test('no error where no token came', async () => {
    for (const authorization of [undefined, 'Basic eDp5', 'DPoP abc']) {
      expect(await refusal(check(authorization))).toBe('401')
    }
  })

  test('unknown or revoked, and nothing that tells the two apart', async () => {
    const token = await issue()
    await world.does(team.member, 'revokeGrant', { grantId })
    for (const dead of [token, 'never', 'x'.repeat(3000)]) {
      expect(await refusal(check(`Bearer ${dead}`))).toBe(invalid('The token is unknown or revoked.'))
    }
  })

  test('expired', async () => {
    expect(await refusal(check(`Bearer ${await issue({ lifetime: 0 })}`))).toBe(invalid('The token has expired.'))
  })

  test('the app is disabled, until it is enabled again', async () => {
    const token = await issue()
    await world.does(publisher.admin, 'disableApp', { appId })
    expect(await refusal(check(`Bearer ${token}`))).toBe(invalid('The app is disabled.'))
    await world.does(publisher.admin, 'enableApp', { appId })
    expect((await check(`Bearer ${token}`)).status).toBe(200)
  })

  test('nothing is left of what it was worth', async () => {
    const token = await issue()
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['documents:write'] })
    expect(await refusal(check(`Bearer ${token}`))).toBe(invalid('Nothing is left of what the token was worth.'))
  })

  test('a refresh token is no access token', async () => {
    const token = await issue({ kind: 'REFRESH' })
    expect(await refusal(check(`Bearer ${token}`))).toBe(invalid('This is no access token.'))
  })

  test('bound to a key', async () => {
    const token = await issue({ keyThumbprint: 'thumb' })
    expect(await refusal(check(`Bearer ${token}`))).toMatch(/^401 error="invalid_token".*bound to a key/)
  })

  test('a header that is not just Bearer and one token', async () => {
    const token = await issue()
    for (const wrong of ['Bearer', `Bearer ${token} ${token}`, `Bearer ${token}, Bearer ${token}`, 'Bearer "x"']) {
      expect(await refusal(check(wrong))).toMatch(/^401 error="invalid_token"/)
    }
  })
})

describe('the audience', () => {
  const of = (audience: string) => `?audience=${encodeURIComponent(audience)}`
  const other = invalid('The token is for other resource servers.')

  test('every one of the configuration is meant by a token that names none', async () => {
    const token = await issue()
    for (const { audience } of resourceServers) expect((await check(`Bearer ${token}`, of(audience))).status).toBe(200)
    expect((await check(`Bearer ${token}`, '?audience=')).status).toBe(200)
  })

  test('is one of those that the token names, where it names any', async () => {
    const token = await issue({ audience: ['urn:example:mail'] })
    expect((await check(`Bearer ${token}`, of('urn:example:mail'))).status).toBe(200)
    expect(await refusal(check(`Bearer ${token}`, of('https://documents.example/')))).toBe(other)
    expect(await refusal(check(`Bearer ${token}`))).toBe(other)
  })

  test('that the configuration does not know is 400', async () => {
    expect(await refusal(check(`Bearer ${await issue()}`, of('https://nowhere.example/')))).toBe('400')
  })
})

describe('scopes', () => {
  beforeEach(() => world.server.prisma.grant.updateMany({ data: { scopes: ['openid', 'documents:read'] } }))

  test('all that are named are required', async () => {
    const token = await issue({ scopes: ['openid', 'documents:read'] })
    for (const scope of ['openid', 'documents:read+openid', 'openid%20%20documents%3Aread', '']) {
      expect((await check(`Bearer ${token}`, `?scope=${scope}`)).status).toBe(200)
    }
    expect(await refusal(check(`Bearer ${token}`, '?scope=openid+documents:write'))).toBe(
      '403 error="insufficient_scope", error_description="The token is not worth all of the scopes that this takes.", scope="openid documents:write"',
    )
  })

  test('count as they are worth now', async () => {
    const token = await issue({ scopes: ['openid', 'documents:read'] })
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid'] })
    expect(await refusal(check(`Bearer ${token}`, '?scope=documents:read'))).toMatch(/^403/)
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'documents:read'] })
    expect((await check(`Bearer ${token}`, '?scope=documents:read')).status).toBe(200)
  })

  test.each(['%22', '%0d%0aX:+y', 'a%5Cb', 'é', '%ff'])('that cannot be one (%s) are 400', async (scope) => {
    expect(await refusal(check(`Bearer ${await issue()}`, `?scope=${scope}`))).toBe('400')
  })
})

test('a parameter that stands there twice is 400', async () => {
  expect(await refusal(check(undefined, '?scope=a&scope=b'))).toBe('400')
  expect(await refusal(check(undefined, '?audience=a&audience=b'))).toBe('400')
})

test('of the original URL that a proxy appends, nothing is read', async () => {
  const token = await issue()
  const original = '/x?scope=openid&audience=urn:example:mail&original=y&scope=z'
  expect(await refusal(check(`Bearer ${token}`, `?scope=documents:write&original=${original}`))).toMatch(/^403/)
  expect((await check(`Bearer ${token}`, `?scope=openid&original=${original}`)).status).toBe(200)
  expect((await check(`Bearer ${token}`, `?original=${original}`)).status).toBe(200)
})

test('all of this is there on the server itself', async () => {
  const headers = { authorization: `Bearer ${await issue()}` }
  const response = await world.server.fetch('/oauth/check?scope=openid', { headers })
  expect([response.status, response.headers.get('x-auth-app')]).toEqual([200, appId])
})

test('no token is in the log', async () => {
  const token = await issue()
  lines.length = 0
  await check(`Bearer ${token}`)
  await check(`Bearer ${token}`, `?scope=documents:write&original=/x?access_token=${token}`)
  expect(lines.length).toBeGreaterThanOrEqual(2)
  expect(lines.join('\n')).not.toContain(token)
})
