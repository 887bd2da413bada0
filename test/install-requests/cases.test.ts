import { beforeAll, expect, test } from 'vitest'
import { type Person, personalOrganizationOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
})

const casesDocument = `query ($id: ID!, $appId: ID, $first: Int, $after: String) { organization(id: $id) {
  installCases(appId: $appId, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      id createdAt requestCount app { clientId } organization { organizationId } installation { id standing }
      requests(last: 3) { totalCount edges { node { id reason status requester { name } } } }
      scopes { name } approvedScopes { name } scopesNotApproved { name }
    } } } } }`

const pageOf = async (at: Team, variables: object = {}, by: Person = at.admin) =>
  (await world.query(by, casesDocument, { id: at.id, ...variables })).organization.installCases

const casesOf = async (at: Team, variables: object = {}) =>
  // biome-ignore lint/suspicious/noExplicitAny: what the document selects
  (await pageOf(at, variables)).edges.map(({ node }: any) => node)

const names = (scopes: readonly { name: string }[]): string[] => scopes.map(({ name }) => name).sort()

test('everything that is asked for an app is one case, with those who asked first and the union of the scopes', async () => {
  team = await Team.create(world.server)
  const appId = await publisher.app({ scopes: ['openid', 'documents:read', 'documents:write'] })
  const others = [await team.join('MEMBER'), await team.join('MEMBER'), await team.join('MEMBER')]
  const ask = (by: Person, scopes: string[], reason?: string) =>
    world.does(by, 'requestInstall', { organizationId: team.id, appId, scopes, reason }, 'installRequest { id }')
  await ask(team.member, ['openid'], 'First.')
  for (const other of others) await ask(other, ['openid', 'documents:read'])

  const [one, ...rest] = await casesOf(team)
  expect(rest).toEqual([])
  expect(one).toMatchObject({
    app: { clientId: appId },
    organization: { organizationId: team.id },
    installation: { standing: 'OBO_NOT_INSTALLED' },
    requestCount: 4,
    createdAt: world.clock.now().toISOString(),
    approvedScopes: [],
  })
  expect(one.requests.totalCount).toBe(4)
  // Newest first, as every list; the last three of it asked first.
  expect(one.requests.edges.at(-1).node).toMatchObject({ reason: 'First.', requester: { name: team.member.name } })
  expect([names(one.scopes), names(one.scopesNotApproved)]).toEqual([
    ['documents:read', 'openid'],
    ['documents:read', 'openid'],
  ])
})

test('an app that is installed and asks for more is a case that says what is approved already', async () => {
  team = await Team.create(world.server)
  const appId = await publisher.app()
  await team.install(appId, ['openid'])
  await team.request(appId, { scopes: ['openid', 'documents:read'] })
  const [one] = await casesOf(team)
  expect(one.installation.standing).toBe('OBO_INSTALLED')
  expect([names(one.scopes), names(one.approvedScopes), names(one.scopesNotApproved)]).toEqual([
    ['documents:read'],
    ['openid'],
    ['documents:read'],
  ])
})

test('a case keeps its id and its place while people come and go, and ends with its last request', async () => {
  team = await Team.create(world.server)
  const [older, newer] = [await publisher.app(), await publisher.app()]
  const first = await team.request(older)
  await team.request(newer)
  const before = await casesOf(team)
  expect(before.map(({ app }: { app: { clientId: string } }) => app.clientId)).toEqual([newer, older])

  const second = await team.join('MEMBER')
  await team.request(older, { by: second })
  await world.does(team.member, 'withdrawInstallRequest', { installRequestId: first })
  const after = await casesOf(team)
  expect(after.map(({ id }: { id: string }) => id)).toEqual(before.map(({ id }: { id: string }) => id))
  expect(after[1].requestCount).toBe(1)

  await world.does(team.superAdmin, 'removeMember', { membershipId: await team.membershipOf(second) })
  expect((await casesOf(team)).map(({ app }: { app: { clientId: string } }) => app.clientId)).toEqual([newer])
})

test.each([
  ['approved', 'approveInstallRequest', (id: string) => ({ installRequestId: id })],
  ['approved in part', 'approveInstallRequest', (id: string) => ({ installRequestId: id, scopes: ['openid'] })],
  ['denied', 'denyInstallRequest', (id: string) => ({ installRequestId: id })],
])('a case that was %s is gone, and what is asked for later is another one', async (_how, name, input) => {
  team = await Team.create(world.server)
  const appId = await publisher.app({ scopes: ['openid', 'documents:read'] })
  const id = await team.request(appId, { scopes: ['openid', 'documents:read'] })
  const [one] = await casesOf(team)
  await world.does(team.admin, name, input(id))
  expect(await casesOf(team)).toEqual([])
  expect(await world.query(team.admin, 'query ($id: ID!) { node(id: $id) { id } }', { id: one.id })).toEqual({
    node: null,
  })

  const where = { organizationId: one.organization.organizationId }
  expect(where.organizationId).toBe(team.id)
  await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'documents:read', 'documents:write'] })
  await team.request(appId, { scopes: ['documents:write'] })
  const [next] = await casesOf(team)
  expect(next.id).not.toBe(one.id)
  expect(names(next.scopes)).toEqual(['documents:write'])
})

test('a case ends with its app, and with the installation that it was about', async () => {
  team = await Team.create(world.server)
  const [deleted, uninstalled, installed] = [await publisher.app(), await publisher.app(), await publisher.app()]
  for (const appId of [deleted, installed]) await team.request(appId)
  const installationId = await team.install(uninstalled, ['openid'])
  await team.request(uninstalled)
  expect((await pageOf(team)).totalCount).toBe(3)

  const { name } = await world.server.prisma.app.findUniqueOrThrow({ where: { id: uuid(deleted) } })
  await world.does(publisher.admin, 'deleteApp', { appId: deleted, confirmation: name })
  await world.does(team.admin, 'uninstallApp', { installationId })
  await world.does(team.admin, 'installApp', { organizationId: team.id, appId: installed })
  expect((await pageOf(team)).totalCount).toBe(0)
  expect(await world.server.prisma.installCase.count({ where: { organizationId: uuid(team.id) } })).toBe(0)
})

const uuid = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

test('pages stay as they are while requests arrive, and each case is on one of them', async () => {
  team = await Team.create(world.server)
  const apps: string[] = []
  for (let index = 0; index < 7; index++) apps.push(await publisher.app())
  for (const appId of apps.slice(0, 6)) await team.request(appId)
  const second = await team.join('MEMBER')
  const seen: string[] = []
  let after: string | undefined
  for (let pages = 0; pages < 3; pages++) {
    const page = await pageOf(team, { first: 2, after })
    seen.push(...page.edges.map(({ node }: { node: { app: { clientId: string } } }) => node.app.clientId))
    after = page.pageInfo.endCursor
    expect(page.pageInfo.hasNextPage).toBe(pages < 2)
    // Of a case that was shown, of one that was not, and of an app that nobody had asked for.
    await team.request([apps[5], apps[0], apps[6]][pages] as string, { by: second })
  }
  expect(seen).toEqual(apps.slice(0, 6).reverse())
})

test('a case of one app is found by the app', async () => {
  team = await Team.create(world.server)
  const [one, other] = [await publisher.app(), await publisher.app()]
  await team.request(one)
  await team.request(other)
  const found = await casesOf(team, { appId: one })
  expect(found.map(({ app }: { app: { clientId: string } }) => app.clientId)).toEqual([one])
  expect(await casesOf(team, { appId: await publisher.app() })).toEqual([])
  const wrong = await world.queryError(team.admin, casesDocument, { id: team.id, appId: 'app_1' })
  expect(wrong).toBe('INVALID_INPUT')
})

test('admins see cases, members and strangers do not', async () => {
  team = await Team.create(world.server)
  await team.request(await publisher.app())
  const [one] = await casesOf(team)
  const node = 'query ($id: ID!) { node(id: $id) { id } }'
  expect(await world.queryError(team.member, casesDocument, { id: team.id })).toBe('FORBIDDEN')
  expect(await world.query(team.member, node, { id: one.id })).toEqual({ node: null })
  expect(await world.query(publisher.superAdmin, node, { id: one.id })).toEqual({ node: null })
  expect(await world.query(team.admin, node, { id: one.id })).toEqual({ node: { id: one.id } })
  const personal = await personalOrganizationOf(world.server, team.admin)
  expect((await world.query(team.admin, casesDocument, { id: personal })).organization.installCases.edges).toEqual([])
})

test('a decision is about the scopes of the case as it was shown', async () => {
  team = await Team.create(world.server)
  const appId = await publisher.app()
  const installRequestId = await team.request(appId, { scopes: ['openid'] })
  const [shown] = await casesOf(team)
  await team.request(appId, { by: await team.join('MEMBER'), scopes: ['documents:write'] })
  const offered = { installRequestId, offeredScopes: names(shown.scopes) }
  expect(await world.refused(team.admin, 'approveInstallRequest', offered)).toMatchObject({ code: 'REQUESTS_CHANGED' })
  const [now] = await casesOf(team)
  await world.does(team.admin, 'approveInstallRequest', { installRequestId, offeredScopes: names(now.scopes) })
  expect(await casesOf(team)).toEqual([])
})
