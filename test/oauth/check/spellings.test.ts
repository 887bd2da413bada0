import { beforeAll, expect, test } from 'vitest'
import { Team } from '../../support/team.ts'
import { issueToken } from '../../support/tokens.ts'
import { useWorld } from '../../support/world.ts'
import { basic, resourceServers } from './check-server.ts'

// Token checks are answered before the web framework where they are spelled as everybody spells them.

const lookUps: string[] = []
const world = useWorld({
  config: { resourceServers },
  onQuery: (sql) => sql.includes('t."keyThumbprint"') && lookUps.push(sql),
})
const [documents] = resourceServers as [(typeof resourceServers)[0]]
let token: string

beforeAll(async () => {
  const team = await Team.create(world.server)
  const appId = await team.app()
  await team.install(appId)
  token = (await issueToken(world.server, await team.grant(appId))).token
})

/** All of the answer but what is another in each. */
async function answerOf(path: string, init: RequestInit) {
  const response = await world.server.fetch(path, init)
  const own = ['x-request-id', 'date', 'content-length', 'transfer-encoding']
  const headers = [...response.headers].filter(([name]) => !own.includes(name))
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() }
}

const form = 'application/x-www-form-urlencoded'
const authorization = basic(documents.id, documents.secret)

test.each<[name: string, query: string, headers: Record<string, string>]>([
  ['a good token', '', {}],
  ['no token', '', { authorization: '' }],
  ['an unknown token', '', { authorization: 'Bearer never' }],
  ['a scope that is missing', '?scope=documents:write', {}],
  ['a parameter twice', '?scope=a&scope=b', {}],
])('/oauth/check answers %s the same in whatever spelling of the path', async (_name, query, headers) => {
  const init = { headers: { authorization: `Bearer ${token}`, ...headers } }
  const [usual, ...others] = await Promise.all(
    ['/oauth/check', '/oauth/%63heck'].map((path) => answerOf(`${path}${query}`, init)),
  )
  expect(others).toEqual([usual])
})

test.each<[name: string, body: string, headers: Record<string, string>]>([
  ['a good token', 'token=TOKEN', {}],
  ['an unknown token', 'token=never', {}],
  ['a wrong secret', 'token=TOKEN', { authorization: basic(documents.id, 'wrong') }],
  ['a Bearer that is none', 'token=TOKEN', { authorization: 'Bearer never' }],
  ['no token', 'x=y', {}],
  ['a parameter twice', 'token=a&token=b', {}],
  ['a body that is no form', '{}', { 'content-type': 'application/json' }],
  ['another charset', 'token=TOKEN', { 'content-type': `${form}; charset=latin1` }],
  ['a body that is compressed', 'token=TOKEN', { 'content-encoding': 'gzip' }],
  ['text that is not UTF-8', 'token=%ff', {}],
  ['too much', `token=${'x'.repeat(60_000)}`, {}],
  ['too many parameters', 'a&'.repeat(200), {}],
])('/oauth/introspect answers %s the same in whatever spelling of the path', async (_name, body, headers) => {
  const init = {
    method: 'POST',
    headers: { 'content-type': form, authorization, ...headers },
    body: body.replace('TOKEN', token),
  }
  const [usual, ...others] = await Promise.all(
    ['/oauth/introspect', '/oauth/introspect?'].map((path) => answerOf(path, init)),
  )
  expect(others).toEqual([usual])
})

test('checks that come at the same time share one look-up, and one that comes later has its own', async () => {
  const check = () => world.server.fetch('/oauth/check', { headers: { authorization: `Bearer ${token}` } })
  // So that all connections are open.
  await Promise.all(Array.from({ length: 20 }, check))
  lookUps.length = 0
  const answers = await Promise.all(Array.from({ length: 20 }, check))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(lookUps.length).toBeLessThan(20)
  lookUps.length = 0
  await check()
  await check()
  expect(lookUps).toHaveLength(2)
})
