import { beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { personalOrganizationOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({
  config: { limits: { ...limits, appsPerPersonalOrganization: 2, appsPerOrganization: 3, redirectUrisPerApp: 4 } },
})
let team: Team

beforeAll(async () => {
  team = await Team.create(world.server)
})

const input = (given: object = {}) => ({
  organizationId: team.id,
  name: 'Mail',
  type: 'WEB',
  redirectUris: ['https://mail.example/callback'],
  scopes: ['openid'],
  ...given,
})

const quota = async (id: string, person = team.admin) => {
  const document = 'query ($id: ID!) { organization(id: $id) { appQuota { used limit } } }'
  return (await world.query(person, document, { id })).organization.appQuota
}

test('an organization holds so many apps; disabled ones count, deleted ones do not', async () => {
  const create = () => world.does(team.admin, 'createApp', input(), 'app { id }')
  const [{ app }] = [await create(), await create(), await create()]
  expect(await quota(team.id)).toEqual({ used: 3, limit: 3 })
  const error = { code: 'QUOTA_REACHED', quota: 'appsPerOrganization', limit: 3 }
  expect(await world.refused(team.admin, 'createApp', input())).toEqual(error)

  await world.does(team.admin, 'disableApp', { appId: app.id })
  expect(await world.refused(team.admin, 'createApp', input())).toEqual(error)

  await world.does(team.admin, 'deleteApp', { appId: app.id, confirmation: 'Mail' })
  expect(await quota(team.id)).toEqual({ used: 2, limit: 3 })
  await create()
})

test('a personal organization holds fewer, and its user creates them', async () => {
  const { member } = team
  const organizationId = await personalOrganizationOf(world.server, member)
  for (const name of ['One', 'Two']) await world.does(member, 'createApp', input({ organizationId, name }))
  expect(await world.refused(member, 'createApp', input({ organizationId }))).toEqual({
    code: 'QUOTA_REACHED',
    quota: 'appsPerPersonalOrganization',
    limit: 2,
  })
  expect(await quota(organizationId, member)).toEqual({ used: 2, limit: 2 })
})

test('where the configuration says nothing else, it is 10 for a personal organization and 100 for others', () => {
  expect(limits).toMatchObject({
    appsPerPersonalOrganization: 10,
    appsPerOrganization: 100,
    redirectUrisPerApp: 30,
    secretsPerApp: 20,
    keysPerApp: 20,
  })
})

test('more redirect URIs than an app may have are QUOTA_REACHED, at creation as at editing', async () => {
  const { id: organizationId, admin } = await Team.create(world.server)
  const redirectUris = [1, 2, 3, 4, 5].map((number) => `https://mail.example/${number}`)
  const error = { code: 'QUOTA_REACHED', quota: 'redirectUrisPerApp', limit: 4 }
  expect(await world.refused(admin, 'createApp', input({ organizationId, redirectUris }))).toEqual(error)

  const full = input({ organizationId, redirectUris: redirectUris.slice(0, 4) })
  const { app } = await world.does(admin, 'createApp', full, 'app { id }')
  expect(await world.refused(admin, 'updateApp', { appId: app.id, redirectUris })).toEqual(error)
})
