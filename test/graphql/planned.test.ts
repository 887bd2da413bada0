import { type ExecutionArgs, execute, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCaller } from '../../src/access/load-viewers.ts'
import { Overloaded } from '../../src/database/errors.ts'
import { AnswerBudget } from '../../src/graphql/answer-budget.ts'
import { type Context, makeContext } from '../../src/graphql/context.ts'
import { answer } from '../../src/graphql/planned/run.ts'
import { schema } from '../../src/server/schema.ts'
import { authenticate } from '../../src/sign-in/authenticate.ts'
import { connectionCase } from '../query-counts/documents.ts'
import { buildScene, type Scene } from '../query-counts/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type Person, Team } from '../support/team.ts'

// An answer by a plan is the executor's answer.

const app = 'app { id name logoUrl publisherName type }'
const scopes = 'scopes { name description(language: ZH) sensitive }'

/** What consoles ask most, of one organization. */
const hot = {
  apps: `apps(first: 20, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node {
    id name type status installations(first: 3) { edges { node { organizationName standing } } } } } }`,
  'apps with their number': `id apps(first: 5) { totalCount edges { node { id name distribution status createdAt } } }`,
  installations: `installations(first: 20, after: $after) { pageInfo { hasNextPage endCursor } edges { node {
    id standing suspended createdAt installedAt installedBy { id name } approvedScopes { name description }
    scopesNotApproved { name } ${app} } } }`,
  'install requests': `installRequests(status: PENDING, first: 20, after: $after) { totalCount edges { node {
    id status reason createdAt ${scopes} decidedBy { id name } requester { id name email } ${app}
    installation { id approvedScopes { name } } } } }`,
  'install cases': `installCases(first: 20) { totalCount edges { node { id createdAt requestCount ${scopes} ${app}
    requests(last: 3) { edges { node { id reason requester { name } } } } scopesNotApproved { name } } } }`,
  events: `events(last: 20) { pageInfo { hasPreviousPage } edges { node { id cursor sequence type at
    actor { kind id name } appId appName userId userName installRequestId changes { field before after } } } }`,
  grants: `grants(first: 20, after: $after) { totalCount edges { node { id createdAt lastUsedAt liveTokens suspended
    ${scopes} ${app} user { id name email } organization { id name edition } } } }`,
  members:
    'members(last: 7) { pageInfo { hasPreviousPage startCursor } edges { node { id role user { name email } } } }',
}

let server: TestServer
let scene: Scene
let stranger: Person

beforeAll(async () => {
  server = await startTestServer()
  scene = await buildScene(server)
  stranger = (await Team.create(server)).superAdmin
})
afterAll(() => server[Symbol.asyncDispose]())

async function argsOf(document: string, variableValues: object, person: Person | null): Promise<ExecutionArgs> {
  const { core } = server
  const credential = person && (await authenticate(core, { authorization: `Bearer ${person.token}` }))
  const viewer = credential && (await loadCaller(core, credential))
  const contextValue = makeContext({ core, viewer, credential, requestId: 'test', address: '127.0.0.1' })
  return { schema, document: parse(document), variableValues: { ...variableValues }, contextValue }
}

/** The answer by the plan, which must be that of the executor, down to the order of its members. */
async function planned(document: string, variables: object, person: Person | null): Promise<object | null> {
  const now = (args: ExecutionArgs) => Object.assign(args.contextValue as object, { now: new Date('2026-06-01') })
  const [one, other] = [await argsOf(document, variables, person), await argsOf(document, variables, person)]
  for (const args of [one, other]) now(args)
  const found = await answer(one)
  if (found) expect(JSON.stringify(found)).toBe(JSON.stringify(await execute(other)))
  return found
}

const documentOf = (fields: string) =>
  `query ($id: ID!, $after: String) { organization(id: $id) { ${fields} ...more } } fragment more on Organization { name __typename }`

describe('a query of a console is answered by its plan, as the executor would answer it', () => {
  test.each(Object.entries(hot))('%s', async (_, fields) => {
    const found = (await planned(documentOf(fields), { id: scene.team.id }, scene.team.superAdmin)) as {
      data: { organization: Record<string, { edges: unknown[]; pageInfo?: { endCursor?: string } }> }
    }
    const list = Object.values(found.data.organization).find((value) => value?.edges)
    expect(list?.edges.length).toBeGreaterThan(4)
    const after = list?.pageInfo?.endCursor
    if (after)
      expect(await planned(documentOf(fields), { id: scene.team.id, after }, scene.team.superAdmin)).not.toBeNull()
  })
})

describe.each([
  'Organization.apps',
  'Organization.installations',
  'Organization.installRequests',
  'Organization.installCases',
  'Organization.denials',
  'Organization.grants',
  'Organization.members',
  'Organization.invitations',
  'App.secrets',
  'App.keys',
  'App.installations',
])('everything of %s', (name) => {
  test('is the same by a plan, for everybody who asks', async () => {
    const { document, variables } = connectionCase(scene, name)
    for (const person of [scene.team.superAdmin, scene.team.admin, scene.team.member, stranger, null]) {
      await planned(document, variables(5), person)
      await planned(document.replace('$first: Int', '$none: Int').replace(/first: \$first, /, 'last: 3, '), {}, person)
    }
  })
})

test('a query that is refused in part is answered by the executor', async () => {
  const document = documentOf(hot.apps)
  expect(await planned(document, { id: scene.team.id }, scene.team.member)).toBeNull()
  expect(await planned(document, { id: scene.team.id }, null)).toBeNull()
  expect(await planned(document, { id: scene.team.id, after: 'nonsense' }, scene.team.superAdmin)).toBeNull()
})

test('fragments that spread each other twice are gone through once', async () => {
  const deep = Array.from({ length: 40 }, (_, n) => `fragment f${n} on Organization { ...f${n + 1} ...f${n + 1} }`)
  const document = `query ($id: ID!) { organization(id: $id) { ...f0 } } ${deep.join(' ')} fragment f40 on Organization { name }`
  expect(await answer(await argsOf(document, { id: scene.team.id }, scene.team.superAdmin))).toMatchObject({
    data: { organization: { name: expect.any(String) } },
  })
})

test('what a plan counted counts no more once the executor answers', async () => {
  // The second list is refused when the first is there.
  const document = documentOf(
    'members(first: 20) { edges { node { user { name } } } } invitations(first: 20) { totalCount }',
  )
  const args = await argsOf(document, { id: scene.team.id }, scene.team.member)
  const { limits } = server.config
  const whole = JSON.stringify(await execute(await argsOf(document, { id: scene.team.id }, scene.team.member))).length
  const budget = new AnswerBudget({ ...limits, answerBytes: Math.ceil(1.3 * whole) })
  const context = { ...(args.contextValue as Context), answer: budget }
  expect(await answer({ ...args, contextValue: context })).toBeNull()
  const result = await budget.bound(
    execute({
      ...args,
      contextValue: { ...((await argsOf(document, {}, scene.team.member)).contextValue as Context), answer: budget },
    }),
  )
  expect(result.errors?.map(({ path }) => path)).toEqual([['organization', 'invitations']])
})

test('a database that is busy is not asked once more by the executor', async () => {
  let asked = 0
  const args = await argsOf(documentOf(hot.apps), { id: scene.team.id }, scene.team.superAdmin)
  const { core } = args.contextValue as Context
  const findFirst = async () => {
    asked += 1
    throw new Overloaded()
  }
  const prisma = new Proxy(core.prisma, {
    get: (target, name) => (name === 'organization' ? { findFirst } : Reflect.get(target, name)),
  })
  const contextValue = { ...(args.contextValue as Context), core: { ...core, prisma } }
  const result = await answer({ ...args, contextValue })
  expect([asked, result?.data, result?.errors?.[0]?.originalError]).toEqual([1, null, expect.any(Overloaded)])
})
