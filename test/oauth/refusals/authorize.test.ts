import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { publicId } from '../../../src/ids.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { CALLBACK, type TestApp, textOf } from '../flows.ts'
import { oddities, useScene } from './scene.ts'

const scene = useScene()

describe('redirect URIs are compared exactly (RFC 9700 section 4.1.3)', () => {
  const registered = 'https://app.example/callback?tenant=1'
  test.each([
    ['https://APP.example/callback?tenant=1', 'case of the host'],
    ['https://app.example/Callback?tenant=1', 'case of the path'],
    ['https://app.example:443/callback?tenant=1', 'default port'],
    ['https://app.example:8443/callback?tenant=1', 'port'],
    ['http://app.example/callback?tenant=1', 'scheme'],
    ['https://app.example/callback/?tenant=1', 'slash'],
    ['https://app.example/callback/../callback?tenant=1', 'dots'],
    ['https://app.example/%63allback?tenant=1', 'encoded character'],
    ['https://app.example/callback?tenant=1#', 'empty fragment'],
    ['https://app.example/callback?tenant=1#x', 'fragment'],
    ['https://app.example/callback?tenant=1&x=1', 'further parameter'],
    ['https://app.example/callback', 'without its query'],
    ['https://app.example.evil.example/callback?tenant=1', 'longer host'],
    ['https://app.example@evil.example/callback?tenant=1', 'user name'],
    ['https://evil.example/callback?tenant=1', 'other host'],
    ['//app.example/callback?tenant=1', 'no scheme'],
    ['/callback', 'a path'],
    ['javascript:alert(1)', 'a script'],
    [' https://app.example/callback?tenant=1', 'space before'],
    ['https://app.example/callback?tenant=1\u0000', 'NUL after'],
  ])('%s differs: %s', async (redirectUri) => {
    for (const type of ['WEB', 'PUBLIC'] as const) {
      const app = await appWith(type, registered)
      const refused = await scene.authorize(scene.parameters(app, { redirect_uri: redirectUri }))
      expect(refused).toMatchObject({ status: 400, callback: undefined })
      expect(['invalid_redirect_uri', 'invalid_request']).toContain(refused.error)
    }
  })

  const apps = new Map<string, TestApp>()
  async function appWith(type: 'WEB' | 'PUBLIC', uri: string): Promise<TestApp> {
    const known = apps.get(type) ?? (await scene.flows.app(scene.team, type, { redirectUris: [uri] }))
    apps.set(type, known)
    return known
  }

  test('but the port on loopback of a PUBLIC app may be any (RFC 8252 section 7.3)', async () => {
    const redirectUris = ['http://127.0.0.1/callback', 'http://[::1]:1/callback', 'http://localhost:1/callback']
    const native = await scene.flows.app(scene.team, 'PUBLIC', { redirectUris })
    const web = await scene.flows.app(scene.team, 'WEB', { redirectUris })
    const toSignIn = async (app: TestApp, uri: string) => {
      const query = new URLSearchParams(scene.parameters(app, { redirect_uri: uri }))
      const { status, headers } = await scene.server.fetch(`/oauth/authorize?${query}`)
      return status === 303 && headers.get('location')?.includes('/oauth/interaction/') === true
    }
    expect(await toSignIn(native, 'http://127.0.0.1:51004/callback')).toBe(true)
    expect(await toSignIn(native, 'http://[::1]:51004/callback')).toBe(true)
    expect(await toSignIn(native, 'http://localhost:2/callback')).toBe(true)
    expect(await toSignIn(native, 'http://localhost/callback')).toBe(true)
    for (const uri of [
      'http://LOCALHOST:2/callback',
      'http://localhost.:2/callback',
      'http://app.localhost:2/callback',
      'http://localhost:2/other',
      'http://localhost:99999/callback',
      'http://127.0.0.1:51004/callback/',
      'http://127.0.0.1:51004/callback?x',
      'http://127.0.0.1:51004/callback#x',
      'http://127.0.0.2:51004/callback',
      'http://x@127.0.0.1:51004/callback',
      'https://127.0.0.1:51004/callback',
      'http://127.1:51004/callback',
      'http://127.0.0.1:99999/callback',
    ]) {
      expect([uri, await toSignIn(native, uri)]).toEqual([uri, false])
    }
    expect(await toSignIn(web, 'http://127.0.0.1:51004/callback')).toBe(false)
    expect(await toSignIn(web, 'http://localhost:2/callback')).toBe(false)
    expect(await toSignIn(web, 'http://127.0.0.1/callback')).toBe(true)
  })

  test('without one nobody is redirected, whatever else is wrong', async () => {
    const app = await scene.installed('WEB')
    const { redirect_uri: _, ...rest } = scene.parameters(app)
    expect(await scene.authorize(rest)).toMatchObject({ status: 400, error: 'invalid_request', callback: undefined })
    const evil = scene.parameters(app, { redirect_uri: 'https://evil.example/', response_type: 'token' })
    expect(await scene.authorize(evil)).toMatchObject({ status: 400, callback: undefined })
  })
})

test('a person is shown a page about it, without what the request said', async () => {
  const app = await scene.installed('WEB')
  const query = new URLSearchParams(scene.parameters(app, { redirect_uri: 'https://evil.example/<script>' }))
  const response = await scene.server.fetch(`/oauth/authorize?${query}`, { headers: { accept: 'text/html' } })
  const page = await response.text()
  expect(response.status).toBe(400)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page).not.toContain('evil')
  expect(page).not.toMatch(/\bat .*\.[jt]s/)
})

test('an unknown client is refused here: one of a deleted app, ids of other types, anything', async () => {
  const gone = await scene.installed('WEB')
  await scene.server.prisma.app.delete({ where: { id: uuidOf(gone.id) } })
  const app = await scene.installed('WEB')
  for (const id of [
    gone.id,
    scene.team.id,
    publicId('User', uuidOf(app.id)),
    app.id.toUpperCase(),
    uuidOf(app.id),
    'x',
  ]) {
    expect(await scene.authorize(scene.parameters({ id }))).toMatchObject({ status: 400, error: 'invalid_client' })
  }
  expect(await scene.authorize('')).toMatchObject({ status: 400, error: 'invalid_request' })
})

test.each(['token', 'id_token', 'code token', 'code id_token', 'none', 'CODE', 'x'])(
  'the response type %s is not supported: only code is (RFC 9700 section 2.1.2)',
  async (responseType) => {
    const refused = await scene.authorize(
      scene.parameters(await scene.shared('WEB'), { response_type: responseType, nonce: 'n' }),
    )
    expect(refused.error).toBe('unsupported_response_type')
    expect(refused.callback?.href.startsWith(CALLBACK)).toBe(true)
  },
)

test('the issuer is in every answer to the app, errors too (RFC 9207)', async () => {
  const app = await scene.installed('WEB')
  const { callback } = await scene.authorize(scene.parameters(app, { response_type: 'token', response_mode: 'query' }))
  expect(callback?.searchParams.get('iss')).toBe(scene.server.config.publicUrl)
  expect(callback?.searchParams.get('state')).toBe('state-of-the-app')
  const browser = await scene.flows.browser(scene.team.member)
  const granted = await scene.flows.authorize(app, browser, {}, { organization: scene.team.id })
  expect(granted.callback.searchParams.get('iss')).toBe(scene.server.config.publicUrl)
  const other = { ...scene.flows.as, issuer: 'https://other.example' }
  expect(() => oauth.validateAuthResponse(other, app.client, granted.callback, granted.state)).toThrow(/iss/)
})

describe('PKCE (RFC 7636)', () => {
  test('is required of PUBLIC apps', async () => {
    const app = await scene.installed('PUBLIC')
    const { code_challenge: _, code_challenge_method: __, ...rest } = scene.parameters(app)
    const refused = await scene.authorize(rest)
    expect(refused.error).toBe('invalid_request')
    expect(refused.callback?.searchParams.get('code')).toBeNull()
  })

  test.each<Record<string, string>>([
    { code_challenge_method: 'plain' },
    { code_challenge_method: '' },
    { code_challenge_method: 's256' },
    { code_challenge_method: 'S512' },
    { code_challenge: 'too-short' },
    { code_challenge: 'x'.repeat(129) },
    { code_challenge: `${'x'.repeat(42)}!` },
    { code_challenge: '' },
  ])('knows S256 only, and challenges of its form: %o', async (parameters) => {
    for (const app of [await scene.shared('WEB'), await scene.shared('PUBLIC')]) {
      const refused = await scene.authorize(scene.parameters(app, parameters))
      expect(refused.error).toBe('invalid_request')
    }
  })

  test('cannot be taken out of a flow: a verifier where no challenge was, and none where one was, are refused', async () => {
    const app = await scene.installed('WEB')
    const browser = await scene.flows.browser(scene.team.member)
    const { code_challenge: given = '' } = scene.parameters(app)
    for (const [challenge, verifier, error] of [
      ['', 'v'.repeat(43), 'invalid_grant'],
      [given, '', 'invalid_grant'],
      [given, 'w'.repeat(43), 'invalid_grant'],
      [given, given, 'invalid_grant'],
      // What is no verifier at all is malformed.
      [given, 'short', 'invalid_request'],
      [given, 'x'.repeat(129), 'invalid_request'],
    ]) {
      const method: Record<string, string> = challenge ? {} : { code_challenge_method: '' }
      const { callback } = await scene.flows.authorize(
        app,
        browser,
        { code_challenge: challenge ?? '', ...method },
        { organization: scene.team.id },
      )
      const answer = await scene.flows.post('/oauth/token', {
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        client_id: app.id,
        client_secret: app.secret ?? '',
        ...(verifier && { code_verifier: verifier }),
      })
      expect([answer.status, answer.body.error]).toEqual([400, error])
    }
  })
})

describe('scopes (RFC 6749 section 3.3)', () => {
  test.each([
    'contacts:read',
    'openid contacts:read',
    'unknown',
    'gatehouse:manage',
    'openid "',
    'openid\topenid',
    ' ',
    'OPENID',
  ])('that the app may not ask for, and none that are known, are invalid: %j', async (scope) => {
    const refused = await scene.authorize(scene.parameters(await scene.shared('WEB'), { scope }))
    expect(refused.error).toBe('invalid_scope')
    expect(refused.callback?.href.startsWith(CALLBACK)).toBe(true)
  })

  test('that nobody knows are ignored beside known ones (OpenID Connect Core section 3.1.2.1)', async () => {
    const app = await scene.installed('WEB')
    const browser = await scene.flows.browser(scene.team.member)
    const scope = 'openid unknown'
    const authorized = await scene.flows.authorize(app, browser, { scope }, { organization: scene.team.id })
    expect((await scene.flows.redeem(app, authorized)).scope).toBe('openid')
  })

  test('that are empty count as none named: the flow asks for all that the app may ask', async () => {
    const app = await scene.installed('WEB')
    const browser = await scene.flows.browser(scene.team.member)
    const authorized = await scene.flows.authorize(app, browser, { scope: '' }, { organization: scene.team.id })
    expect((await scene.flows.redeem(app, authorized)).scope).toBe('openid documents:read documents:write')
  })
})

describe('organization_id', () => {
  test('that is none is invalid_request', async () => {
    const app = await scene.installed('WEB')
    for (const id of ['x', uuidOf(scene.team.id), app.id, '../..', 'org_0']) {
      expect((await scene.authorize(scene.parameters(app, { organization_id: id }))).error).toBe('invalid_request')
    }
  })

  test('of an organization that the user is not in ends at a page, the same as one that does not exist', async () => {
    const other = await Team.create(scene.server)
    const app = await scene.installed('WEB')
    await other.install(app.id)
    const browser = await scene.flows.browser(scene.team.member)
    const pages = []
    for (const id of [other.id, publicId('Organization', uuidOf(app.id))]) {
      const { path } = await scene.flows.request(app, { organization_id: id })
      const at = await browser.follow(path)
      expect(at.page).not.toContain('value="grant"')
      expect(at.page).not.toContain('value="ask"')
      pages.push(textOf(at.page))
      const silent = await browser.follow(
        (await scene.flows.request(app, { organization_id: id, prompt: 'none' })).path,
      )
      expect(silent.callback?.searchParams.get('error')).toBe('interaction_required')
    }
    expect(pages[0]).toBe(pages[1])
    expect(pages[0]).not.toContain(other.id)
  })

  test('of one that an INTERNAL app does not work in, too', async () => {
    const other = await Team.create(scene.server)
    const app = await scene.flows.app(other, 'WEB', { distribution: 'INTERNAL' })
    await other.install(app.id)
    const browser = await scene.flows.browser(scene.team.member)
    const at = await browser.follow((await scene.flows.request(app, { organization_id: scene.team.id })).path)
    expect(at.page).not.toContain('value="grant"')
    expect(at.page).not.toContain('value="ask"')
    const silent = await browser.follow(
      (await scene.flows.request(app, { organization_id: scene.team.id, prompt: 'none' })).path,
    )
    expect(silent.callback?.searchParams.get('error')).toBe('interaction_required')
  })
})

describe('prompt and max_age (OpenID Connect Core section 3.1.2.1)', () => {
  const silently = async (app: TestApp, browser: { follow(path: string): Promise<{ callback?: URL }> }, rest = {}) => {
    const { path } = await scene.flows.request(app, { prompt: 'none', ...rest })
    return (await browser.follow(path)).callback?.searchParams.get('error')
  }

  test('prompt=none answers login_required, interaction_required or consent_required, and asks for nothing', async () => {
    const app = await scene.flows.app(scene.team, 'WEB')
    const nobody = await scene.flows.browser(scene.team.admin)
    nobody.cookies.clear()
    expect(await silently(app, nobody)).toBe('login_required')
    const browser = await scene.flows.browser(scene.team.member)
    expect(await silently(app, browser)).toBe('interaction_required')
    expect(await silently(app, browser, { organization_id: scene.team.id })).toBe('interaction_required')
    expect(await scene.server.prisma.installRequest.count({ where: { appId: uuidOf(app.id) } })).toBe(0)
    await scene.team.install(app.id)
    expect(await silently(app, browser, { organization_id: scene.team.id })).toBe('consent_required')
    await scene.flows.authorize(app, browser, {}, { organization: scene.team.id })
    expect(await silently(app, browser, { organization_id: scene.team.id })).toBeNull()
    expect(await silently(app, browser)).toBeNull()
  })

  test('prompt=none goes with nothing else, and unknown prompts with nothing at all', async () => {
    for (const prompt of ['none login', 'select_account', 'x', 'organization']) {
      expect((await scene.authorize(scene.parameters(await scene.shared('WEB'), { prompt }))).error).toBe(
        'invalid_request',
      )
    }
    for (const maxAge of ['-1', 'x', '1.5', '1e99']) {
      expect((await scene.authorize(scene.parameters(await scene.shared('WEB'), { max_age: maxAge }))).error).toBe(
        'invalid_request',
      )
    }
  })

  test.each<Record<string, string>>([{ prompt: 'login' }, { max_age: '0' }, { max_age: '60' }])(
    '%o makes a signed-in user sign in again',
    async (parameters) => {
      const app = await scene.installed('WEB')
      const browser = await scene.flows.browser(scene.team.member)
      await scene.flows.authorize(app, browser, {}, { organization: scene.team.id })
      await scene.server.prisma.session.updateMany({
        where: { userId: scene.team.member.id },
        data: { createdAt: new Date(Date.now() - 120_000) },
      })
      const { path, ...begun } = await scene.flows.request(app, parameters)
      const at = await browser.follow(path)
      expect(at.path).toMatch(/^\/sign-in\?/)
      // The link of the page does not get around it.
      const interaction = new URLSearchParams(at.path.split('?')[1]).get('return_to') ?? ''
      expect((await browser.follow(interaction)).path).toMatch(/^\/sign-in\?/)
      const { response } = await browser.signIn(scene.team.member, at.path)
      let next = await browser.follow(response.headers.get('location') ?? '')
      if (!next.callback) next = await browser.act(next, 'choose', { organization_id: scene.team.id })
      if (!next.callback) next = await browser.act(next, 'grant')
      const tokens = await scene.flows.redeem(app, { ...begun, callback: next.callback as URL })
      const { auth_time: since } = JSON.parse(atob(tokens.id_token?.split('.')[1] ?? ''))
      if (since !== undefined) expect(Number(since)).toBeGreaterThan(Date.now() / 1000 - 60)
    },
  )
})

test('a parameter that stands there twice is refused (RFC 6749 section 3.1)', async () => {
  const parameters = scene.parameters(await scene.shared('WEB'), {
    scope: 'openid',
    nonce: 'n',
    organization_id: scene.team.id,
  })
  for (const [name, value] of Object.entries(parameters)) {
    const query = new URLSearchParams(parameters)
    query.append(name, value)
    const refused = await scene.authorize(query.toString())
    expect([name, refused.error]).toEqual([name, 'invalid_request'])
    if (name === 'redirect_uri' || name === 'client_id') expect(refused.callback).toBeUndefined()
  }
})

test('request objects, and requests by reference that were not pushed here, are refused', async () => {
  const app = await scene.shared('WEB')
  const { error } = await scene.authorize(scene.parameters(app, { request: 'eyJhbGciOiJub25lIn0.e30.' }))
  expect(error).toBe('request_not_supported')
  const uri = 'https://app.example/request.jwt'
  expect((await scene.authorize(scene.parameters(app, { request_uri: uri }))).error).toBe('request_uri_not_supported')
  const urn = 'urn:ietf:params:oauth:request_uri:x'
  expect((await scene.authorize({ client_id: app.id, request_uri: urn })).error).toBe('invalid_request_uri')
  expect((await scene.authorize(scene.parameters(app, { registration: '{}' }))).error).toBe(
    'registration_not_supported',
  )
})

test('no Host header, X-Forwarded-Host or Forwarded gets into what is answered', async () => {
  const app = await scene.shared('WEB')
  const poison = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '666',
    'x-original-host': 'evil.example',
    forwarded: 'host=evil.example;proto=https',
    'x-gatehouse-call': 'x',
  }
  const query = new URLSearchParams(scene.parameters(app))
  for (const path of [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    `/oauth/authorize?${query}`,
    '/oauth/authorize?client_id=x',
    '/oauth/device',
    '/oauth/userinfo',
  ]) {
    const response = await scene.server.fetch(path, { headers: poison })
    const text = JSON.stringify([...response.headers]) + (await response.text())
    expect(text).not.toMatch(/evil|:666/)
  }
  const { body } = await scene.flows.post(
    '/oauth/device_authorization',
    { client_id: (await scene.shared('DEVICE')).id },
    poison,
  )
  expect(body.verification_uri).toBe(`${scene.server.config.publicUrl}/oauth/device`)
  expect(body.verification_uri_complete.startsWith(`${scene.server.config.publicUrl}/oauth/device?`)).toBe(true)
})

test('no parameter with bytes that are no text makes the server fail', async () => {
  const names = [
    ...Object.keys(scene.parameters({ id: '' })),
    ...['scope', 'nonce', 'organization_id', 'resource', 'prompt', 'max_age', 'login_hint', 'id_token_hint'],
    ...['ui_locales', 'claims_locales', 'acr_values', 'response_mode', 'display', 'request_uri', 'request', 'dpop_jkt'],
  ]
  const app = await scene.shared('WEB')
  const parameters = scene.parameters(app)
  for (const name of names) {
    for (const oddity of oddities) {
      const { [name]: _, ...rest } = parameters
      const query = `${new URLSearchParams(rest)}&${name}=${oddity}`
      const { status } = await scene.server.fetch(`/oauth/authorize?${query}`)
      expect([name, oddity, status < 500]).toEqual([name, oddity, true])
      const { status: pushed } = await scene.server.fetch('/oauth/par', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${btoa(`${app.id}:${app.secret}`)}`,
        },
        body: query,
      })
      expect([name, oddity, pushed < 500]).toEqual([name, oddity, true])
    }
  }
  expect(scene.failures()).toEqual([])
}, 60_000)

test('an answer by form_post carries what the app sent as text, not as markup', async () => {
  const app = await scene.shared('WEB')
  const state = '"></form><script>alert(1)</script>'
  const query = new URLSearchParams(scene.parameters(app, { response_mode: 'form_post', prompt: 'none', state }))
  const response = await scene.server.fetch(`/oauth/authorize?${query}`)
  const page = await response.text()
  expect(page).not.toContain('<script>alert(1)')
  expect(page).toContain('login_required')
  expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
})
