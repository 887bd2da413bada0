import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { updateApp } from '../../src/apps/service.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { revokeGrant } from '../../src/grants/service.ts'
import { publicId } from '../../src/ids.ts'
import { installApp } from '../../src/install-requests/decisions.ts'
import { Team, uuidOf } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'
import { all, INTROSPECT, MANAGE, NAME, READ, useTokenHolders } from './token-holders.ts'

const holders = useTokenHolders()

describe('an OAuth access token is accepted by the token check', () => {
  test('with gatehouse:read or gatehouse:manage, for the one organization that it is of', async () => {
    const team = await Team.create(holders.server)
    for (const scope of [READ, MANAGE]) {
      const { token } = await holders.serviceToken(team, [scope, 'documents:read'])
      expect((await holders.nameOf(team, token)).data.organization).toMatchObject({ viewerRole: 'ADMIN' })
      expect((await holders.nameOf(holders.vendor, token)).data).toEqual({ organization: null })
      expect((await holders.server.request('{ viewer { user { name } } }', {}, token)).data).toEqual({ viewer: null })
    }
  })

  test.each([[[INTROSPECT]], [['documents:read']]])('with %j alone it gets 403', async (scopes) => {
    const team = await Team.create(holders.server)
    const answer = await holders.nameOf(team, (await holders.serviceToken(team, scopes)).token)
    expect(answer).toMatchObject({ status: 403, errors: [{ extensions: { code: 'INSUFFICIENT_SCOPE' } }] })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="gatehouse:read"')
  })

  test('and with anything that is no live access token of its bearer gets 401', async () => {
    const team = await Team.create(holders.server)
    const bound = await holders.serviceToken(team, [MANAGE], { keyThumbprint: 'x'.repeat(43) })
    const elsewhere = await holders.serviceToken(team, [MANAGE], { audience: ['https://documents.example/'] })
    const refresh = await holders.serviceToken(team, [MANAGE], { kind: 'REFRESH' })
    const expired = await holders.serviceToken(team, [MANAGE], { lifetime: -1000 })
    const revoked = await holders.serviceToken(team, [MANAGE])
    await revokeGrant(holders.server.core, await viewerOf(holders.server.core, team.admin.id), uuidOf(revoked.grantId))
    const disabled = await holders.serviceToken(team, [MANAGE])
    expect(await holders.mutate(holders.vendor.admin.token, 'disableApp', { appId: disabled.appId })).toBe('ok')
    const worthless = await holders.serviceToken(team, ['documents:write'])
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
      const answer = await holders.nameOf(team, token)
      expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  })

  test('an ID token is never accepted', async () => {
    const { keys, config } = holders.server.core
    const { kid, algorithm, privateKey } = keys.current
    const idToken = await new SignJWT({ sid: 'x' })
      .setProtectedHeader({ typ: 'JWT', alg: algorithm, kid })
      .setIssuer(config.publicUrl)
      .setAudience(`${config.publicUrl}/graphql`)
      .setSubject(publicId('User', holders.vendor.admin.id))
      .setIssuedAt(holders.clock.now())
      .setExpirationTime('5m')
      .sign(privateKey)
    expect(await holders.nameOf(holders.vendor, idToken)).toMatchObject({ status: 401 })
  })

  test('within what it is worth now: what the app may no longer ask for is gone at once, and comes back', async () => {
    const team = await Team.create(holders.server)
    const { token, appId } = await holders.serviceToken(team, [READ, MANAGE, 'documents:read'])
    const publisher = await viewerOf(holders.server.core, holders.vendor.admin.id)
    const deny = async () =>
      holders.mutate(token, 'installApp', { organizationId: team.id, appId: await holders.vendor.app() })
    const narrow = (scopes: string[]) => updateApp(holders.server.core, publisher, uuidOf(appId), { scopes })
    expect(await deny()).toBe('ok')
    await narrow([READ, 'documents:read'])
    expect(await deny()).toBe('FORBIDDEN')
    expect(await holders.nameOf(team, token)).toMatchObject({ status: 200 })
    await narrow(['documents:read'])
    expect(await holders.nameOf(team, token)).toMatchObject({ status: 403 })
    await narrow(['documents:write'])
    expect(await holders.nameOf(team, token)).toMatchObject({ status: 401 })
    await narrow(all)
    expect(await deny()).toBe('ok')
  })

  test('a use is noted', async () => {
    const team = await Team.create(holders.server)
    const { token, hash } = await holders.serviceToken(team, [READ])
    await holders.nameOf(team, token)
    await holders.server.core.lastUse.flush()
    expect(await holders.server.prisma.token.findUniqueOrThrow({ where: { hash } })).toMatchObject({
      lastUsedAt: holders.clock.now(),
    })
  })
})

describe('gatehouse:read', () => {
  test('sees what an admin of that organization sees', async () => {
    const team = await Team.create(holders.server)
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
    const { token } = await holders.serviceToken(team, [READ])
    expect(await holders.server.graphql(query, variables, { as: token })).toEqual(
      await holders.server.graphql(query, variables, { as: team.admin.token }),
    )
  })

  test('and changes nothing', async () => {
    const team = await Team.create(holders.server)
    const { token } = await holders.serviceToken(team, [READ])
    const appId = await team.app()
    const before = await team.history()
    expect(await holders.mutate(token, 'disableApp', { appId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'createAppSecret', { appId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'installApp', { organizationId: team.id, appId })).toBe('FORBIDDEN')
    expect(await team.history()).toEqual(before)
  })
})

describe('gatehouse:manage is worth ADMIN in one organization, without members and roles', () => {
  let team: Team
  let tokens: Record<'of the app itself' | 'for a super admin', string>
  beforeAll(async () => {
    team = await Team.create(holders.server)
    tokens = {
      'of the app itself': (await holders.serviceToken(team, [MANAGE])).token,
      'for a super admin': (await holders.tokenFor(team, team.superAdmin, [MANAGE])).token,
    }
  })

  test.each(['of the app itself', 'for a super admin'] as const)('a token %s', async (whose) => {
    const token = tokens[whose]
    const organizationId = team.id
    const membershipId = await team.membershipOf(team.member)
    const name = (await holders.server.graphql(NAME, { id: team.id }, { as: token })).organization.name
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
      expect([mutation, await holders.mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    // Of another organization, which exists for the super admin, but not for their app.
    const appId = await holders.vendor.app({ distribution: 'INTERNAL' })
    await holders.server.prisma.membership.updateMany({
      where: { organizationId: uuidOf(holders.vendor.id), userId: holders.vendor.member.id },
      data: { role: 'MEMBER' },
    })
    expect(await holders.mutate(token, 'disableApp', { appId })).toBe('NOT_FOUND')
  })

  test('what is personal is not for apps: own streams, sessions and invitations', async () => {
    const { superAdmin } = team
    const token = tokens['for a super admin']
    for (const field of ['feedCursor', 'sessions { totalCount }', 'invitations { totalCount }']) {
      const answer = await holders.server.request(`{ viewer { ${field} } }`, {}, token)
      expect(answer).toMatchObject({ data: { viewer: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    }
    const session = await holders.server.prisma.session.findFirstOrThrow({ where: { userId: superAdmin.id } })
    const place = {
      appId: uuidOf(await holders.vendor.app()),
      organizationId: (await viewerOf(holders.server.core, superAdmin.id)).personalOrganizationId,
    }
    const viewer = await viewerOf(holders.server.core, superAdmin.id)
    const grantId = await grantWithTokens(holders.server.core, viewer, place, ['openid'])
    const event = await holders.server.prisma.event.findFirstOrThrow({ where: { streamId: superAdmin.id } })
    const ids = [
      publicId('Session', session.id),
      publicId('Event', event.id),
      publicId('Grant', grantId),
      publicId('Organization', place.organizationId),
    ]
    const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect(await holders.server.graphql(nodes, { ids }, { as: token })).toEqual({ nodes: [null, null, null, null] })
    expect(await holders.server.graphql(nodes, { ids }, { as: superAdmin.token })).toEqual({
      nodes: ids.map((id) => ({ id })),
    })
  })
})

describe('for a user it is worth no more than their own role', () => {
  test('the viewer is the user, with the one organization', async () => {
    const team = await Team.create(holders.server)
    const { token, grantId } = await holders.tokenFor(team, team.superAdmin, [READ])
    expect((await holders.nameOf(team, token)).data.organization).toMatchObject({ viewerRole: 'ADMIN' })
    const query =
      '{ viewer { user { name } organizations { totalCount edges { node { organization { id } } } } grants { edges { node { id } } } } }'
    const own = { user: { name: team.superAdmin.name }, grants: { edges: [{ node: { id: grantId } }] } }
    expect(await holders.server.graphql(query, {}, { as: token })).toEqual({
      viewer: { ...own, organizations: { totalCount: 1, edges: [{ node: { organization: { id: team.id } } }] } },
    })
  })

  test('a member asks, and withdraws and revokes what is theirs, and that is all', async () => {
    const team = await Team.create(holders.server)
    const { token } = await holders.tokenFor(team, team.member, [MANAGE])
    const reader = await holders.tokenFor(team, team.member, [READ])
    const organizationId = team.id
    const appId = await holders.vendor.app()
    expect(await holders.mutate(reader.token, 'requestInstall', { organizationId, appId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'requestInstall', { organizationId, appId })).toBe('ok')
    const { id } = await holders.server.prisma.installRequest.findFirstOrThrow({ where: { appId: uuidOf(appId) } })
    const installRequestId = publicId('InstallRequest', id)
    expect(await holders.mutate(token, 'approveInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await holders.mutate(reader.token, 'withdrawInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'withdrawInstallRequest', { installRequestId })).toBe('ok')
    await team.install(appId)
    expect(await holders.mutate(token, 'installApp', { organizationId, appId })).toBe('FORBIDDEN')
    const grantId = await team.grant(appId)
    expect(await holders.mutate(reader.token, 'revokeGrant', { grantId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'revokeGrant', { grantId: await team.grant(appId, { by: team.admin }) })).toBe(
      'NOT_FOUND',
    )
    expect(await holders.mutate(token, 'revokeGrant', { grantId })).toBe('ok')
    const answer = await holders.server.request(
      'query ($id: ID!) { organization(id: $id) { apps { totalCount } } }',
      { id: team.id },
      token,
    )
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const me = await holders.server.graphql('{ viewer { user { email } } }', {}, { as: token })
    expect(me).toEqual({ viewer: { user: { email: null } } })
    // The user did it, through an app: the user is the actor.
    const withdrawn = await holders.server.prisma.event.findFirstOrThrow({
      where: { installRequestId: id, type: 'INSTALL_WITHDRAWN' },
    })
    expect(withdrawn).toMatchObject({ actorKind: 'USER', actorId: team.member.id })
  })

  test('a role that is lost is lost for their apps, and with the membership the token ends', async () => {
    const team = await Team.create(holders.server)
    const { token } = await holders.tokenFor(team, team.admin, [MANAGE])
    const place = async () => ({ organizationId: team.id, appId: await holders.vendor.app() })
    expect(await holders.mutate(token, 'installApp', await place())).toBe('ok')
    const membershipId = await team.membershipOf(team.admin)
    expect(await holders.mutate(team.superAdmin.token, 'updateMemberRole', { membershipId, role: 'MEMBER' })).toBe('ok')
    const appId = await holders.vendor.app()
    expect(await holders.mutate(token, 'installApp', { organizationId: team.id, appId })).toBe('FORBIDDEN')
    expect(await holders.mutate(team.superAdmin.token, 'removeMember', { membershipId })).toBe('ok')
    expect(await holders.nameOf(team, token)).toMatchObject({ status: 401 })
  })

  test('in a personal organization apps act within the same bounds', async () => {
    const person = holders.vendor.member
    const organizationId = (await viewerOf(holders.server.core, person.id)).personalOrganizationId
    const place = {
      organizationId: publicId('Organization', organizationId),
      appId: await holders.vendor.app({ type: 'SERVICE', scopes: all }),
    }
    expect(await holders.mutate(person.token, 'authorizeApp', place)).toBe('ok')
    const grant = await holders.server.prisma.grant.findFirstOrThrow({ where: { organizationId } })
    const { token } = await issueToken(holders.server, grant.id, { scopes: [MANAGE] })
    const other = await holders.vendor.app({ type: 'SERVICE' })
    expect(await holders.mutate(token, 'authorizeApp', { ...place, appId: other })).toBe('ok')
    expect(await holders.mutate(token, 'authorizeApp', place)).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'deleteAccount', { confirmation: person.name })).toBe('FORBIDDEN')
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
    const team = await Team.create(holders.server)
    const { token, appId, grantId } = await holders.serviceToken(team, [MANAGE], { publisher: team })
    const keyId = await team.key(appId, JSON.stringify(publicKey))
    const installation = await holders.server.prisma.installation.findFirstOrThrow({ where: { appId: uuidOf(appId) } })
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
      expect([mutation, await holders.mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await team.history()).toEqual(before)
  })

  test('nor where it acts for an admin: installing, asking, approving, denying, lifting a denial, its secrets', async () => {
    const team = await Team.create(holders.server)
    const appId = await team.app({ scopes: [...all, 'documents:write'] })
    const secretId = await team.secret(appId)
    await team.install(appId, [MANAGE])
    const place = { appId: uuidOf(appId), organizationId: uuidOf(team.id) }
    const admin = await viewerOf(holders.server.core, team.admin.id)
    const grantId = await grantWithTokens(holders.server.core, admin, place, [MANAGE])
    const { token } = await issueToken(holders.server, grantId, { scopes: [MANAGE] })
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
      expect([mutation, await holders.mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await holders.mutate(team.admin.token, 'denyInstallRequest', { installRequestId })).toBe('ok')
    const denial = await holders.server.prisma.denial.findFirstOrThrow({ where: place })
    expect(await holders.mutate(token, 'liftDenial', { denialId: publicId('Denial', denial.id) })).toBe('FORBIDDEN')
  })
})

describe('it cannot give gatehouse:* scopes', () => {
  test.each([READ, MANAGE, INTROSPECT])('%s, whatever the path', async (scope) => {
    const team = await Team.create(holders.server)
    const { token } = await holders.serviceToken(team, [MANAGE])
    const organizationId = team.id
    const scopes = ['documents:read', scope]
    const plain = await team.app()
    const asking = await holders.vendor.app({ scopes })
    const service = await holders.vendor.app({ type: 'SERVICE', scopes })
    const web = await team.app({ scopes })
    const own = await team.app({ type: 'SERVICE', scopes })
    const asleep = await team.app({ type: 'SERVICE', scopes })
    expect(await holders.mutate(team.admin.token, 'disableApp', { appId: asleep })).toBe('ok')
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
      expect([mutation, await holders.mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    expect(await team.history()).toEqual(before)

    const installRequestId = await team.request(asking)
    expect(await holders.mutate(token, 'approveInstallRequest', { installRequestId })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'approveInstallRequest', { installRequestId, scopes })).toBe('FORBIDDEN')
    expect(await holders.mutate(token, 'approveInstallRequest', { installRequestId, scopes: ['documents:read'] })).toBe(
      'ok',
    )
    expect(
      await holders.mutate(token, 'authorizeApp', { organizationId, appId: service, scopes: ['documents:read'] }),
    ).toBe('ok')
  })

  test('nor keep a way to them: what was granted or approved counts again once the app may ask for it again', async () => {
    const team = await Team.create(holders.server)
    const { token } = await holders.serviceToken(team, [MANAGE])
    const robot = await team.app({ type: 'SERVICE', scopes: all })
    await team.authorize(robot)
    const web = await team.app({ scopes: all, distribution: 'INTERNAL' })
    await team.install(web)
    for (const appId of [robot, web]) {
      expect(await holders.mutate(token, 'updateApp', { appId, scopes: ['documents:read'] })).toBe('ok')
      expect(await holders.mutate(token, 'disableApp', { appId })).toBe('ok')
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
      expect([mutation, await holders.mutate(token, mutation, input)]).toEqual([mutation, 'FORBIDDEN'])
    // Once nothing remembers them, they are apps like any other.
    expect(await holders.mutate(team.admin.token, 'enableApp', { appId: robot })).toBe('ok')
    expect(
      await holders.mutate(token, 'authorizeApp', {
        organizationId: team.id,
        appId: robot,
        scopes: ['documents:read'],
      }),
    ).toBe('ok')
    expect(await holders.mutate(token, 'addAppKey', { appId: robot, key: JSON.stringify(publicKey) })).toBe('ok')
  })

  test('but can take them away', async () => {
    const team = await Team.create(holders.server)
    const { token } = await holders.serviceToken(team, [MANAGE])
    const app = await team.app({ scopes: all })
    const service = await team.app({ type: 'SERVICE', scopes: all })
    const installationId = await team.install(app)
    const grantId = await team.authorize(service)
    const secretId = await team.secret(app)
    expect(await holders.mutate(token, 'revokeAppSecret', { secretId })).toBe('ok')
    expect(await holders.mutate(token, 'uninstallApp', { installationId })).toBe('ok')
    expect(await holders.mutate(token, 'revokeGrant', { grantId })).toBe('ok')
    expect(await holders.mutate(token, 'updateApp', { appId: app, scopes: ['documents:read'] })).toBe('ok')
    expect(await holders.mutate(token, 'disableApp', { appId: service })).toBe('ok')
  })
})

describe('events name the app as actor', () => {
  test('and where a user would be noted there is nobody', async () => {
    const team = await Team.create(holders.server)
    const { token, appId } = await holders.serviceToken(team, [MANAGE])
    const organizationId = team.id
    const asked = await holders.vendor.app()
    const installRequestId = await team.request(asked)
    expect(await holders.mutate(token, 'approveInstallRequest', { installRequestId, scopes: ['openid'] })).toBe('ok')
    expect(
      await holders.mutate(token, 'createApp', { organizationId, name: 'New', type: 'DEVICE', scopes: ['openid'] }),
    ).toBe('ok')
    const own = await team.app()
    expect(await holders.mutate(token, 'createAppSecret', { appId: own })).toBe('ok')
    const history = await holders.server.graphql(
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
    expect(await holders.server.prisma.installation.findFirstOrThrow({ where })).toMatchObject({ installedById: null })
    expect(await holders.server.prisma.installRequest.findFirstOrThrow({ where })).toMatchObject({ decidedById: null })
    expect(await holders.server.prisma.denial.findFirstOrThrow({ where })).toMatchObject({ deniedById: null })
    expect(await holders.server.prisma.appSecret.findFirstOrThrow({ where: { appId: uuidOf(own) } })).toMatchObject({
      createdById: null,
    })
    const late = await holders.server.graphql(
      'mutation ($input: DenyInstallRequestInput!) { denyInstallRequest(input: $input) { ... on AlreadyDecidedError { status decidedBy } } }',
      { input: { installRequestId } },
      { as: team.admin.token },
    )
    expect(late.denyInstallRequest).toEqual({ status: 'APPROVED', decidedBy: 'Robot' })
  })
})

describe('a right that is lost on the way is lost', () => {
  test('what the token is worth is asked again inside the change', async () => {
    const team = await Team.create(holders.server)
    const place = async () => ({ organizationId: uuidOf(team.id), appId: uuidOf(await holders.vendor.app()) })
    const publisher = await viewerOf(holders.server.core, holders.vendor.admin.id)
    const narrowed = await holders.serviceToken(team, [MANAGE])
    const asItself = await holders.callerOf(narrowed.token)
    await updateApp(holders.server.core, publisher, uuidOf(narrowed.appId), { scopes: [READ] })
    await expect(installApp(holders.server.core, asItself, await place())).rejects.toMatchObject({ code: 'FORBIDDEN' })

    const demoted = await holders.tokenFor(team, team.admin, [MANAGE])
    const forUser = await holders.callerOf(demoted.token)
    const member = { organizationId_userId: { organizationId: uuidOf(team.id), userId: team.admin.id } }
    const there = await place()
    await holders.server.prisma.membership.update({ where: member, data: { role: 'MEMBER' } })
    await expect(installApp(holders.server.core, forUser, there)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await holders.server.prisma.membership.update({ where: member, data: { role: 'ADMIN' } })

    const gone = await holders.serviceToken(team, [MANAGE])
    const dead = await holders.callerOf(gone.token)
    await revokeGrant(holders.server.core, await viewerOf(holders.server.core, team.admin.id), uuidOf(gone.grantId))
    await expect(installApp(holders.server.core, dead, await place())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
