import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { change } from '../../src/history/change.ts'
import { conditionOf } from '../../src/tokens/condition.ts'
import { endTokens, GIVEN_BACK, giveBack } from '../../src/tokens/ending.ts'
import type { Data } from '../support/server.ts'
import { idOf, type Person, personalOrganizationOf, signedIn, Team, uuidOf } from '../support/team.ts'
import { issueToken, type TokenOptions } from '../support/tokens.ts'
import { useWorld } from '../support/world.ts'

const lines: string[] = []
const statements: string[] = []
const world = useWorld({ onLog: (line) => lines.push(line), onQuery: (sql) => statements.push(sql) })
let publisher: Team
let team: Team
let appId: string
let installationId: string
let grantId: string

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
})

beforeEach(async () => {
  appId = await publisher.app({ name: 'Mail' })
  installationId = await team.install(appId)
  grantId = await team.grant(appId)
})

const document = `query ($id: ID!, $token: String!) { organization(id: $id) { explainToken(token: $token) {
  __typename
  ... on ExistingToken { kind condition app { name } user { name } grant { id } scopes { name } recordedScopes
    scopesNotGranted scopesNotApproved scopesNotOfApp createdAt expiresAt lastUsedAt }
  ... on EndedToken { endedAt givenBack eventType actor { kind id name } event { id type actor { name } } app { name } }
} } }`

const issue = (options?: TokenOptions) => issueToken(world.server, grantId, options)

const explain = async (token: string, as = team.admin, organizationId = team.id): Promise<Data> =>
  (await world.query(as, document, { id: organizationId, token })).organization.explainToken

/** The whole of an answer, without what changes from one request to the next. */
async function answer(token: string, as = team.admin, id = team.id): Promise<string> {
  const { status, data, errors } = await world.server.request(document, { id, token }, as.token)
  return JSON.stringify({ status, data, errors })
}

const now = () => world.clock.now().toISOString()

describe('a token that exists', () => {
  test('tells its app, user and grant, what was recorded and what that is worth, and how long it lives', async () => {
    const { token, hash } = await issue()
    const lastUsedAt = world.clock.now()
    await world.server.prisma.token.update({ where: { hash }, data: { lastUsedAt } })
    expect(await explain(token)).toEqual({
      __typename: 'ExistingToken',
      kind: 'ACCESS',
      condition: 'ACTIVE',
      app: { name: 'Mail' },
      user: { name: team.member.name },
      grant: { id: grantId },
      scopes: [{ name: 'openid' }],
      recordedScopes: ['openid'],
      scopesNotGranted: [],
      scopesNotApproved: [],
      scopesNotOfApp: [],
      createdAt: now(),
      expiresAt: new Date(world.clock.now().getTime() + 3_600_000).toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
    })
  })

  test('is suspended while its app is disabled', async () => {
    const { token } = await issue()
    await world.does(publisher.admin, 'disableApp', { appId })
    expect(await explain(token)).toMatchObject({ condition: 'SUSPENDED', scopes: [{ name: 'openid' }] })
    await world.does(publisher.admin, 'enableApp', { appId })
    expect(await explain(token)).toMatchObject({ condition: 'ACTIVE' })
  })

  test('may have expired', async () => {
    expect(await explain((await issue({ lifetime: 0 })).token)).toMatchObject({ condition: 'EXPIRED' })
  })

  test('may be a refresh token that was exchanged', async () => {
    const { token } = await issue({ kind: 'REFRESH', rotatedAt: world.clock.now() })
    expect(await explain(token)).toMatchObject({ kind: 'REFRESH', condition: 'ROTATED' })
  })

  test('is worth nothing where its lists have nothing in common, and tells which list lacks what', async () => {
    const { token } = await issue({ scopes: ['openid', 'documents:read', 'documents:write'] })
    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['documents:read', 'documents:write'] })
    await world.does(team.admin, 'installApp', { organizationId: team.id, appId, scopes: ['documents:read'] })
    expect(await explain(token)).toMatchObject({
      condition: 'WORTHLESS',
      scopes: [],
      recordedScopes: ['openid', 'documents:read', 'documents:write'],
      scopesNotGranted: ['documents:read', 'documents:write'],
      scopesNotApproved: ['openid', 'documents:write'],
      scopesNotOfApp: ['openid'],
    })
  })

  test('of an app that acts as itself has no user', async () => {
    const service = await publisher.app({ type: 'SERVICE', name: 'Robot' })
    const { token } = await issueToken(world.server, await team.authorize(service))
    expect(await explain(token)).toMatchObject({ condition: 'ACTIVE', app: { name: 'Robot' }, user: null })
  })

  test('in a personal organization is explained to its user, and nothing there is approved', async () => {
    const home = await personalOrganizationOf(world.server, team.member)
    const people = { superAdmin: team.member, admin: team.member, member: team.member }
    const grant = await new Team(world.server, home, people).grant(appId)
    const { token } = await issueToken(world.server, grant)
    expect(await explain(token, team.member, home)).toMatchObject({ condition: 'ACTIVE', scopesNotApproved: [] })
    expect(await world.queryError(team.superAdmin, document, { id: team.id, token })).toBe('NOT_FOUND')
  })

  test('is active exactly where it has not expired, is not exchanged or suspended, and is worth something', () => {
    const [past, future, at] = [new Date(1), new Date(3), new Date(2)]
    for (const expiresAt of [past, at, future])
      for (const suspended of [true, false])
        for (const scopes of [[], ['openid']])
          for (const rotatedAt of [null, past]) {
            const isActive = expiresAt === future && !suspended && scopes.length > 0 && rotatedAt === null
            expect(conditionOf({ expiresAt, suspended, scopes, rotatedAt }, at) === 'ACTIVE').toBe(isActive)
          }
  })
})

describe('a token that was deleted tells which event ended it, by whom and when', () => {
  test.each<[name: string, input: () => object, by: () => Person, type: string]>([
    ['uninstallApp', () => ({ installationId }), () => team.admin, 'APP_UNINSTALLED'],
    ['revokeGrant', () => ({ grantId }), () => team.member, 'GRANT_REVOKED'],
    ['revokeGrant', () => ({ grantId }), () => team.superAdmin, 'GRANT_REVOKED'],
  ])('by %s', async (name, input, by, eventType) => {
    const { token } = await issue()
    await world.does(by(), name, input())
    const actor = { kind: 'USER', id: idOf('User', by()), name: by().name }
    const told = await explain(token)
    expect(told).toEqual({
      __typename: 'EndedToken',
      endedAt: now(),
      givenBack: false,
      eventType,
      actor,
      event: { id: expect.stringMatching(/^evt_/), type: eventType, actor: { name: by().name } },
      app: { name: 'Mail' },
    })
    const { node } = await world.query(team.admin, 'query ($id: ID!) { node(id: $id) { id } }', { id: told.event.id })
    expect(node).toEqual({ id: told.event.id })
  })

  test('by removing the member', async () => {
    const person = await team.join('MEMBER')
    const { token } = await issueToken(world.server, await team.grant(appId, { by: person }))
    await world.does(team.admin, 'removeMember', { membershipId: await team.membershipOf(person) })
    expect(await explain(token)).toMatchObject({ eventType: 'MEMBER_REMOVED', actor: { name: team.admin.name } })
  })

  test('by deleting the app: its publisher stands as the actor', async () => {
    const { token } = await issue()
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })
    expect(await explain(token)).toMatchObject({
      eventType: 'APP_DELETED',
      actor: { kind: 'ORGANIZATION', id: publisher.id },
      event: { type: 'APP_DELETED' },
      app: null,
    })
  })

  test('by a secret that its publisher revoked with its tokens: type, time and the publisher, and no more', async () => {
    const secretId = await publisher.secret(appId)
    const { token } = await issue({ beganWithSecret: secretId })
    await world.does(publisher.admin, 'revokeAppSecret', { secretId, revokeTokens: true })
    const { organization } = await world.query(publisher.admin, 'query ($id: ID!) { organization(id: $id) { name } }', {
      id: publisher.id,
    })
    const told = await explain(token)
    expect(told).toEqual({
      __typename: 'EndedToken',
      endedAt: now(),
      givenBack: false,
      eventType: 'APP_SECRET_REVOKED',
      actor: { kind: 'ORGANIZATION', id: publisher.id, name: organization.name },
      event: null,
      app: { name: 'Mail' },
    })
  })

  test('by the app itself, which gave it back', async () => {
    const [one, family] = [await issue(), await issue()]
    await giveBack(world.server.prisma, one.hash, world.clock.now())
    await change(world.server.core, { kind: 'SYSTEM', id: null, name: '' }, ({ tx, at }) =>
      endTokens(tx, { familyId: family.familyId }, GIVEN_BACK, at),
    )
    for (const { token } of [one, family]) {
      expect(await explain(token)).toEqual({
        __typename: 'EndedToken',
        endedAt: now(),
        givenBack: true,
        eventType: null,
        actor: { kind: 'APP', id: appId, name: 'Mail' },
        event: null,
        app: { name: 'Mail' },
      })
    }
  })

  test('until it would have expired', async () => {
    const { token } = await issue({ lifetime: 1000 })
    await world.does(team.member, 'revokeGrant', { grantId })
    expect(await explain(token)).toMatchObject({ eventType: 'GRANT_REVOKED' })
    world.clock.advance(1000)
    expect(await world.queryError(team.admin, document, { id: team.id, token })).toBe('NOT_FOUND')
  })
})

describe('is no oracle', () => {
  test('for tokens of other organizations, alive or dead, it answers what it answers for one never issued', async () => {
    const [alive, dead, ours] = [await issue(), await issue(), await issueToken(world.server, await otherGrant())]
    await world.server.prisma.tombstone.create({
      data: { hash: dead.hash, organizationId: uuidOf(team.id), expiresAt: new Date(Date.now() + 1e9) },
    })
    await world.server.prisma.family.delete({ where: { id: dead.familyId } })
    expect(await explain(alive.token)).toMatchObject({ condition: 'ACTIVE' })
    expect(await explain(dead.token)).toMatchObject({ givenBack: true })
    const never = await answer('never', publisher.admin, publisher.id)
    expect(never).toContain('"code":"NOT_FOUND"')
    for (const { token } of [alive, dead, ours]) {
      expect(await answer(token, publisher.admin, publisher.id)).toBe(never)
    }
  })

  test('and costs the same statements', async () => {
    const [alive, dead] = [await issue(), await issue()]
    await giveBack(world.server.prisma, dead.hash, world.clock.now())
    await world.server.core.lastUse.flush()
    const shape = async (token: string) => {
      statements.length = 0
      await answer(token, publisher.admin, publisher.id)
      return [...statements].sort()
    }
    const never = await shape('never')
    expect(await shape(alive.token)).toEqual(never)
    expect(await shape(dead.token)).toEqual(never)
    expect(await shape('x'.repeat(10_000))).toEqual(never)
  })

  test('members are refused, and to others the organization does not exist', async () => {
    const { token } = await issue()
    expect(await world.queryError(team.member, document, { id: team.id, token })).toBe('FORBIDDEN')
    const stranger = await signedIn(world.server)
    expect((await world.query(stranger, document, { id: team.id, token })).organization).toBe(null)
  })

  test('white space around the token does not matter', async () => {
    expect(await explain(` ${(await issue()).token}\n`)).toMatchObject({ condition: 'ACTIVE' })
  })

  test('the token is in no log, no answer and no error', async () => {
    const [{ token }, theirs] = [await issue(), await issueToken(world.server, await otherGrant())]
    lines.length = 0
    const answers = [
      await answer(token),
      await answer(theirs.token),
      await answer(token, team.member),
      JSON.stringify(
        await (
          await world.server.fetch(
            `/graphql?query=${encodeURIComponent(document)}&variables=${encodeURIComponent(JSON.stringify({ id: team.id, token }))}`,
            { headers: { authorization: `Bearer ${team.admin.token}`, accept: 'application/json' } },
          )
        ).json(),
      ),
    ]
    expect(lines.length).toBeGreaterThanOrEqual(answers.length)
    for (const text of [...answers, ...lines]) {
      expect(text).not.toContain(token)
      expect(text).not.toContain(theirs.token)
    }
  })
})

/** A grant in an organization that nobody else here belongs to. */
async function otherGrant(): Promise<string> {
  const other = await Team.create(world.server)
  await other.install(appId)
  return other.grant(appId)
}
