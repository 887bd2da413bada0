import { getNamedType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prefixes } from '../../src/ids.ts'
import { schema } from '../../src/server/schema.ts'
import { type Data, startTestServer, type TestServer } from '../support/server.ts'
import { StatementRecorder } from '../support/statements.ts'
import { type Case, connectionCase, isConnection, nodesCase } from './documents.ts'
import { buildScene, type Scene } from './scene.ts'

// However long a page is, it costs the same number of SQL statements.

const connections = [
  'Organization.apps',
  'Organization.installations',
  'Organization.installRequests',
  'Organization.installCases',
  'InstallCase.requests',
  'Organization.denials',
  'Organization.grants',
  'Organization.members',
  'Organization.events',
  'App.secrets',
  'App.keys',
  'App.installations',
  'Viewer.organizations',
  'Viewer.grants',
  'Viewer.installRequests',
  'Organization.invitations',
  'Viewer.invitations',
  'Viewer.sessions',
] as const

let server: TestServer
let scene: Scene
const recorder = new StatementRecorder()

beforeAll(async () => {
  server = await startTestServer({ onQuery: recorder.onQuery })
  scene = await buildScene(server)
})

afterAll(async () => {
  recorder[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

/** The items that the operation answers with, and the statements that it sent. */
async function run({ document, variables, path }: Case, size: number): Promise<{ items: Data[]; sent: string[] }> {
  const { value, sent } = await recorder.during((headers) =>
    server.request(document, variables(size), scene.team.superAdmin.token, headers),
  )
  expect(value.errors).toBeUndefined()
  return { items: path.reduce((data, name) => data[name], value.data), sent }
}

/** Says enough of a statement to find it by. */
const tableOf = (sql: string): string => /FROM (\S+)/.exec(sql)?.[1] ?? sql

async function expectSameCount(what: Case): Promise<void> {
  const small = await run(what, 2)
  const large = await run(what, 20)
  expect([small.items.length, large.items.length]).toEqual([2, 20])
  // Those that run at the same time come in any order.
  expect(large.sent.map(tableOf).sort()).toEqual(small.sent.map(tableOf).sort())
}

describe('20 items cost as many statements as 2', () => {
  test.each(connections)('of %s', (name) => expectSameCount(connectionCase(scene, name)))

  test.each(Object.keys(prefixes))('of the type %s by `nodes`', (type) => expectSameCount(nodesCase(scene, type)))

  test('where two aliases want different pages of the same list', () =>
    expectSameCount({
      document: `query ($id: ID!, $first: Int) {
        organization(id: $id) {
          list: apps(first: $first) {
            edges { node { one: secrets(first: 1) { totalCount } two: installations(first: 1) { edges { cursor } } three: installations(last: 2) { edges { cursor } } } }
          }
        }
      }`,
      variables: (first) => ({ id: scene.team.id, first }),
      path: ['organization', 'list', 'edges'],
    }))

  test('where two fields of one document lead to the same objects with different selections', async () => {
    const { document, variables, path } = connectionCase(scene, 'Organization.events')
    const twice = document.replace(
      'list:',
      'other: events(types: [INSTALL_DENIED], last: 3) { edges { node { app { name } ...Links } } } list:',
    )
    const fragment = 'fragment Links on Event { app { description } user { email } }'
    const what = { document: `${twice} ${fragment}`, variables, path }
    await expectSameCount(what)
  })
})

test('the catalogue of scopes costs no statement of its own', async () => {
  const none = await run({ document: '{ viewer { feedCursor } }', variables: () => ({}), path: ['viewer'] }, 0)
  const all = await run({ document: '{ scopes { name } }', variables: () => ({}), path: ['scopes'] }, 0)
  expect(all.sent.length).toBe(none.sent.length)
  expect(all.items.length).toBe(server.config.scopes.length)
})

test('the links of an event lead to what it concerns', async () => {
  const { items } = await run(connectionCase(scene, 'Organization.events'), 20)
  const { node } = items.at(-1)
  const links = ['app', 'user', 'installRequest', 'installation', 'grant']
  const given = ['appId', 'userId', 'installRequestId', 'installationId', 'grantId']
  expect(links.map((link) => node[link].id)).toEqual(given.map((id) => node[id]))
})

test('every connection of the schema is counted here', () => {
  const found = Object.values(schema.getTypeMap()).flatMap((type) => {
    const fields = isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()) : []
    return fields.filter((field) => isConnection(getNamedType(field.type))).map((field) => `${type.name}.${field.name}`)
  })
  expect(found.sort()).toEqual([...connections].sort())
})
