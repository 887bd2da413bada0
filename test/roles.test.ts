import { generateKeyPairSync } from 'node:crypto'
import { isObjectType } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../src/config.ts'
import { grantWithTokens, viewerOf } from '../src/demo/stand-ins.ts'
import { encodeCursor } from '../src/feed/cursor.ts'
import { schema } from '../src/graphql/schema.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { idOf, type Person, signedIn, Team, uuidOf } from './support/team.ts'

// Every operation against every role. An operation that stands in the schema and not in this table
// fails; so does one whose outcome for anybody is not what the table says.

const roles = ['superAdmin', 'admin', 'member', 'nonMember', 'otherTenant', 'signedOut'] as const
type Role = (typeof roles)[number]

let server: TestServer
let team: Team
let people: Record<Role, Person | undefined>

beforeAll(async () => {
  server = await startTestServer({ config: { limits: { ...limits, appsPerOrganization: 1000 } } })
  team = await Team.create(server)
  const { admin: otherTenant } = await Team.create(server)
  const { superAdmin, admin, member } = team
  people = { superAdmin, admin, member, nonMember: await signedIn(server), otherTenant, signedOut: undefined }
})

afterAll(() => server[Symbol.asyncDispose]())

interface Row {
  /** The operation; `$input`, `$id` and so on are what `prepare` returns. */
  readonly document: string
  /** Makes what the operation is tried on, anew for each role. */
  readonly prepare?: (role: Role) => Promise<object> | object
  /** For each role in the order of `roles`: ok, null, or the code of the error. */
  readonly outcomes: string
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

// What somebody who is a member, but no admin, gets; what outsiders get; what the signed-out get.
const adminsOnly = 'ok ok FORBIDDEN NOT_FOUND NOT_FOUND UNAUTHENTICATED'
/** On something that outsiders can see the card of. */
const publishersOnly = 'ok ok FORBIDDEN FORBIDDEN FORBIDDEN UNAUTHENTICATED'
/** On something that members do not see either. */
const hiddenFromMembers = 'ok ok NOT_FOUND NOT_FOUND NOT_FOUND UNAUTHENTICATED'
const everybody = 'ok ok ok ok ok UNAUTHENTICATED'
/** Fields below `organization`, which is null for outsiders. */
const adminField = 'ok ok FORBIDDEN null null UNAUTHENTICATED'
const memberField = 'ok ok ok null null UNAUTHENTICATED'
/** Fields of an app beyond its card. */
const managerField = 'ok ok null null null UNAUTHENTICATED'

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
  'Query.viewer': { document: '{ result: viewer { user { name } } }', outcomes: 'ok ok ok ok ok null' },
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
  'Organization.apps': organizationRow(`apps${list}`, adminField),
  'Organization.appQuota': organizationRow('appQuota { used limit }', adminField),
  'Organization.installations': organizationRow(`installations${list}`, adminField),
  'Organization.installRequests': organizationRow(`installRequests${list}`, adminField),
  'Organization.denials': organizationRow(`denials${list}`, adminField),
  'Organization.grants': organizationRow(`grants${list}`, adminField),
  'Organization.events': organizationRow('events(first: 1) { edges { cursor } }', adminField),
  'Organization.feedCursor': organizationRow('feedCursor', adminField),

  ...Object.fromEntries(
    ['id', 'clientId', 'name', 'description', 'logoUrl', 'publisherName', 'type', 'authorizationKind'].map((field) => [
      `App.${field}`,
      appRow(field, everybody),
    ]),
  ),
  'App.scopes': appRow('scopes { name }', everybody),
  'App.publisher': appRow('publisher { name }', 'ok ok ok null null UNAUTHENTICATED'),
  ...Object.fromEntries(
    ['homepageUrl', 'distribution', 'status', 'redirectUris', 'createdAt', 'updatedAt'].map((field) => [
      `App.${field}`,
      appRow(field, managerField),
    ]),
  ),
  'App.secrets': appRow(`secrets${list}`, managerField),
  'App.keys': appRow(`keys${list}`, managerField),
  'App.installations': appRow(`installations${list}`, managerField),
  'App.impact': appRow('impact(action: DELETE) { version }', managerField),

  'Mutation.signIn': {
    document: `mutation ($input: SignInInput!) { result: signIn(input: $input) { __typename ... on Error { code } } }`,
    prepare: () => ({ input: { email: team.member.email, password: team.member.password } }),
    outcomes: 'ok ok ok ok ok ok',
  },
  'Mutation.createApp': mutationRow(
    'createApp',
    () => ({ organizationId: team.id, name: 'New', type: 'DEVICE', scopes: ['openid'] }),
    adminsOnly,
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
    hiddenFromMembers,
  ),
  'Mutation.addAppKey': mutationRow(
    'addAppKey',
    async () => ({ appId: await team.app({ type: 'SERVICE' }), key: publicKey() }),
    publishersOnly,
  ),
  'Mutation.removeAppKey': mutationRow(
    'removeAppKey',
    async () => ({ keyId: await team.key(await team.app({ type: 'SERVICE' }), publicKey()) }),
    hiddenFromMembers,
  ),
  'Mutation.requestInstall': mutationRow(
    'requestInstall',
    async () => ({ organizationId: team.id, appId: await team.app() }),
    'ok ok ok NOT_FOUND NOT_FOUND UNAUTHENTICATED',
  ),
  'Mutation.withdrawInstallRequest': mutationRow(
    'withdrawInstallRequest',
    async (role) => {
      const by = role === 'superAdmin' || role === 'admin' ? team[role] : team.member
      return { installRequestId: await team.request(await team.app(), { by }) }
    },
    'ok ok ok NOT_FOUND NOT_FOUND UNAUTHENTICATED',
  ),
  'Mutation.approveInstallRequest': mutationRow(
    'approveInstallRequest',
    async () => ({ installRequestId: await team.request(await team.app()) }),
    adminsOnly,
  ),
  'Mutation.denyInstallRequest': mutationRow(
    'denyInstallRequest',
    async () => ({ installRequestId: await team.request(await team.app()) }),
    adminsOnly,
  ),
  'Mutation.liftDenial': mutationRow(
    'liftDenial',
    async () => ({ denialId: await team.denial(await team.app()) }),
    hiddenFromMembers,
  ),
  'Mutation.installApp': mutationRow(
    'installApp',
    async () => ({ organizationId: team.id, appId: await team.app() }),
    adminsOnly,
  ),
  'Mutation.uninstallApp': mutationRow(
    'uninstallApp',
    async () => ({ installationId: await team.install(await team.app()) }),
    hiddenFromMembers,
  ),
  'Mutation.authorizeApp': mutationRow(
    'authorizeApp',
    async () => ({ organizationId: team.id, appId: await team.app({ type: 'SERVICE' }) }),
    adminsOnly,
  ),
  'Mutation.revokeGrant': mutationRow(
    'revokeGrant',
    async (role) => {
      const appId = await team.app()
      await team.install(appId)
      return { grantId: await team.grant(appId, { by: role === 'member' ? team.member : team.admin }) }
    },
    'ok ok ok NOT_FOUND NOT_FOUND UNAUTHENTICATED',
  ),
  'Mutation.updateMemberRole': mutationRow(
    'updateMemberRole',
    async () => ({ membershipId: await team.membershipOf(await team.join('MEMBER')), role: 'ADMIN' }),
    'ok FORBIDDEN FORBIDDEN NOT_FOUND NOT_FOUND UNAUTHENTICATED',
  ),
  'Mutation.removeMember': mutationRow(
    'removeMember',
    async () => ({ membershipId: await team.membershipOf(await team.join('MEMBER')) }),
    adminsOnly,
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
        outcomes: adminsOnly,
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
    outcomes: everybody,
  },
  // Last, because it ends the sessions that the other rows use.
  'Mutation.signOut': mutationRow('signOut', () => ({}), everybody),
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
    throw errors
  } finally {
    await client.dispose()
  }
}

describe('every operation, for every role', () => {
  for (const [name, { document, prepare, outcomes }] of Object.entries(table)) {
    test(`${name} answers ${outcomes}`, async () => {
      const seen: string[] = []
      for (const role of roles) {
        const variables = (await prepare?.(role)) ?? {}
        seen.push(outcomeOf(await execute(document, variables, people[role])))
      }
      expect(seen.join(' ')).toBe(outcomes)
    })
  }
})

test('every query, mutation and subscription, and every field of Organization and App, stands in the table', () => {
  const fields = ['Query', 'Mutation', 'Subscription', 'Organization', 'App'].flatMap((type) => {
    const object = schema.getType(type)
    return isObjectType(object) ? Object.keys(object.getFields()).map((field) => `${type}.${field}`) : []
  })
  expect(Object.keys(table).sort()).toEqual(fields.sort())
})
