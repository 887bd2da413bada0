import { beforeEach, expect, test } from 'vitest'
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
