import { beforeEach, describe, expect, test } from 'vitest'
import { fateOf, idOf, personalOrganizationOf, Team, tokensOf } from '../support/team.ts'
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

const all = ['openid', 'documents:read', 'documents:write']
const row = `installation { id standing suspended createdAt installedAt installedBy { name } app { clientId }
  organization { organizationId } approvedScopes { name } scopesNotApproved { name } }`
const install = (scopes?: string[]) =>
  world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes }, row)
const names = (scopes: { name: string }[]) => scopes.map(({ name }) => name)
const exists = async (id: string) =>
  (await world.query(team.admin, 'query ($id: ID!) { node(id: $id) { id } }', { id })).node !== null

describe('installing', () => {
  test('with nobody asking installs, with all that the app may ask for', async () => {
    const told = await world.listen()
    const { installation } = await install()
    const now = world.clock.now().toISOString()
    expect(installation).toEqual({
      id: installation.id,
      standing: 'OBO_INSTALLED',
      suspended: false,
      createdAt: now,
      installedAt: now,
      installedBy: { name: team.admin.name },
      app: { clientId: appId },
      organization: { organizationId: team.id },
      approvedScopes: all.map((name) => ({ name })),
      scopesNotApproved: [],
    })
    expect(await told()).toEqual({
      [team.id]: [
        {
          type: 'APP_INSTALLED',
          actor: `USER ${team.admin.name}`,
          app: 'Mail',
          changes: { approvedScopes: [[], all] },
        },
      ],
    })
  })

  test('on an installed app replaces the approved scopes; with the same again it writes no event', async () => {
    const first = await install(['openid', 'documents:read'])
    const told = await world.listen()
    world.clock.advance(1000)
    const { installation } = await install(['documents:write', 'openid'])
    expect(installation).toEqual({
      ...first.installation,
      approvedScopes: [{ name: 'documents:write' }, { name: 'openid' }],
      scopesNotApproved: [{ name: 'documents:read' }],
    })
    const changes = {
      approvedScopes: [
        ['openid', 'documents:read'],
        ['documents:write', 'openid'],
      ],
    }
    expect((await told())[team.id]).toMatchObject([{ type: 'APP_INSTALLED', changes }])
    await install(['openid', 'documents:write'])
    expect(await told()).toEqual({})
  })

  test('leaves grants and tokens as they are when it narrows what is approved', async () => {
    await install()
    const grantId = await team.grant(appId)
    const tokens = await tokensOf(world.server, grantId)
    await install(['documents:read'])
    expect(await fateOf(world.server, tokens)).toEqual(['live', 'live'])
  })

  test('is refused for scopes outside those of the app, in personal organizations, and for service apps', async () => {
    const told = await world.listen()
    const place = { organizationId: team.id, appId }
    const issues = (scopes: string[]) => world.issues(team.admin, 'installApp', { ...place, scopes })
    expect(await issues(['openid', 'calendar:read'])).toEqual(['scopes.1: NOT_OFFERED calendar:read'])
    expect(await issues([])).toEqual(['scopes: TOO_FEW 1'])
    const personal = { organizationId: await personalOrganizationOf(world.server, team.admin), appId }
    const error = { code: 'EDITION_HAS_NO_INSTALLATIONS' }
    expect(await world.refused(team.admin, 'installApp', personal)).toEqual(error)
    expect(await told()).toEqual({})

    const service = { organizationId: team.id, appId: await publisher.app({ type: 'SERVICE' }) }
    expect(await world.refused(team.admin, 'installApp', service)).toEqual({ code: 'WRONG_APP_TYPE' })
  })

  test('an INTERNAL app of another organization is NOT_FOUND, as one that never was', async () => {
    const internal = await publisher.app({ distribution: 'INTERNAL' })
    for (const id of [internal, `app_${'0'.repeat(32)}`]) {
      const place = { organizationId: team.id, appId: id }
      expect(await world.refused(team.admin, 'installApp', place)).toEqual({ code: 'NOT_FOUND' })
    }
    const { installation } = await world.does(
      publisher.admin,
      'installApp',
      { organizationId: publisher.id, appId: internal },
      row,
    )
    expect(installation.standing).toBe('OBO_INSTALLED')
  })
})

describe('uninstalling', () => {
  test('ends every grant and token of the app there, denies what is pending, and tells the users', async () => {
    const installationId = await team.install(appId, ['openid'])
    const [mine, yours] = [await team.grant(appId), await team.grant(appId, { by: team.superAdmin })]
    const request = await team.request(appId)
    const elsewhere = await Team.create(world.server)
    await elsewhere.install(appId)
    const untouched = await tokensOf(world.server, await elsewhere.grant(appId))
    const tokens = [...(await tokensOf(world.server, mine)), ...(await tokensOf(world.server, yours))]
    const told = await world.listen()

    const input = { installationId }
    expect(await world.does(team.admin, 'uninstallApp', input, 'installationId')).toEqual({ installationId })
    expect(await fateOf(world.server, tokens)).toEqual(tokens.map(() => `APP_UNINSTALLED ${team.id}`))
    expect(await fateOf(world.server, untouched)).toEqual(['live', 'live'])
    expect([await exists(installationId), await exists(mine), await exists(yours)]).toEqual([false, false, false])

    const document = 'query ($id: ID!) { node(id: $id) { ... on InstallRequest { status decisionReason } } }'
    const { node } = await world.query(team.member, document, { id: request })
    expect(node).toEqual({ status: 'DENIED', decisionReason: 'The app was uninstalled.' })

    const entry = { actor: `USER ${team.admin.name}`, app: 'Mail' }
    const denied = {
      ...entry,
      type: 'INSTALL_DENIED',
      user: team.member.name,
      changes: { status: ['PENDING', 'DENIED'], reason: [null, 'The app was uninstalled.'] },
    }
    const revoked = { ...entry, type: 'GRANT_REVOKED' }
    expect(await told()).toEqual({
      [team.id]: [{ ...entry, type: 'APP_UNINSTALLED' }, denied],
      [idOf('User', team.member)]: [denied, revoked],
      [idOf('User', team.superAdmin)]: [revoked],
    })
    expect(await world.refused(team.admin, 'uninstallApp', input)).toEqual({ code: 'NOT_FOUND' })
  })

  test('installing again starts from nothing', async () => {
    const installationId = await team.install(appId, ['openid'])
    const grantId = await team.grant(appId)
    await world.does(team.admin, 'denyInstallRequest', { installRequestId: await team.request(appId) })
    await world.does(team.admin, 'uninstallApp', { installationId })

    // No denial outlives it.
    const { installRequest } = await world.does(
      team.member,
      'requestInstall',
      { organizationId: team.id, appId },
      'installRequest { scopes { name } }',
    )
    expect(names(installRequest.scopes)).toEqual(all)
    const { installation } = await install(['documents:read'])
    expect(installation.id).not.toBe(installationId)
    expect(names(installation.approvedScopes)).toEqual(['documents:read'])
    expect(await exists(grantId)).toBe(false)
  })

  test('an app that is only pending is NOT_INSTALLED', async () => {
    await team.request(appId)
    const document = `query ($id: ID!) { organization(id: $id) { installations(first: 1) { edges { node { id app { clientId } } } } } }`
    const { organization } = await world.query(team.admin, document, { id: team.id })
    const { id: installationId, app } = organization.installations.edges[0].node
    expect(app.clientId).toBe(appId)
    const told = await world.listen()
    expect(await world.refused(team.admin, 'uninstallApp', { installationId })).toEqual({ code: 'NOT_INSTALLED' })
    expect(await told()).toEqual({})
  })

  test('the history keeps it', async () => {
    const installationId = await team.install(appId)
    await world.does(team.admin, 'uninstallApp', { installationId })
    const document = `query ($id: ID!, $appId: ID!) { organization(id: $id) { events(appId: $appId) { edges { node {
      type installationId installation { id } app { name } appName } } } } }`
    const { organization } = await world.query(team.admin, document, { id: team.id, appId })
    const entry = { installationId, installation: null, app: { name: 'Mail' }, appName: 'Mail' }
    expect(organization.events.edges).toEqual([
      { node: { type: 'APP_INSTALLED', ...entry } },
      { node: { type: 'APP_UNINSTALLED', ...entry } },
    ])
  })

  test('to members, and to other organizations, the installation does not exist', async () => {
    const installationId = await team.install(appId)
    for (const person of [team.member, publisher.admin]) {
      expect(await world.refused(person, 'uninstallApp', { installationId })).toEqual({ code: 'NOT_FOUND' })
      const document = 'query ($id: ID!) { node(id: $id) { id } }'
      expect(await world.query(person, document, { id: installationId })).toEqual({ node: null })
    }
    expect(await exists(installationId)).toBe(true)
  })
})
