import { type Client, createClient } from 'graphql-ws'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { loadCaller, loadViewers } from '../../src/access/load-viewers.ts'
import type { Caller, Credential } from '../../src/access/viewer.ts'
import { updateApp } from '../../src/apps/service.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { revokeGrant } from '../../src/grants/service.ts'
import { publicId } from '../../src/ids.ts'
import { installApp } from '../../src/install-requests/decisions.ts'
import { authenticate } from '../../src/sign-in/authenticate.ts'
import { type Answer, startTestServer, TestClock, type TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { issueToken, type TokenOptions } from '../support/tokens.ts'

const minute = 60_000
const READ = 'gatehouse:read'
const MANAGE = 'gatehouse:manage'
const INTROSPECT = 'gatehouse:introspect'
const all = [READ, MANAGE, INTROSPECT, 'documents:read']

let server: TestServer
let clock: TestClock
let statements: string[] = []
/** Publishes the apps whose tokens are tried. */
let vendor: Team

beforeAll(async () => {
  clock = new TestClock()
  server = await startTestServer({ clock, onQuery: (sql) => statements.push(sql) })
  vendor = await Team.create(server)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A token, and the app and the grant that it is of, `app_…` and `gra_…`. */
interface Held {
  readonly token: string
  readonly hash: string
  readonly appId: string
  readonly grantId: string
}

/** The token of a service app that the team authorized. */
async function serviceToken(
  team: Team,
  scopes: string[],
  { publisher = vendor, ...options }: TokenOptions & { publisher?: Team } = {},
): Promise<Held> {
  const appId = await publisher.app({ type: 'SERVICE', scopes: all, name: 'Robot' })
  const grantId = await team.authorize(appId)
  return { appId, grantId, ...(await issueToken(server, grantId, { scopes, ...options })) }
}

/** The token of an app that acts for a member of the team. */
async function tokenFor(team: Team, person: Person, scopes: string[]): Promise<Held> {
  const appId = await vendor.app({ scopes: all, name: 'Helper' })
  await team.install(appId)
  const place = { appId: uuidOf(appId), organizationId: uuidOf(team.id) }
  const grantId = await grantWithTokens(server.core, await viewerOf(server.core, person.id), place, all)
  return { appId, grantId: publicId('Grant', grantId), ...(await issueToken(server, grantId, { scopes })) }
}

const NAME = 'query ($id: ID!) { organization(id: $id) { name viewerRole } }'

const nameOf = (team: Team, token: string) => server.request(NAME, { id: team.id }, token)

/** Calls a mutation: `ok`, or the code of the error. */
async function mutate(as: string, name: string, input: object): Promise<string> {
  const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const answer = await server.request(
    `mutation ($input: ${Name}Input!) { result: ${name}(input: $input) { __typename ... on Error { code } } }`,
    { input },
    as,
  )
  return outcomeOf(answer)
}

function outcomeOf({ data, errors }: Answer): string {
  if (errors?.[0]) return errors[0].extensions.code
  return data.result?.code ?? 'ok'
}

async function callerOf(token: string): Promise<Caller> {
  const credential = (await authenticate(server.core, { authorization: `Bearer ${token}` })) as Credential
  return (await loadCaller(server.core, credential)) as Caller
}

describe('an OAuth access token is accepted by the token check', () => {
  test('with gatehouse:read or gatehouse:manage, for the one organization that it is of', async () => {
    const team = await Team.create(server)
    for (const scope of [READ, MANAGE]) {
      const { token } = await serviceToken(team, [scope, 'documents:read'])
      expect((await nameOf(team, token)).data.organization).toMatchObject({ viewerRole: 'ADMIN' })
      expect((await nameOf(vendor, token)).data).toEqual({ organization: null })
      expect((await server.request('{ viewer { user { name } } }', {}, token)).data).toEqual({ viewer: null })
    }
  })

  test.each([[[INTROSPECT]], [['documents:read']]])('with %j alone it gets 403', async (scopes) => {
    const team = await Team.create(server)
    const answer = await nameOf(team, (await serviceToken(team, scopes)).token)
    expect(answer).toMatchObject({ status: 403, errors: [{ extensions: { code: 'INSUFFICIENT_SCOPE' } }] })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="gatehouse:read"')
  })

  test('and with anything that is no live access token of its bearer gets 401', async () => {
    const team = await Team.create(server)
    const bound = await serviceToken(team, [MANAGE], { keyThumbprint: 'x'.repeat(43) })
    const elsewhere = await serviceToken(team, [MANAGE], { audience: ['https://documents.example/'] })
    const refresh = await serviceToken(team, [MANAGE], { kind: 'REFRESH' })
    const expired = await serviceToken(team, [MANAGE], { lifetime: -1000 })
    const revoked = await serviceToken(team, [MANAGE])
    await revokeGrant(server.core, await viewerOf(server.core, team.admin.id), uuidOf(revoked.grantId))
    const disabled = await serviceToken(team, [MANAGE])
    expect(await mutate(vendor.admin.token, 'disableApp', { appId: disabled.appId })).toBe('ok')
    const worthless = await serviceToken(team, ['documents:write'])
    for (const { token } of [
      bound,
      elsewhere,
      refresh,
      expired,
      revoked,
      disabled,
      worthless,
      { token: 'x'.repeat(43) },
    ]) {
      const answer = await nameOf(team, token)
      expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  })

  test('an ID token is never accepted', async () => {
    const { keys, config } = server.core
    const { kid, algorithm, privateKey } = keys.current
    const idToken = await new SignJWT({ sid: 'x' })
      .setProtectedHeader({ typ: 'JWT', alg: algorithm, kid })
      .setIssuer(config.publicUrl)
      .setAudience(`${config.publicUrl}/graphql`)
      .setSubject(publicId('User', vendor.admin.id))
      .setIssuedAt(clock.now())
      .setExpirationTime('5m')
      .sign(privateKey)
    expect(await nameOf(vendor, idToken)).toMatchObject({ status: 401 })
  })

  test('within what it is worth now: what the app may no longer ask for is gone at once, and comes back', async () => {
    const team = await Team.create(server)
    const { token, appId } = await serviceToken(team, [READ, MANAGE, 'documents:read'])
    const publisher = await viewerOf(server.core, vendor.admin.id)
    const deny = async () => mutate(token, 'installApp', { organizationId: team.id, appId: await vendor.app() })
    const narrow = (scopes: string[]) => updateApp(server.core, publisher, uuidOf(appId), { scopes })
    expect(await deny()).toBe('ok')
    await narrow([READ, 'documents:read'])
    expect(await deny()).toBe('FORBIDDEN')
    expect(await nameOf(team, token)).toMatchObject({ status: 200 })
    await narrow(['documents:read'])
    expect(await nameOf(team, token)).toMatchObject({ status: 403 })
    await narrow(['documents:write'])
    expect(await nameOf(team, token)).toMatchObject({ status: 401 })
    await narrow(all)
    expect(await deny()).toBe('ok')
  })

  test('a use is noted', async () => {
    const team = await Team.create(server)
    const { token, hash } = await serviceToken(team, [READ])
    await nameOf(team, token)
    await server.core.lastUse.flush()
    expect(await server.prisma.token.findUniqueOrThrow({ where: { hash } })).toMatchObject({ lastUsedAt: clock.now() })
  })
})

describe('gatehouse:read', () => {
  test('sees what an admin of that organization sees', async () => {
    const team = await Team.create(server)
    const appId = await team.app()
    await team.secret(appId)
    await team.invitation('somebody@elsewhere.example')
    const query = `query ($id: ID!, $clientId: String!) {
      organization(id: $id) {
        members { edges { node { role user { name email } } } }
        invitations { edges { node { email role } } }
        apps { edges { node { name status } } }
        grants { totalCount } denials { totalCount } installRequests { totalCount }
        events(first: 100) { edges { node { type actor { name } } } }
        feedCursor
      }
      app(clientId: $clientId) { status redirectUris secrets { edges { node { hint createdBy { name } } } } }
    }`
    const variables = { id: team.id, clientId: appId }
    const { token } = await serviceToken(team, [READ])
    expect(await server.graphql(query, variables, { as: token })).toEqual(
      await server.graphql(query, variables, { as: team.admin.token }),
    )
  })

  test('and changes nothing', async () => {
    const team = await Team.create(server)
    const { token } = await serviceToken(team, [READ])
    const appId = await team.app()
    const before = await team.history()
    expect(await mutate(token, 'disableApp', { appId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'createAppSecret', { appId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'installApp', { organizationId: team.id, appId })).toBe('FORBIDDEN')
    expect(await team.history()).toEqual(before)
  })
})

describe('gatehouse:manage is worth ADMIN in one organization, without members and roles', () => {
  let team: Team
  let tokens: Record<'of the app itself' | 'for a super admin', string>
  beforeAll(async () => {
    team = await Team.create(server)
    tokens = {
      'of the app itself': (await serviceToken(team, [MANAGE])).token,
      'for a super admin': (await tokenFor(team, team.superAdmin, [MANAGE])).token,
    }
  })

  test.each(['of the app itself', 'for a super admin'] as const)('a token %s', async (whose) => {
    const token = tokens[whose]
    const organizationId = team.id
    const membershipId = await team.membershipOf(team.member)
    const name = (await server.graphql(NAME, { id: team.id }, { as: token })).organization.name
    const refused: [string, object][] = [
      ['inviteMember', { organizationId, email: 'somebody@elsewhere.example' }],
      ['revokeInvitation', { invitationId: await team.invitation('other@elsewhere.example') }],
      ['removeMember', { membershipId }],
      ['updateMemberRole', { membershipId, role: 'ADMIN' }],
      ['updateOrganization', { organizationId, name: 'Other' }],
      ['deleteOrganization', { organizationId, confirmation: name }],
      ['leaveOrganization', { organizationId }],
      ['createOrganization', { name: 'Another', edition: 'TEAM' }],
      ['deleteAccount', { confirmation: team.superAdmin.name }],
      ['signOut', {}],
      ['endOtherSessions', {}],
      ['changePassword', { currentPassword: team.superAdmin.password, newPassword: 'correct horse battery' }],
    ]
    for (const [mutation, input] of refused)
      expect([mutation, await mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    // Of another organization, which exists for the super admin, but not for their app.
    const appId = await vendor.app({ distribution: 'INTERNAL' })
    await server.prisma.membership.updateMany({
      where: { organizationId: uuidOf(vendor.id), userId: vendor.member.id },
      data: { role: 'MEMBER' },
    })
    expect(await mutate(token, 'disableApp', { appId })).toBe('NOT_FOUND')
  })

  test('what is personal is not for apps: own streams, sessions and invitations', async () => {
    const { superAdmin } = team
    const token = tokens['for a super admin']
    for (const field of ['feedCursor', 'sessions { totalCount }', 'invitations { totalCount }']) {
      const answer = await server.request(`{ viewer { ${field} } }`, {}, token)
      expect(answer).toMatchObject({ data: { viewer: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    }
    const session = await server.prisma.session.findFirstOrThrow({ where: { userId: superAdmin.id } })
    const place = {
      appId: uuidOf(await vendor.app()),
      organizationId: (await viewerOf(server.core, superAdmin.id)).personalOrganizationId,
    }
    const viewer = await viewerOf(server.core, superAdmin.id)
    const grantId = await grantWithTokens(server.core, viewer, place, ['openid'])
    const event = await server.prisma.event.findFirstOrThrow({ where: { streamId: superAdmin.id } })
    const ids = [
      publicId('Session', session.id),
      publicId('Event', event.id),
      publicId('Grant', grantId),
      publicId('Organization', place.organizationId),
    ]
    const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect(await server.graphql(nodes, { ids }, { as: token })).toEqual({ nodes: [null, null, null, null] })
    expect(await server.graphql(nodes, { ids }, { as: superAdmin.token })).toEqual({ nodes: ids.map((id) => ({ id })) })
  })
})

describe('for a user it is worth no more than their own role', () => {
  test('the viewer is the user, with the one organization', async () => {
    const team = await Team.create(server)
    const { token, grantId } = await tokenFor(team, team.superAdmin, [READ])
    expect((await nameOf(team, token)).data.organization).toMatchObject({ viewerRole: 'ADMIN' })
    const query =
      '{ viewer { user { name } organizations { totalCount edges { node { organization { id } } } } grants { edges { node { id } } } } }'
    const own = { user: { name: team.superAdmin.name }, grants: { edges: [{ node: { id: grantId } }] } }
    expect(await server.graphql(query, {}, { as: token })).toEqual({
      viewer: { ...own, organizations: { totalCount: 1, edges: [{ node: { organization: { id: team.id } } }] } },
    })
  })

  test('a member asks, and withdraws and revokes what is theirs, and that is all', async () => {
    const team = await Team.create(server)
    const { token } = await tokenFor(team, team.member, [MANAGE])
    const reader = await tokenFor(team, team.member, [READ])
    const organizationId = team.id
    const appId = await vendor.app()
    expect(await mutate(reader.token, 'requestInstall', { organizationId, appId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'requestInstall', { organizationId, appId })).toBe('ok')
    const { id } = await server.prisma.installRequest.findFirstOrThrow({ where: { appId: uuidOf(appId) } })
    const installRequestId = publicId('InstallRequest', id)
    expect(await mutate(token, 'approveInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await mutate(reader.token, 'withdrawInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'withdrawInstallRequest', { installRequestId })).toBe('ok')
    await team.install(appId)
    expect(await mutate(token, 'installApp', { organizationId, appId })).toBe('FORBIDDEN')
    const grantId = await team.grant(appId)
    expect(await mutate(reader.token, 'revokeGrant', { grantId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'revokeGrant', { grantId: await team.grant(appId, { by: team.admin }) })).toBe(
      'NOT_FOUND',
    )
    expect(await mutate(token, 'revokeGrant', { grantId })).toBe('ok')
    const answer = await server.request(
      'query ($id: ID!) { organization(id: $id) { apps { totalCount } } }',
      { id: team.id },
      token,
    )
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const me = await server.graphql('{ viewer { user { email } } }', {}, { as: token })
    expect(me).toEqual({ viewer: { user: { email: null } } })
    // The user did it, through an app: the user is the actor.
    const withdrawn = await server.prisma.event.findFirstOrThrow({
      where: { installRequestId: id, type: 'INSTALL_WITHDRAWN' },
    })
    expect(withdrawn).toMatchObject({ actorKind: 'USER', actorId: team.member.id })
  })

  test('a role that is lost is lost for their apps, and with the membership the token ends', async () => {
    const team = await Team.create(server)
    const { token } = await tokenFor(team, team.admin, [MANAGE])
    const place = async () => ({ organizationId: team.id, appId: await vendor.app() })
    expect(await mutate(token, 'installApp', await place())).toBe('ok')
    const membershipId = await team.membershipOf(team.admin)
    expect(await mutate(team.superAdmin.token, 'updateMemberRole', { membershipId, role: 'MEMBER' })).toBe('ok')
    const appId = await vendor.app()
    expect(await mutate(token, 'installApp', { organizationId: team.id, appId })).toBe('FORBIDDEN')
    expect(await mutate(team.superAdmin.token, 'removeMember', { membershipId })).toBe('ok')
    expect(await nameOf(team, token)).toMatchObject({ status: 401 })
  })

  test('in a personal organization apps act within the same bounds', async () => {
    const person = vendor.member
    const organizationId = (await viewerOf(server.core, person.id)).personalOrganizationId
    const place = {
      organizationId: publicId('Organization', organizationId),
      appId: await vendor.app({ type: 'SERVICE', scopes: all }),
    }
    expect(await mutate(person.token, 'authorizeApp', place)).toBe('ok')
    const grant = await server.prisma.grant.findFirstOrThrow({ where: { organizationId } })
    const { token } = await issueToken(server, grant.id, { scopes: [MANAGE] })
    const other = await vendor.app({ type: 'SERVICE' })
    expect(await mutate(token, 'authorizeApp', { ...place, appId: other })).toBe('ok')
    expect(await mutate(token, 'authorizeApp', place)).toBe('FORBIDDEN')
    expect(await mutate(token, 'deleteAccount', { confirmation: person.name })).toBe('FORBIDDEN')
  })
})

const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

describe('no decision, secret or key that concerns the app itself', () => {
  test('whatever the app is asked about that the token is of, it is refused, and nothing changes', async () => {
    const team = await Team.create(server)
    const { token, appId, grantId } = await serviceToken(team, [MANAGE], { publisher: team })
    const keyId = await team.key(appId, JSON.stringify(publicKey))
    const installation = await server.prisma.installation.findFirstOrThrow({ where: { appId: uuidOf(appId) } })
    const before = await team.history()
    const refused: [string, object][] = [
      ['updateApp', { appId, description: 'Other' }],
      ['disableApp', { appId }],
      ['enableApp', { appId }],
      ['deleteApp', { appId, confirmation: 'Robot' }],
      ['addAppKey', { appId, key: JSON.stringify(publicKey) }],
      ['removeAppKey', { keyId }],
      ['createAppSecret', { appId }],
      ['authorizeApp', { organizationId: team.id, appId, scopes: ['documents:read'] }],
      ['uninstallApp', { installationId: publicId('Installation', installation.id) }],
      ['revokeGrant', { grantId }],
    ]
    for (const [mutation, input] of refused)
      expect([mutation, await mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await team.history()).toEqual(before)
  })

  test('nor where it acts for an admin: installing, asking, approving, denying, lifting a denial, its secrets', async () => {
    const team = await Team.create(server)
    const appId = await team.app({ scopes: [...all, 'documents:write'] })
    const secretId = await team.secret(appId)
    await team.install(appId, [MANAGE])
    const place = { appId: uuidOf(appId), organizationId: uuidOf(team.id) }
    const admin = await viewerOf(server.core, team.admin.id)
    const grantId = await grantWithTokens(server.core, admin, place, [MANAGE])
    const { token } = await issueToken(server, grantId, { scopes: [MANAGE] })
    const installRequestId = await team.request(appId, { scopes: ['documents:read'] })
    const others = await team.grant(appId, { by: team.superAdmin })
    const refused: [string, object][] = [
      ['installApp', { organizationId: team.id, appId, scopes: ['documents:read'] }],
      ['requestInstall', { organizationId: team.id, appId, scopes: ['documents:write'] }],
      ['approveInstallRequest', { installRequestId }],
      ['denyInstallRequest', { installRequestId }],
      ['createAppSecret', { appId }],
      ['revokeAppSecret', { secretId }],
      ['revokeGrant', { grantId: others }],
    ]
    for (const [mutation, input] of refused)
      expect([mutation, await mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await mutate(team.admin.token, 'denyInstallRequest', { installRequestId })).toBe('ok')
    const denial = await server.prisma.denial.findFirstOrThrow({ where: place })
    expect(await mutate(token, 'liftDenial', { denialId: publicId('Denial', denial.id) })).toBe('FORBIDDEN')
  })
})

describe('it cannot give gatehouse:* scopes', () => {
  test.each([READ, MANAGE, INTROSPECT])('%s, whatever the path', async (scope) => {
    const team = await Team.create(server)
    const { token } = await serviceToken(team, [MANAGE])
    const organizationId = team.id
    const scopes = ['documents:read', scope]
    const plain = await team.app()
    const asking = await vendor.app({ scopes })
    const service = await vendor.app({ type: 'SERVICE', scopes })
    const web = await team.app({ scopes })
    const own = await team.app({ type: 'SERVICE', scopes })
    const asleep = await team.app({ type: 'SERVICE', scopes })
    expect(await mutate(team.admin.token, 'disableApp', { appId: asleep })).toBe('ok')
    const before = await team.history()
    const refused: [string, object][] = [
      ['createApp', { organizationId, name: 'New', type: 'DEVICE', scopes }],
      ['updateApp', { appId: plain, scopes }],
      ['updateApp', { appId: web, redirectUris: ['https://elsewhere.example/'] }],
      ['installApp', { organizationId, appId: asking }],
      ['installApp', { organizationId, appId: asking, scopes: [scope] }],
      ['authorizeApp', { organizationId, appId: service }],
      ['authorizeApp', { organizationId, appId: service, scopes: [scope] }],
      ['createAppSecret', { appId: web }],
      ['addAppKey', { appId: own, key: JSON.stringify(publicKey) }],
      ['enableApp', { appId: asleep }],
    ]
    for (const [mutation, input] of refused)
      expect([mutation, await mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await team.history()).toEqual(before)

    const installRequestId = await team.request(asking)
    expect(await mutate(token, 'approveInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await mutate(token, 'approveInstallRequest', { installRequestId, scopes })).toBe('FORBIDDEN')
    expect(await mutate(token, 'approveInstallRequest', { installRequestId, scopes: ['documents:read'] })).toBe('ok')
    expect(await mutate(token, 'authorizeApp', { organizationId, appId: service, scopes: ['documents:read'] })).toBe(
      'ok',
    )
  })

  test('nor keep a way to them: what was granted or approved counts again once the app may ask for it again', async () => {
    const team = await Team.create(server)
    const { token } = await serviceToken(team, [MANAGE])
    const robot = await team.app({ type: 'SERVICE', scopes: all })
    await team.authorize(robot)
    const web = await team.app({ scopes: all, distribution: 'INTERNAL' })
    await team.install(web)
    for (const appId of [robot, web]) {
      expect(await mutate(token, 'updateApp', { appId, scopes: ['documents:read'] })).toBe('ok')
      expect(await mutate(token, 'disableApp', { appId })).toBe('ok')
    }
    const refused: [string, object][] = [
      ['addAppKey', { appId: robot, key: JSON.stringify(publicKey) }],
      ['enableApp', { appId: robot }],
      ['createAppSecret', { appId: web }],
      ['enableApp', { appId: web }],
      ['updateApp', { appId: web, redirectUris: ['https://elsewhere.example/'] }],
      ['updateApp', { appId: web, distribution: 'EXTERNAL' }],
    ]
    for (const [mutation, input] of refused)
      expect([mutation, await mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    // Once nothing remembers them, they are apps like any other.
    expect(await mutate(team.admin.token, 'enableApp', { appId: robot })).toBe('ok')
    expect(
      await mutate(token, 'authorizeApp', { organizationId: team.id, appId: robot, scopes: ['documents:read'] }),
    ).toBe('ok')
    expect(await mutate(token, 'addAppKey', { appId: robot, key: JSON.stringify(publicKey) })).toBe('ok')
  })

  test('but can take them away', async () => {
    const team = await Team.create(server)
    const { token } = await serviceToken(team, [MANAGE])
    const app = await team.app({ scopes: all })
    const service = await team.app({ type: 'SERVICE', scopes: all })
    const installationId = await team.install(app)
    const grantId = await team.authorize(service)
    const secretId = await team.secret(app)
    expect(await mutate(token, 'revokeAppSecret', { secretId })).toBe('ok')
    expect(await mutate(token, 'uninstallApp', { installationId })).toBe('ok')
    expect(await mutate(token, 'revokeGrant', { grantId })).toBe('ok')
    expect(await mutate(token, 'updateApp', { appId: app, scopes: ['documents:read'] })).toBe('ok')
    expect(await mutate(token, 'disableApp', { appId: service })).toBe('ok')
  })
})

describe('events name the app as actor', () => {
  test('and where a user would be noted there is nobody', async () => {
    const team = await Team.create(server)
    const { token, appId } = await serviceToken(team, [MANAGE])
    const organizationId = team.id
    const asked = await vendor.app()
    const installRequestId = await team.request(asked)
    expect(await mutate(token, 'approveInstallRequest', { installRequestId, scopes: ['openid'] })).toBe('ok')
    expect(await mutate(token, 'createApp', { organizationId, name: 'New', type: 'DEVICE', scopes: ['openid'] })).toBe(
      'ok',
    )
    const own = await team.app()
    expect(await mutate(token, 'createAppSecret', { appId: own })).toBe('ok')
    const history = await server.graphql(
      'query ($id: ID!) { organization(id: $id) { events(last: 5) { edges { node { type actor { kind id name } } } } } }',
      { id: team.id },
      { as: token },
    )
    const events: { type: string; actor: object }[] = history.organization.events.edges.map(
      ({ node }: { node: object }) => node,
    )
    expect(events.filter(({ actor }) => 'kind' in actor && actor.kind === 'APP')).toEqual(
      ['INSTALL_APPROVED', 'APP_INSTALLED', 'APP_CREATED', 'APP_SECRET_CREATED'].map((type) => ({
        type,
        actor: { kind: 'APP', id: appId, name: 'Robot' },
      })),
    )
    const where = { appId: uuidOf(asked) }
    expect(await server.prisma.installation.findFirstOrThrow({ where })).toMatchObject({ installedById: null })
    expect(await server.prisma.installRequest.findFirstOrThrow({ where })).toMatchObject({ decidedById: null })
    expect(await server.prisma.denial.findFirstOrThrow({ where })).toMatchObject({ deniedById: null })
    expect(await server.prisma.appSecret.findFirstOrThrow({ where: { appId: uuidOf(own) } })).toMatchObject({
      createdById: null,
    })
    const late = await server.graphql(
      'mutation ($input: DenyInstallRequestInput!) { denyInstallRequest(input: $input) { ... on AlreadyDecidedError { status decidedBy } } }',
      { input: { installRequestId } },
      { as: team.admin.token },
    )
    expect(late.denyInstallRequest).toEqual({ status: 'APPROVED', decidedBy: 'Robot' })
  })
})

describe('a right that is lost on the way is lost', () => {
  test('what the token is worth is asked again inside the change', async () => {
    const team = await Team.create(server)
    const place = async () => ({ organizationId: uuidOf(team.id), appId: uuidOf(await vendor.app()) })
    const publisher = await viewerOf(server.core, vendor.admin.id)
    const narrowed = await serviceToken(team, [MANAGE])
    const asItself = await callerOf(narrowed.token)
    await updateApp(server.core, publisher, uuidOf(narrowed.appId), { scopes: [READ] })
    await expect(installApp(server.core, asItself, await place())).rejects.toMatchObject({ code: 'FORBIDDEN' })

    const demoted = await tokenFor(team, team.admin, [MANAGE])
    const forUser = await callerOf(demoted.token)
    const member = { organizationId_userId: { organizationId: uuidOf(team.id), userId: team.admin.id } }
    const there = await place()
    await server.prisma.membership.update({ where: member, data: { role: 'MEMBER' } })
    await expect(installApp(server.core, forUser, there)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await server.prisma.membership.update({ where: member, data: { role: 'ADMIN' } })

    const gone = await serviceToken(team, [MANAGE])
    const dead = await callerOf(gone.token)
    await revokeGrant(server.core, await viewerOf(server.core, team.admin.id), uuidOf(gone.grantId))
    await expect(installApp(server.core, dead, await place())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

// Subscriptions -----------------------------------------------------------------------------------

const EVENTS = `subscription ($id: ID!, $after: String) {
  organizationEvents(organizationId: $id, after: $after) { event { type } }
}`

interface Socket {
  readonly client: Client
  readonly closed: Promise<{ code: number; reason: string }>
}

/** A connection that stays while nothing is asked over it. */
function connect(token: string): Socket {
  const closed = Promise.withResolvers<{ code: number; reason: string }>()
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    onNonLazyError() {},
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => closed.resolve(event as { code: number; reason: string }) },
  })
  return { client, closed: closed.promise }
}

/** The code of the first of the errors that the answer consists of; else undefined. */
const codeOf = (answer: Promise<unknown>): Promise<string | undefined> =>
  answer.then(
    () => undefined,
    (errors) => errors[0].extensions.code,
  )

/** Follows the team's history to its first delivery, and then acts. @returns how that ends it, and after how many milliseconds. */
async function follow({ client }: Socket, team: Team, act: () => Promise<unknown>) {
  const { organization } = await server.graphql(
    'query ($id: ID!) { organization(id: $id) { feedCursor } }',
    { id: team.id },
    { as: team.superAdmin.token },
  )
  await team.app()
  const events = client.iterate({ query: EVENTS, variables: { id: team.id, after: organization.feedCursor } })
  const { value } = await events.next()
  expect(value).toEqual({ data: { organizationEvents: { event: { type: 'APP_CREATED' } } } })
  const ended = codeOf(events.next())
  await act()
  const actedAt = performance.now()
  return { code: await ended, took: performance.now() - actedAt }
}

describe('subscriptions', () => {
  test.each<[how: string, end: (team: Team, held: Held) => Promise<string>]>([
    ['its grant is revoked', async (team, { grantId }) => mutate(team.admin.token, 'revokeGrant', { grantId })],
    ['its app is disabled', async (_team, { appId }) => mutate(vendor.admin.token, 'disableApp', { appId })],
    [
      'its app is deleted',
      async (_team, { appId }) => mutate(vendor.admin.token, 'deleteApp', { appId, confirmation: 'Robot' }),
    ],
    [
      'the token is given back',
      async (_team, { hash }) => {
        await server.prisma.token.delete({ where: { hash } })
        return 'ok'
      },
    ],
    [
      'it expires',
      async () => {
        clock.advance(minute)
        return 'ok'
      },
    ],
  ])('are told and closed with 4403 within a second when %s', async (_how, end) => {
    const team = await Team.create(server)
    const held = await serviceToken(team, [READ], { lifetime: minute })
    const socket = connect(held.token)
    const { code, took } = await follow(socket, team, async () => expect(await end(team, held)).toBe('ok'))
    expect(code).toBe('UNAUTHENTICATED')
    expect(took).toBeLessThan(1000)
    expect(await socket.closed).toMatchObject({ code: 4403 })
  })

  test.each([
    [
      'is no longer worth a gatehouse: scope',
      'INSUFFICIENT_SCOPE',
      async ({ appId }: Held) =>
        updateApp(server.core, await viewerOf(server.core, vendor.admin.id), uuidOf(appId), {
          scopes: ['documents:read'],
        }),
    ],
    [
      'is of a user who is no admin any more',
      undefined,
      async (_held: Held, team: Team) =>
        mutate(team.superAdmin.token, 'updateMemberRole', {
          membershipId: await team.membershipOf(team.admin),
          role: 'MEMBER',
        }),
    ],
  ] as const)('end with FORBIDDEN within a second where the token %s; the socket stays', async (_how, left, end) => {
    const team = await Team.create(server)
    const held = await tokenFor(team, team.admin, [READ, 'documents:read'])
    const socket = connect(held.token)
    const { code, took } = await follow(socket, team, () => end(held, team))
    expect(code).toBe('FORBIDDEN')
    expect(took).toBeLessThan(1000)
    const again = socket.client.iterate({ query: NAME, variables: { id: team.id } }).next()
    expect(await codeOf(again)).toBe(left)
    await socket.client.dispose()
  })

  test('over SSE the last event carries the same', async () => {
    const team = await Team.create(server)
    const { token, grantId } = await serviceToken(team, [READ])
    const response = await server.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: EVENTS, variables: { id: team.id } }),
    })
    expect(await mutate(team.admin.token, 'revokeGrant', { grantId })).toBe('ok')
    const text = await response.text()
    expect(text).toContain('UNAUTHENTICATED')
    expect(text).toContain('4403')
  })

  test('a connection with a token that is no credential for the API is closed with 4403', async () => {
    const team = await Team.create(server)
    for (const [{ token }, reason] of [
      [await serviceToken(team, [INTROSPECT]), /^INSUFFICIENT_SCOPE$/],
      [await serviceToken(team, [MANAGE], { keyThumbprint: 'x'.repeat(43) }), /not good/],
    ] as const) {
      const { client, closed } = connect(token)
      await expect(client.iterate({ query: '{ scopes { name } }' }).next()).rejects.toMatchObject({ code: 4403 })
      expect((await closed).reason).toMatch(reason)
    }
  })

  test('viewerEvents is for people', async () => {
    const team = await Team.create(server)
    for (const { token } of [await serviceToken(team, [MANAGE]), await tokenFor(team, team.superAdmin, [MANAGE])]) {
      const { client } = connect(token)
      const events = client.iterate({ query: 'subscription { viewerEvents { cursor } }' })
      await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      await client.dispose()
    }
  })

  test('the rights of any number of sessions and tokens are one statement for each kind', async () => {
    const team = await Team.create(server)
    const held = [
      await serviceToken(team, [READ]),
      await serviceToken(team, [MANAGE]),
      await tokenFor(team, team.admin, [READ]),
    ]
    const bearers = [...held.map(({ token }) => token), team.admin.token, team.member.token]
    const credentials = await Promise.all(
      bearers.map(
        async (token) => (await authenticate(server.core, { authorization: `Bearer ${token}` })) as Credential,
      ),
    )
    await server.core.lastUse.flush()
    statements = []
    const callers = await loadViewers(server.core, credentials)
    expect(statements).toHaveLength(2)
    expect([...callers.values()].map(({ userId }) => userId)).toEqual(
      expect.arrayContaining([null, team.admin.id, team.member.id]),
    )
    expect(callers.size).toBe(5)
  })
})
