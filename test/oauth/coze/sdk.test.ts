import {
  AuthenticationError,
  BadRequestError,
  CozeAPI,
  getDeviceCode,
  getDeviceToken,
  getJWTToken,
  getPKCEOAuthToken,
  getWebOAuthToken,
  PermissionDeniedError,
  refreshOAuthToken,
} from '@coze/api'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { setAppStatus } from '../../../src/apps/service.ts'
import type { AppStatus } from '../../../src/database/generated/client/enums.ts'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { CALLBACK } from '../flows.ts'
import { Coze, isIn } from './coze.ts'

/** Goes with the real time, and can be sent ahead. */
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead) }

let server: TestServer
let team: Team
let coze: Coze
let baseURL: string
beforeAll(async () => {
  server = await startTestServer({ clock })
  team = await Team.create(server)
  coze = await Coze.on(server)
  baseURL = coze.baseURL
})
afterAll(() => server[Symbol.asyncDispose]())
afterEach(() => {
  vi.restoreAllMocks()
  ahead = 0
})

const redirectUrl = CALLBACK
const setStatus = async (appId: string, status: AppStatus) =>
  setAppStatus(server.core, await viewerOf(server.core, team.admin.id), uuidOf(appId), status)
const scopes = ['openid', 'profile', 'documents:read']

test('web: @coze/api gets a token by code and secret, finds out who it is for, and refreshes it', async () => {
  const app = await coze.installed(team, 'WEB', { scopes })
  const { code, callback } = await coze.code(coze.webUrl(app, { state: 'abc' }), team.member, { organization: team.id })
  expect(callback.searchParams.get('state')).toBe('abc')
  const secret = { clientId: app.id, clientSecret: app.secret ?? '', baseURL }
  const token = await getWebOAuthToken({ ...secret, code, redirectUrl })
  expect(token).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) })
  expect(isIn(token.expires_in, 3600)).toBe(true)
  expect(await coze.check(token.access_token)).toMatchObject({ status: 200, organization: team.id })

  const me = await new CozeAPI({ token: token.access_token, baseURL }).users.me()
  const { name } = team.member
  expect(me).toMatchObject({
    user_id: expect.stringMatching(/^usr_/),
    user_name: name,
    nick_name: name,
    avatar_url: '',
  })

  const next = await refreshOAuthToken({ ...secret, refreshToken: token.refresh_token })
  expect(next.refresh_token).not.toBe(token.refresh_token)
  expect(isIn(next.expires_in, 3600)).toBe(true)
})

test('web: without a state, and without a secret at the token path', async () => {
  const app = await coze.installed(team, 'WEB')
  const { code } = await coze.code(coze.webUrl(app), team.member, { organization: team.id })
  const wrong = { clientId: app.id, baseURL, code, redirectUrl }
  const error = await getWebOAuthToken({ ...wrong, clientSecret: 'not it' }).catch((one: unknown) => one)
  expect(error).toBeInstanceOf(BadRequestError)
  expect(error).toMatchObject({ status: 400, rawError: { error: 'invalid_client', error_code: 'invalid_client' } })
  await expect(getWebOAuthToken({ ...wrong, clientSecret: '' })).rejects.toBeInstanceOf(BadRequestError)
})

test('web: the address of a workspace settles the organization, which the user is not asked for', async () => {
  const app = await coze.installed(team, 'WEB')
  const { code, pages } = await coze.code(coze.webUrl(app, { workspaceId: team.id }), team.member)
  expect(pages[0]).toContain('value="grant"')
  const token = await getWebOAuthToken({ clientId: app.id, clientSecret: app.secret ?? '', baseURL, code, redirectUrl })
  expect(await coze.check(token.access_token)).toMatchObject({ organization: team.id })
})

test.each([undefined, 'workspace'])(
  'PKCE: @coze/api gets and refreshes a token without a secret (%s)',
  async (kind) => {
    const app = await coze.installed(team, 'PUBLIC')
    const { url, codeVerifier } = await coze.pkceUrl(app, kind ? { workspaceId: team.id } : {})
    const { code } = await coze.code(url, team.member, kind ? {} : { organization: team.id })
    const token = await getPKCEOAuthToken({ clientId: app.id, baseURL, code, redirectUrl, codeVerifier })
    expect(isIn(token.expires_in, 3600)).toBe(true)
    expect(await coze.check(token.access_token)).toMatchObject({ status: 200, organization: team.id })
    const next = await refreshOAuthToken({ clientId: app.id, baseURL, refreshToken: token.refresh_token })
    expect(await coze.check(next.access_token)).toMatchObject({ status: 200 })
    ahead = 60_000
    const again = refreshOAuthToken({ clientId: app.id, baseURL, refreshToken: token.refresh_token })
    await expect(again).rejects.toMatchObject({ status: 400, rawError: { error: 'invalid_grant' } })
  },
)

test('PKCE: another verifier is refused', async () => {
  const app = await coze.installed(team, 'PUBLIC')
  const [one, other] = [await coze.pkceUrl(app), await coze.pkceUrl(app)]
  const { code } = await coze.code(one.url, team.member, { organization: team.id })
  const { codeVerifier } = other
  const attempt = getPKCEOAuthToken({ clientId: app.id, baseURL, code, redirectUrl, codeVerifier })
  await expect(attempt).rejects.toMatchObject({ status: 400, rawError: { error: 'invalid_grant' } })
})

/** Has the SDK's waiting end at once, after `during`; everybody else's goes on as ever. */
function replaceWaiting(during: (seconds: number) => Promise<void>): number[] {
  const { setTimeout } = globalThis
  const waited: number[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms: number, ...rest: unknown[]) => {
    if (!new Error().stack?.includes('@coze/api')) return setTimeout(done, ms, ...rest)
    waited.push(ms / 1000)
    during(ms / 1000).then(done, done)
    return undefined
  }) as never)
  return waited
}

async function allow(verificationUrl: string, organization?: string): Promise<void> {
  const browser = await coze.flows.browser(team.member)
  const { pathname, search, searchParams } = new URL(verificationUrl)
  let at = await browser.follow(pathname + search)
  at = await browser.act(at, 'confirm', { user_code: searchParams.get('user_code') ?? '' })
  if (organization) at = await browser.act(at, 'choose', { organization_id: organization })
  await browser.act(at, 'grant')
}

test('device: @coze/api polls, slows down when told to, and gets a token once the user has allowed it', async () => {
  const app = await coze.installed(team, 'DEVICE')
  const device = await getDeviceCode({ clientId: app.id, baseURL })
  expect(device).toMatchObject({ expires_in: 1800, interval: 5 })
  const waited = replaceWaiting(async (seconds) => {
    // The first time it comes back before its time.
    if (seconds === 5) return
    await allow(`${device.verification_uri}?user_code=${device.user_code}`, team.id)
    ahead += seconds * 1000
  })
  const token = await getDeviceToken({ clientId: app.id, baseURL, deviceCode: device.device_code, poll: true })
  expect(waited).toEqual([5, 10])
  expect(token.refresh_token).toEqual(expect.any(String))
  expect(await coze.check(token.access_token)).toMatchObject({ status: 200, organization: team.id })
  await refreshOAuthToken({ clientId: app.id, baseURL, refreshToken: token.refresh_token })
})

test('device: for a workspace the user is not asked which organization', async () => {
  const app = await coze.installed(team, 'DEVICE')
  const device = await getDeviceCode({ clientId: app.id, baseURL, workspaceId: team.id })
  await allow(`${device.verification_uri}?user_code=${device.user_code}`)
  const token = await getDeviceToken({ clientId: app.id, baseURL, deviceCode: device.device_code })
  expect(await coze.check(token.access_token)).toMatchObject({ organization: team.id })
})

test('device: polling ends when the user refuses, and when the code expires', async () => {
  const app = await coze.installed(team, 'DEVICE')
  const device = await getDeviceCode({ clientId: app.id, baseURL })
  const late = await getDeviceCode({ clientId: app.id, baseURL })
  const browser = await coze.flows.browser(team.member)
  const at = await browser.follow(`/oauth/device?user_code=${device.user_code}`)
  await browser.act(at, 'refuse', { user_code: device.user_code })
  const poll = (deviceCode: string) => getDeviceToken({ clientId: app.id, baseURL, deviceCode, poll: true })
  await expect(poll(device.device_code)).rejects.toMatchObject({ rawError: { error: 'access_denied' } })
  await server.prisma.deviceCode.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } })
  await expect(poll(late.device_code)).rejects.toMatchObject({ rawError: { error: 'expired_token' } })
})

test.each(['host', 'hostname', 'origin'] as const)(
  'JWT: @coze/api gets a token with the %s as audience',
  async (part) => {
    const app = await coze.service(team)
    const config = { appId: app.id, keyid: app.kid, privateKey: app.privateKey, baseURL, aud: new URL(baseURL)[part] }
    const token = await getJWTToken({ ...config, sessionName: 'a user of ours' })
    expect(isIn(token.expires_in, 900)).toBe(true)
    expect(token).not.toHaveProperty('refresh_token')
    expect(await coze.check(token.access_token)).toMatchObject({ status: 200, organization: team.id })
  },
)

test('JWT: for so long and with so much scope as is asked for, in the organization of the path', async () => {
  const other = await Team.create(server)
  const app = await coze.service(team, other)
  const { host: aud } = new URL(baseURL)
  const config = { appId: app.id, keyid: app.kid, privateKey: app.privateKey, baseURL, aud, accountId: other.id }
  const scope = {
    account_permission: { permission_list: ['documents:read'] },
    attribute_constraint: { connector_bot_chat_attribute: { bot_id_list: [] as string[] } },
  }
  const token = await getJWTToken({ ...config, durationSeconds: 86_399, scope })
  expect(isIn(token.expires_in, 86_399)).toBe(true)
  expect(await coze.check(token.access_token)).toMatchObject({ organization: other.id, scopes: 'documents:read' })
  await expect(getJWTToken({ ...config, accountId: undefined })).rejects.toMatchObject({
    rawError: { error: 'invalid_request', error_message: expect.stringContaining('several organizations') },
  })
  scope.attribute_constraint.connector_bot_chat_attribute.bot_id_list.push('7379')
  await expect(getJWTToken({ ...config, scope })).rejects.toMatchObject({
    status: 400,
    rawError: {
      error: 'invalid_request',
      error_message: expect.stringMatching(/attribute_constraint is not supported/),
    },
  })
})

test('errors: the SDK raises its own classes', async () => {
  const api = (token: string) => new CozeAPI({ token, baseURL }).users
  const unknown = await api('nobody')
    .me()
    .catch((one: unknown) => one)
  expect(unknown).toBeInstanceOf(AuthenticationError)
  expect(unknown).toMatchObject({ code: 4100, msg: 'The access token is not accepted.', logid: expect.any(String) })

  const app = await coze.service(team)
  const { host: aud } = new URL(baseURL)
  const { access_token: token } = await getJWTToken({ ...app, appId: app.id, keyid: app.kid, baseURL, aud })
  await expect(api(token).me()).rejects.toBeInstanceOf(PermissionDeniedError)
})

test('a disabled app: access_deny, deactivated by the owner; its tokens sleep, and nothing is used up', async () => {
  const app = await coze.installed(team, 'WEB')
  const { code } = await coze.code(coze.webUrl(app), team.member, { organization: team.id })
  const secret = { clientId: app.id, clientSecret: app.secret ?? '', baseURL }
  await setStatus(app.id, 'DISABLED')
  const refused = { status: 400, rawError: { error: 'access_deny', error_code: 'access_deny' } }
  const attempt = getWebOAuthToken({ ...secret, code, redirectUrl })
  await expect(attempt).rejects.toMatchObject(refused)
  await expect(attempt).rejects.toMatchObject({
    rawError: { error_message: `app ${app.id} is currently deactivated by the owner` },
  })
  await setStatus(app.id, 'ENABLED')
  const token = await getWebOAuthToken({ ...secret, code, redirectUrl })
  await setStatus(app.id, 'DISABLED')
  await expect(refreshOAuthToken({ ...secret, refreshToken: token.refresh_token })).rejects.toMatchObject(refused)
  await expect(new CozeAPI({ token: token.access_token, baseURL }).users.me()).rejects.toMatchObject({ code: 4100 })
  await setStatus(app.id, 'ENABLED')
  await refreshOAuthToken({ ...secret, refreshToken: token.refresh_token })

  const [device, service] = [await coze.installed(team, 'DEVICE'), await coze.service(team)]
  for (const one of [device, service]) await setStatus(one.id, 'DISABLED')
  await expect(getDeviceCode({ clientId: device.id, baseURL })).rejects.toMatchObject(refused)
  const { host: aud } = new URL(baseURL)
  const jwt = getJWTToken({ ...service, appId: service.id, keyid: service.kid, baseURL, aud })
  await expect(jwt).rejects.toMatchObject(refused)
})
