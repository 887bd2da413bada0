import { beforeAll, describe, expect, test } from 'vitest'
import { Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let other: Team

beforeAll(async () => {
  publisher = await Team.create(world.server)
  other = await Team.create(world.server)
})

const teamName = async (team: Team) =>
  (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { name } }', { id: team.id })).organization
    .name

describe('editing', () => {
  test('everything but the type can be edited, and what is left out stays', async () => {
    const appId = await publisher.app({ name: 'Mail', distribution: 'INTERNAL', description: 'Old' })
    const told = await world.listen()
    world.clock.advance(1000)
    const edits = {
      name: 'Post',
      logoUrl: 'https://post.example/logo.svg',
      homepageUrl: 'https://post.example/',
      distribution: 'EXTERNAL',
      redirectUris: ['https://post.example/callback'],
      scopes: ['openid'],
    }
    const select = 'app { name description logoUrl homepageUrl distribution redirectUris scopes { name } updatedAt }'
    const { app } = await world.does(publisher.admin, 'updateApp', { appId, ...edits }, select)
    expect(app).toEqual({
      ...edits,
      description: 'Old',
      scopes: [{ name: 'openid' }],
      updatedAt: world.clock.now().toISOString(),
    })
    expect(await told()).toEqual({
      [publisher.id]: [
        {
          type: 'APP_UPDATED',
          actor: `USER ${publisher.admin.name}`,
          app: 'Post',
          changes: {
            name: ['Mail', 'Post'],
            logoUrl: [null, edits.logoUrl],
            homepageUrl: [null, edits.homepageUrl],
            distribution: ['INTERNAL', 'EXTERNAL'],
            redirectUris: [['https://app.example/callback'], edits.redirectUris],
            scopes: [['openid', 'documents:read', 'documents:write'], ['openid']],
          },
        },
      ],
    })
  })

  test('null empties what an app can do without', async () => {
    const urls = { logoUrl: 'https://app.example/logo.svg', homepageUrl: 'https://app.example/' }
    const appId = await publisher.app({ description: 'Old', ...urls })
    const input = { appId, description: null, logoUrl: null, homepageUrl: null }
    const { app } = await world.does(publisher.admin, 'updateApp', input, 'app { description logoUrl homepageUrl }')
    expect(app).toEqual({ description: '', logoUrl: null, homepageUrl: null })
  })

  test('what an app cannot do without cannot be emptied; all fields that are wrong are named at once', async () => {
    const appId = await publisher.app()
    const input = { appId, name: null, description: '\0', distribution: null, redirectUris: null, scopes: null }
    expect(await world.issues(publisher.admin, 'updateApp', input)).toEqual([
      'name: REQUIRED',
      'description: BAD_CHARACTERS',
      'distribution: REQUIRED',
      'redirectUris: REQUIRED',
      'scopes: REQUIRED',
    ])
    const issues = await world.issues(publisher.admin, 'updateApp', { appId, redirectUris: [] })
    expect(issues).toEqual(['redirectUris: TOO_FEW 1'])
  })

  test('the redirect URIs must be right for the type that the app has', async () => {
    const redirectUris = ['com.example.mail:/callback']
    const web = await publisher.app({ type: 'WEB' })
    const issues = await world.issues(publisher.admin, 'updateApp', { appId: web, redirectUris })
    expect(issues).toEqual(['redirectUris.0: SCHEME_NOT_ALLOWED'])
    await world.does(publisher.admin, 'updateApp', { appId: await publisher.app({ type: 'PUBLIC' }), redirectUris })
  })

  test('a redirect URI of the rules of its time stays good, also beside new ones', async () => {
    const appId = await publisher.app()
    const kept = ['https://localhost/callback']
    const fields = { redirectUris: kept, postLogoutRedirectUris: kept }
    await world.server.prisma.app.update({ where: { id: uuidOf(appId) }, data: fields })
    await world.does(publisher.admin, 'updateApp', { appId, name: 'Mail' })
    const input = { appId, redirectUris: ['https://mail.example/callback', ...kept] }
    const { app } = await world.does(publisher.admin, 'updateApp', input, 'app { redirectUris postLogoutRedirectUris }')
    expect(app).toEqual({ redirectUris: input.redirectUris, postLogoutRedirectUris: kept })
    const more = { appId, redirectUris: [...kept, 'https://localhost/other'] }
    expect(await world.issues(publisher.admin, 'updateApp', more)).toEqual(['redirectUris.1: HTTPS_ON_LOOPBACK'])
  })

  test('the type is fixed for life', async () => {
    const document = 'mutation ($input: UpdateAppInput!) { updateApp(input: $input) { __typename } }'
    const input = { appId: await publisher.app(), type: 'SERVICE' }
    expect(await world.queryError(publisher.admin, document, { input })).toBe('BAD_USER_INPUT')
  })

  test('an edit that changes nothing writes no event, and its cursor is the current one', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const cursor = 'query ($id: ID!) { organization(id: $id) { feedCursor } }'
    const { organization } = await world.query(publisher.admin, cursor, { id: publisher.id })
    const told = await world.listen()
    const same = { appId, name: ' Mail ', description: null, scopes: ['openid', 'documents:read', 'documents:write'] }
    expect(await world.does(publisher.admin, 'updateApp', same, 'cursor')).toEqual({ cursor: organization.feedCursor })
    expect(await told()).toEqual({})
  })
})

describe('what other organizations learn of an edit', () => {
  test('the copies outside the publisher cover only what the card shows, and name the publishing organization as actor', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    await other.install(appId)
    const asks = await Team.create(world.server)
    await asks.request(appId)
    const unconcerned = await Team.create(world.server)
    const told = await world.listen()
    await world.does(publisher.admin, 'updateApp', {
      appId,
      name: 'Post',
      description: 'New',
      logoUrl: 'https://post.example/logo.svg',
      redirectUris: ['https://post.example/callback'],
      scopes: ['openid'],
    })
    const card = {
      name: ['Mail', 'Post'],
      description: ['', 'New'],
      logoUrl: [null, 'https://post.example/logo.svg'],
      scopes: [['openid', 'documents:read', 'documents:write'], ['openid']],
    }
    const outside = {
      type: 'APP_UPDATED',
      actor: `ORGANIZATION ${await teamName(publisher)}`,
      app: 'Post',
      changes: card,
    }
    const seen = await told()
    expect(seen).toEqual({
      [publisher.id]: [
        {
          type: 'APP_UPDATED',
          actor: `USER ${publisher.admin.name}`,
          app: 'Post',
          changes: {
            ...card,
            redirectUris: [['https://app.example/callback'], ['https://post.example/callback']],
          },
        },
      ],
      [other.id]: [outside],
      [asks.id]: [outside],
    })
    expect(seen).not.toHaveProperty(unconcerned.id)
  })

  test('of an edit beyond the card they learn nothing', async () => {
    const appId = await publisher.app()
    await other.install(appId)
    const told = await world.listen()
    await world.does(publisher.admin, 'updateApp', { appId, redirectUris: ['https://post.example/callback'] })
    expect(Object.keys(await told())).toEqual([publisher.id])
  })

  test('a grant of the app is enough to be told, also in a personal organization', async () => {
    const appId = await publisher.app({ type: 'SERVICE' })
    const { member } = other
    const document = '{ viewer { organizations(last: 1) { edges { node { organization { organizationId } } } } } }'
    const { viewer } = await world.query(member, document)
    const { organizationId } = viewer.organizations.edges[0].node.organization
    await world.does(member, 'authorizeApp', { organizationId, appId })
    const told = await world.listen()
    await world.does(publisher.admin, 'updateApp', { appId, name: 'Robot' })
    expect(Object.keys(await told()).sort()).toEqual([organizationId, publisher.id].sort())
  })

  test('narrowing the scopes leaves what was approved and granted as it was, and widening restores it', async () => {
    const appId = await publisher.app()
    const installationId = await other.install(appId)
    const document = `query ($id: ID!) { node(id: $id) { ... on Installation {
      approvedScopes { name } scopesNotApproved { name } app { scopes { name } } } } }`
    const before = await world.query(other.admin, document, { id: installationId })

    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'calendar:read'] })
    const { node } = await world.query(other.admin, document, { id: installationId })
    expect(node.approvedScopes).toEqual(before.node.approvedScopes)
    expect(node.scopesNotApproved).toEqual([{ name: 'calendar:read' }])
    expect(node.app.scopes).toEqual([{ name: 'openid' }, { name: 'calendar:read' }])

    await world.does(publisher.admin, 'updateApp', { appId, scopes: ['openid', 'documents:read', 'documents:write'] })
    expect(await world.query(other.admin, document, { id: installationId })).toEqual(before)
  })
})

describe('EXTERNAL to INTERNAL and back', () => {
  const suspended = async (id: string) => {
    const document = 'query ($id: ID!) { node(id: $id) { ... on Installation { suspended app { name } } } }'
    return (await world.query(other.admin, document, { id })).node
  }

  test('suspends the app outside its publisher as disabling would, and back restores it', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    const installationId = await other.install(appId)
    const inside = await publisher.install(appId)
    const told = await world.listen()

    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    const actor = `ORGANIZATION ${await teamName(publisher)}`
    expect(await told()).toEqual({
      [publisher.id]: [
        {
          type: 'APP_UPDATED',
          actor: `USER ${publisher.admin.name}`,
          app: 'Mail',
          changes: { distribution: ['EXTERNAL', 'INTERNAL'] },
        },
      ],
      [other.id]: [{ type: 'APP_DISABLED', actor, app: 'Mail', changes: { status: ['ENABLED', 'DISABLED'] } }],
    })
    expect(await suspended(installationId)).toEqual({ suspended: true, app: { name: 'Mail' } })
    const ownRow = 'query ($id: ID!) { node(id: $id) { ... on Installation { suspended } } }'
    expect((await world.query(publisher.admin, ownRow, { id: inside })).node).toEqual({ suspended: false })
    const place = { organizationId: other.id, appId }
    expect(await world.refused(other.admin, 'installApp', place)).toEqual({ code: 'APP_DISABLED' })

    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'EXTERNAL' })
    expect((await told())[other.id]).toEqual([
      { type: 'APP_ENABLED', actor, app: 'Mail', changes: { status: ['DISABLED', 'ENABLED'] } },
    ])
    expect(await suspended(installationId)).toEqual({ suspended: false, app: { name: 'Mail' } })
  })

  test('an organization that neither publishes nor uses an app no longer sees it once it is INTERNAL', async () => {
    const appId = await publisher.app()
    await world.does(publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
    const place = { organizationId: other.id, appId }
    expect(await world.refused(other.admin, 'installApp', place)).toEqual({ code: 'NOT_FOUND' })
    expect(await world.query(other.admin, 'query ($id: ID!) { node(id: $id) { id } }', { id: appId })).toEqual({
      node: null,
    })
  })

  test('while the app is suspended outside anyway, other organizations are told nothing of the other reason', async () => {
    const appId = await publisher.app({ name: 'Mail' })
    await other.install(appId)
    await world.does(publisher.admin, 'disableApp', { appId })
    const told = await world.listen()
    const outside = async (name: string, input: object = {}) => {
      await world.does(publisher.admin, name, { appId, ...input })
      return ((await told())[other.id] ?? []).map(({ type }) => type)
    }
    expect(await outside('updateApp', { distribution: 'INTERNAL' })).toEqual([])
    expect(await outside('enableApp')).toEqual([])
    expect(await outside('disableApp')).toEqual([])
    expect(await outside('updateApp', { distribution: 'EXTERNAL' })).toEqual([])
    expect(await outside('enableApp')).toEqual(['APP_ENABLED'])
  })
})
