import { describe, expect, test } from 'vitest'
import { durations, limits } from '../../../src/config/defaults.ts'
import { Browser } from '../../sign-in/browser.ts'
import { startTestServer } from '../../support/server.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { CALLBACK, FlowBrowser, Flows, textOf } from '../flows.ts'
import { useScene } from './scene.ts'

const scene = useScene({
  config: {
    resourceServers: ['a', 'b'].map((id) => ({
      id,
      secret: id.repeat(40),
      audience: `https://${id}.example/`,
      name: id,
    })),
  },
})
const records = () => scene.server.prisma.engineRecord.count()
const codes = () => scene.server.prisma.deviceCode.count()

describe('an error leads to an app by itself only where somebody is there to see it (RFC 9700 section 4.11.2)', () => {
  const errors: [string, Record<string, string>][] = [
    ['invalid_scope', { scope: 'bogus' }],
    ['unsupported_response_type', { response_type: 'x' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_scope', { scope: 'bogus', response_mode: 'fragment' }],
  ]

  test.each(errors)('%s of %j: a signed-out user sees a page, with a link', async (error, wrong) => {
    const app = await scene.flows.app(scene.team, 'PUBLIC', { name: 'Phish & Chips' })
    const { path } = await scene.flows.request(app, wrong)
    const { response, page } = await new Browser(scene.server).open(path)
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    const text = textOf(page)
    expect(text).toContain(error)
    expect(text).toContain(new URL(CALLBACK).host)
    const { name } = await scene.server.prisma.organization.findUniqueOrThrow({ where: { id: uuidOf(scene.team.id) } })
    expect(text).toContain(name)
    const href = / href="(http:\/\/127[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const said = new URLSearchParams(new URL(href).search || new URL(href).hash.slice(1))
    expect(said.get('error')).toBe(error)
    expect(said.get('state')).toBeTruthy()
  })

  test('with response_mode=form_post it is a button', async () => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    const state = '"><script>'
    const { path } = await scene.flows.request(app, { scope: 'bogus', response_mode: 'form_post', state })
    const { response, page } = await new Browser(scene.server).open(path)
    expect(response.status).toBe(400)
    expect(page).not.toContain('<script')
    expect(page).toContain(`action="${CALLBACK}"`)
    expect(page).toContain('name="error" value="invalid_scope"')
    expect(response.headers.get('content-security-policy')).not.toContain('form-action')
  })

  test('no program is sent on either', async () => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    const response = await scene.server.fetch((await scene.flows.request(app, { scope: 'bogus' })).path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_scope' })
  })

  test('a request with prompt=none is answered without a page, and so is a signed-in user', async () => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    const silent = await new FlowBrowser(scene.server).follow((await scene.flows.request(app, { prompt: 'none' })).path)
    expect(silent.callback?.searchParams.get('error')).toBe('login_required')
    const browser = await scene.flows.browser(scene.team.member)
    const seen = await browser.follow((await scene.flows.request(app, { scope: 'bogus' })).path)
    expect(seen.callback?.searchParams.get('error')).toBe('invalid_scope')
  })
})

describe('what anybody may have stored here is bounded', () => {
  const long: [string, number][] = [
    ['nonce', 2_048],
    ['ui_locales', 2_048],
    ['scope', 2_048],
    ['state', 4_096],
    ['claims', 4_096],
    ['id_token_hint', 8_192],
  ]

  test.each(long)('%s has at most %i characters', async (name, most) => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    const device = await scene.flows.app(scene.team, 'DEVICE')
    const { path } = await scene.flows.request(app)
    const { searchParams } = new URL(path, 'http://x')
    searchParams.set(name, 'x'.repeat(most + 1))
    const before = [await records(), await codes()]
    const response = await scene.server.fetch(`/oauth/authorize?${searchParams}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(await response.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining(name),
    })
    const pushed = await scene.flows.post('/oauth/par', Object.fromEntries(searchParams))
    expect([pushed.status, pushed.body.error]).toEqual([400, 'invalid_request'])
    const form = { client_id: device.id, [name]: 'x'.repeat(most + 1) }
    const begun = await scene.flows.post('/oauth/device_authorization', form)
    expect([begun.status, begun.body.error]).toEqual([400, 'invalid_request'])
    expect([await records(), await codes()]).toEqual(before)
    if (name === 'state') {
      searchParams.set(name, 'x'.repeat(most))
      expect((await scene.server.fetch(`/oauth/authorize?${searchParams}`, { redirect: 'manual' })).status).toBe(303)
    }
  })

  test('the same holds for resources that are named one by one', async () => {
    const device = await scene.flows.app(scene.team, 'DEVICE')
    const body = `client_id=${device.id}${Array.from({ length: 200 }, (_, index) => `&resource=https://a.example/${index}`).join('')}`
    const response = await scene.server.fetch('/oauth/device_authorization', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }])
  })

  test('an address begins so many authorizations, and then has to wait', async () => {
    const config = { limits: { ...limits, authorizationsPerAddress: 3 } }
    await using server = await startTestServer({ config })
    const team = await Team.create(server)
    const flows = await Flows.discover(server)
    const app = await flows.app(team, 'PUBLIC')
    const web = await flows.app(team, 'WEB')
    const device = await flows.app(team, 'DEVICE')
    const signedIn = await flows.browser(team.member)
    const { path } = await flows.request(app)
    const stranger = new Browser(server)
    // What comes to nothing is not counted.
    for (let count = 0; count < 5; count++) await stranger.open(`${path}&scope=bogus`)
    expect((await stranger.open(path)).response.status).toBe(303)
    const pushed = Object.fromEntries(new URL(path, 'http://x').searchParams)
    expect((await flows.post('/oauth/par', pushed)).status).toBe(201)
    expect((await flows.post('/oauth/device_authorization', { client_id: device.id })).status).toBe(200)
    const { response, page } = await stranger.open(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([429, 'text/html; charset=UTF-8'])
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page).toContain('<h1>')
    for (const [at, form] of [
      ['par', pushed],
      ['device_authorization', { client_id: device.id }],
    ] as [string, Record<string, string>][]) {
      const { status, headers, body } = await flows.post(`/oauth/${at}`, form)
      expect([at, status, body.error]).toEqual([at, 429, 'slow_down'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const coze = await server.fetch('/api/permission/oauth2/device/code', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: device.id }),
    })
    expect([coze.status, Number(coze.headers.get('retry-after')) > 0]).toEqual([429, true])
    // Who is known can be held to account otherwise.
    expect((await signedIn.open(path)).response.status).toBe(303)
    const form = { ...pushed, client_id: web.id }
    const secret = { authorization: `Basic ${btoa(`${web.id}:${web.secret}`)}` }
    expect((await flows.post('/oauth/par', form, secret)).status).toBe(201)
  })

  test('a request waits for an hour until somebody is there who asks, and then for a day', async () => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    await scene.team.install(app.id)
    await scene.server.prisma.engineRecord.deleteMany()
    const { path } = await scene.flows.request(app)
    const livesFor = async () => {
      const row = await scene.server.prisma.engineRecord.findFirstOrThrow({ orderBy: { expiresAt: 'desc' } })
      return Math.round((row.expiresAt.getTime() - Date.now()) / 60_000)
    }
    await new Browser(scene.server).open(path)
    expect(await livesFor()).toBe(durations.unsignedAuthorization / 60_000)
    const browser = await scene.flows.browser(scene.team.member)
    expect((await browser.follow(path)).page).toContain('value=')
    expect(await livesFor()).toBe(durations.parkedAuthorization / 60_000)
  })

  test('a user who had to sign in first waits for a day, too', async () => {
    const app = await scene.flows.app(scene.team, 'PUBLIC')
    await scene.server.prisma.engineRecord.deleteMany()
    const { path } = await scene.flows.request(app, { organization_id: scene.team.id })
    const browser = new FlowBrowser(scene.server)
    const { response } = await browser.open(path)
    const day = Date.now() + durations.parkedAuthorization - 10_000
    for (const name of ['gatehouse_authorization', 'gatehouse_resume']) {
      const cookie = response.headers.getSetCookie().find((line) => line.startsWith(`${name}=`))
      expect(Date.parse(/expires=([^;]+)/.exec(cookie ?? '')?.[1] ?? '')).toBeGreaterThan(day)
    }
    const page = response.headers.get('location') ?? ''
    await browser.open(page)
    await browser.signIn(scene.team.member, `/sign-in?${new URLSearchParams({ return_to: page })}`)
    const waiting = await browser.act(await browser.follow(page), 'ask')
    expect(waiting.headers.get('refresh')).toBeTruthy()
    await scene.server.prisma.$executeRaw`UPDATE "EngineRecord" SET "expiresAt" = "expiresAt" - interval '61 minutes'`
    expect(await browser.follow(waiting.path)).toMatchObject({ status: 200 })
    await scene.server.prisma.$executeRaw`UPDATE "EngineRecord" SET "expiresAt" = "expiresAt" - interval '23 hours'`
    expect(await browser.follow(waiting.path)).toMatchObject({ status: 400 })
  })
})

describe('resource may be named several times (RFC 8707 section 2)', () => {
  test('at authorize, device authorization, PAR and token', async () => {
    const app = await scene.flows.app(scene.team, 'WEB')
    await scene.team.install(app.id)
    const browser = await scene.flows.browser(scene.team.member)
    const { path, verifier, state } = await scene.flows.request(app, { organization_id: scene.team.id })
    const both = '&resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fb.example%2F'
    const at = await browser.act(await browser.follow(path + both), 'grant')
    const tokens = await scene.flows.redeem(app, { callback: at.callback as URL, verifier, state })
    const introspect = async (token: string) => {
      const headers = { authorization: `Basic ${btoa(`${app.id}:${app.secret}`)}` }
      return (await scene.flows.post('/oauth/introspect', { token }, headers)).body.aud
    }
    expect(await introspect(tokens.access_token)).toEqual(['https://a.example/', 'https://b.example/'])
    const raw = async (endpoint: string, body: string, headers: Record<string, string> = {}) => {
      const response = await scene.server.fetch(`/oauth/${endpoint}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
      })
      return { status: response.status, body: (await response.json()) as Record<string, string> }
    }
    const basic = { authorization: `Basic ${btoa(`${app.id}:${app.secret}`)}` }
    const refreshed = await raw('token', `grant_type=refresh_token&refresh_token=${tokens.refresh_token}${both}`, basic)
    expect(await introspect(refreshed.body.access_token ?? '')).toEqual(['https://a.example/', 'https://b.example/'])
    const unknown = `${both}&resource=https%3A%2F%2Fc.example%2F`
    const device = await scene.flows.app(scene.team, 'DEVICE')
    expect((await raw('device_authorization', `client_id=${device.id}${both}`)).status).toBe(200)
    const refused = await raw('device_authorization', `client_id=${device.id}${unknown}`)
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_target'])
    expect((await raw('par', path.split('?')[1] + both, basic)).status).toBe(201)
    // Of no other parameter may there be two (RFC 6749 section 3.1).
    const twice = await raw('device_authorization', `client_id=${device.id}&scope=openid&scope=openid`)
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request'])
  })
})

test('two nodes whose clocks differ by a little do not call a device hasty', async () => {
  const device = await scene.flows.app(scene.team, 'DEVICE')
  const { body: begun } = await scene.flows.post('/oauth/device_authorization', { client_id: device.id })
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
  const poll = async (ago: number) => {
    const polledAt = new Date(Date.now() - ago)
    await scene.server.prisma.deviceCode.updateMany({ data: { polledAt } })
    const form = { grant_type, device_code: begun.device_code, client_id: device.id }
    return (await scene.flows.post('/oauth/token', form)).body.error
  }
  expect(await poll(durations.devicePolling - 800)).toBe('authorization_pending')
  expect(await poll(durations.devicePolling - 2_500)).toBe('slow_down')
})

test('users/me is part of an API of our own: no token for another is good there', async () => {
  const app = await scene.flows.app(scene.team, 'WEB')
  await scene.team.install(app.id)
  const browser = await scene.flows.browser(scene.team.member)
  const status = async (parameters: Record<string, string>) => {
    const tokens = await scene.flows.redeem(app, await scene.flows.authorize(app, browser, parameters))
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    return (await scene.server.fetch('/v1/users/me', { headers })).status
  }
  const organization_id = scene.team.id
  expect(await status({ organization_id })).toBe(200)
  expect(await status({ organization_id, resource: 'https://a.example/' })).toBe(401)
})

test('a body over the limit is refused in the words of OAuth', async () => {
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/par', '/api/permission/oauth2/token']) {
    const { status, body } = await scene.flows.post(path, { x: 'x'.repeat(limits.bodyBytes) })
    expect([path, status, body.error]).toEqual([path, 413, 'invalid_request'])
  }
})
