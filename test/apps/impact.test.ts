import { beforeEach, describe, expect, test } from 'vitest'
import type { Data } from '../support/server.ts'
import { addToken, personalOrganizationOf, Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let other: Team
let appId: string

beforeEach(async () => {
  publisher ??= await Team.create(world.server)
  other ??= await Team.create(world.server)
  appId = await publisher.app({ name: 'Mail' })
})

const nothing = { organizations: 0, users: 0, grants: 0, liveTokens: 0, lastUsedAt: null }

/** The impact without its version. */
const touched = async (...args: Parameters<typeof world.impact>) => {
  const { version, ...numbers } = await world.impact(...args)
  expect(version).toMatch(/./)
  return numbers
}

describe('what an action touches, exactly', () => {
  test('disabling: organizations where it is installed or granted, users, grants, live tokens and the last use', async () => {
    expect(await touched(publisher.admin, appId, 'DISABLE')).toEqual(nothing)
    await publisher.install(appId)
    await other.install(appId)
    await (await Team.create(world.server)).request(appId)
    const grantId = await other.grant(appId)
    await other.grant(appId, { by: other.admin })
    await publisher.grant(appId)
    const loner = other.member
    const personal = await personalOrganizationOf(world.server, loner)
    await new Team(world.server, personal, { superAdmin: loner, admin: loner, member: loner }).grant(appId)
    await addToken(world.server, grantId)
    await addToken(world.server, grantId, { lifetime: 0 })
    const lastUsedAt = new Date(world.clock.now().getTime() + 60_000)
    await world.server.prisma.grant.update({ where: { id: uuidOf(grantId) }, data: { lastUsedAt } })

    const impact = { organizations: 3, users: 3, grants: 4, liveTokens: 9, lastUsedAt: lastUsedAt.toISOString() }
    expect(await touched(publisher.admin, appId, 'DISABLE')).toEqual(impact)
    // Deleting also takes what is only asked for.
    expect(await touched(publisher.admin, appId, 'DELETE')).toEqual({ ...impact, organizations: 4 })
  })

  test('disabling a disabled app touches nothing, deleting it does', async () => {
    await other.install(appId)
    await world.does(publisher.admin, 'disableApp', { appId })
    expect(await touched(publisher.admin, appId, 'DISABLE')).toEqual(nothing)
    expect(await touched(publisher.admin, appId, 'DELETE')).toEqual({ ...nothing, organizations: 1 })
  })

  test('disabling an INTERNAL app touches its publisher alone: outside it is suspended already', async () => {
    await publisher.install(appId)
    await other.install(appId)
    await other.grant(appId)
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    expect(await touched(publisher.admin, appId, 'DISABLE')).toEqual({ ...nothing, organizations: 1 })
    expect(await touched(publisher.admin, appId, 'DELETE')).toMatchObject({ organizations: 2, grants: 1 })
  })

  test('uninstalling touches that one organization', async () => {
    await publisher.install(appId)
    await publisher.grant(appId)
    const installationId = await other.install(appId)
    await other.grant(appId)
    await other.grant(appId, { by: other.superAdmin })
    const lastUsedAt = world.clock.now().toISOString()
    expect(await touched(other.admin, installationId)).toEqual({
      organizations: 1,
      users: 2,
      grants: 2,
      liveTokens: 4,
      lastUsedAt,
    })
  })

  test('revoking touches that one grant', async () => {
    await other.install(appId)
    const grantId = await other.grant(appId)
    await other.grant(appId, { by: other.admin })
    const lastUsedAt = world.clock.now().toISOString()
    const impact = { organizations: 1, users: 1, grants: 1, liveTokens: 2, lastUsedAt }
    expect(await touched(other.admin, grantId)).toEqual(impact)
    expect(await touched(other.member, grantId)).toEqual(impact)
  })

  test('revoking what a service app may do as itself touches no user', async () => {
    const grantId = await other.authorize(await publisher.app({ type: 'SERVICE' }))
    await addToken(world.server, grantId)
    expect(await touched(other.admin, grantId)).toEqual({ ...nothing, organizations: 1, grants: 1, liveTokens: 1 })
  })
})

test('in a list each app, installation and grant has its own impact', async () => {
  const apps = [appId, await publisher.app({ name: 'Idle' }), await publisher.app({ distribution: 'INTERNAL' })]
  await world.does(publisher.admin, 'disableApp', { appId: apps[1] })
  const ids: string[] = []
  for (const [index, id] of apps.entries()) {
    if (index !== 1) ids.push(await publisher.install(id))
    if (index !== 1)
      for (const by of [publisher.admin, publisher.member].slice(index ? 1 : 0))
        ids.push(await publisher.grant(id, { by }))
  }
  const numbers = 'organizations users grants liveTokens lastUsedAt version'
  const document = `query ($ids: [ID!]!) { nodes(ids: $ids) {
    ... on App { disable: impact(action: DISABLE) { ${numbers} } delete: impact(action: DELETE) { ${numbers} } }
    ... on Installation { impact { ${numbers} } } ... on Grant { impact { ${numbers} } } } }`
  const { nodes } = await world.query(publisher.admin, document, { ids: [...apps, ...ids] })
  const expected = [
    ...apps.map(async (id) => ({
      disable: await world.impact(publisher.admin, id, 'DISABLE'),
      delete: await world.impact(publisher.admin, id, 'DELETE'),
    })),
    ...ids.map(async (id) => ({ impact: await world.impact(publisher.admin, id) })),
  ]
  expect(nodes).toEqual(await Promise.all(expected))
  expect(new Set(nodes.slice(3).map(({ impact }: Data) => impact.version)).size).toBe(ids.length)
})

describe('the version', () => {
  test('is changed by status, organizations, installations, users and grants, and by nothing else', async () => {
    await other.install(appId)
    const grantId = await other.grant(appId)
    const seen: string[] = []
    const changesBy = async (work: () => Promise<unknown>) => {
      const before = (await world.impact(publisher.admin, appId, 'DELETE')).version
      await work()
      const after = (await world.impact(publisher.admin, appId, 'DELETE')).version
      if (after !== before) seen.push(after)
      return after !== before
    }
    const lastUsedAt = new Date(world.clock.now().getTime() + 5000)
    const use = () => world.server.prisma.grant.update({ where: { id: uuidOf(grantId) }, data: { lastUsedAt } })
    expect(await changesBy(() => addToken(world.server, grantId))).toBe(false)
    expect(await changesBy(use)).toBe(false)
    expect(await changesBy(() => world.does(publisher.admin, 'updateApp', { appId, description: 'New' }))).toBe(false)
    expect(await changesBy(() => publisher.secret(appId))).toBe(false)

    const third = await Team.create(world.server)
    let request = ''
    const ask = async () => {
      request = await third.request(appId)
    }
    expect(await changesBy(ask)).toBe(true)
    expect(await changesBy(() => world.does(third.admin, 'approveInstallRequest', { installRequestId: request }))).toBe(
      true,
    )
    expect(await changesBy(() => third.grant(appId))).toBe(true)
    expect(await changesBy(() => third.grant(appId, { by: third.admin }))).toBe(true)
    expect(await changesBy(() => world.does(other.member, 'revokeGrant', { grantId }))).toBe(true)
    expect(await changesBy(() => world.does(publisher.admin, 'disableApp', { appId }))).toBe(true)
    expect(new Set(seen).size).toBe(6)
  })

  test('of an uninstallation is changed by what happens in that organization, not by what happens elsewhere', async () => {
    const installationId = await other.install(appId)
    const version = async () => (await world.impact(other.admin, installationId)).version
    const before = await version()
    await publisher.install(appId)
    await publisher.grant(appId)
    expect(await version()).toBe(before)
    await other.grant(appId)
    expect(await version()).not.toBe(before)
  })
})

describe('a mutation that carries a version is refused with the new impact if the world has changed, and nothing is done', () => {
  test('disabling and deleting an app', async () => {
    await other.install(appId)
    const disable = await world.impact(publisher.admin, appId, 'DISABLE')
    const remove = await world.impact(publisher.admin, appId, 'DELETE')
    await other.grant(appId)
    const told = await world.listen()
    for (const [name, action, { version }, more] of [
      ['disableApp', 'DISABLE', disable, {}],
      ['deleteApp', 'DELETE', remove, { confirmation: 'Mail' }],
    ] as const) {
      const impact = await world.impact(publisher.admin, appId, action)
      expect(impact.grants).toBe(1)
      expect(await world.refused(publisher.admin, name, { appId, impactVersion: version, ...more })).toEqual({
        code: 'IMPACT_CHANGED',
        impact,
      })
    }
    expect(await told()).toEqual({})

    const impactVersion = (await world.impact(publisher.admin, appId, 'DISABLE')).version
    await world.does(publisher.admin, 'disableApp', { appId, impactVersion })
    const again = (await world.impact(publisher.admin, appId, 'DELETE')).version
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail', impactVersion: again })
  })

  test('uninstalling', async () => {
    const installationId = await other.install(appId)
    const impactVersion = (await world.impact(other.admin, installationId)).version
    const grantId = await other.grant(appId)
    const told = await world.listen()
    const impact = await world.impact(other.admin, installationId)
    expect(await world.refused(other.admin, 'uninstallApp', { installationId, impactVersion })).toEqual({
      code: 'IMPACT_CHANGED',
      impact,
    })
    expect(await told()).toEqual({})
    expect(
      (await world.query(other.admin, 'query ($id: ID!) { node(id: $id) { id } }', { id: grantId })).node,
    ).not.toBe(null)
    await world.does(other.admin, 'uninstallApp', { installationId, impactVersion: impact.version })
  })

  test('revoking', async () => {
    await other.install(appId)
    const grantId = await other.grant(appId)
    const impactVersion = (await world.impact(other.member, grantId)).version
    await world.does(publisher.admin, 'disableApp', { appId })
    const told = await world.listen()
    const impact = await world.impact(other.member, grantId)
    expect(await world.refused(other.member, 'revokeGrant', { grantId, impactVersion })).toEqual({
      code: 'IMPACT_CHANGED',
      impact,
    })
    expect(await told()).toEqual({})
    await world.does(other.member, 'revokeGrant', { grantId, impactVersion: impact.version })
  })
})
