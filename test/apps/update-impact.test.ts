import { beforeEach, describe, expect, test } from 'vitest'
import { idOf, type Person, Team, tokensOf, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let other: Team
let appId: string

beforeEach(async () => {
  publisher ??= await Team.create(world.server)
  other ??= await Team.create(world.server)
  appId = await publisher.app({ scopes: ['openid', 'documents:read', 'documents:write'] })
})

const numbers = 'organizations users grants liveTokens lastUsedAt version'

/** What an edit would touch, in short. */
async function editing(input: object, by: Person = publisher.admin) {
  const document = `query ($id: ID!, $distribution: Distribution, $scopes: [String!]) { node(id: $id) { ... on App {
    updateImpact(distribution: $distribution, scopes: $scopes) { ${numbers} } } } }`
  return (await world.query(by, document, { id: appId, ...input })).node.updateImpact
}
const inShort = async (input: object) => {
  const { organizations, users, grants, liveTokens } = await editing(input)
  return [organizations, users, grants, liveTokens]
}

/** A grant of `scopes` whose tokens are worth the same. */
async function grant(team: Team, scopes: string[], by = team.member): Promise<string> {
  const id = await team.grant(appId, { by })
  await world.server.prisma.grant.update({ where: { id: uuidOf(id) }, data: { scopes } })
  await world.server.prisma.token.updateMany({ where: { family: { grantId: uuidOf(id) } }, data: { scopes } })
  return id
}

describe('what an edit of an app touches', () => {
  test('narrowing: who granted or approved what goes, and no others', async () => {
    await publisher.install(appId, ['openid'])
    await other.install(appId, ['openid', 'documents:read'])
    await grant(publisher, ['openid'])
    await grant(other, ['openid', 'documents:read'])
    expect(await inShort({ scopes: ['openid', 'documents:read'] })).toEqual([0, 0, 0, 0])
    expect(await inShort({ scopes: ['openid', 'documents:write'] })).toEqual([1, 1, 1, 2])
    expect(await inShort({ scopes: ['documents:write'] })).toEqual([2, 2, 2, 4])
  })

  test('of a grant that loses a scope, only the tokens that have it', async () => {
    const grantId = await grant(other, ['openid', 'documents:read'])
    const [hash] = await tokensOf(world.server, grantId)
    await world.server.prisma.token.update({ where: { hash: hash as string }, data: { scopes: ['openid'] } })
    expect(await inShort({ scopes: ['openid'] })).toEqual([1, 1, 1, 1])
  })

  test('EXTERNAL to INTERNAL: everything outside the publisher, whatever its scopes', async () => {
    await publisher.install(appId)
    await other.install(appId)
    await grant(publisher, ['openid'])
    await grant(other, ['openid'])
    expect(await inShort({ distribution: 'INTERNAL' })).toEqual([1, 1, 1, 2])
    expect(await inShort({ distribution: 'INTERNAL', scopes: ['documents:read'] })).toEqual([2, 2, 2, 4])
  })

  test('narrowing an INTERNAL app touches its publisher alone, unless it opens at the same time', async () => {
    await publisher.install(appId)
    await other.install(appId)
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    expect(await inShort({ scopes: ['openid'] })).toEqual([1, 0, 0, 0])
    expect(await inShort({ scopes: ['openid'], distribution: 'EXTERNAL' })).toEqual([2, 0, 0, 0])
  })

  test.each([
    {},
    { distribution: 'EXTERNAL' },
    { scopes: ['openid', 'documents:read', 'documents:write'] },
    { scopes: ['openid', 'documents:read', 'documents:write', 'profile'] },
    { scopes: null, distribution: null },
  ])('nothing by %o, which takes nothing away', async (edit) => {
    await other.install(appId)
    await grant(other, ['openid'])
    expect(await editing(edit)).toMatchObject({
      organizations: 0,
      users: 0,
      grants: 0,
      liveTokens: 0,
      lastUsedAt: null,
    })
  })

  test('is for the admins of the publisher alone', async () => {
    for (const person of [publisher.member, other.superAdmin]) {
      expect(await editing({ distribution: 'INTERNAL' }, person)).toBeNull()
    }
  })
})

describe('an edit with the version of its impact', () => {
  test('is made where the world is as it was', async () => {
    await other.install(appId)
    for (const edit of [{ scopes: ['openid'] }, { distribution: 'INTERNAL' }]) {
      const { version: impactVersion } = await editing(edit)
      await world.does(publisher.admin, 'updateApp', { appId, ...edit, impactVersion })
    }
  })

  test.each([
    ['somebody granted it more', async () => void (await grant(other, ['documents:read']))],
    ['another organization installed it', async () => void (await (await Team.create(world.server)).install(appId))],
    [
      'another admin narrowed it',
      async () =>
        void (await world.does(publisher.superAdmin, 'updateApp', { appId, scopes: ['openid', 'documents:read'] })),
    ],
    ['it was disabled', async () => void (await world.does(publisher.superAdmin, 'disableApp', { appId }))],
  ])('is refused with the new impact where %s', async (_what, happen) => {
    const edit = { scopes: ['openid'] }
    const { version: impactVersion } = await editing(edit)
    await happen()
    const refusal = await world.refused(publisher.admin, 'updateApp', { appId, ...edit, impactVersion })
    expect(refusal.code).toBe('IMPACT_CHANGED')
    await world.does(publisher.admin, 'updateApp', { appId, ...edit, impactVersion: (await editing(edit)).version })
  })

  test('is refused where it takes away more than was looked at', async () => {
    await other.install(appId)
    const { version: impactVersion } = await editing({ scopes: ['openid', 'documents:read'] })
    const refusal = await world.refused(publisher.admin, 'updateApp', { appId, scopes: ['openid'], impactVersion })
    expect(refusal.code).toBe('IMPACT_CHANGED')
  })

  test('is made where what others hold of other scopes has changed', async () => {
    const edit = { scopes: ['openid', 'documents:read'] }
    const { version: impactVersion } = await editing(edit)
    await grant(other, ['openid'])
    await world.does(publisher.admin, 'updateApp', { appId, ...edit, impactVersion })
  })
})

describe('the end of a membership', () => {
  const ending = async (membershipId: string, by: Person) => {
    const document = `query ($id: ID!) { node(id: $id) { ... on Membership { impact { ${numbers} } } } }`
    return (await world.query(by, document, { id: membershipId })).node?.impact
  }

  test('touches what the member granted there, and nothing elsewhere', async () => {
    const member = await other.join('MEMBER')
    await publisher.admit(member, 'MEMBER')
    await other.grant(appId, { by: member })
    await other.grant(await publisher.app(), { by: member })
    await publisher.grant(appId, { by: member })
    await other.grant(appId)
    const membershipId = await other.membershipOf(member)
    const impact = { organizations: 1, users: 1, grants: 2, liveTokens: 4 }
    for (const person of [member, other.admin]) expect(await ending(membershipId, person)).toMatchObject(impact)
    expect(await ending(membershipId, other.member)).toBeNull()
  })

  test.each(['removeMember', 'leaveOrganization'])('by %s is refused where more would end by now', async (name) => {
    const member = await other.join('MEMBER')
    const membershipId = await other.membershipOf(member)
    const by = name === 'removeMember' ? other.admin : member
    const input = name === 'removeMember' ? { membershipId } : { organizationId: other.id }
    const { version: impactVersion } = await ending(membershipId, by)
    const grantId = await other.grant(appId, { by: member })
    const refusal = await world.refused(by, name, { ...input, impactVersion })
    expect(refusal).toMatchObject({ code: 'IMPACT_CHANGED', impact: { grants: 1, users: 1 } })

    const told = await world.listen()
    await world.does(by, name, { ...input, impactVersion: refusal.impact.version })
    const types = Object.fromEntries(
      Object.entries(await told()).map(([stream, events]) => [stream, events.map(({ type }) => type)]),
    )
    const ended = ['MEMBER_REMOVED', 'GRANT_REVOKED']
    expect(types).toEqual({ [other.id]: ended, [idOf('User', member)]: ended })
    expect(await world.server.prisma.grant.count({ where: { id: uuidOf(grantId) } })).toBe(0)
  })
})
