import { beforeAll, expect, test } from 'vitest'
import { type Person, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

// From a request to what the organization has of the app already.

const world = useWorld()
let publisher: Team
let team: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

async function installationOf(person: Person, id: string) {
  const document = `query ($id: ID!) {
    node(id: $id) { ... on InstallRequest { installation { id standing approvedScopes { name } } } }
  }`
  return (await world.query(person, document, { id })).node.installation
}

test('a request for an app that is installed leads to what is approved', async () => {
  const appId = await publisher.app()
  const elsewhere = await Team.create(world.server)
  await elsewhere.install(appId, ['documents:write'])
  await team.install(await publisher.app())
  const id = await team.install(appId, ['openid'])
  const requestId = await team.request(appId)
  const installation = { id, standing: 'OBO_INSTALLED', approvedScopes: [{ name: 'openid' }] }
  expect(await installationOf(team.admin, requestId)).toEqual(installation)
})

test('for others it leads to the pending installation, and nowhere once that has gone', async () => {
  const requestId = await team.request(await publisher.app())
  expect(await installationOf(team.admin, requestId)).toMatchObject({ standing: 'OBO_NOT_INSTALLED' })
  await world.does(team.admin, 'denyInstallRequest', { installRequestId: requestId })
  expect(await installationOf(team.admin, requestId)).toBeNull()
})

test('it leads nowhere for the requester, who sees no installations', async () => {
  const appId = await publisher.app()
  await team.install(appId, ['openid'])
  expect(await installationOf(team.member, await team.request(appId))).toBeNull()
})
