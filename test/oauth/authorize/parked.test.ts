import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { type Arrival, CALLBACK, FlowBrowser, Flows, type TestApp, textOf } from '../flows.ts'

const world = useWorld({ clock: systemClock })
let team: Team
let flows: Flows
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
})

/** The member at a page, while its app can still change. */
async function parked({
  isInstalled = true,
  rest = {},
}: {
  isInstalled?: boolean
  rest?: Record<string, string>
} = {}) {
  const app = await flows.app(team, 'WEB')
  if (isInstalled) await team.install(app.id)
  const browser = await flows.browser(team.member)
  const begun = await flows.request(app, { organization_id: team.id, ...rest })
  return { app, browser, begun, at: await browser.follow(begun.path) }
}
const update = (app: TestApp, changes: object) => world.does(team.admin, 'updateApp', { appId: app.id, ...changes })
const codes = (app: TestApp) =>
  world.server.prisma.authorizationCode.count({ where: { family: { grant: { appId: uuidOf(app.id) } } } })

describe('a redirect URI that the publisher removes while a request is parked', () => {
  const moved = { redirectUris: ['https://elsewhere.example/callback'] }
  const says = 'not registered for it'

  test.each(['grant', 'refuse'])('is sent nothing by %s', async (action) => {
    const { app, browser, at } = await parked()
    await update(app, moved)
    const end = await browser.act(at, action)
    expect([end.status, end.callback]).toEqual([400, undefined])
    expect(textOf(end.page)).toContain(says)
    expect(textOf((await browser.follow(at.path)).page)).toContain(says)
    expect(await codes(app)).toBe(0)
  })

  test.each(['grant', 'refuse'])('nor where %s came before, and the browser only follows now', async (action) => {
    const { app, browser, at } = await parked()
    const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
    const body = new URLSearchParams({ form_token: token, action })
    const { response } = await browser.open(at.path, { method: 'POST', body })
    const resume = response.headers.get('location') ?? ''
    expect(resume).toContain('/oauth/authorize/')
    await update(app, moved)
    const end = await browser.follow(resume)
    expect([end.status, end.callback]).toEqual([400, undefined])
    expect(textOf(end.page)).toContain(says)
    expect(await codes(app)).toBe(0)
    // As a mistake, it can be taken back.
    await update(app, { redirectUris: [CALLBACK] })
    expect((await browser.follow(resume)).callback?.searchParams.has(action === 'grant' ? 'code' : 'error')).toBe(true)
  })
})

describe('an app that is narrowed while its request is parked', () => {
  const removed = 'Create and change documents'
  const narrow = (app: TestApp, scopes = ['openid', 'documents:read']) => update(app, { scopes })

  test('gets consent to what is left, and shows no more', async () => {
    const { app, browser, begun, at } = await parked()
    expect(textOf(at.page)).toContain(removed)
    await narrow(app)
    expect(textOf((await browser.act(at, 'grant', seenOn(at))).page)).toContain('Something has changed')
    const again = await browser.follow(at.path)
    expect(textOf(again.page)).not.toContain(removed)
    const { callback } = await browser.act(again, 'grant', seenOn(again))
    expect((await flows.redeem(app, { ...begun, callback: callback as URL })).scope).toBe('openid documents:read')
  })

  test.each([
    ['ask', 'member'],
    ['install', 'admin'],
  ] as const)('the button %s works for what is left', async (action, who) => {
    const app = await flows.app(team, 'WEB')
    const browser = await flows.browser(team[who])
    const { path } = await flows.request(app, { organization_id: team.id })
    const at = await browser.follow(path)
    expect(textOf(at.page)).toContain(removed)
    await narrow(app)
    const again = await browser.follow(at.path)
    expect(textOf(again.page)).not.toContain(removed)
    const next = await browser.act(again, action, seenOn(again))
    expect([next.status, next.page.includes(action === 'ask' ? 'value="withdraw"' : 'value="grant"')]).toEqual([
      200,
      true,
    ])
  })

  test('is told so where nothing is left', async () => {
    const { app, browser, at } = await parked({ rest: { scope: 'documents:write' } })
    await narrow(app)
    const end = await browser.follow(at.path)
    expect(textOf(end.page)).toContain('start again')
    expect((await browser.act(end, 'refuse')).callback?.searchParams.get('error')).toBe('invalid_scope')
    await narrow(app, ['openid', 'documents:read', 'documents:write'])
    expect(await codes(app)).toBe(0)
  })

  test('is answered at once after a sign-in, where what is left was granted before', async () => {
    const { app, browser, at } = await parked()
    await browser.act(at, 'grant')
    const other = new FlowBrowser(world.server)
    const begun = await flows.request(app, { organization_id: team.id })
    const signIn = await other.follow(begun.path)
    await narrow(app)
    const { response } = await other.signIn(team.member, signIn.path)
    const { callback } = await other.follow(response.headers.get('location') ?? '')
    expect((await flows.redeem(app, { ...begun, callback: callback as URL })).scope).toBe('openid documents:read')
  })

  test('a device learns that what is left was denied', async () => {
    const app = await flows.app(team, 'DEVICE')
    const installRequestId = await team.request(app.id, { by: team.admin, scopes: ['documents:read'] })
    await world.does(team.admin, 'denyInstallRequest', { installRequestId })
    const scope = 'documents:read documents:write'
    const form = { client_id: app.id, scope, organization_id: team.id }
    const { body: begun } = await flows.post('/oauth/device_authorization', form)
    const browser = await flows.browser(team.member)
    const confirm = await browser.follow(`/oauth/device?user_code=${begun.user_code}`)
    await browser.act(await browser.act(confirm, 'confirm', { user_code: begun.user_code }), 'ask')
    const poll = async () => {
      await world.server.prisma.deviceCode.updateMany({ data: { polledAt: null } })
      const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
      const form = { grant_type, device_code: begun.device_code, client_id: app.id }
      return (await flows.post('/oauth/token', form)).body.error
    }
    expect(await poll()).toBe('authorization_pending')
    await narrow(app, ['openid'])
    expect(await poll()).toBe('authorization_pending')
    await narrow(app, ['documents:read'])
    expect(await poll()).toBe('access_denied')
  })
})

/** What a form of the page says that it is about. */
const seenOn = ({ page }: Arrival): Record<string, string> => {
  const scope = / name="scope" value="([^"]*)"/.exec(page)?.[1]
  return { organization_id: team.id, ...(scope && { scope }) }
}
