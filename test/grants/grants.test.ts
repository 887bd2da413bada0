import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Data } from '../support/server.ts'
import {
  addToken,
  fateOf,
  idOf,
  type Person,
  personalOrganizationOf,
  signedIn,
  Team,
  tokensOf,
  uuidOf,
} from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team
let colleague: Person
let appId: string

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
  colleague = await team.join('MEMBER')
})

beforeEach(async () => {
  appId = await publisher.app({ name: 'Mail' })
  await team.install(appId)
})

/** The personal organization of a person, to grant apps in. */
const personal = async (person: Person) =>
  new Team(world.server, await personalOrganizationOf(world.server, person), {
    superAdmin: person,
    admin: person,
    member: person,
  })

const see = async (person: Person, id: string) =>
  (await world.query(person, 'query ($id: ID!) { node(id: $id) { id } }', { id })).node !== null

const own = async (person: Person): Promise<string[]> => {
  const document = '{ viewer { grants(first: 100) { totalCount edges { node { id } } } } }'
  const { totalCount, edges } = (await world.query(person, document)).viewer.grants
  expect(totalCount).toBe(edges.length)
  return edges.map(({ node }: { node: { id: string } }) => node.id)
}

const ofOrganization = async (person: Person, organizationId: string, filter = ''): Promise<string[]> => {
  const document = `query ($id: ID!) { organization(id: $id) { grants(first: 100${filter}) { totalCount edges { node { id } } } } }`
  const { totalCount, edges } = (await world.query(person, document, { id: organizationId })).organization.grants
  expect(totalCount).toBe(edges.length)
  return edges.map(({ node }: { node: { id: string } }) => node.id)
}

/** As if the user had agreed, and the app not yet fetched a token. */
const forgetTokens = (grantId: string) =>
  world.server.prisma.grant.update({
    where: { id: uuidOf(grantId) },
    data: { tokenObtainedAt: null, lastUsedAt: null, families: { deleteMany: {} } },
  })

describe('a grant', () => {
  test('shows app, user, scopes, when it was created and last used, and how many live tokens it has', async () => {
    const grantId = await team.grant(appId)
    await addToken(world.server, grantId)
    await addToken(world.server, grantId, { lifetime: 0 })
    // One that was exchanged for another is kept to notice its reuse, and lives no more.
    const hash = await addToken(world.server, grantId)
    await world.server.prisma.token.update({ where: { hash }, data: { rotatedAt: world.clock.now() } })
    const document = `query ($id: ID!) { node(id: $id) { ... on Grant { app { clientId } user { name } organization { organizationId }
      scopes { name } createdAt lastUsedAt liveTokens suspended } } }`
    const now = world.clock.now().toISOString()
    for (const person of [team.member, team.admin]) {
      expect((await world.query(person, document, { id: grantId })).node).toEqual({
        app: { clientId: appId },
        user: { name: team.member.name },
        organization: { organizationId: team.id },
        scopes: [{ name: 'openid' }],
        createdAt: now,
        lastUsedAt: now,
        liveTokens: 3,
        suspended: false,
      })
    }
  })
})

test('in a list each grant has its own tokens and its own impact, and after a change the new ones', async () => {
  const [mine, theirs] = [await team.grant(appId), await team.grant(appId, { by: colleague })]
  await addToken(world.server, theirs)
  const fields = 'id liveTokens impact { grants users liveTokens version }'
  const page = `grants(appId: "${appId}") { edges { node { ${fields} } } }`
  const nodesOf = ({ grants }: Data) => grants.edges.map(({ node }: Data) => node)
  const { organization } = await world.query(team.admin, `query ($id: ID!) { organization(id: $id) { ${page} } }`, {
    id: team.id,
  })
  const counted = (tokens: number, impact: Data) => ({
    liveTokens: tokens,
    impact: { grants: 1, users: 1, liveTokens: tokens, version: impact.version },
  })
  expect(nodesOf(organization)).toEqual([
    { id: theirs, ...counted(3, await world.impact(team.admin, theirs)) },
    { id: mine, ...counted(2, await world.impact(team.admin, mine)) },
  ])

  // What a mutation leaves is read anew.
  const document = `query ($mine: ID!, $theirs: ID!) {
    mine: node(id: $mine) { ... on Grant { ${fields} } } theirs: node(id: $theirs) { ... on Grant { ${fields} } }
  }`
  await world.does(team.admin, 'revokeGrant', { grantId: mine })
  const { mine: gone, theirs: left } = await world.query(team.admin, document, { mine, theirs })
  expect([gone, left.liveTokens]).toEqual([null, 3])
})

describe('in a team', () => {
  test('every member sees their own grants, an admin sees all, and others none', async () => {
    const [mine, theirs] = [await team.grant(appId), await team.grant(appId, { by: colleague })]
    for (const admin of [team.admin, team.superAdmin]) {
      expect([await see(admin, mine), await see(admin, theirs)]).toEqual([true, true])
      expect((await ofOrganization(admin, team.id)).slice(0, 2)).toEqual([theirs, mine])
    }
    expect([await see(team.member, mine), await see(team.member, theirs)]).toEqual([true, false])
    expect([await see(colleague, mine), await see(colleague, theirs)]).toEqual([false, true])
    expect([await see(publisher.admin, mine), await see(publisher.admin, theirs)]).toEqual([false, false])
    expect((await own(team.member))[0]).toBe(mine)
    expect((await own(colleague))[0]).toBe(theirs)
    expect(await own(team.admin)).toEqual([])
    const document = 'query ($id: ID!) { organization(id: $id) { grants { totalCount } } }'
    expect(await world.queryError(team.member, document, { id: team.id })).toBe('FORBIDDEN')
  })

  test('also those by which no token was obtained yet', async () => {
    const grantId = await team.grant(appId)
    await forgetTokens(grantId)
    expect(await own(team.member)).toContain(grantId)
    expect(await ofOrganization(team.admin, team.id)).toContain(grantId)
  })

  test('the list is filtered by app and by user', async () => {
    const other = await publisher.app()
    await team.install(other)
    const [mine, theirs, more] = [
      await team.grant(appId),
      await team.grant(appId, { by: colleague }),
      await team.grant(other, { by: colleague }),
    ]
    const list = (filter: string) => ofOrganization(team.admin, team.id, filter)
    expect(await list(`, appId: "${appId}"`)).toEqual([theirs, mine])
    expect(await list(`, appId: "${other}"`)).toEqual([more])
    expect((await list(`, userId: "${idOf('User', colleague)}"`)).slice(0, 2)).toEqual([more, theirs])
    expect(await list(`, appId: "${appId}", userId: "${idOf('User', team.member)}"`)).toEqual([mine])
    const document = 'query ($id: ID!) { organization(id: $id) { grants(appId: "nothing") { totalCount } } }'
    expect(await world.queryError(team.admin, document, { id: team.id })).toBe('INVALID_INPUT')
  })

  test.each(['member', 'admin', 'superAdmin'] as const)(
    'its %s revokes the grant of a member, which ends it and its tokens, and both histories tell of it',
    async (role) => {
      const grantId = await team.grant(appId)
      const other = await tokensOf(world.server, await team.grant(appId, { by: colleague }))
      const tokens = await tokensOf(world.server, grantId)
      const expired = await addToken(world.server, grantId, { lifetime: -1 })
      const told = await world.listen()
      expect(await world.does(team[role], 'revokeGrant', { grantId }, 'grantId')).toEqual({ grantId })
      expect(await see(team.admin, grantId)).toBe(false)
      const ended = `GRANT_REVOKED ${team.id}`
      expect(await fateOf(world.server, [...tokens, expired, ...other])).toEqual([ended, ended, 'gone', 'live', 'live'])
      const event = {
        type: 'GRANT_REVOKED',
        actor: `USER ${team[role].name}`,
        app: 'Mail',
        user: team.member.name,
      }
      expect(await told()).toEqual({ [team.id]: [event], [idOf('User', team.member)]: [event] })
      expect(await world.refused(team[role], 'revokeGrant', { grantId })).toEqual({ code: 'NOT_FOUND' })
    },
  )

  test('to other members, to other organizations and to its publisher the grant does not exist', async () => {
    const grantId = await team.grant(appId)
    const stranger = await signedIn(world.server)
    const told = await world.listen()
    for (const person of [colleague, publisher.admin, stranger]) {
      expect(await world.refused(person, 'revokeGrant', { grantId })).toEqual({ code: 'NOT_FOUND' })
    }
    expect(await told()).toEqual({})
  })

  test('the installation stays when a user’s grant is revoked', async () => {
    await world.does(team.member, 'revokeGrant', { grantId: await team.grant(appId) })
    const document = `query ($id: ID!) { organization(id: $id) { installations(first: 1) { edges { node { standing app { clientId } } } } } }`
    const { edges } = (await world.query(team.admin, document, { id: team.id })).organization.installations
    expect(edges).toEqual([{ node: { standing: 'OBO_INSTALLED', app: { clientId: appId } } }])
  })
})

describe('in a personal organization', () => {
  test('the user sees the apps that have obtained a token and the service apps they authorized', async () => {
    const person = await signedIn(world.server)
    const home = await personal(person)
    const [used, unused] = [await home.grant(appId), await home.grant(await publisher.app())]
    await forgetTokens(unused)
    const service = await home.authorize(await publisher.app({ type: 'SERVICE' }))
    expect(await own(person)).toEqual([service, used])
    expect(await ofOrganization(person, home.id)).toEqual([service, used])
  })

  test('and can revoke one, which deletes its grant and tokens; nobody else can', async () => {
    const home = await personal(team.member)
    const grantId = await home.grant(appId)
    const inTeam = await team.grant(appId)
    const tokens = await tokensOf(world.server, grantId)
    expect(await world.refused(team.superAdmin, 'revokeGrant', { grantId })).toEqual({ code: 'NOT_FOUND' })
    const told = await world.listen()
    await world.does(team.member, 'revokeGrant', { grantId })
    const event = { type: 'GRANT_REVOKED', actor: `USER ${team.member.name}`, app: 'Mail', user: team.member.name }
    expect(await told()).toEqual({ [home.id]: [event], [idOf('User', team.member)]: [event] })
    expect(await fateOf(world.server, tokens)).toEqual(tokens.map(() => `GRANT_REVOKED ${home.id}`))
    expect(await see(team.member, inTeam)).toBe(true)
  })
})

describe('viewer.grants', () => {
  test('are those of the viewer in every organization, newest first, page by page', async () => {
    const person = await team.join('MEMBER')
    const home = await personal(person)
    const grants = [
      await team.grant(appId, { by: person }),
      await home.grant(appId),
      await home.authorize(await publisher.app({ type: 'SERVICE' })),
    ]
    // What an app may do as itself in a team is the team's, not the viewer's.
    await team.authorize(await publisher.app({ type: 'SERVICE' }))
    expect(await own(person)).toEqual([...grants].reverse())

    const seen: string[] = []
    let after: string | null = null
    do {
      const document = `query ($after: String) { viewer { grants(first: 1, after: $after) {
        pageInfo { hasNextPage endCursor } edges { node { id } } } } }`
      const { pageInfo, edges }: Data = (await world.query(person, document, { after })).viewer.grants
      seen.push(edges[0].node.id)
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after)
    expect(seen).toEqual([...grants].reverse())
  })
})
