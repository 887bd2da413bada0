import { beforeEach, describe, expect, test } from 'vitest'
import { addToken, fateOf, idOf, personalOrganizationOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team
let appId: string

beforeEach(async () => {
  publisher ??= await Team.create(world.server)
  team ??= await Team.create(world.server, 'ENTERPRISE')
  appId = await publisher.app({ type: 'SERVICE', name: 'Robot' })
})

const all = ['openid', 'documents:read', 'documents:write']
const grant = 'grant { id user { name } app { clientId } organization { organizationId } scopes { name } liveTokens }'
const authorize = (scopes?: string[]) =>
  world.does(team.admin, 'authorizeApp', { organizationId: team.id, appId, scopes }, grant)

const rowOf = async () => {
  const document = `query ($id: ID!) { organization(id: $id) { installations(first: 100) { edges { node {
    id app { clientId } standing approvedScopes { name } scopesNotApproved { name } } } } } }`
  const { organization } = await world.query(team.admin, document, { id: team.id })
  const rows = organization.installations.edges.map(({ node }: { node: object }) => node)
  return rows.find(({ app }: { app: { clientId: string } }) => app.clientId === appId)
}

const entry = () => ({ actor: `USER ${team.admin.name}`, app: 'Robot' })

describe('authorizing a service app in a team or enterprise organization', () => {
  test('makes its grant and its installation', async () => {
    const told = await world.listen()
    const { grant } = await authorize()
    expect(grant).toEqual({
      id: grant.id,
      user: null,
      app: { clientId: appId },
      organization: { organizationId: team.id },
      scopes: all.map((name) => ({ name })),
      liveTokens: 0,
    })
    expect(await rowOf()).toMatchObject({ standing: 'APP_AUTH_INSTALLED', scopesNotApproved: [] })
    expect(await told()).toEqual({
      [team.id]: [
        { ...entry(), type: 'APP_INSTALLED', changes: { approvedScopes: [[], all] } },
        { ...entry(), type: 'GRANT_CREATED', changes: { scopes: [[], all] } },
      ],
    })
  })

  test('again replaces the scopes; with the same again it writes no event', async () => {
    const first = await authorize(['openid', 'documents:read'])
    const token = await addToken(world.server, first.grant.id)
    const told = await world.listen()
    const { grant } = await authorize(['documents:write'])
    expect(grant).toEqual({ ...first.grant, scopes: [{ name: 'documents:write' }], liveTokens: 1 })
    const change = [['openid', 'documents:read'], ['documents:write']]
    expect(await told()).toEqual({
      [team.id]: [
        { ...entry(), type: 'APP_INSTALLED', changes: { approvedScopes: change } },
        { ...entry(), type: 'GRANT_CHANGED', changes: { scopes: change } },
      ],
    })
    await authorize(['documents:write'])
    expect(await told()).toEqual({})
    expect(await fateOf(world.server, [token])).toEqual(['live'])
  })

  test('when the app may ask for more than was authorized, the row shows it', async () => {
    await authorize(['openid'])
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'calendar:read'] })
    expect(await rowOf()).toMatchObject({
      approvedScopes: [{ name: 'openid' }],
      scopesNotApproved: [{ name: 'calendar:read' }],
    })
  })

  test('revoking its grant uninstalls it', async () => {
    const { grant } = await authorize()
    const token = await addToken(world.server, grant.id)
    const told = await world.listen()
    await world.does(team.admin, 'revokeGrant', { grantId: grant.id })
    expect(await rowOf()).toBe(undefined)
    expect(await fateOf(world.server, [token])).toEqual([`GRANT_REVOKED ${team.id}`])
    expect(await told()).toEqual({
      [team.id]: [
        { ...entry(), type: 'GRANT_REVOKED' },
        { ...entry(), type: 'APP_UNINSTALLED' },
      ],
    })
  })

  test('uninstalling it ends its grant', async () => {
    const { grant } = await authorize()
    const token = await addToken(world.server, grant.id)
    const told = await world.listen()
    await world.does(team.admin, 'uninstallApp', { installationId: (await rowOf()).id })
    expect(await world.refused(team.admin, 'revokeGrant', { grantId: grant.id })).toEqual({ code: 'NOT_FOUND' })
    expect(await fateOf(world.server, [token])).toEqual([`APP_UNINSTALLED ${team.id}`])
    expect(await told()).toEqual({ [team.id]: [{ ...entry(), type: 'APP_UNINSTALLED' }] })
  })

  test('is refused for apps that act for users, and for scopes outside those of the app', async () => {
    const told = await world.listen()
    const input = { organizationId: team.id, appId, scopes: ['calendar:read'] }
    expect(await world.issues(team.admin, 'authorizeApp', input)).toEqual(['scopes.0: NOT_OFFERED calendar:read'])
    expect(await told()).toEqual({})
    const web = { organizationId: team.id, appId: await publisher.app() }
    expect(await world.refused(team.admin, 'authorizeApp', web)).toEqual({ code: 'WRONG_APP_TYPE' })
    const internal = await publisher.app({ type: 'SERVICE', distribution: 'INTERNAL' })
    const hidden = { organizationId: team.id, appId: internal }
    expect(await world.refused(team.admin, 'authorizeApp', hidden)).toEqual({ code: 'NOT_FOUND' })
    expect(await world.refused(team.member, 'authorizeApp', { organizationId: team.id, appId })).toEqual({
      code: 'FORBIDDEN',
    })
  })
})

describe('authorizing a service app in a personal organization', () => {
  test('is for its user, makes the grant and no installation, and revoking it ends it', async () => {
    const { member } = team
    const organizationId = await personalOrganizationOf(world.server, member)
    const told = await world.listen()
    const input = { organizationId, appId, scopes: ['openid'] }
    const { grant: made } = await world.does(member, 'authorizeApp', input, grant)
    expect(made).toMatchObject({ user: null, organization: { organizationId }, scopes: [{ name: 'openid' }] })
    const document = `query ($id: ID!) { organization(id: $id) { installations { totalCount } grants { edges { node { id } } } }
      viewer { grants { edges { node { id } } } } }`
    const { organization, viewer } = await world.query(member, document, { id: organizationId })
    expect(organization.installations.totalCount).toBe(0)
    expect(organization.grants.edges).toEqual([{ node: { id: made.id } }])
    expect(viewer.grants.edges).toEqual([{ node: { id: made.id } }])

    const by = { actor: `USER ${member.name}`, app: 'Robot' }
    const created = { ...by, type: 'GRANT_CREATED', changes: { scopes: [[], ['openid']] } }
    expect(await told()).toEqual({ [organizationId]: [created], [idOf('User', member)]: [created] })

    const token = await addToken(world.server, made.id)
    await world.does(member, 'revokeGrant', { grantId: made.id })
    const revoked = { ...by, type: 'GRANT_REVOKED' }
    expect(await told()).toEqual({ [organizationId]: [revoked], [idOf('User', member)]: [revoked] })
    expect(await fateOf(world.server, [token])).toEqual([`GRANT_REVOKED ${organizationId}`])
  })

  test('is for nobody else, not even the admins of their teams', async () => {
    const organizationId = await personalOrganizationOf(world.server, team.member)
    const input = { organizationId, appId }
    expect(await world.refused(team.superAdmin, 'authorizeApp', input)).toEqual({ code: 'NOT_FOUND' })
  })
})
