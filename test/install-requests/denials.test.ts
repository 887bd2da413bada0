import { beforeEach, describe, expect, test } from 'vitest'
import { idOf, type Person, Team, uuidOf } from '../support/team.ts'
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

const days = (count: number) => count * 86_400_000
const ask = (scopes?: string[], by: Person = team.member) =>
  world.does(by, 'requestInstall', { organizationId: team.id, appId, scopes }, 'installRequest { scopes { name } }')
const refused = (scopes?: string[]) =>
  world.refused(team.member, 'requestInstall', { organizationId: team.id, appId, scopes })
const deny = async (input: object = {}, scopes?: string[]) => {
  const installRequestId = await team.request(appId, { scopes })
  await world.does(team.admin, 'denyInstallRequest', { installRequestId, ...input })
}
const standing = async (person = team.admin) => {
  const document =
    'query ($id: ID!) { organization(id: $id) { denials(first: 100) { edges { node { id app { clientId } } } } } }'
  const { organization } = await world.query(person, document, { id: team.id })
  return organization.denials.edges
    .map(({ node }: { node: { id: string; app: { clientId: string } } }) => node)
    .filter((node: { app: { clientId: string } }) => node.app.clientId === appId)
    .map(({ id }: { id: string }) => id)
}
const denialId = async () => (await standing())[0]

describe('a denial lasts', () => {
  test('every member who asks meanwhile is answered with the denial, its reason and its end', async () => {
    const deniedUntil = new Date(world.clock.now().getTime() + days(3)).toISOString()
    await deny({ reason: 'Not here.', deniedUntil }, ['openid', 'documents:read'])
    const told = await world.listen()
    const error = { code: 'INSTALL_DENIED', reason: 'Not here.', deniedUntil, scopes: ['openid', 'documents:read'] }
    expect(await refused(['openid'])).toEqual(error)
    const input = { organizationId: team.id, appId, scopes: ['documents:read', 'openid'] }
    expect(await world.refused(team.superAdmin, 'requestInstall', input)).toEqual(error)
    expect(await told()).toEqual({})
    // It left no pending installation behind.
    expect(await world.server.prisma.installation.count({ where: { appId: uuidOf(appId) } })).toBe(0)
  })

  test('where only a part is denied, the rest is asked', async () => {
    await deny({}, ['documents:read'])
    const { installRequest } = await ask()
    expect(installRequest.scopes).toEqual([{ name: 'openid' }, { name: 'documents:write' }])
  })

  test('where all is approved or denied, it is answered with the denial', async () => {
    const installRequestId = await team.request(appId, { scopes: ['openid', 'documents:read'] })
    await world.does(team.admin, 'approveInstallRequest', { installRequestId, scopes: ['openid'], reason: 'Only you.' })
    expect(await refused(['openid', 'documents:read'])).toMatchObject({
      code: 'INSTALL_DENIED',
      reason: 'Only you.',
      scopes: ['documents:read'],
    })
    expect(await refused(['openid'])).toEqual({ code: 'ALREADY_INSTALLED' })
  })

  test('it belongs to the app and the organization', async () => {
    await deny()
    const elsewhere = await Team.create(world.server)
    await elsewhere.request(appId)
    await team.request(await publisher.app())
  })

  test('a later one adds to it', async () => {
    await deny({ reason: 'First.' }, ['openid'])
    await deny({ reason: 'Second.' }, ['documents:read'])
    expect(await standing()).toHaveLength(1)
    expect(await refused(['openid'])).toMatchObject({ reason: 'Second.', scopes: ['openid', 'documents:read'] })
  })
})

describe('a later decision does not shorten a denial', () => {
  const inDays = (count: number) => new Date(world.clock.now().getTime() + days(count)).toISOString()

  test('by denying more, where nothing is said of the time', async () => {
    await deny({ reason: 'Not this year.', deniedUntil: inDays(90) }, ['openid'])
    await deny({}, ['documents:read'])
    expect(await refused(['openid', 'documents:read'])).toEqual({
      code: 'INSTALL_DENIED',
      reason: 'Not this year.',
      deniedUntil: inDays(90),
      scopes: ['openid', 'documents:read'],
    })
  })

  test('by an approval that leaves something out', async () => {
    await deny({ reason: 'Not this year.', deniedUntil: inDays(90) }, ['openid'])
    const installRequestId = await team.request(appId, { scopes: ['documents:read', 'documents:write'] })
    await world.does(team.admin, 'approveInstallRequest', { installRequestId, scopes: ['documents:read'] })
    expect(await refused(['openid', 'documents:write'])).toEqual({
      code: 'INSTALL_DENIED',
      reason: 'Not this year.',
      deniedUntil: inDays(90),
      scopes: ['openid', 'documents:write'],
    })
  })

  test('by an approval that leaves nothing out', async () => {
    await deny({ reason: 'Not this year.', deniedUntil: inDays(90) }, ['openid'])
    const installRequestId = await team.request(appId, { scopes: ['documents:read'] })
    await world.does(team.admin, 'approveInstallRequest', { installRequestId })
    expect(await refused(['openid'])).toMatchObject({ reason: 'Not this year.', deniedUntil: inDays(90) })
  })

  test('but lengthens one that would end sooner', async () => {
    await deny({ deniedUntil: inDays(2) }, ['openid'])
    await deny({}, ['documents:read'])
    expect(await refused(['openid'])).toMatchObject({ deniedUntil: inDays(30) })
  })

  test('unless the admin names the time', async () => {
    await deny({ deniedUntil: inDays(90) }, ['openid'])
    await deny({ deniedUntil: inDays(1) }, ['documents:read'])
    expect(await refused(['openid'])).toMatchObject({ deniedUntil: inDays(1) })
  })

  test('nor is one that has run out taken up again', async () => {
    await deny({ reason: 'For now.', deniedUntil: new Date(world.clock.now().getTime() + 1000).toISOString() }, [
      'openid',
    ])
    world.clock.advance(1000)
    await deny({}, ['documents:read'])
    expect(await refused(['documents:read'])).toEqual({
      code: 'INSTALL_DENIED',
      reason: null,
      deniedUntil: inDays(30),
      scopes: ['documents:read'],
    })
    await ask(['openid'])
  })
})

describe('a denial ends', () => {
  test('by itself: then the same may be asked for again, and the denial is no longer seen', async () => {
    // Signing in lasts 15 minutes, so this denial is shorter than that.
    const deniedUntil = new Date(world.clock.now().getTime() + 60_000).toISOString()
    await deny({ deniedUntil }, ['openid'])
    const id = await denialId()
    const document = 'query ($id: ID!) { node(id: $id) { id } }'
    world.clock.advance(59_999)
    expect(await refused(['openid'])).toMatchObject({ code: 'INSTALL_DENIED' })
    expect((await world.query(team.admin, document, { id })).node).toEqual({ id })
    world.clock.advance(1)
    expect(await standing()).toEqual([])
    expect((await world.query(team.admin, document, { id })).node).toBe(null)
    expect(await world.refused(team.admin, 'liftDenial', { denialId: id })).toEqual({ code: 'NOT_FOUND' })
    await ask(['openid'])
  })

  test('by itself after 30 days, where nothing else is said', async () => {
    await deny()
    const input = { organizationId: team.id, appId }
    const member = async () => ({ ...team.member, token: await world.server.signIn(team.member) })
    world.clock.advance(days(30) - 1)
    expect(await world.refused(await member(), 'requestInstall', input)).toMatchObject({ code: 'INSTALL_DENIED' })
    world.clock.advance(1)
    await world.does(await member(), 'requestInstall', input)
    // For the tests that follow.
    world.clock.advance(-days(30))
  })

  test('when it is lifted', async () => {
    await deny({}, ['openid'])
    const told = await world.listen()
    const id = await denialId()
    await world.does(team.admin, 'liftDenial', { denialId: id })
    expect(await told()).toEqual({
      [team.id]: [
        {
          type: 'INSTALL_DENIAL_LIFTED',
          actor: `USER ${team.admin.name}`,
          app: 'Mail',
          changes: { deniedScopes: [['openid'], []] },
        },
      ],
    })
    expect(await world.refused(team.admin, 'liftDenial', { denialId: id })).toEqual({ code: 'NOT_FOUND' })
    await ask(['openid'])
  })

  test('when the app is installed, which its history tells', async () => {
    await deny({}, ['documents:read'])
    const told = await world.listen()
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['openid'] })
    const entry = { actor: `USER ${team.admin.name}`, app: 'Mail' }
    const lifted = (scopes: string[]) => ({
      ...entry,
      type: 'INSTALL_DENIAL_LIFTED',
      changes: { deniedScopes: [scopes, []] },
    })
    expect(await told()).toEqual({
      [team.id]: [
        lifted(['documents:read']),
        { ...entry, type: 'APP_INSTALLED', changes: { approvedScopes: [[], ['openid']] } },
      ],
    })
    expect(await standing()).toEqual([])

    // Also where installing changes nothing else.
    await deny({}, ['documents:read'])
    await told()
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['openid'] })
    expect(await told()).toEqual({ [team.id]: [lifted(['documents:read'])] })
    await ask(['documents:read'])
  })

  test('for the members of the organization the denials are not there, and they cannot be lifted by them', async () => {
    await deny()
    const id = await denialId()
    const document = 'query ($id: ID!) { organization(id: $id) { denials { totalCount } } }'
    expect(await world.queryError(team.member, document, { id: team.id })).toBe('FORBIDDEN')
    expect(await world.refused(team.member, 'liftDenial', { denialId: id })).toEqual({ code: 'NOT_FOUND' })
    expect(await world.refused(publisher.admin, 'liftDenial', { denialId: id })).toEqual({ code: 'NOT_FOUND' })
    expect(idOf('User', team.member)).toMatch(/^usr_/)
  })
})
