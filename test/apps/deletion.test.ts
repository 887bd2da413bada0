import { beforeAll, describe, expect, test } from 'vitest'
import { fateOf, idOf, personalOrganizationOf, signedIn, Team, tokensOf, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let other: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  other = await Team.create(world.server)
})

const nameOf = async (team: Team) =>
  (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { name } }', { id: team.id })).organization
    .name

test('deleting takes the app’s name as confirmation', async () => {
  const appId = await publisher.app({ name: 'Mail' })
  const told = await world.listen()
  for (const confirmation of ['', 'mail', 'Mai']) {
    expect(await world.refused(publisher.admin, 'deleteApp', { appId, confirmation })).toEqual({
      code: 'INVALID_INPUT',
      issues: [{ path: ['confirmation'], code: 'WRONG_CONFIRMATION', message: 'must be the name of the app' }],
    })
  }
  expect(await told()).toEqual({})
  const { appId: deleted } = await world.does(publisher.admin, 'deleteApp', { appId, confirmation: ' Mail ' }, 'appId')
  expect(deleted).toBe(appId)
  expect(await world.refused(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })).toEqual({
    code: 'NOT_FOUND',
  })
})

describe('an app that others use is deleted', () => {
  /** Installed and granted in `other`, asked for and denied elsewhere, and granted in a personal organization. */
  async function usedApp() {
    const appId = await publisher.app({ name: 'Mail' })
    const secretId = await publisher.secret(appId)
    const installationId = await other.install(appId, ['openid'])
    const grantId = await other.grant(appId)
    const moreRequest = await other.request(appId, { by: other.admin })

    const asking = await Team.create(world.server)
    const pending = await asking.request(appId)
    const denying = await Team.create(world.server)
    const denialId = await denying.denial(appId)

    const loner = await signedIn(world.server)
    const personal = await personalOrganizationOf(world.server, loner)
    const own = await new Team(world.server, personal, { superAdmin: loner, admin: loner, member: loner }).grant(appId)
    return {
      appId,
      secretId,
      installationId,
      grantId,
      moreRequest,
      asking,
      pending,
      denying,
      denialId,
      loner,
      own,
      personal,
    }
  }

  test('it takes its installations, requests, denials, grants, tokens and secrets along, everywhere', async () => {
    const { appId, secretId, installationId, grantId, moreRequest, pending, denialId, own, ...rest } = await usedApp()
    const tokens = [...(await tokensOf(world.server, grantId)), ...(await tokensOf(world.server, own))]
    expect(tokens).toHaveLength(4)
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })

    const see = (person: Parameters<typeof world.query>[0], ids: string[]) =>
      world.query(person, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
    expect(await see(publisher.admin, [appId, secretId])).toEqual({ nodes: [null, null] })
    expect(await see(other.admin, [appId, installationId, grantId, moreRequest])).toEqual({
      nodes: [null, null, null, null],
    })
    expect(await see(rest.asking.admin, [appId, pending])).toEqual({ nodes: [null, null] })
    expect(await see(rest.denying.admin, [appId, denialId])).toEqual({ nodes: [null, null] })
    expect(await see(rest.loner, [appId, own])).toEqual({ nodes: [null, null] })
    const where = { appId: uuidOf(appId) }
    const { prisma } = world.server
    expect([
      await prisma.installRequest.count({ where }),
      await prisma.denial.count({ where }),
      await prisma.appSecret.count({ where }),
    ]).toEqual([0, 0, 0])

    // What killed each token stands in the history that the admins of its own organization can read.
    const [there, alone] = [`APP_DELETED ${other.id}`, `APP_DELETED ${rest.personal}`]
    expect(await fateOf(world.server, tokens)).toEqual([there, there, alone, alone])
  })

  test('every organization with an installation or a grant is told, and so are users whose request or grant ended', async () => {
    const { appId, asking, loner, personal } = await usedApp()
    const told = await world.listen()
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })
    // Outside the publisher nobody learns who in the publishing organization it was.
    const actor = `ORGANIZATION ${await nameOf(publisher)}`
    const deleted = { type: 'APP_DELETED', actor, app: 'Mail' }
    const revoked = { type: 'GRANT_REVOKED', actor, app: 'Mail' }
    const denied = (user: string) => ({
      type: 'INSTALL_DENIED',
      actor,
      app: 'Mail',
      user,
      changes: { status: ['PENDING', 'DENIED'], reason: [null, 'The app was deleted.'] },
    })
    expect(await told()).toEqual({
      [publisher.id]: [{ type: 'APP_DELETED', actor: `USER ${publisher.admin.name}`, app: 'Mail' }],
      // A client that watches only the requests learns that they are settled.
      [other.id]: [deleted, denied(other.admin.name)],
      [asking.id]: [deleted, denied(asking.member.name)],
      [personal]: [deleted],
      [idOf('User', other.member)]: [revoked],
      [idOf('User', other.admin)]: [denied(other.admin.name)],
      [idOf('User', asking.member)]: [denied(asking.member.name)],
      [idOf('User', loner)]: [revoked],
    })
  })

  test('its events stay readable with the names as they were, and their links are null', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    await other.install(appId)
    await other.grant(appId)
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })
    const document = `query ($id: ID!, $appId: ID!) { organization(id: $id) { events(appId: $appId, first: 10) { edges { node {
      type appId appName app { name } installation { id } grant { id } grantId user { name } } } } } }`
    const { organization } = await world.query(other.admin, document, { id: other.id, appId })
    const gone = { appId, appName: 'Mail', app: null, installation: null, grant: null }
    expect(organization.events.edges.map(({ node }: { node: object }) => node)).toEqual([
      { type: 'APP_INSTALLED', ...gone, grantId: null, user: null },
      {
        type: 'GRANT_CREATED',
        ...gone,
        grantId: expect.stringMatching(/^gra_/),
        user: { name: other.member.name },
      },
      { type: 'APP_DELETED', ...gone, grantId: null, user: null },
    ])
  })

  test('an INTERNAL app, too, goes from the organizations that used it when it was EXTERNAL', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const installationId = await other.install(appId)
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    const told = await world.listen()
    await world.does(publisher.admin, 'deleteApp', { appId, confirmation: 'Mail' })
    expect((await told())[other.id]?.map(({ type }) => type)).toEqual(['APP_DELETED'])
    expect(await world.refused(other.admin, 'uninstallApp', { installationId })).toEqual({ code: 'NOT_FOUND' })
  })
})
