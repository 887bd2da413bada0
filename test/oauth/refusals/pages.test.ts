import { describe, expect, test } from 'vitest'
import { Team, uuidOf } from '../../support/team.ts'
import { type Arrival, FlowBrowser, type TestApp } from '../flows.ts'
import { useScene } from './scene.ts'

const scene = useScene()

/** The page of consent for an app that is installed, in a browser of its own. */
async function consentPage(
  rest: Record<string, string> = {},
): Promise<{ app: TestApp; browser: FlowBrowser; at: Arrival }> {
  const app = await scene.flows.app(scene.team, 'WEB')
  await scene.team.install(app.id)
  const browser = await scene.flows.browser(scene.team.member)
  const { path } = await scene.flows.request(app, { organization_id: scene.team.id, ...rest })
  const at = await browser.follow(path)
  expect(at.page).toContain('value="grant"')
  return { app, browser, at }
}

const tokenOf = ({ page }: Pick<Arrival, 'page'>) => /name="form_token" value="([^"]*)"/.exec(page)?.[1] ?? ''
const grantsOf = (app: TestApp) => scene.server.prisma.grant.count({ where: { appId: uuidOf(app.id) } })

describe('a post to the page of consent', () => {
  test.each<[string, (right: string) => { fields?: Record<string, string>; headers?: Record<string, string> }]>([
    ['without a token', () => ({ fields: {} })],
    ['with a wrong token', () => ({ fields: { form_token: 'x'.repeat(43) } })],
    ['with an empty token', () => ({ fields: { form_token: '' } })],
    ['of another site', () => ({ headers: { origin: 'https://evil.example' } })],
    ['of nowhere', () => ({ headers: { origin: 'null' } })],
    ['that the browser calls cross-site', () => ({ headers: { 'sec-fetch-site': 'cross-site' } })],
    ['of another host of the site', () => ({ headers: { 'sec-fetch-site': 'same-site' } })],
    ['as JSON', () => ({ headers: { 'content-type': 'application/json' } })],
    ['as multipart', () => ({ headers: { 'content-type': 'multipart/form-data; boundary=x' } })],
    ['as plain text', () => ({ headers: { 'content-type': 'text/plain' } })],
  ])('%s grants nothing', async (_, change) => {
    const { app, browser, at } = await consentPage()
    const right = tokenOf(at)
    const { fields = { form_token: right }, headers = {} } = change(right)
    const { response, page } = await browser.open(at.path, {
      method: 'POST',
      body: new URLSearchParams({ action: 'grant', ...fields }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
    expect(response.status).toBe(403)
    expect(await grantsOf(app)).toBe(0)
    // Nothing is lost by it: the page is there again.
    expect(page).toContain('value="grant"')
  })

  test('by GET grants nothing either', async () => {
    const { app, browser, at } = await consentPage()
    await browser.open(`${at.path}?${new URLSearchParams({ action: 'grant', form_token: tokenOf(at) })}`)
    expect(await grantsOf(app)).toBe(0)
  })

  test('with fields that no page has, or odd ones, does no harm', async () => {
    const { app, browser, at } = await consentPage()
    for (const fields of [
      { action: 'x' },
      { action: 'toString' },
      { action: 'choose', organization_id: 'x' },
      { action: 'choose', organization_id: 'a\u0000b' },
      { action: 'ask', reason: '\u0000' },
      { action: 'install' },
      { action: 'withdraw' },
      { action: 'other' },
    ] as Record<string, string>[]) {
      const { response } = await browser.open(at.path, {
        method: 'POST',
        body: new URLSearchParams({ form_token: tokenOf(at), ...fields }),
      })
      expect(response.status).toBeLessThan(500)
    }
    expect(await grantsOf(app)).toBe(0)
  })

  test('cannot choose an organization that the user is not in', async () => {
    const other = await Team.create(scene.server)
    const { app, browser } = await consentPage()
    await other.install(app.id)
    const at = await browser.follow((await scene.flows.request(app)).path)
    const chosen = await browser.follow(at.path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: tokenOf(at), action: 'choose', organization_id: other.id }),
    })
    expect(chosen.page).not.toContain('value="grant"')
    expect(chosen.page).not.toContain(other.id)
  })
})

describe("somebody else's authorization", () => {
  test('cannot be opened with its link alone, by nobody, another user or the same one in another browser', async () => {
    const { app, at, browser } = await consentPage()
    for (const person of [scene.team.admin, scene.team.member]) {
      const stranger = await scene.flows.browser(person)
      const seen = await stranger.follow(at.path)
      expect(seen.status).toBe(400)
      expect(seen.page).not.toContain('value="grant"')
      const posted = await stranger.open(at.path, {
        method: 'POST',
        body: new URLSearchParams({ form_token: tokenOf(at), action: 'grant' }),
      })
      expect(posted.response.status).toBe(400)
      const resumed = await stranger.open(at.path.replace('interaction', 'authorize'))
      expect(resumed.response.status).toBe(400)
    }
    expect(await grantsOf(app)).toBe(0)
    // A cookie that names it has to be signed.
    const forger = await scene.flows.browser(scene.team.admin)
    forger.cookies.set('gatehouse_authorization', at.path.split('/').at(-1) ?? '')
    forger.cookies.set('gatehouse_authorization.sig', browser.cookies.get('gatehouse_resume.sig') ?? '')
    expect((await forger.follow(at.path)).status).toBe(400)
  })

  test("is answered in nobody else's name: who agreed is who is signed in when the app is answered", async () => {
    const { app, browser, at } = await consentPage()
    const { response } = await browser.open(at.path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: tokenOf(at), action: 'grant' }),
    })
    const resume = new URL(response.headers.get('location') ?? '', browser.origin).pathname
    await browser.signIn(scene.team.admin, '/sign-in?again=1')
    const end = await browser.follow(resume)
    expect(end.status).toBe(400)
    expect(end.callback?.searchParams.get('code') ?? null).toBeNull()
    expect(
      await scene.server.prisma.authorizationCode.count({ where: { family: { grant: { appId: uuidOf(app.id) } } } }),
    ).toBe(0)
  })

  test('nor is consent that one user was shown given by the next one at the same browser', async () => {
    const { app, browser, at } = await consentPage()
    await browser.signIn(scene.team.admin, '/sign-in?again=1')
    const { page } = await browser.open(at.path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: tokenOf(at), action: 'grant' }),
    })
    expect(await grantsOf(app)).toBe(0)
    expect(page).toContain(scene.team.admin.email)
  })

  test('cannot be finished before the user agreed, and once more only where its browser comes again at once', async () => {
    const { app, browser, at } = await consentPage()
    const early = await browser.follow(at.path.replace('interaction', 'authorize'))
    expect(early.callback?.searchParams.get('code') ?? null).toBeNull()
    expect(await grantsOf(app)).toBe(0)
    const again = await consentPage()
    const done = await again.browser.act(again.at, 'grant')
    expect(done.callback?.searchParams.get('code')).toBeTruthy()
    const finish = again.at.path.replace('interaction', 'authorize')
    const twice = await again.browser.follow(finish)
    expect(twice.callback?.searchParams.get('code')).not.toBe(done.callback?.searchParams.get('code'))
    const other = await new FlowBrowser(scene.server).open(finish)
    expect(other.response.status).toBe(400)
    const page = await again.browser.open(again.at.path)
    expect(page.response.status).toBe(400)
  })
})

describe('the device flow (RFC 8628 section 5.4)', () => {
  async function begin(rest: Record<string, string> = {}) {
    const app = await scene.flows.app(scene.team, 'DEVICE')
    await scene.team.install(app.id)
    const { body } = await scene.flows.post('/oauth/device_authorization', { client_id: app.id, ...rest })
    const poll = async () => {
      await scene.server.prisma.deviceCode.updateMany({ data: { polledAt: null } })
      const grant = 'urn:ietf:params:oauth:grant-type:device_code'
      const answer = await scene.flows.post('/oauth/token', {
        grant_type: grant,
        device_code: body.device_code,
        client_id: app.id,
      })
      return { status: answer.status, error: answer.body.error, body: answer.body }
    }
    return {
      app,
      poll,
      complete: new URL(body.verification_uri_complete),
      code: body.user_code as string,
      deviceCode: body.device_code as string,
    }
  }

  test('no link skips the confirmation that the code is on the device of the user', async () => {
    const { app, complete, poll } = await begin()
    const browser = await scene.flows.browser(scene.team.member)
    for (const extra of ['', '&action=confirm', '&action=confirm&form_token=x', '&confirm=yes', '&action=grant']) {
      const at = await browser.follow(complete.pathname + complete.search + extra)
      expect(at.page).toContain('value="confirm"')
      expect(at.page).not.toContain('value="grant"')
    }
    expect(await grantsOf(app)).toBe(0)
    expect((await poll()).error).toBe('authorization_pending')
  })

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['without a token', { form_token: '' }, {}],
    ['with a wrong token', { form_token: 'x'.repeat(43) }, {}],
    ['of another site', {}, { origin: 'https://evil.example' }],
    ['that the browser calls cross-site', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('a post %s neither confirms nor refuses', async (_, fields, headers) => {
    const { code, poll } = await begin()
    const browser = await scene.flows.browser(scene.team.member)
    const at = await browser.follow(`/oauth/device?user_code=${code}`)
    for (const action of ['confirm', 'refuse']) {
      const { response } = await browser.open('/oauth/device', {
        method: 'POST',
        body: new URLSearchParams({ form_token: tokenOf(at), user_code: code, action, ...fields }),
        headers,
      })
      expect(response.status).toBe(403)
    }
    expect((await poll()).error).toBe('authorization_pending')
  })

  test('the page that follows is only for the browser that confirmed', async () => {
    const { app, code } = await begin({ organization_id: scene.team.id })
    const browser = await scene.flows.browser(scene.team.member)
    const confirm = await browser.follow(`/oauth/device?user_code=${code}`)
    const at = await browser.act(confirm, 'confirm', { user_code: code })
    expect(at.page).toContain('value="grant"')
    const stranger = await scene.flows.browser(scene.team.admin)
    await stranger.follow('/oauth/device')
    expect((await stranger.follow(at.path)).status).toBe(400)
    expect(await grantsOf(app)).toBe(0)
  })

  test('a code is good once, for the app that asked, and not for one that is gone', async () => {
    const { app, code, poll, deviceCode } = await begin({ organization_id: scene.team.id })
    const other = await scene.flows.app(scene.team, 'DEVICE')
    const browser = await scene.flows.browser(scene.team.member)
    const confirm = await browser.follow(`/oauth/device?user_code=${code.toLowerCase().replace('-', ' ')}`)
    await browser.act(await browser.act(confirm, 'confirm', { user_code: code }), 'grant')
    const grant = 'urn:ietf:params:oauth:grant-type:device_code'
    const stolen = await scene.flows.post('/oauth/token', {
      grant_type: grant,
      device_code: deviceCode,
      client_id: other.id,
    })
    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant'])
    const { status, body } = await poll()
    expect(status).toBe(200)
    expect((await poll()).error).toBe('invalid_grant')
    const used = await browser.follow(`/oauth/device?user_code=${code}`)
    expect(used.page).not.toContain('value="confirm"')
    expect(body.scope).toBe('openid documents:read documents:write')
    await scene.server.prisma.app.delete({ where: { id: uuidOf(app.id) } })
    expect(await poll()).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  test('a request that can come to nothing is refused at once', async () => {
    const { app } = await begin()
    const web = await scene.flows.app(scene.team, 'WEB')
    for (const [form, status, errors] of [
      [{ client_id: app.id, scope: 'contacts:read' }, 400, ['invalid_scope']],
      [{ client_id: app.id, scope: 'unknown' }, 400, ['invalid_scope']],
      [{ client_id: app.id, organization_id: 'x' }, 400, ['invalid_request']],
      [{ client_id: app.id, resource: 'https://unknown.example' }, 400, ['invalid_target']],
      [{ client_id: app.id, client_secret: 'x' }, 401, ['invalid_client']],
      [{ client_id: web.id }, 401, ['invalid_client']],
      [{ client_id: web.id, client_secret: web.secret ?? '' }, 400, ['invalid_request', 'unauthorized_client']],
      [{ client_id: 'x' }, 401, ['invalid_client']],
      [{}, 400, ['invalid_request']],
      [{ client_id: app.id, state: 'a\u0000b' }, 400, ['invalid_request']],
      [{ client_id: app.id, nonce: 'a\u0000b' }, 400, ['invalid_request']],
    ] as [Record<string, string>, number, string[]][]) {
      const answer = await scene.flows.post('/oauth/device_authorization', form)
      expect([form, answer.status]).toEqual([form, status])
      expect(errors).toContain(answer.body.error)
    }
  })

  test('user codes that are none are told apart from nothing else', async () => {
    const browser = await scene.flows.browser(scene.team.member)
    const at = await browser.follow('/oauth/device')
    for (const code of ['BBBB-BBBB', '', 'x', '\u0000', '😀', '<script>', 'B'.repeat(10_000), '../..']) {
      const { response, page } = await browser.open('/oauth/device', {
        method: 'POST',
        body: new URLSearchParams({ form_token: tokenOf(at), user_code: code }),
      })
      expect(response.status).toBeLessThan(500)
      expect(page).not.toContain('<script>')
      expect(page).not.toContain('value="confirm"')
    }
  })
})
