import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import type { Server } from '../../src/server/server.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { resourceServers } from './check/check-server.ts'
import { Flows } from './flows.ts'
import {
  act,
  Observations,
  type Path,
  paths,
  SCOPES,
  Scene,
  type ServicePath,
  ServiceScene,
  servicePaths,
} from './obedience.ts'

let server: TestServer
let node: Server
let publisher: Team
let team: Team
let flows: Flows

beforeAll(async () => {
  server = await startTestServer({
    config: {
      resourceServers,
      // What these tests present is refused more often than any client's would be.
      limits: { ...limits, refusedTokenRequestsPerAddress: 10_000 },
    },
  })
  node = await server.startNode()
  ;[publisher, team] = [await Team.create(server), await Team.create(server)]
  flows = await Flows.discover(server)
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const seen = new Observations<Path>(paths)
const ofServices = new Observations<ServicePath>(servicePaths)

const scene = (where = team) => Scene.create(flows, node, publisher, where)
const serviceScene = (where = team) => ServiceScene.create(flows, node, publisher, where)

type Answers = Record<Path, string>
type ServiceAnswers = Record<ServicePath, string>

const alive: Answers = {
  introspection: 'active',
  userinfo: 'answers',
  check: 'lets through',
  graphql: 'answers',
  refresh: 'tokens',
  code: 'tokens',
  device: 'tokens',
  silent: 'a code',
}
const refused = {
  introspection: 'inactive',
  userinfo: '401 invalid_token',
  graphql: '401 UNAUTHENTICATED',
}
const asleep: Answers = {
  ...refused,
  check: '401 “The app is disabled.”',
  refresh: 'unauthorized_client',
  code: 'unauthorized_client',
  device: 'unauthorized_client',
  silent: 'unauthorized_client',
}
const dead: Answers = {
  ...refused,
  check: '401 “The token is unknown or revoked.”',
  refresh: 'invalid_grant',
  code: 'invalid_grant',
  device: 'invalid_grant',
  silent: 'consent_required',
}
const worthless: Answers = {
  ...refused,
  check: '401 “Nothing is left of what the token was worth.”',
  refresh: 'invalid_scope',
  code: 'invalid_scope',
  device: 'invalid_scope',
  silent: 'consent_required',
}
/** What is left where `documents:write` and `gatehouse:read` are taken away. */
const LESS = ['openid', 'documents:read']
const less = `, worth \`${LESS.join(' ')}\``
const narrower: Answers = {
  introspection: `active${less}`,
  userinfo: 'answers',
  check: `lets through${less}`,
  graphql: '403 INSUFFICIENT_SCOPE',
  refresh: `tokens${less}`,
  code: `tokens${less}`,
  device: `tokens${less}`,
  silent: 'a code',
}

const serviceAlive: ServiceAnswers = {
  introspection: 'active',
  check: 'lets through',
  graphql: 'answers',
  assertion: 'a token',
  credentials: 'a token',
}
const { introspection, graphql } = refused
const serviceAsleep: ServiceAnswers = {
  introspection,
  graphql,
  check: asleep.check,
  assertion: 'unauthorized_client',
  credentials: 'unauthorized_client',
}
const serviceDead: ServiceAnswers = {
  introspection,
  graphql,
  check: dead.check,
  assertion: 'invalid_grant',
  credentials: 'invalid_grant',
}
const serviceNarrower: ServiceAnswers = {
  introspection: narrower.introspection,
  check: narrower.check,
  graphql: narrower.graphql,
  assertion: `a token${less}`,
  credentials: `a token${less}`,
}
const serviceWorthless: ServiceAnswers = {
  introspection,
  graphql,
  check: worthless.check,
  assertion: 'invalid_scope',
  credentials: 'invalid_scope',
}

test('what nobody took anything from is good on every path', async () => {
  const at = await scene()
  expect(seen.note('nobody does anything', await at.present())).toEqual(alive)
})

test('Disable suspends: every token of the app stops being accepted, and Enable restores exactly what has not expired', async () => {
  const at = await scene()
  for (const { id: appId } of [at.web, at.device]) await act(server, publisher.admin, 'disableApp', { appId })
  expect(seen.note('the publisher **disables** the app', await at.present())).toEqual(asleep)
  // The very same once more: what is presented meanwhile is neither consumed nor counted as reuse.
  expect(await at.present()).toEqual(asleep)
  for (const { id: appId } of [at.web, at.device]) await act(server, publisher.admin, 'enableApp', { appId })
  expect(seen.note('… and **enables** it again', await at.present())).toEqual(alive)
  expect(await publisher.history()).not.toContain('TOKEN_REUSE_DETECTED')
  expect(await team.history()).not.toContain('TOKEN_REUSE_DETECTED')
})

test('EXTERNAL → INTERNAL suspends the app outside its publisher as disabling would, and back restores it', async () => {
  const [outside, inside] = [await scene(), await scene(publisher)]
  const apps = [outside, inside].flatMap(({ web, device }) => [web.id, device.id])
  const becomes = async (distribution: string) => {
    for (const appId of apps) await act(server, publisher.admin, 'updateApp', { appId, distribution })
  }
  await becomes('INTERNAL')
  const elsewhere = await outside.present()
  expect(seen.note('the publisher makes it **INTERNAL**', elsewhere)).toEqual({
    ...asleep,
    silent: 'interaction_required',
  })
  expect(await outside.present()).toEqual(elsewhere)
  expect(seen.note('the same, within the publisher’s own organization', await inside.present())).toEqual(alive)
  await becomes('EXTERNAL')
  expect(seen.note('… and **EXTERNAL** again', await outside.present())).toEqual(alive)
})

test('Narrowing scopes narrows what every token is worth at once; widening back restores it', async () => {
  const at = await scene()
  const mayAsk = async (scopes: string[]) => {
    for (const { id: appId } of [at.web, at.device]) await act(server, publisher.admin, 'updateApp', { appId, scopes })
  }
  await mayAsk(LESS)
  expect(seen.note('the publisher **narrows** what the app may ask for', await at.present())).toEqual(narrower)
  await mayAsk(SCOPES)
  expect(seen.note('… and **widens** it back', await at.present(at.second))).toEqual(alive)
})

test('Empty: the token is inactive; and nothing is used up by presenting it', async () => {
  const at = await scene()
  const mayAsk = async (scopes: string[]) => {
    for (const { id: appId } of [at.web, at.device]) await act(server, publisher.admin, 'updateApp', { appId, scopes })
  }
  await mayAsk(['email'])
  const nothing = await at.present()
  expect(seen.note('the publisher leaves **nothing** of what the token was for', nothing)).toEqual({
    ...worthless,
    silent: 'interaction_required',
  })
  expect(await at.present()).toEqual(nothing)
  await mayAsk(SCOPES)
  expect(seen.note('… and **widens** it back', await at.present())).toEqual(alive)
})

test('an admin who approves less narrows every token in the organization at once, and approving more restores it', async () => {
  const at = await scene()
  const approve = async (scopes: string[]) => {
    for (const { id: appId } of [at.web, at.device]) {
      await act(server, team.admin, 'installApp', { appId, organizationId: team.id, scopes })
    }
  }
  await approve(LESS)
  expect(seen.note('an admin **approves less**', await at.present())).toEqual({
    ...narrower,
    silent: 'interaction_required',
  })
  await approve(SCOPES)
  expect(seen.note('… and all of it again', await at.present(at.second))).toEqual(alive)
})

test('Uninstall deletes every token, code and grant of that app in that organization at once; installing again starts from nothing', async () => {
  const at = await scene()
  for (const installationId of await at.installations()) {
    await act(server, team.admin, 'uninstallApp', { installationId })
  }
  expect(seen.note('an admin **uninstalls** it', await at.present())).toEqual({
    ...dead,
    silent: 'interaction_required',
  })
  for (const { id } of [at.web, at.device]) await team.install(id)
  expect(seen.note('… and **installs** it again', await at.present())).toEqual(dead)
})

test('Revoking a grant deletes its tokens and codes', async () => {
  const at = await scene()
  for (const grantId of await at.grants()) await act(server, at.user, 'revokeGrant', { grantId })
  expect(seen.note('the user (or an admin) **revokes the grant**', await at.present())).toEqual(dead)
})

test('Delete removes the app with its grants, tokens and secrets everywhere', async () => {
  const at = await scene()
  for (const { id: appId } of [at.web, at.device]) {
    const { app } = await server.graphql(
      'query ($id: String!) { app(clientId: $id) { name } }',
      { id: appId },
      {
        as: publisher.admin.token,
      },
    )
    await act(server, publisher.admin, 'deleteApp', { appId, confirmation: app.name })
  }
  expect(seen.note('the publisher **deletes** the app', await at.present())).toEqual({
    ...dead,
    refresh: 'invalid_client',
    code: 'invalid_client',
    device: 'invalid_client',
    silent: '400 invalid_client',
  })
})

test('Revoking a secret ends its use at once; tokens obtained with it live on', async () => {
  const at = await scene()
  await act(server, publisher.admin, 'revokeAppSecret', { secretId: await at.secret() })
  expect(await at.presentWithOldSecret()).toEqual({ refresh: 'invalid_client', code: 'invalid_client' })
  const answers = await at.present()
  expect(seen.note('a **secret is revoked** (the app has another)', { ...answers, device: '(has no secret)' })).toEqual(
    {
      ...alive,
      device: '(has no secret)',
    },
  )
})

test('… unless the mutation says revokeTokens: true', async () => {
  const at = await scene()
  await act(server, publisher.admin, 'revokeAppSecret', { secretId: await at.secret(), revokeTokens: true })
  const answers = { ...(await at.present()), device: '(has no secret)' }
  // A code that was not redeemed yet was obtained in the user's browser, and not with the secret.
  expect(seen.note('the same with **`revokeTokens`**', answers)).toEqual({
    ...dead,
    code: 'tokens',
    device: '(has no secret)',
    silent: 'a code',
  })
})

test('Removing a member deletes their grants, tokens and codes there', async () => {
  const at = await scene()
  await act(server, team.admin, 'removeMember', { membershipId: await team.membershipOf(at.user) })
  expect(seen.note('the user is **removed from the organization**', await at.present())).toEqual({
    ...dead,
    silent: 'interaction_required',
  })
})

test('Deleting an account ends all that was granted by it', async () => {
  const at = await scene()
  await act(server, at.user, 'deleteAccount', { confirmation: at.user.name })
  expect(seen.note('the user **deletes their account**', await at.present())).toEqual({
    ...dead,
    silent: 'login_required',
  })
})

test('Deleting an organization ends all that was granted in it', async () => {
  const doomed = await Team.create(server)
  const at = await scene(doomed)
  const { organization } = await server.graphql(
    'query ($id: ID!) { organization(id: $id) { name } }',
    { id: doomed.id },
    { as: doomed.superAdmin.token },
  )
  const input = { organizationId: doomed.id, confirmation: organization.name }
  await act(server, doomed.superAdmin, 'deleteOrganization', input)
  expect(seen.note('the **organization is deleted**', await at.present())).toEqual({
    ...dead,
    silent: 'interaction_required',
  })
})

test('a service app that nobody took anything from is good on every path', async () => {
  const at = await serviceScene()
  expect(ofServices.note('nobody does anything', await at.present())).toEqual(serviceAlive)
})

test('Disable suspends a service app, and Enable restores it; an assertion presented meanwhile is not used up', async () => {
  const at = await serviceScene()
  const { id: appId } = at.app
  await act(server, publisher.admin, 'disableApp', { appId })
  expect(ofServices.note('the publisher **disables** the app', await at.present())).toEqual(serviceAsleep)
  expect(await at.present()).toEqual(serviceAsleep)
  await act(server, publisher.admin, 'enableApp', { appId })
  expect(ofServices.note('… and **enables** it again', await at.present())).toEqual(serviceAlive)
})

test('EXTERNAL → INTERNAL suspends a service app outside its publisher, and back restores it', async () => {
  const at = await serviceScene()
  const { id: appId } = at.app
  await act(server, publisher.admin, 'updateApp', { appId, distribution: 'INTERNAL' })
  expect(ofServices.note('the publisher makes it **INTERNAL**', await at.present())).toEqual(serviceAsleep)
  await act(server, publisher.admin, 'updateApp', { appId, distribution: 'EXTERNAL' })
  expect(ofServices.note('… and **EXTERNAL** again', await at.present())).toEqual(serviceAlive)
})

test('Narrowing scopes narrows what the tokens of a service app are worth; widening back restores it', async () => {
  const [narrowed, emptied] = [await serviceScene(), await serviceScene()]
  const mayAsk = (at: ServiceScene, scopes: string[]) =>
    act(server, publisher.admin, 'updateApp', { appId: at.app.id, scopes })
  await mayAsk(narrowed, LESS)
  const answers = await narrowed.present()
  expect(ofServices.note('the publisher **narrows** what the app may ask for', answers)).toEqual(serviceNarrower)
  await mayAsk(emptied, ['email'])
  const nothing = await emptied.present()
  expect(ofServices.note('… or leaves **nothing** of what the token was for', nothing)).toEqual(serviceWorthless)
  await mayAsk(emptied, SCOPES)
  expect(ofServices.note('… and **widens** it back', await emptied.present())).toEqual(serviceAlive)
})

test('authorizing a service app for less narrows its tokens in that organization', async () => {
  const at = await serviceScene()
  const place = { appId: at.app.id, organizationId: team.id }
  await act(server, team.admin, 'authorizeApp', { ...place, scopes: LESS })
  expect(ofServices.note('an admin **authorizes less**', await at.present())).toEqual(serviceNarrower)
})

test('Uninstalling a service app, and revoking its grant, end its tokens there', async () => {
  const [uninstalled, revoked] = [await serviceScene(), await serviceScene()]
  await act(server, team.admin, 'uninstallApp', { installationId: await uninstalled.installation() })
  expect(ofServices.note('an admin **uninstalls** it', await uninstalled.present())).toEqual(serviceDead)
  await act(server, team.admin, 'revokeGrant', { grantId: await revoked.grant() })
  expect(ofServices.note('an admin **revokes the grant**', await revoked.present())).toEqual(serviceDead)
})

test('Revoking a key ends its use at once; tokens obtained with it live on unless the mutation says revokeTokens: true', async () => {
  const [kept, ended] = [await serviceScene(), await serviceScene()]
  const used = { assertion: 'invalid_grant', credentials: 'invalid_client' }
  await act(server, publisher.admin, 'removeAppKey', { keyId: await kept.key() })
  expect(ofServices.note('its **key is removed**', await kept.present())).toEqual({ ...serviceAlive, ...used })
  await act(server, publisher.admin, 'removeAppKey', { keyId: await ended.key(), revokeTokens: true })
  expect(ofServices.note('the same with **`revokeTokens`**', await ended.present())).toEqual({
    ...serviceDead,
    ...used,
  })
})

test('Deleting a service app, or the organization, ends its tokens', async () => {
  const doomed = await Team.create(server)
  const [deleted, at] = [await serviceScene(), await serviceScene(doomed)]
  const nameOf = async (field: string, arguments_: string, id: string, as: string): Promise<string> =>
    (await server.graphql(`query ($id: ${arguments_} } }`, { id }, { as }))[field].name
  const { id: appId } = deleted.app
  const name = await nameOf('app', 'String!) { app(clientId: $id) { name', appId, publisher.admin.token)
  await act(server, publisher.admin, 'deleteApp', { appId, confirmation: name })
  const invalid = { assertion: 'invalid_client', credentials: 'invalid_client' }
  expect(ofServices.note('the publisher **deletes** the app', await deleted.present())).toEqual({
    ...serviceDead,
    ...invalid,
  })
  const { superAdmin, id } = doomed
  const confirmation = await nameOf('organization', 'ID!) { organization(id: $id) { name', id, superAdmin.token)
  await act(server, superAdmin, 'deleteOrganization', { organizationId: id, confirmation })
  expect(ofServices.note('the **organization is deleted**', await at.present())).toEqual(serviceDead)
})

test('the documentation shows what was observed', async () => {
  await expect(`# Every path obeys

Somebody decides, and tokens obey: here is what every path answered to one app's access token, refresh token, code and device code
after each decision. No cell of these tables is written by hand. A test holds all four, lets an admin, the user or the publisher
decide over the API, presents them, and writes down what it got. \`vitest run test/oauth/obeys.test.ts -u\` writes this page anew,
and without \`-u\` the test fails where the page says something else.

Everything was presented after the mutation's answer had arrived, and the questions about access tokens were put to another node than
the one that ran the mutation: no node goes on accepting what another has ended.

**Asleep or gone.** Disabling, \`INTERNAL\` and narrowing only put tokens to sleep. What is presented meanwhile is refused, but neither
used up nor taken for theft: where a refresh token, code, device code or assertion works again, it is the very same that was refused
before. Uninstalling, revoking and deleting end tokens for good.

## Apps that act for a user

The app may ask for \`${SCOPES.join(' ')}\`, and its user granted all of it; where an answer is
worth less, the table says what. The first four paths are asked about the access token (the first also about the refresh token, with
the same answer); \`prompt=none\` asks for a new code without showing the user anything. Where something worked and was thereby used
up, the next row presents a second one that the app held from the beginning.

${seen}

## Service apps

They have an access token, and one assertion for the JWT bearer grant that was signed before the decision.

${ofServices}

What the words mean: [errors](flows.md#errors). How long everything lives, and what uses it up: [the life of a token](tokens.md).
`).toMatchFileSnapshot('../../docs/obedience.md')
})
