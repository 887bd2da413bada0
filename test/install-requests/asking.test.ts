import { beforeAll, describe, expect, test } from 'vitest'
import { personalOrganizationOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

const all = ['openid', 'documents:read', 'documents:write']
const request = `installRequest { id status reason scopes { name } approvedScopes { name } requester { name } app { clientId }
  organization { organizationId } createdAt decidedAt decidedBy { name } decisionReason }`

const ask = (appId: string, input: object = {}, by = team.member) =>
  world.does(by, 'requestInstall', { organizationId: team.id, appId, ...input }, request)

const names = (scopes: { name: string }[]) => scopes.map(({ name }) => name)

const installations = async () => {
  const document = `query ($id: ID!) { organization(id: $id) { installations(first: 1) { totalCount edges { node {
    app { clientId } standing approvedScopes { name } installedAt installedBy { name } } } } } }`
  return (await world.query(team.admin, document, { id: team.id })).organization.installations
}

describe('asking for an installation', () => {
  test('makes a request for all that the app may ask, the installation becomes PENDING, and the admins’ feed gets it', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const told = await world.listen()
    const { installRequest } = await ask(appId, { reason: '  For the mail.\n' })
    expect(installRequest).toEqual({
      id: installRequest.id,
      status: 'PENDING',
      reason: 'For the mail.',
      scopes: all.map((name) => ({ name })),
      approvedScopes: [],
      requester: { name: team.member.name },
      app: { clientId: appId },
      organization: { organizationId: team.id },
      createdAt: world.clock.now().toISOString(),
      decidedAt: null,
      decidedBy: null,
      decisionReason: null,
    })
    expect(await told()).toEqual({
      [team.id]: [
        {
          type: 'INSTALL_REQUESTED',
          actor: `USER ${team.member.name}`,
          app: 'Mail',
          user: team.member.name,
          changes: { scopes: [[], all], reason: [null, 'For the mail.'] },
        },
      ],
    })
    expect((await installations()).edges).toEqual([
      {
        node: {
          app: { clientId: appId },
          standing: 'OBO_NOT_INSTALLED',
          approvedScopes: [],
          installedAt: null,
          installedBy: null,
        },
      },
    ])
  })

  test('for a subset asks for that', async () => {
    const { installRequest } = await ask(await publisher.app(), { scopes: ['documents:read'], reason: ' ' })
    expect(names(installRequest.scopes)).toEqual(['documents:read'])
    expect(installRequest.reason).toBe(null)
  })

  test('again while it is pending adds what is new to the one request', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const first = await ask(appId, { scopes: ['openid'], reason: 'First.' })
    const told = await world.listen()
    const second = await ask(appId, { scopes: ['documents:read', 'openid'] })
    expect(second.installRequest).toEqual({
      ...first.installRequest,
      scopes: [{ name: 'openid' }, { name: 'documents:read' }],
    })
    const entry = { type: 'INSTALL_REQUESTED', actor: `USER ${team.member.name}`, app: 'Mail', user: team.member.name }
    expect(await told()).toEqual({
      [team.id]: [{ ...entry, changes: { scopes: [['openid'], ['openid', 'documents:read']] } }],
    })

    expect(await ask(appId, { scopes: ['openid'] })).toEqual(second)
    expect(await ask(appId, { scopes: ['openid'], reason: 'First.' })).toEqual(second)
    expect(await told()).toEqual({})

    const third = await ask(appId, { scopes: ['openid'], reason: 'Second.' })
    expect(third.installRequest).toEqual({ ...second.installRequest, reason: 'Second.' })
    expect(await told()).toEqual({ [team.id]: [{ ...entry, changes: { reason: ['First.', 'Second.'] } }] })
  })

  test('by several users makes a request of each, and one installation', async () => {
    const appId = await publisher.app()
    const before = (await installations()).totalCount
    const [one, two] = [await ask(appId), await ask(appId, {}, team.superAdmin)]
    expect(one.installRequest.id).not.toBe(two.installRequest.id)
    expect((await installations()).totalCount).toBe(before + 1)
  })

  test('each sees their own requests, admins see all, and others none', async () => {
    const appId = await publisher.app()
    const { installRequest } = await ask(appId)
    const node = 'query ($id: ID!) { node(id: $id) { ... on InstallRequest { status } } }'
    const other = await team.join('MEMBER')
    const see = async (person: typeof other) => (await world.query(person, node, { id: installRequest.id })).node
    expect(await see(team.member)).toEqual({ status: 'PENDING' })
    expect(await see(team.admin)).toEqual({ status: 'PENDING' })
    expect(await see(other)).toBe(null)
    expect(await see(publisher.admin)).toBe(null)

    const own = '{ viewer { installRequests(first: 1, status: PENDING) { totalCount edges { node { id } } } } }'
    const { viewer } = await world.query(team.member, own)
    expect(viewer.installRequests.edges).toEqual([{ node: { id: installRequest.id } }])
    expect((await world.query(other, own)).viewer.installRequests).toEqual({ totalCount: 0, edges: [] })
    const theirs = `query ($id: ID!) { organization(id: $id) { installRequests(first: 1, status: PENDING) { edges { node { id } } } } }`
    const { organization } = await world.query(team.admin, theirs, { id: team.id })
    expect(organization.installRequests.edges).toEqual([{ node: { id: installRequest.id } }])
  })
})

describe('asking is refused, and changes nothing,', () => {
  const refusal = async (input: object, by = team.member) => {
    const told = await world.listen()
    const error = await world.refused(by, 'requestInstall', { organizationId: team.id, ...input })
    expect(await told()).toEqual({})
    return error
  }

  test('for scopes outside those the app may ask for, with the path of each; all that is wrong is named at once', async () => {
    const appId = await publisher.app({ scopes: ['openid', 'documents:read'] })
    const notOffered = (index: string, value: string) => ({
      path: ['scopes', index],
      code: 'NOT_OFFERED',
      message: 'is not among the scopes that the app may ask for',
      value,
    })
    const tooLong = {
      path: ['reason'],
      code: 'TOO_LONG',
      message: 'must have at most 1000 characters',
      limit: 1000,
    }
    expect(
      await refusal({ appId, scopes: ['documents:write', 'openid', 'nothing'], reason: 'x'.repeat(1001) }),
    ).toEqual({
      code: 'INVALID_INPUT',
      issues: [notOffered('0', 'documents:write'), notOffered('2', 'nothing'), tooLong],
    })
    expect(await refusal({ appId, scopes: [] })).toEqual({
      code: 'INVALID_INPUT',
      issues: [{ path: ['scopes'], code: 'TOO_FEW', message: 'must name at least one scope', limit: 1 }],
    })
    expect(await refusal({ appId, reason: 'a\0b' })).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['reason'], code: 'BAD_CHARACTERS', message: 'must not contain invisible or control characters' },
      ],
    })
  })

  test('in a personal organization: EDITION_HAS_NO_INSTALLATIONS', async () => {
    const organizationId = await personalOrganizationOf(world.server, team.member)
    const error = { code: 'EDITION_HAS_NO_INSTALLATIONS' }
    expect(await refusal({ organizationId, appId: await publisher.app() })).toEqual(error)
  })

  test('for a service app: WRONG_APP_TYPE', async () => {
    expect(await refusal({ appId: await publisher.app({ type: 'SERVICE' }) })).toEqual({ code: 'WRONG_APP_TYPE' })
  })

  test('for an INTERNAL app of another organization: NOT_FOUND, as for an app that never was', async () => {
    const appId = await publisher.app({ distribution: 'INTERNAL' })
    const never = `app_${'0'.repeat(32)}`
    expect(await refusal({ appId })).toEqual({ code: 'NOT_FOUND' })
    expect(await refusal({ appId: never })).toEqual({ code: 'NOT_FOUND' })
  })

  test('when all of it is approved already: ALREADY_INSTALLED', async () => {
    const appId = await publisher.app()
    await team.install(appId, ['openid', 'documents:read'])
    expect(await refusal({ appId, scopes: ['openid'] })).toEqual({ code: 'ALREADY_INSTALLED' })
  })
})

test('members of the publishing organization ask for its INTERNAL apps', async () => {
  const appId = await publisher.app({ distribution: 'INTERNAL' })
  const input = { organizationId: publisher.id, appId }
  const { installRequest } = await world.does(publisher.member, 'requestInstall', input, request)
  expect(installRequest.status).toBe('PENDING')
})
