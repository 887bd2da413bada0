import { beforeAll, describe, expect, test } from 'vitest'
import { Team, tokensOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let other: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  other = await Team.create(world.server)
})

const set = (name: 'disableApp' | 'enableApp', appId: string) =>
  world.does(publisher.admin, name, { appId }, 'app { status updatedAt } cursor')

const nameOf = async (team: Team) =>
  (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { name } }', { id: team.id })).organization
    .name

describe('disabling and enabling', () => {
  test('suspends an app everywhere and restores it; both are idempotent and tell of themselves once', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    await other.install(appId)
    const told = await world.listen()
    const actor = `USER ${publisher.admin.name}`
    const outside = `ORGANIZATION ${await nameOf(publisher)}`

    const first = await set('disableApp', appId)
    expect(first.app.status).toBe('DISABLED')
    const disabled = { type: 'APP_DISABLED', app: 'Mail', changes: { status: ['ENABLED', 'DISABLED'] } }
    expect(await told()).toEqual({
      [publisher.id]: [{ ...disabled, actor }],
      [other.id]: [{ ...disabled, actor: outside }],
    })
    world.clock.advance(1000)
    expect(await set('disableApp', appId)).toEqual(first)
    expect(await told()).toEqual({})

    const second = await set('enableApp', appId)
    expect(second.app.status).toBe('ENABLED')
    const enabled = { type: 'APP_ENABLED', app: 'Mail', changes: { status: ['DISABLED', 'ENABLED'] } }
    expect(await told()).toEqual({
      [publisher.id]: [{ ...enabled, actor }],
      [other.id]: [{ ...enabled, actor: outside }],
    })
    expect(await set('enableApp', appId)).toEqual(second)
    expect(await told()).toEqual({})
  })

  test('tokens, grants and installations stay as they are meanwhile', async () => {
    const appId = await publisher.app()
    const installationId = await other.install(appId)
    const grantId = await other.grant(appId)
    const tokens = await tokensOf(world.server, grantId)
    const document = `query ($grant: ID!, $installation: ID!) {
      grant: node(id: $grant) { ... on Grant { suspended liveTokens scopes { name } } }
      installation: node(id: $installation) { ... on Installation { suspended standing approvedScopes { name } } } }`
    const look = () => world.query(other.admin, document, { grant: grantId, installation: installationId })

    const before = await look()
    expect([before.grant.suspended, before.installation.suspended, before.grant.liveTokens]).toEqual([false, false, 2])
    await set('disableApp', appId)
    const { grant, installation } = await look()
    expect(grant).toEqual({ ...before.grant, suspended: true })
    expect(installation).toEqual({ ...before.installation, suspended: true })
    await set('enableApp', appId)
    expect(await look()).toEqual(before)
    expect(await tokensOf(world.server, grantId)).toEqual(tokens)
  })
})

describe('while an app is disabled', () => {
  const appDisabled = { code: 'APP_DISABLED' }

  test('new requests, installing and approving are APP_DISABLED, and so is authorizing a service app', async () => {
    const appId = await publisher.app()
    const installRequestId = await other.request(appId)
    const service = await publisher.app({ type: 'SERVICE' })
    await set('disableApp', appId)
    await set('disableApp', service)
    const told = await world.listen()
    const place = { organizationId: other.id, appId }
    expect(await world.refused(other.superAdmin, 'requestInstall', place)).toEqual(appDisabled)
    expect(await world.refused(other.admin, 'installApp', place)).toEqual(appDisabled)
    expect(await world.refused(other.admin, 'approveInstallRequest', { installRequestId })).toEqual(appDisabled)
    const authorize = { organizationId: other.id, appId: service }
    expect(await world.refused(other.admin, 'authorizeApp', authorize)).toEqual(appDisabled)
    expect(await told()).toEqual({})
  })

  test('pending requests stay, and can be withdrawn or denied; enabled again, they can be approved', async () => {
    const appId = await publisher.app()
    const [mine, yours] = [await other.request(appId), await other.request(appId, { by: other.admin })]
    await set('disableApp', appId)
    const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on InstallRequest { status } } }'
    const statuses = async () => (await world.query(other.admin, document, { ids: [mine, yours] })).nodes
    expect(await statuses()).toEqual([{ status: 'PENDING' }, { status: 'PENDING' }])

    await world.does(other.member, 'withdrawInstallRequest', { installRequestId: mine })
    await world.does(other.admin, 'denyInstallRequest', { installRequestId: yours })
    expect(await statuses()).toEqual([{ status: 'WITHDRAWN' }, { status: 'DENIED' }])

    const second = await publisher.app()
    const installRequestId = await other.request(second)
    await set('disableApp', second)
    await set('enableApp', second)
    await world.does(other.admin, 'approveInstallRequest', { installRequestId })
  })

  test('uninstalling, revoking, editing and deleting work', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const installationId = await other.install(appId)
    const grantId = await other.grant(appId)
    const secretId = await publisher.secret(appId)
    await set('disableApp', appId)
    await world.does(other.member, 'revokeGrant', { grantId })
    await world.does(other.admin, 'uninstallApp', { installationId })
    await world.does(publisher.admin, 'updateApp', { appId, name: 'Post' })
    await world.does(publisher.admin, 'revokeAppSecret', { secretId })
    await world.does(publisher.admin, 'createAppSecret', { appId })
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Post' })
  })

  test('a denial can be lifted', async () => {
    const appId = await publisher.app()
    const denialId = await other.denial(appId)
    await set('disableApp', appId)
    await world.does(other.admin, 'liftDenial', { denialId })
  })
})
