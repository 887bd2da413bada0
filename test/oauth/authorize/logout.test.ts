import { CompactSign, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadSigningKeys } from '../../../src/keys/signing-keys.ts'
import { sweep } from '../../../src/server/housekeeping.ts'
import { Team } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { CALLBACK, FlowBrowser, Flows, type TestApp, type Tokens, textOf } from '../flows.ts'

// OpenID Connect RP-Initiated Logout 1.0, and SPEC.md section 9.

const BACK = 'https://app.example/signed-out'
const LOOPBACK = 'http://127.0.0.1/out?x=1'

const world = useWorld()
let team: Team
let flows: Flows
let app: TestApp
let native: TestApp
let tokens: Tokens
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
  app = await flows.app(team, 'WEB', { postLogoutRedirectUris: [BACK, `${BACK}?from=x`] })
  native = await flows.app(team, 'PUBLIC', { postLogoutRedirectUris: [LOOPBACK, 'com.example.app:/out'] })
  await team.install(app.id)
  tokens = await flows.tokens(app, team.member, { organization: team.id })
})

const pathOf = (parameters: Record<string, string> = {}) => `/oauth/end-session?${new URLSearchParams(parameters)}`

/** Presses the button of the page. */
async function press(browser: FlowBrowser, path: string, fields: Record<string, string> = {}) {
  const { page } = await browser.open(path)
  const form = /<form method="post" action="([^"]*)">(.*?)<\/form>/s.exec(page)
  if (!form) throw new Error(`no form: ${textOf(page)}`)
  const hidden = [...(form[2] ?? '').matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields })
  return browser.follow((form[1] ?? '').replaceAll('&amp;', '&'), { method: 'POST', body })
}

const isSignedIn = async (browser: FlowBrowser) => textOf((await browser.open('/')).page).includes('You are signed in')

test('discovery says where apps sign their users out', () => {
  expect(flows.as.end_session_endpoint).toBe(`${world.server.config.publicUrl}/oauth/end-session`)
})

test('an app signs its user out: they are asked, their session ends, and they are sent back with the state', async () => {
  const browser = await flows.browser(team.member)
  const path = pathOf({
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: BACK,
    state: 'a&b=c',
    client_id: app.id,
  })
  const { page } = await browser.open(path)
  expect(textOf(page)).toContain('asks to sign you out of Gatehouse')
  expect(await isSignedIn(browser)).toBe(true)
  const { callback } = await press(browser, path)
  expect(callback?.href).toBe(`${BACK}?state=a%26b%3Dc`)
  expect(await isSignedIn(browser)).toBe(false)
  // No token ended with the session.
  expect((await flows.userinfo(tokens.access_token)).status).toBe(200)
  await flows
    .refresh(app, tokens.refresh_token ?? '')
    .then((fresh) => Object.assign(tokens, { ...fresh, id_token: tokens.id_token }))
})

test('an app may ask by POST, which signs nobody out', async () => {
  const browser = await flows.browser(team.member)
  const body = new URLSearchParams({ client_id: app.id, post_logout_redirect_uri: BACK, state: 'é "<>' })
  const at = await browser.follow('/oauth/end-session', {
    method: 'POST',
    body,
    headers: { origin: 'https://app.example' },
  })
  expect(textOf(at.page)).toContain('asks to sign you out')
  expect(await isSignedIn(browser)).toBe(true)
  expect((await press(browser, at.path)).callback?.searchParams.get('state')).toBe('é "<>')
})

test.each<[string, Record<string, string>]>([
  ['without its token', { form_token: '' }],
  ['with the token of another browser', { form_token: 'x'.repeat(43) }],
  ['for somebody who signed out meanwhile', { user: 'usr_0' }],
])('a form %s signs nobody out', async (_, fields) => {
  const browser = await flows.browser(team.member)
  const at = await press(browser, pathOf({ client_id: app.id, post_logout_redirect_uri: BACK }), fields)
  expect([403, 409]).toContain(at.status)
  expect(await isSignedIn(browser)).toBe(true)
})

test('a form of another site signs nobody out', async () => {
  const browser = await flows.browser(team.member)
  const { page } = await browser.open(pathOf())
  const form_token = /name="form_token" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const body = new URLSearchParams({ form_token, user: /name="user" value="([^"]*)"/.exec(page)?.[1] ?? '' })
  await browser.follow(pathOf(), { method: 'POST', body, headers: { origin: 'https://evil.example' } })
  expect(await isSignedIn(browser)).toBe(true)
  await browser.follow(pathOf(), { method: 'POST', body })
  expect(await isSignedIn(browser)).toBe(false)
})

describe('where the user is sent', () => {
  const where = async (parameters: Record<string, string>) => {
    const browser = await flows.browser(team.member)
    const at = await press(browser, pathOf(parameters))
    expect(await isSignedIn(browser)).toBe(false)
    if (!at.callback) expect(textOf(at.page)).toContain('You are signed out')
    return at.callback?.href
  }
  const hint = () => ({ id_token_hint: tokens.id_token ?? '' })

  test('is what the app registered, told by its hint, its client_id or both', async () => {
    const to = { post_logout_redirect_uri: BACK }
    expect(await where({ ...to, ...hint() })).toBe(BACK)
    expect(await where({ ...to, client_id: app.id })).toBe(BACK)
    expect(await where({ ...to, ...hint(), client_id: app.id })).toBe(BACK)
    expect(await where({ post_logout_redirect_uri: `${BACK}?from=x`, client_id: app.id, state: '1' })).toBe(
      `${BACK}?from=x&state=1`,
    )
  })

  test('is nowhere for anything else', async () => {
    const to = { post_logout_redirect_uri: BACK }
    for (const parameters of [
      {},
      to,
      hint(),
      { ...to, client_id: native.id },
      { ...to, ...hint(), client_id: native.id },
      { ...to, id_token_hint: 'nonsense', client_id: app.id },
      { ...to, id_token_hint: `${tokens.id_token?.slice(0, -6)}AAAAAA` },
      { ...to, client_id: 'app_nobody' },
      { post_logout_redirect_uri: `${BACK}/`, client_id: app.id },
      { post_logout_redirect_uri: CALLBACK, client_id: app.id },
      { post_logout_redirect_uri: 'https://app.example.evil.example/signed-out', client_id: app.id },
      { post_logout_redirect_uri: 'javascript:alert(1)', client_id: app.id },
    ] as Record<string, string>[])
      expect([parameters, await where(parameters)]).toEqual([parameters, undefined])
  })

  test('is nowhere for a disabled app', async () => {
    await world.does(team.admin, 'disableApp', { appId: app.id })
    expect(await where({ ...hint(), post_logout_redirect_uri: BACK })).toBeUndefined()
    await world.does(team.admin, 'enableApp', { appId: app.id })
    expect(await where({ ...hint(), post_logout_redirect_uri: BACK })).toBe(BACK)
  })

  test('may be another port of loopback, and a private-use scheme, for a PUBLIC app', async () => {
    const client_id = native.id
    for (const uri of ['http://127.0.0.1:5123/out?x=1', LOOPBACK, 'com.example.app:/out'])
      expect(await where({ client_id, post_logout_redirect_uri: uri })).toBe(uri)
    for (const uri of [
      'http://127.0.0.1:5123/out',
      'http://localhost/out?x=1',
      'http://127.0.0.1:80@evil.example/out?x=1',
      'com.example.app:/other',
    ])
      expect([uri, await where({ client_id, post_logout_redirect_uri: uri })]).toEqual([uri, undefined])
  })
})

test('where nobody is signed in, the page says so, and leads on to the app only when asked to', async () => {
  const browser = new FlowBrowser(world.server)
  const path = pathOf({ client_id: app.id, post_logout_redirect_uri: BACK, state: 's' })
  const { page } = await browser.open(path)
  expect(textOf(page)).toContain('You are signed out')
  expect((await press(browser, path)).callback?.href).toBe(`${BACK}?state=s`)
  expect(textOf((await browser.open(pathOf())).page)).toContain('Go to the start page')
})

test('who is signed in as another user than the app means is told so, and asked', async () => {
  const browser = await flows.browser(team.admin)
  const says = async (parameters: Record<string, string>) => textOf((await browser.open(pathOf(parameters))).page)
  const another = 'knows you by another account'
  expect(await says({ id_token_hint: tokens.id_token ?? '' })).toContain(another)
  expect(await says({ client_id: app.id, logout_hint: team.member.email })).toContain(another)
  expect(await says({ client_id: app.id, logout_hint: team.admin.email })).not.toContain(another)
  expect(await says({ client_id: app.id })).not.toContain(another)
})

test('the page speaks the language that the app asks for', async () => {
  const browser = await flows.browser(team.member)
  for (const [ui_locales, text] of [
    ['zh-CN en', '退出登录'],
    ['fr zh', '退出登录'],
    ['en zh', 'Sign out'],
    ['fr', 'Sign out'],
  ] as const)
    expect(textOf((await browser.open(pathOf({ ui_locales, client_id: app.id }))).page)).toContain(text)
})

test.each<[string, string, string]>([
  ['a parameter too long', 'state', 'x'.repeat(5000)],
  ['a NUL', 'state', 'a\0b'],
])('%s is refused, and no defect', async (_, name, value) => {
  const response = await world.server.fetch(pathOf({ [name]: value }))
  expect(response.status).toBe(400)
  expect((await response.json()).error).toBe('invalid_request')
})

test('the engine has no way to sign out of its own', async () => {
  for (const path of [
    '/oauth/end-session/confirm',
    '/oauth/end-session/success',
    '/session/end',
    '/session/end/confirm',
  ])
    for (const method of ['GET', 'POST']) expect((await world.server.fetch(path, { method })).status).toBe(404)
})

describe('a hint that was signed long ago', () => {
  test('is good when it has expired, and when its key was retired, for 400 days', async () => {
    const day = 86_400_000
    const { core, prisma } = world.server
    const retired = core.keys.current
    await prisma.signingKey.update({ where: { kid: retired.kid }, data: { retiredAt: core.clock.now() } })
    const fresh = await loadSigningKeys(core)
    expect(fresh.current.kid).not.toBe(retired.kid)
    Object.assign(core.keys, fresh)
    const where = async () => {
      const path = pathOf({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: BACK })
      return (await press(await flows.browser(team.member), path)).callback?.href
    }
    const authorized = async () => {
      const browser = await flows.browser(team.member)
      const { path } = await flows.request(app, {
        id_token_hint: tokens.id_token ?? '',
        organization_id: team.id,
        prompt: 'none',
      })
      return (await browser.follow(path)).callback?.searchParams
    }
    world.clock.advance(2 * day)
    expect(await where()).toBe(BACK)
    expect((await authorized())?.get('code')).toBeTruthy()
    world.clock.advance(397 * day)
    expect(await where()).toBe(BACK)
    world.clock.advance(2 * day)
    expect(await where()).toBeUndefined()
    expect((await authorized())?.get('error')).toBe('invalid_request')
    await sweep(core)
    expect(await prisma.signingKey.count()).toBe(1)
  })

  test('is no good where another key signed it', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const { kid } = world.server.core.keys.current
    const claims = { iss: world.server.config.publicUrl, aud: app.id, sub: 'usr_1', iat: 1, exp: 2 }
    const forged = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey)
    const at = await press(
      await flows.browser(team.member),
      pathOf({ id_token_hint: forged, post_logout_redirect_uri: BACK }),
    )
    expect(at.callback).toBeUndefined()
  })
})
