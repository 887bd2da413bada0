import { beforeEach, describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team
let appId: string

beforeEach(async () => {
  publisher ??= await Team.create(world.server)
  team ??= await Team.create(world.server)
  appId = await publisher.app({ name: 'Mail' })
})

const isListed = async () => {
  const document = `query ($id: ID!) { organization(id: $id) { installations(first: 100) { edges { node { app { clientId } } } } } }`
  const { organization } = await world.query(team.admin, document, { id: team.id })
  const edges: { node: { app: { clientId: string } } }[] = organization.installations.edges
  return edges.some(({ node }) => node.app.clientId === appId)
}

test('when the last request is withdrawn, the pending installation goes', async () => {
  const [one, two] = [await team.request(appId), await team.request(appId, { by: team.superAdmin })]
  const told = await world.listen()
  const select = 'installRequest { status decidedBy { name } decidedAt }'
  const { installRequest } = await world.does(team.member, 'withdrawInstallRequest', { installRequestId: one }, select)
  const decidedAt = world.clock.now().toISOString()
  expect(installRequest).toEqual({ status: 'WITHDRAWN', decidedBy: { name: team.member.name }, decidedAt })
  expect(await told()).toEqual({
    [team.id]: [
      {
        type: 'INSTALL_WITHDRAWN',
        actor: `USER ${team.member.name}`,
        app: 'Mail',
        user: team.member.name,
        changes: { status: ['PENDING', 'WITHDRAWN'] },
      },
    ],
  })
  expect(await isListed()).toBe(true)
  await world.does(team.superAdmin, 'withdrawInstallRequest', { installRequestId: two })
  expect(await isListed()).toBe(false)
})

test('an installation that is more than pending stays', async () => {
  await team.install(appId, ['openid'])
  const installRequestId = await team.request(appId)
  await world.does(team.member, 'withdrawInstallRequest', { installRequestId })
  expect(await isListed()).toBe(true)
})

test('what was withdrawn may be asked for again, as a new request', async () => {
  const first = await team.request(appId)
  await world.does(team.member, 'withdrawInstallRequest', { installRequestId: first })
  expect(await team.request(appId)).not.toBe(first)
})

test('an admin sees the request of another, but may not withdraw it; to others it does not exist', async () => {
  const installRequestId = await team.request(appId)
  const colleague = await team.join('MEMBER')
  const told = await world.listen()
  const refused = (person: typeof colleague) => world.refused(person, 'withdrawInstallRequest', { installRequestId })
  expect(await refused(team.admin)).toEqual({ code: 'FORBIDDEN' })
  expect(await refused(colleague)).toEqual({ code: 'NOT_FOUND' })
  expect(await refused(publisher.admin)).toEqual({ code: 'NOT_FOUND' })
  const never = { installRequestId: `req_${'0'.repeat(32)}` }
  expect(await world.refused(colleague, 'withdrawInstallRequest', never)).toEqual({ code: 'NOT_FOUND' })
  expect(await told()).toEqual({})
})

describe('a decision that names a request that was withdrawn meanwhile', () => {
  const statusesOf = async (...ids: string[]) => {
    const { nodes } = await world.query(
      team.admin,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on InstallRequest { status approvedScopes { name } } } }',
      { ids },
    )
    return nodes.map(({ status, approvedScopes }: { status: string; approvedScopes: { name: string }[] }) =>
      [status, ...approvedScopes.map(({ name }) => name)].join(' '),
    )
  }
  const withdraw = (installRequestId: string) => world.does(team.member, 'withdrawInstallRequest', { installRequestId })

  test.each([
    ['approves', 'approveInstallRequest', 'APPROVED openid documents:read documents:write'],
    ['denies', 'denyInstallRequest', 'DENIED'],
  ])('%s for those who still ask: it is about the app', async (_, operation, outcome) => {
    const [one, two] = [await team.request(appId), await team.request(appId, { by: team.superAdmin })]
    await withdraw(one)
    const { installRequest } = await world.does(
      team.admin,
      operation,
      { installRequestId: one, offeredScopes: ['openid', 'documents:read', 'documents:write'] },
      'installRequest { id status }',
    )
    expect(installRequest).toEqual({ id: one, status: 'WITHDRAWN' })
    expect(await statusesOf(one, two)).toEqual(['WITHDRAWN', outcome])
  })

  test('leaves out of an approval what nobody asks for any more', async () => {
    const one = await team.request(appId, { scopes: ['openid', 'documents:write'] })
    const two = await team.request(appId, { by: team.superAdmin, scopes: ['openid', 'documents:read'] })
    await withdraw(one)
    const shown = ['openid', 'documents:read', 'documents:write']
    await world.does(team.admin, 'approveInstallRequest', {
      installRequestId: two,
      offeredScopes: shown,
      scopes: ['openid', 'documents:write'],
    })
    expect(await statusesOf(two)).toEqual(['APPROVED openid'])
    const { nodes } = await world.query(
      team.admin,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on InstallRequest { installation { approvedScopes { name } } } } }',
      { ids: [two] },
    )
    expect(nodes[0].installation.approvedScopes).toEqual([{ name: 'openid' }])
  })

  test('decides nothing where nobody asks for anything of what it approves', async () => {
    const one = await team.request(appId, { scopes: ['documents:write'] })
    const two = await team.request(appId, { by: team.superAdmin, scopes: ['openid'] })
    await withdraw(one)
    const input = { offeredScopes: ['documents:write', 'openid'], scopes: ['documents:write'] }
    const refused = await world.refused(team.admin, 'approveInstallRequest', { ...input, installRequestId: one })
    expect(refused).toMatchObject({ code: 'REQUESTS_CHANGED' })
    expect(await statusesOf(two)).toEqual(['PENDING'])
  })

  test.each(['approveInstallRequest', 'denyInstallRequest'])(
    'does not %s what was asked for after nobody did any more',
    async (operation) => {
      const one = await team.request(appId)
      await withdraw(one)
      const two = await team.request(appId, { by: team.superAdmin })
      const refused = await world.refused(team.admin, operation, { installRequestId: one })
      expect(refused).toMatchObject({ code: 'ALREADY_DECIDED', status: 'WITHDRAWN' })
      expect(await statusesOf(two)).toEqual(['PENDING'])
    },
  )
})
