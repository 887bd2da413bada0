import { beforeAll, describe, expect, test } from 'vitest'
import { idOf, type Person, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team
let second: Person

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
  second = await team.join('MEMBER')
})

const names = (scopes: { name: string }[]) => scopes.map(({ name }) => name)

/** Status, approved scopes and reason of requests. */
const outcomes = async (...ids: string[]) => {
  const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on InstallRequest {
    status approvedScopes { name } decisionReason decidedBy { name } decidedAt } } }`
  const { nodes } = await world.query(team.admin, document, { ids })
  return nodes.map((node: { approvedScopes: { name: string }[] }) => ({
    ...node,
    approvedScopes: names(node.approvedScopes),
  }))
}

/** Standing and approved scopes of the app in the team; undefined where it is not on the list. */
const standing = async (appId: string) => {
  const document = `query ($id: ID!) { organization(id: $id) { installations(first: 100) { edges { node {
    app { clientId } standing approvedScopes { name } installedBy { name } } } } } }`
  const { organization } = await world.query(team.admin, document, { id: team.id })
  const rows = organization.installations.edges.map(({ node }: { node: object }) => node)
  const row = rows.find(({ app }: { app: { clientId: string } }) => app.clientId === appId)
  return row && [row.standing, ...names(row.approvedScopes)]
}

/** What is denied of the app in the team, and until when. */
const denials = async (appId: string) => {
  const document = `query ($id: ID!) { organization(id: $id) { denials(first: 100) { edges { node {
    app { clientId } scopes { name } reason deniedUntil deniedBy { name } } } } } }`
  const { organization } = await world.query(team.admin, document, { id: team.id })
  return organization.denials.edges
    .map(({ node }: { node: object }) => node)
    .filter(({ app }: { app: { clientId: string } }) => app.clientId === appId)
    .map(({ app, scopes, ...denial }: { app: object; scopes: { name: string }[] }) => ({
      ...denial,
      scopes: names(scopes),
    }))
}

const inDays = (days: number) => new Date(world.clock.now().getTime() + days * 86_400_000).toISOString()
const decided = () => ({ decidedBy: { name: team.admin.name }, decidedAt: world.clock.now().toISOString() })

describe('approving', () => {
  test('one decision settles all pending requests with the union of their scopes', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const one = await team.request(appId, { scopes: ['openid'] })
    const two = await team.request(appId, { by: second, scopes: ['documents:read', 'openid'] })
    const told = await world.listen()
    const input = { installRequestId: two, reason: 'Fine.' }
    const { installRequest } = await world.does(
      team.admin,
      'approveInstallRequest',
      input,
      'installRequest { id status }',
    )
    expect(installRequest).toEqual({ id: two, status: 'APPROVED' })
    expect(await outcomes(one, two)).toEqual([
      { status: 'APPROVED', approvedScopes: ['openid'], decisionReason: 'Fine.', ...decided() },
      { status: 'APPROVED', approvedScopes: ['documents:read', 'openid'], decisionReason: 'Fine.', ...decided() },
    ])
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid', 'documents:read'])
    expect(await denials(appId)).toEqual([])

    const entry = { actor: `USER ${team.admin.name}`, app: 'Mail' }
    const approved = (user: string, scopes: string[]) => ({
      ...entry,
      type: 'INSTALL_APPROVED',
      user,
      changes: { status: ['PENDING', 'APPROVED'], approvedScopes: [[], scopes], reason: [null, 'Fine.'] },
    })
    const forOne = approved(team.member.name, ['openid'])
    const forTwo = approved(second.name, ['documents:read', 'openid'])
    expect(await told()).toEqual({
      [team.id]: [
        forOne,
        forTwo,
        { ...entry, type: 'APP_INSTALLED', changes: { approvedScopes: [[], ['openid', 'documents:read']] } },
      ],
      [idOf('User', team.member)]: [forOne],
      [idOf('User', second)]: [forTwo],
    })
  })

  test('what an approval leaves out counts as denied, and a request that gets nothing is DENIED', async () => {
    const appId = await publisher.app()
    const one = await team.request(appId, { scopes: ['openid', 'documents:write'] })
    const two = await team.request(appId, { by: second, scopes: ['documents:read'] })
    const told = await world.listen()
    const input = { installRequestId: one, scopes: ['openid'], reason: 'No documents.' }
    await world.does(team.admin, 'approveInstallRequest', input)
    expect(await outcomes(one, two)).toEqual([
      { status: 'APPROVED', approvedScopes: ['openid'], decisionReason: 'No documents.', ...decided() },
      { status: 'DENIED', approvedScopes: [], decisionReason: 'No documents.', ...decided() },
    ])
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid'])
    expect(await denials(appId)).toEqual([
      {
        scopes: ['documents:write', 'documents:read'],
        reason: 'No documents.',
        deniedUntil: inDays(30),
        deniedBy: { name: team.admin.name },
      },
    ])
    const news = await told()
    expect(news[team.id]?.map(({ type }) => type)).toEqual(['INSTALL_APPROVED', 'INSTALL_DENIED', 'APP_INSTALLED'])
    expect(news[idOf('User', second)]?.map(({ type }) => type)).toEqual(['INSTALL_DENIED'])
  })

  test.each(['approveInstallRequest', 'denyInstallRequest'])(
    'is about what was on offer: %s decides nothing where more is asked for by now',
    async (decide) => {
      const appId = await publisher.app()
      const installRequestId = await team.request(appId, { scopes: ['openid', 'documents:read'] })
      const seen = { installRequestId, offeredScopes: ['documents:read', 'openid'] }
      await team.request(appId, { by: second, scopes: ['documents:write'] })
      const told = await world.listen()
      expect(await world.refused(team.admin, decide, seen)).toMatchObject({
        code: 'REQUESTS_CHANGED',
        scopes: ['openid', 'documents:read', 'documents:write'],
      })
      expect(await told()).toEqual({})
      await world.does(team.admin, decide, { ...seen, offeredScopes: ['openid', 'documents:read', 'documents:write'] })
      expect(Object.keys(await told())).toContain(team.id)
    },
  )

  test('only of what was asked for', async () => {
    const installRequestId = await team.request(await publisher.app(), { scopes: ['openid'] })
    const told = await world.listen()
    const input = { installRequestId, scopes: ['openid', 'documents:read'], reason: '\0' }
    expect(await world.refused(team.admin, 'approveInstallRequest', input)).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['scopes', '1'], message: 'is not among the scopes that were asked for' },
        { path: ['reason'], message: 'must not contain control characters' },
      ],
    })
    expect(await told()).toEqual({})
  })

  test('more later is asked as a difference, while what is approved goes on', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    await team.install(appId, ['openid'])
    const installRequestId = await team.request(appId)
    const document = 'query ($id: ID!) { node(id: $id) { ... on InstallRequest { scopes { name } } } }'
    const { node } = await world.query(team.member, document, { id: installRequestId })
    expect(names(node.scopes)).toEqual(['documents:read', 'documents:write'])
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid'])

    const told = await world.listen()
    await world.does(team.admin, 'approveInstallRequest', { installRequestId, scopes: ['documents:read'] })
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid', 'documents:read'])
    expect((await told())[team.id]?.at(-1)).toEqual({
      type: 'APP_INSTALLED',
      actor: `USER ${team.admin.name}`,
      app: 'Mail',
      changes: { approvedScopes: [['openid'], ['openid', 'documents:read']] },
    })
  })
})

describe('denying', () => {
  test('settles all pending requests, tells who asked, and takes the pending installation off the list', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const one = await team.request(appId, { scopes: ['openid'] })
    const two = await team.request(appId, { by: second, scopes: ['documents:read'] })
    const told = await world.listen()
    await world.does(team.admin, 'denyInstallRequest', { installRequestId: one, reason: 'No.' })
    const denied = { status: 'DENIED', approvedScopes: [], decisionReason: 'No.', ...decided() }
    expect(await outcomes(one, two)).toEqual([denied, denied])
    expect(await standing(appId)).toBe(undefined)
    expect(await denials(appId)).toEqual([
      {
        scopes: ['openid', 'documents:read'],
        reason: 'No.',
        deniedUntil: inDays(30),
        deniedBy: { name: team.admin.name },
      },
    ])
    const event = (user: string) => ({
      type: 'INSTALL_DENIED',
      actor: `USER ${team.admin.name}`,
      app: 'Mail',
      user,
      changes: { status: ['PENDING', 'DENIED'], reason: [null, 'No.'] },
    })
    expect(await told()).toEqual({
      [team.id]: [event(team.member.name), event(second.name)],
      [idOf('User', team.member)]: [event(team.member.name)],
      [idOf('User', second)]: [event(second.name)],
    })
  })

  test('more than is approved leaves the installation as it is', async () => {
    const appId = await publisher.app()
    await team.install(appId, ['openid'])
    await world.does(team.admin, 'denyInstallRequest', { installRequestId: await team.request(appId) })
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid'])
  })

  test('until a time that must lie in the future', async () => {
    const appId = await publisher.app()
    const installRequestId = await team.request(appId)
    const now = world.clock.now().toISOString()
    const wrong = { installRequestId, deniedUntil: now, reason: 'x'.repeat(1001) }
    expect(await world.refused(team.admin, 'denyInstallRequest', wrong)).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['reason'], message: 'must have at most 1000 characters' },
        { path: ['deniedUntil'], message: 'must be in the future' },
      ],
    })
    await world.does(team.admin, 'denyInstallRequest', { installRequestId, deniedUntil: inDays(2) })
    expect(await denials(appId)).toMatchObject([{ deniedUntil: inDays(2), reason: null }])
  })
})

describe('installApp on a pending app', () => {
  test('approves it: with all that the app may ask for, where nothing is said', async () => {
    const appId = await publisher.app()
    const request = await team.request(appId, { scopes: ['documents:read'] })
    const told = await world.listen()
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId })
    expect(await outcomes(request)).toEqual([
      { status: 'APPROVED', approvedScopes: ['documents:read'], decisionReason: null, ...decided() },
    ])
    expect(await standing(appId)).toEqual(['OBO_INSTALLED', 'openid', 'documents:read', 'documents:write'])
    const news = await told()
    expect(news[team.id]?.map(({ type }) => type)).toEqual(['INSTALL_APPROVED', 'APP_INSTALLED'])
    expect(news[idOf('User', team.member)]?.map(({ type }) => type)).toEqual(['INSTALL_APPROVED'])
  })

  test('with other scopes denies what was asked for and is not among them', async () => {
    const appId = await publisher.app()
    const request = await team.request(appId, { scopes: ['documents:read'] })
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['openid'] })
    expect(await outcomes(request)).toMatchObject([{ status: 'DENIED', approvedScopes: [] }])
    expect(await denials(appId)).toMatchObject([{ scopes: ['documents:read'], deniedUntil: inDays(30) }])
  })
})

describe('a request is decided once', () => {
  const decisions = {
    APPROVED: (id: string) => world.does(team.admin, 'approveInstallRequest', { installRequestId: id }),
    DENIED: (id: string) => world.does(team.admin, 'denyInstallRequest', { installRequestId: id }),
    WITHDRAWN: (id: string) => world.does(team.member, 'withdrawInstallRequest', { installRequestId: id }),
  }

  test.each(Object.keys(decisions) as (keyof typeof decisions)[])(
    'once it is %s, approving, denying and withdrawing answer who did what and when',
    async (status) => {
      const installRequestId = await team.request(await publisher.app())
      await decisions[status](installRequestId)
      const decidedAt = world.clock.now().toISOString()
      const decidedBy = status === 'WITHDRAWN' ? team.member.name : team.admin.name
      world.clock.advance(1000)
      const told = await world.listen()
      const error = { code: 'ALREADY_DECIDED', status, decidedBy, decidedAt }
      expect(await world.refused(team.superAdmin, 'approveInstallRequest', { installRequestId })).toEqual(error)
      expect(await world.refused(team.superAdmin, 'denyInstallRequest', { installRequestId })).toEqual(error)
      expect(await world.refused(team.member, 'withdrawInstallRequest', { installRequestId })).toEqual(error)
      expect(await told()).toEqual({})
    },
  )
})
