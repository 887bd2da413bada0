import { generateKeyPairSync } from 'node:crypto'
import { isObjectType } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { actorOf } from '../../src/access/actions.ts'
import { limits } from '../../src/config/defaults.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { encodeCursor } from '../../src/history/cursor.ts'
import { newId, publicId } from '../../src/ids.ts'
import { inviteMember } from '../../src/organizations/invitations.ts'
import { addMember } from '../../src/organizations/members.ts'
import { createOrganization } from '../../src/organizations/service.ts'
import { schema } from '../../src/server/schema.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { idOf, type Person, signedIn, Team, uuidOf } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'

// Every operation against every role. An operation that stands in the schema and not in this table
// fails; so does one whose outcome for anybody is not what the table says.

const roles = [
  ...(['superAdmin', 'admin', 'member', 'nonMember', 'otherTenant', 'signedOut'] as const),
  // Access tokens for the organization: three of apps that act as themselves, one for its super admin.
  ...(['appRead', 'appManage', 'superAdminsApp', 'appWithout'] as const),
] as const
type Role = (typeof roles)[number]

const isApp = (role: Role): boolean => /app/i.test(role)

let server: TestServer
let team: Team
let people: Record<Role, Person | undefined>
/** People of each role whose accounts may go. */
const leavers = new Map<Role, Person>()

beforeAll(async () => {
  server = await startTestServer({ config: { limits: { ...limits, appsPerOrganization: 1000 } } })
  team = await Team.create(server)
  const { admin: otherTenant } = await Team.create(server)
  const { superAdmin, admin, member } = team
  leavers.set('superAdmin', await team.join('SUPER_ADMIN'))
  leavers.set('admin', await team.join('ADMIN'))
  leavers.set('member', await team.join('MEMBER'))
  leavers.set('nonMember', await signedIn(server))
  leavers.set('otherTenant', await (await Team.create(server)).join('ADMIN'))
  const tokens = await accessTokens()
  people = {
    ...{ superAdmin, admin, member, nonMember: await signedIn(server), otherTenant, signedOut: undefined },
    appRead: { ...superAdmin, token: tokens.read },
    appManage: { ...superAdmin, token: tokens.manage },
    superAdminsApp: { ...superAdmin, token: tokens.forSuperAdmin },
    appWithout: { ...superAdmin, token: tokens.without },
  }
})

afterAll(() => server[Symbol.asyncDispose]())

/** Access tokens of apps of another organization, all for the team. */
async function accessTokens() {
  const scopes = ['gatehouse:read', 'gatehouse:manage', 'gatehouse:introspect']
  const vendor = await Team.create(server)
  const service = await team.authorize(await vendor.app({ type: 'SERVICE', scopes }))
  const app = await vendor.app({ scopes })
  await team.install(app)
  const place = { appId: uuidOf(app), organizationId: uuidOf(team.id) }
  const owner = await viewerOf(server.core, team.superAdmin.id)
  const issue = async (grantId: string, scope: string) => (await issueToken(server, grantId, { scopes: [scope] })).token
  return {
    read: await issue(service, 'gatehouse:read'),
    manage: await issue(service, 'gatehouse:manage'),
    without: await issue(service, 'gatehouse:introspect'),
    forSuperAdmin: await issue(await grantWithTokens(server.core, owner, place, scopes), 'gatehouse:manage'),
  }
}

interface Row {
  /** The operation; `$input`, `$id` and so on are what `prepare` returns. */
  readonly document: string
  /** Makes what the operation is tried on, anew for each role. */
  readonly prepare?: (role: Role) => Promise<object> | object
  /** For each role in the order of `roles`: ok, null, or the code of the error. */
  readonly outcomes: string
  /** For whom it is, where it is nothing to do to the people that the other rows need. */
  readonly as?: (role: Role) => Promise<Person | undefined>
}

const mutationRow = (name: string, prepare: (role: Role) => Promise<object> | object, outcomes: string): Row => ({
  document: `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    result: ${name}(input: $input) { __typename ... on Error { code message } }
  }`,
  prepare: async (role) => ({ input: await prepare(role) }),
  outcomes,
})

const organizationRow = (field: string, outcomes: string): Row => ({
  document: `query ($id: ID!) { organization(id: $id) { result: ${field} } }`,
  prepare: () => ({ id: team.id }),
  outcomes,
})

const list = '(first: 1) { totalCount edges { cursor } }'

// What apps get, in the order of `roles`: of what is read, of what is changed, and of what is not for them.
const read = 'ok ok ok INSUFFICIENT_SCOPE'
const changed = 'FORBIDDEN ok ok INSUFFICIENT_SCOPE'
const notForApps = 'FORBIDDEN FORBIDDEN FORBIDDEN INSUFFICIENT_SCOPE'
/** On something outside the organization of their token. */
const elsewhere = 'NOT_FOUND NOT_FOUND NOT_FOUND INSUFFICIENT_SCOPE'

// What somebody who is a member, but no admin, gets; what outsiders get; what the signed-out get; and apps.
const adminsOnly = 'ok ok FORBIDDEN NOT_FOUND NOT_FOUND UNAUTHENTICATED'
/** On something that outsiders can see the card of. */
const publishersOnly = `ok ok FORBIDDEN FORBIDDEN FORBIDDEN UNAUTHENTICATED ${changed}`
/** On something that members do not see either. */
const hiddenFromMembers = 'ok ok NOT_FOUND NOT_FOUND NOT_FOUND UNAUTHENTICATED'
const anybody = 'ok ok ok ok ok UNAUTHENTICATED'
const everybody = `${anybody} ${read}`
/** What is done by people themselves. */
const everyPerson = `${anybody} ${notForApps}`
/** Fields below `organization`, which is null for outsiders. */
const adminField = `ok ok FORBIDDEN null null UNAUTHENTICATED ${read}`
const memberField = `ok ok ok null null UNAUTHENTICATED ${read}`
const superAdminField = `ok FORBIDDEN FORBIDDEN null null UNAUTHENTICATED ${notForApps}`
const superAdminsOnly = 'ok FORBIDDEN FORBIDDEN NOT_FOUND NOT_FOUND UNAUTHENTICATED'
const membersOnly = 'ok ok ok NOT_FOUND NOT_FOUND UNAUTHENTICATED'
/** Fields of an app beyond its card. */
const managerField = `ok ok null null null UNAUTHENTICATED ${read}`

const publicKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()

const appRow = (field: string, outcomes: string): Row => ({
  document: `query ($clientId: String!) { app(clientId: $clientId) { result: ${field} } }`,
  prepare: async () => ({
    clientId: await team.app({
      description: 'What it does.',
      logoUrl: 'https://app.example/logo.svg',
      homepageUrl: 'https://app.example/',
    }),
  }),
  outcomes,
})

const table: Record<string, Row> = {
  'Query.viewer': {
    document: '{ result: viewer { user { name } } }',
    outcomes: 'ok ok ok ok ok null null null ok INSUFFICIENT_SCOPE',
  },
  'Query.node': {
    document: 'query ($id: ID!) { result: node(id: $id) { id } }',
    prepare: () => ({ id: team.id }),
    outcomes: memberField,
  },
  'Query.nodes': {
    document: 'query ($ids: [ID!]!) { result: nodes(ids: $ids) { id } }',
    prepare: () => ({ ids: [team.id] }),
    outcomes: everybody,
  },
  'Query.organization': {
    document: 'query ($id: ID!) { result: organization(id: $id) { name } }',
    prepare: () => ({ id: team.id }),
    outcomes: memberField,
  },
  'Query.app': {
    document: 'query ($clientId: String!) { result: app(clientId: $clientId) { name } }',
    prepare: async () => ({ clientId: await team.app({ distribution: 'INTERNAL' }) }),
    outcomes: memberField,
  },
  'Query.scopes': { document: '{ result: scopes { name } }', outcomes: everybody },

  'Organization.id': organizationRow('id', memberField),
  'Organization.organizationId': organizationRow('organizationId', memberField),
  'Organization.name': organizationRow('name', memberField),
  'Organization.edition': organizationRow('edition', memberField),
  'Organization.createdAt': organizationRow('createdAt', memberField),
  'Organization.viewerRole': organizationRow('viewerRole', memberField),
  'Organization.members': organizationRow(`members${list}`, memberField),
  'Organization.invitations': organizationRow(`invitations${list}`, adminField),
  'Organization.impact': organizationRow('impact { version }', superAdminField),
  'Organization.statistics': organizationRow(
    'statistics(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", bucket: DAY) { buckets { start } }',
    adminField,
  ),
  'Organization.apps': organizationRow(`apps${list}`, adminField),
  'Organization.appQuota': organizationRow('appQuota { used limit }', adminField),
  'Organization.installations': organizationRow(`installations${list}`, adminField),
  'Organization.installRequests': organizationRow(`installRequests${list}`, adminField),
  'Organization.installCases': organizationRow(`installCases${list}`, adminField),
  'Organization.denials': organizationRow(`denials${list}`, adminField),
  'Organization.grants': organizationRow(`grants${list}`, adminField),
  'Organization.events': organizationRow('events(first: 1) { edges { cursor } }', adminField),
  'Organization.feedCursor': organizationRow('feedCursor', adminField),
  'Organization.explainToken': {
    document:
      'query ($id: ID!, $token: String!) { organization(id: $id) { result: explainToken(token: $token) { __typename } } }',
    prepare: async () => ({ id: team.id, token: (await issueToken(server, await team.grant(await team.app()))).token }),
    outcomes: adminField,
  },

  ...Object.fromEntries(
    ['id', 'clientId', 'name', 'description', 'logoUrl', 'publisherName', 'type', 'authorizationKind'].map((field) => [
      `App.${field}`,
      appRow(field, everybody),
    ]),
  ),
  'App.scopes': appRow('scopes { name }', everybody),
  'App.publisher': appRow('publisher { name }', memberField),
  ...Object.fromEntries(
    ['homepageUrl', 'distribution', 'status', 'redirectUris', 'postLogoutRedirectUris', 'createdAt', 'updatedAt'].map(
      (field) => [`App.${field}`, appRow(field, managerField)],
    ),
  ),
  'App.secrets': appRow(`secrets${list}`, managerField),
  'App.keys': appRow(`keys${list}`, managerField),
  'App.installations': appRow(`installations${list}`, managerField),
  'App.impact': appRow('impact(action: DELETE) { version }', managerField),
  'App.updateImpact': appRow('updateImpact(distribution: INTERNAL) { version }', managerField),

  'Mutation.signIn': {
    document: `mutation ($input: SignInInput!) { result: signIn(input: $input) { __typename ... on Error { code } } }`,
    prepare: () => ({ input: { email: team.member.email, password: team.member.password } }),
    outcomes: `ok ok ok ok ok ok ${read}`,
  },
  'Mutation.createApp': mutationRow(
    'createApp',
    () => ({ organizationId: team.id, name: 'New', type: 'DEVICE', scopes: ['openid'] }),
    `${adminsOnly} ${changed}`,
  ),
  'Mutation.updateApp': mutationRow(
    'updateApp',
    async () => ({ appId: await team.app(), description: 'Other' }),
    publishersOnly,
  ),
  'Mutation.disableApp': mutationRow('disableApp', async () => ({ appId: await team.app() }), publishersOnly),
  'Mutation.enableApp': mutationRow('enableApp', async () => ({ appId: await team.app() }), publishersOnly),
  'Mutation.deleteApp': mutationRow(
    'deleteApp',
    async () => ({ appId: await team.app({ name: 'Doomed' }), confirmation: 'Doomed' }),
    publishersOnly,
  ),
  'Mutation.createAppSecret': mutationRow('createAppSecret', async () => ({ appId: await team.app() }), publishersOnly),
  'Mutation.revokeAppSecret': mutationRow(
    'revokeAppSecret',
    async () => ({ secretId: await team.secret(await team.app()) }),
    `${hiddenFromMembers} ${changed}`,
  ),
  'Mutation.addAppKey': mutationRow(
    'addAppKey',
    async () => ({ appId: await team.app({ type: 'SERVICE' }), key: publicKey() }),
    publishersOnly,
  ),
  'Mutation.removeAppKey': mutationRow(
    'removeAppKey',
    async () => ({ keyId: await team.key(await team.app({ type: 'SERVICE' }), publicKey()) }),
    `${hiddenFromMembers} ${changed}`,
  ),
  'Mutation.requestInstall': mutationRow(
    'requestInstall',
    async () => ({ organizationId: team.id, appId: await team.app() }),
    `${membersOnly} FORBIDDEN FORBIDDEN ok INSUFFICIENT_SCOPE`,
  ),
  'Mutation.withdrawInstallRequest': mutationRow(
    'withdrawInstallRequest',
    async (role) => {
      const by = role === 'admin' ? team.admin : /^superAdmin/.test(role) ? team.superAdmin : team.member
      return { installRequestId: await team.request(await team.app(), { by }) }
    },
    `${membersOnly} FORBIDDEN FORBIDDEN ok INSUFFICIENT_SCOPE`,
  ),
  'Mutation.approveInstallRequest': mutationRow(
    'approveInstallRequest',
    async () => ({ installRequestId: await team.request(await team.app()) }),
    `${adminsOnly} ${changed}`,
  ),
  'Mutation.denyInstallRequest': mutationRow(
    'denyInstallRequest',
    async () => ({ installRequestId: await team.request(await team.app()) }),
    `${adminsOnly} ${changed}`,
  ),
  'Mutation.liftDenial': mutationRow(
    'liftDenial',
    async () => ({ denialId: await team.denial(await team.app()) }),
    `${hiddenFromMembers} ${changed}`,
  ),
  'Mutation.installApp': mutationRow(
    'installApp',
    async () => ({ organizationId: team.id, appId: await team.app() }),
    `${adminsOnly} ${changed}`,
  ),
  'Mutation.uninstallApp': mutationRow(
    'uninstallApp',
    async () => ({ installationId: await team.install(await team.app()) }),
    `${hiddenFromMembers} ${changed}`,
  ),
  'Mutation.authorizeApp': mutationRow(
    'authorizeApp',
    async () => ({ organizationId: team.id, appId: await team.app({ type: 'SERVICE' }) }),
    `${adminsOnly} ${changed}`,
  ),
  'Mutation.revokeGrant': mutationRow(
    'revokeGrant',
    async (role) => {
      const appId = await team.app()
      await team.install(appId)
      return { grantId: await team.grant(appId, { by: role === 'member' ? team.member : team.admin }) }
    },
    `${membersOnly} ${changed}`,
  ),
  'Mutation.createOrganization': mutationRow(
    'createOrganization',
    () => ({ name: 'Another', edition: 'TEAM' }),
    everyPerson,
  ),
  'Mutation.updateOrganization': mutationRow(
    'updateOrganization',
    async (role) => ({ organizationId: team.id, name: `Renamed by ${role}` }),
    `${superAdminsOnly} ${notForApps}`,
  ),
  'Mutation.deleteOrganization': mutationRow(
    'deleteOrganization',
    async () => ({ organizationId: await sister(), confirmation: 'Sister' }),
    `${superAdminsOnly} ${elsewhere}`,
  ),
  'Mutation.leaveOrganization': mutationRow(
    'leaveOrganization',
    async () => ({ organizationId: await sister() }),
    `${membersOnly} ${elsewhere}`,
  ),
  'Mutation.deleteAccount': {
    ...mutationRow('deleteAccount', (role) => ({ confirmation: leavers.get(role)?.name ?? 'Nobody' }), everyPerson),
    as: async (role) => (isApp(role) ? people[role] : leavers.get(role)),
  },
  'Mutation.inviteMember': mutationRow(
    'inviteMember',
    (role) => ({ organizationId: team.id, email: `${role}@elsewhere.example` }),
    `${adminsOnly} ${notForApps}`,
  ),
  'Mutation.acceptInvitation': mutationRow(
    'acceptInvitation',
    async (role) => ({ token: await invitationTo(people[role]?.email ?? 'nobody@example.com') }),
    everyPerson,
  ),
  'Mutation.revokeInvitation': mutationRow(
    'revokeInvitation',
    async () => ({ invitationId: await team.invitation('somebody@elsewhere.example') }),
    `${hiddenFromMembers} ${notForApps}`,
  ),
  'Mutation.endSession': {
    ...mutationRow('endSession', async (role) => ({ sessionId: await aSessionOf(role) }), everyPerson),
  },
  'Mutation.endOtherSessions': { ...mutationRow('endOtherSessions', () => ({}), everyPerson), as: somebody },
  'Mutation.disconnectIdentity': {
    ...mutationRow(
      'disconnectIdentity',
      async (role) => {
        const identity = { issuer: 'https://login.example', subject: newId() }
        const userId = somebodies.get(role)?.id
        if (userId)
          await server.prisma.externalIdentity.create({ data: { ...identity, userId, createdAt: new Date() } })
        return identity
      },
      everyPerson,
    ),
    as: async (role) => (isApp(role) ? people[role] : somebodies.get(role)),
  },
  'Mutation.changePassword': {
    ...mutationRow(
      'changePassword',
      (role) => ({ currentPassword: somebodies.get(role)?.password ?? '', newPassword: 'correct horse battery' }),
      everyPerson,
    ),
    as: async (role) => (isApp(role) ? people[role] : somebodies.get(role)),
  },
  'Mutation.updateMemberRole': mutationRow(
    'updateMemberRole',
    async () => ({ membershipId: await team.membershipOf(await team.join('MEMBER')), role: 'ADMIN' }),
    `${superAdminsOnly} ${notForApps}`,
  ),
  'Mutation.removeMember': mutationRow(
    'removeMember',
    async () => ({ membershipId: await team.membershipOf(await team.join('MEMBER')) }),
    `${adminsOnly} ${notForApps}`,
  ),

  ...Object.fromEntries(
    ['organizationEvents', 'installRequests', 'appStatusChanges'].map((name) => [
      `Subscription.${name}`,
      {
        document: `subscription ($id: ID!, $after: String) {
          result: ${name}(organizationId: $id, after: $after) { event { type } }
        }`,
        prepare: async () => {
          const after = await beginning(team.id)
          await team.install(await team.app())
          await team.request(await team.app())
          return { id: team.id, after }
        },
        outcomes: `${adminsOnly} ${read}`,
      },
    ]),
  ),
  'Subscription.viewerEvents': {
    document: 'subscription ($after: String) { result: viewerEvents(after: $after) { event { type } } }',
    prepare: async (role) => {
      const person = people[role]
      if (!person) return {}
      const after = await beginning(idOf('User', person))
      await causeEventFor(person)
      return { after }
    },
    outcomes: everyPerson,
  },
  // Last, because it ends the sessions that the other rows use.
  'Mutation.signOut': mutationRow('signOut', () => ({}), everyPerson),
}

/** Somebody whose sessions and password nothing else depends on; nobody for the signed-out, and for apps themselves. */
const somebodies = new Map<Role, Person>()
async function somebody(role: Role): Promise<Person | undefined> {
  if (isApp(role)) return people[role]
  if (role !== 'signedOut') somebodies.set(role, await signedIn(server))
  return somebodies.get(role)
}

/** A further session of the person who has the role. */
async function aSessionOf(role: Role): Promise<string> {
  const person = people[role] ?? team.member
  await server.signIn(person)
  const session = await server.prisma.session.findFirstOrThrow({
    where: { userId: person.id },
    orderBy: { id: 'desc' },
  })
  return publicId('Session', session.id)
}

/** Another organization with the same people in the same roles, and one super admin more. */
async function sister(): Promise<string> {
  const { core } = server
  const owner = await viewerOf(core, team.superAdmin.id)
  await server.prisma.organization.updateMany({ data: { createdById: null } })
  const { value: organizationId } = await createOrganization(core, owner, { name: 'Sister', edition: 'TEAM' })
  const join = (userId: string, role: 'SUPER_ADMIN' | 'ADMIN' | 'MEMBER') =>
    addMember(core, actorOf(owner), { organizationId, userId, role })
  await join((await signedIn(server)).id, 'SUPER_ADMIN')
  await join(team.admin.id, 'ADMIN')
  await join(team.member.id, 'MEMBER')
  return publicId('Organization', organizationId)
}

/** The token of an invitation to an organization that nobody of the table belongs to. */
async function invitationTo(email: string): Promise<string> {
  const elsewhere = await Team.create(server)
  const viewer = await viewerOf(server.core, elsewhere.admin.id)
  const organizationId = uuidOf(elsewhere.id)
  return (await inviteMember(server.core, viewer, { organizationId, email, role: 'MEMBER' })).value.token
}

/** The cursor before the newest event of a stream. */
async function beginning(publicId: string): Promise<string> {
  const streamId = uuidOf(publicId)
  const { head } = await server.prisma.stream.findUniqueOrThrow({ where: { id: streamId } })
  return encodeCursor({ streamId, sequence: head })
}

/** Lets something happen that a person's own stream tells of. */
async function causeEventFor(person: Person): Promise<void> {
  const { personalOrganizationId } = await viewerOf(server.core, person.id)
  const appId = uuidOf(await team.app())
  await grantWithTokens(
    server.core,
    await viewerOf(server.core, person.id),
    { appId, organizationId: personalOrganizationId },
    ['openid'],
  )
}

interface Answer {
  readonly data?: { readonly result?: unknown } | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[]
}

/** ok, null, or the code of the error. */
function outcomeOf({ data, errors }: Answer): string {
  if (errors?.[0]) return String(errors[0].extensions?.code)
  const holder = (data && !('result' in data) ? Object.values(data)[0] : data) as Answer['data']
  const result = holder?.result as { __typename?: string; code?: string } | null | undefined
  return result == null ? 'null' : (result.code ?? 'ok')
}

async function execute(document: string, variables: object, person: Person | undefined): Promise<Answer> {
  if (!document.startsWith('subscription')) return server.request(document, variables, person?.token)
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(person && { connectionParams: { authorization: `Bearer ${person.token}` } }),
  })
  try {
    for await (const answer of client.iterate({ query: document, variables: { ...variables } })) return answer as Answer
    throw new Error('the subscription ended without a word')
  } catch (errors) {
    if (Array.isArray(errors)) return { errors }
    // A connection that is not let in is closed, with the code as the reason.
    if (errors instanceof Object && 'reason' in errors) return { errors: [{ extensions: { code: errors.reason } }] }
    throw errors
  } finally {
    await client.dispose()
  }
}

describe('every operation, for every role', () => {
  for (const [name, { document, prepare, outcomes, as = async (role: Role) => people[role] }] of Object.entries(
    table,
  )) {
    test(`${name} answers ${outcomes}`, async () => {
      const seen: string[] = []
      for (const role of roles) {
        const variables = (await prepare?.(role)) ?? {}
        seen.push(outcomeOf(await execute(document, variables, await as(role))))
      }
      expect(seen.join(' ')).toBe(outcomes)
    })
  }
})

test('no app succeeds where an admin of the organization does not', () => {
  const succeeds = (outcomes: string, role: Role) => outcomes.split(' ')[roles.indexOf(role)] === 'ok'
  const offences = Object.entries(table).filter(
    ([, { outcomes }]) => roles.some((role) => isApp(role) && succeeds(outcomes, role)) && !succeeds(outcomes, 'admin'),
  )
  expect(offences.map(([name]) => name)).toEqual([])
  expect(new Set(Object.values(table).map(({ outcomes }) => outcomes.split(' ').length))).toEqual(
    new Set([roles.length]),
  )
})

test('every query, mutation and subscription, and every field of Organization and App, stands in the table', () => {
  const fields = ['Query', 'Mutation', 'Subscription', 'Organization', 'App'].flatMap((type) => {
    const object = schema.getType(type)
    return isObjectType(object) ? Object.keys(object.getFields()).map((field) => `${type}.${field}`) : []
  })
  expect(Object.keys(table).sort()).toEqual(fields.sort())
})
