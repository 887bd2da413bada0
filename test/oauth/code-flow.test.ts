import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { Flows, textOf } from './flows.ts'

let server: TestServer
let team: Team
let flows: Flows
beforeAll(async () => {
  server = await startTestServer()
  team = await Team.create(server)
  flows = await Flows.discover(server)
})
afterAll(() => server[Symbol.asyncDispose]())

test('a WEB app gets tokens by authorization code and client secret, once the app is installed and granted', async () => {
  const app = await flows.app(team, 'WEB')
  await team.install(app.id)
  const tokens = await flows.tokens(app, team.member, { organization: team.id })
  expect(tokens).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    scope: 'openid documents:read documents:write',
  })
  expect((await flows.userinfo(tokens.access_token)).body).toMatchObject({ organization_id: team.id })
  const again = await flows.refresh(app, tokens.refresh_token ?? '')
  expect(again.refresh_token).not.toBe(tokens.refresh_token)
})

test('a PUBLIC app gets tokens by authorization code and PKCE', async () => {
  const app = await flows.app(team, 'PUBLIC')
  await team.install(app.id)
  const tokens = await flows.tokens(app, team.member, { organization: team.id })
  expect(tokens.scope).toBe('openid documents:read documents:write')
  await flows.refresh(app, tokens.refresh_token ?? '')
})

test('a SERVICE app gets a token by a signed JWT, and by client credentials', async () => {
  const app = await flows.app(team, 'SERVICE', { scopes: ['documents:read'] })
  await team.authorize(app.id)
  const response = await oauth.clientCredentialsGrantRequest(flows.as, app.client, app.auth, {}, flows.http)
  const tokens = await oauth.processClientCredentialsResponse(flows.as, app.client, response)
  expect(tokens).toMatchObject({ scope: 'documents:read', expires_in: 900 })
})

test('a DEVICE app gets tokens once its user has entered the code and consented', async () => {
  const app = await flows.app(team, 'DEVICE')
  await team.install(app.id)
  const begun = await oauth.deviceAuthorizationRequest(flows.as, app.client, app.auth, {}, flows.http)
  const device = await oauth.processDeviceAuthorizationResponse(flows.as, app.client, begun)
  const poll = async () =>
    oauth.processDeviceCodeResponse(
      flows.as,
      app.client,
      await oauth.deviceCodeGrantRequest(flows.as, app.client, app.auth, device.device_code, flows.http),
    )
  await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
  await expect(poll()).rejects.toMatchObject({ error: 'slow_down' })
  const browser = await flows.browser(team.member)
  let at = await browser.follow(`/oauth/device?user_code=${device.user_code}`)
  at = await browser.act(at, 'confirm', { user_code: device.user_code })
  at = await browser.act(at, 'choose', { organization_id: team.id })
  at = await browser.act(at, 'grant')
  expect(textOf(at.page)).toContain('device')
  await server.prisma.deviceCode.updateMany({ data: { polledAt: null } })
  expect(await poll()).toMatchObject({ scope: 'openid documents:read documents:write' })
})

test('a member who starts a flow for an app that is not installed asks, waits, and goes on by itself when an admin approves', async () => {
  const app = await flows.app(team, 'WEB')
  const browser = await flows.browser(team.member)
  const begun = await flows.request(app)
  let at = await browser.follow(begun.path)
  at = await browser.act(at, 'choose', { organization_id: team.id })
  at = await browser.act(at, 'ask', { reason: 'I need it.' })
  expect(at.headers.get('refresh')).toBeTruthy()
  await team.install(app.id)
  at = await browser.follow(at.path)
  at = await browser.act(at, 'grant')
  const tokens = await flows.redeem(app, { ...begun, callback: at.callback as URL })
  expect(tokens.scope).toBe('openid documents:read documents:write')
})
