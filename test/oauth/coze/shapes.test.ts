import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team } from '../../support/team.ts'
import { CALLBACK } from '../flows.ts'
import { Coze, DEVICE_CODE, isIn, JWT_BEARER, TOKEN } from './coze.ts'

let server: TestServer
let team: Team
let coze: Coze
beforeAll(async () => {
  server = await startTestServer()
  team = await Team.create(server)
  coze = await Coze.on(server)
})
afterAll(() => server[Symbol.asyncDispose]())

describe('Python', () => {
  test('web: all fields of other grants are null', async () => {
    const app = await coze.installed(team, 'WEB')
    const { code } = await coze.code(coze.webUrl(app), team.member, { organization: team.id })
    const body = { grant_type: 'authorization_code', code, client_id: app.id, redirect_uri: CALLBACK, scope: null }
    const { status, body: token } = await coze.post(TOKEN, body, app.secret)
    expect(status).toBe(200)
    expect(token).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'openid documents:read documents:write',
    })
  })

  test('PKCE: plain is what it means by no method, and the code is redeemed with the challenge itself', async () => {
    const app = await coze.installed(team, 'PUBLIC')
    const { url, verifier } = coze.shortPkce(app, undefined)
    const { code } = await coze.code(url, team.member, { organization: team.id })
    const body = { grant_type: 'authorization_code', code, client_id: app.id, redirect_uri: CALLBACK }
    expect(await coze.post(TOKEN, { ...body, code_verifier: verifier })).toMatchObject({ status: 200 })
  })

  test('device: tells by error_code what to do', async () => {
    const app = await coze.installed(team, 'DEVICE')
    const begun = await coze.post('/api/permission/oauth2/device/code', { client_id: app.id })
    expect(begun.body).toEqual({
      device_code: expect.any(String),
      user_code: expect.any(String),
      verification_uri: `${server.config.publicUrl}/oauth/device`,
      verification_uri_complete: expect.any(String),
      expires_in: 1800,
      interval: 5,
    })
    const body = { grant_type: DEVICE_CODE, client_id: app.id, device_code: begun.body.device_code }
    for (const code of ['authorization_pending', 'slow_down']) {
      const { status, headers, body: answer } = await coze.post(TOKEN, body)
      expect(status).toBe(400)
      expect(answer).toMatchObject({ error: code, error_code: code, error_message: answer.error_description })
      expect(answer).not.toHaveProperty('code')
      expect(headers.get('x-tt-logid')).toBeTruthy()
    }
  })

  test('JWT: host and port as audience, an hour to live, no client_id', async () => {
    const app = await coze.service(team)
    const body = { grant_type: JWT_BEARER, duration_seconds: 3600, scope: null }
    const jwt = coze.jwt(app, { session_name: 'somebody' })
    const { status, body: token } = await coze.post(TOKEN, body, jwt)
    expect({ status, isIn: isIn(token.expires_in, 3600) }).toEqual({ status: 200, isIn: true })
    const again = await coze.post(TOKEN, body, jwt)
    expect(again).toMatchObject({ status: 400, body: { error_code: 'invalid_grant' } })
  })
})

describe('Go', () => {
  test('PKCE: 16 characters by S256, and an empty Bearer at the token path and when refreshing', async () => {
    const app = await coze.installed(team, 'PUBLIC')
    const { url, verifier } = coze.shortPkce(app, 'S256')
    const { code } = await coze.code(url, team.member, { organization: team.id })
    const body = { client_id: app.id, code, grant_type: 'authorization_code', redirect_uri: CALLBACK }
    const first = await coze.post(TOKEN, { ...body, code_verifier: verifier }, '')
    expect(first.status).toBe(200)
    const refresh = { client_id: app.id, grant_type: 'refresh_token', refresh_token: first.body.refresh_token }
    expect(await coze.post(TOKEN, refresh, '')).toMatchObject({ status: 200 })
  })

  test('JWT: as long-lived as the token, with client_id and all kinds of permissions', async () => {
    const app = await coze.service(team)
    const exp = Math.floor(Date.now() / 1000) + 86_399
    const scope = {
      account_permission: { permission_list: ['documents:read'] },
      workspace_permission: { workspace_id_list: null, permission_list: ['documents:write'] },
      workflow_permission: { permission_list: null },
    }
    const body = { client_id: app.id, grant_type: JWT_BEARER, duration_seconds: 86_399, scope }
    const { status, body: token } = await coze.post(TOKEN, body, coze.jwt(app, { exp }))
    expect(status).toBe(200)
    expect(isIn(token.expires_in, 86_399)).toBe(true)
    expect(token.scope).toBe('documents:read documents:write')
  })

  test('JWT: for an enterprise, which stands in the path and in the body', async () => {
    const enterprise = await Team.create(server, 'ENTERPRISE')
    const app = await coze.service(team, enterprise)
    const body = { client_id: app.id, grant_type: JWT_BEARER, duration_seconds: 900, enterprise_id: enterprise.id }
    const path = (id: string) => `/api/permission/oauth2/enterprise_id/${id}/token`
    const { body: token } = await coze.post(path(enterprise.id), body, coze.jwt(app))
    expect(await coze.check(token.access_token)).toMatchObject({ organization: enterprise.id })
    const stranger = await Team.create(server)
    for (const id of [stranger.id, 'org_0', app.id, '%00']) {
      expect(await coze.post(path(id), body, coze.jwt(app))).toMatchObject({ status: 400 })
    }
  })
})

describe('Java', () => {
  test.each(['plain', 'S256'] as const)('PKCE: 16 characters by %s, and no Authorization at all', async (method) => {
    const app = await coze.installed(team, 'PUBLIC')
    const { url, verifier } = coze.shortPkce(app, method)
    const { code } = await coze.code(url, team.member, { organization: team.id })
    const body = { client_id: app.id, code, grant_type: 'authorization_code', redirect_uri: CALLBACK }
    expect(await coze.post(TOKEN, { ...body, code_verifier: verifier })).toMatchObject({ status: 200 })
  })

  test('JWT: the host alone as audience', async () => {
    const app = await coze.service(team)
    const jwt = coze.jwt(app, { aud: new URL(coze.baseURL).hostname })
    const body = { grant_type: JWT_BEARER, duration_seconds: 900 }
    expect(await coze.post(TOKEN, body, jwt)).toMatchObject({ status: 200 })
  })
})

test('a WEB app may use PKCE besides its secret', async () => {
  const app = await coze.installed(team, 'WEB')
  const { url, verifier } = coze.shortPkce(app, 'plain')
  const { code } = await coze.code(url, team.member, { organization: team.id })
  const body = { client_id: app.id, code, grant_type: 'authorization_code', redirect_uri: CALLBACK }
  expect(await coze.post(TOKEN, body, app.secret)).toMatchObject({ status: 400 })
  expect(await coze.post(TOKEN, { ...body, code_verifier: verifier }, app.secret)).toMatchObject({ status: 200 })
})

test('a refresh on the path of an organization works in that one alone, and uses nothing up elsewhere', async () => {
  const other = await Team.create(server)
  const app = await coze.installed(team, 'WEB')
  const { code } = await coze.code(coze.webUrl(app), team.member, { organization: team.id })
  const path = (id: string) => `/api/permission/oauth2/account/${id}/token`
  const common = { client_id: app.id, redirect_uri: CALLBACK }
  const redeem = (id: string) => coze.post(path(id), { ...common, grant_type: 'authorization_code', code }, app.secret)
  expect(await redeem(other.id)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  const { body: token } = await redeem(team.id)
  const { refresh_token } = token
  const refresh = (id: string) =>
    coze.post(path(id), { ...common, grant_type: 'refresh_token', refresh_token }, app.secret)
  expect(await refresh(other.id)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  expect(await refresh('nowhere')).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  expect(await refresh(team.id)).toMatchObject({ status: 200 })
})

test('a page of another site may ask for tokens, without cookies', async () => {
  const preflight = await server.fetch(TOKEN, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-coze-client-user-agent',
    },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-headers')).toContain('x-coze-client-user-agent')
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
})
