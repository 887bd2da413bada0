import { beforeAll, describe, expect, test } from 'vitest'
import { Team } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { FlowBrowser, Flows, textOf } from '../flows.ts'

// The engine reads the real time; a test moves on from there.
let later = 0
const world = useWorld({ clock: { now: () => new Date(Date.now() + later) } })
let team: Team
let flows: Flows
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
})

const ANSWERED = 'The app was answered already'

/** A browser at the page of consent. */
async function atConsent() {
  const app = await flows.app(team, 'WEB')
  await team.install(app.id)
  const browser = await flows.browser(team.member)
  const begun = await flows.request(app, { organization_id: team.id })
  return { app, browser, begun, at: await browser.follow(begun.path) }
}

describe('who presses a button twice', () => {
  test('is at the app with a code that is good, when the first answer was thrown away', async () => {
    const { app, browser, begun, at } = await atConsent()
    const first = await browser.act(at, 'grant')
    const second = await browser.act(at, 'grant')
    expect(second.callback?.searchParams.get('code')).not.toBe(first.callback?.searchParams.get('code'))
    // Either answer may be the one that reaches the app.
    await flows.redeem(app, { ...begun, callback: second.callback as URL })
    await flows.redeem(app, { ...begun, callback: first.callback as URL })
  })

  test.each([2, 4])('at once, %i times, is at the app whichever answer the browser shows', async (presses) => {
    const { app, browser, begun, at } = await atConsent()
    const answers = await Promise.all(Array.from({ length: presses }, () => browser.act(at, 'grant')))
    for (const { callback } of answers) await flows.redeem(app, { ...begun, callback: callback as URL })
  })

  test('at a request that the app pushed, is at the app either way', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const begun = await flows.request(app, { organization_id: team.id })
    const form = Object.fromEntries(new URL(begun.path, world.server.config.publicUrl).searchParams)
    const { body } = await flows.post('/oauth/par', { ...form, client_secret: app.secret ?? '' })
    const path = `/oauth/authorize?${new URLSearchParams({ client_id: app.id, request_uri: body.request_uri })}`
    const browser = await flows.browser(team.member)
    const at = await browser.follow(path)
    const first = await browser.act(at, 'grant')
    const both = await Promise.all([browser.act(at, 'grant'), browser.act(at, 'grant')])
    for (const { callback } of [first, ...both]) await flows.redeem(app, { ...begun, callback: callback as URL })
    // Another browser that begins with it is not answered any more.
    const other = await (await flows.browser(team.admin)).follow(path)
    expect(textOf(other.page)).toContain('already used')
  })

  test.each([1, 2, 3])('of Allow and of Deny at once, has decided one of both (%i)', async () => {
    const { browser, at } = await atConsent()
    const actions = ['grant', 'grant', 'refuse', 'grant', 'grant', 'refuse', 'grant', 'grant']
    const answers = await Promise.all(actions.map((action) => browser.act(at, action)))
    for (const [press, { callback, page }] of answers.entries()) {
      const decided = actions[press] === 'grant' ? 'code' : 'error'
      if (callback) expect([...callback.searchParams.keys()]).toContain(decided)
      else expect(textOf(page)).toContain(ANSWERED)
    }
    const told = answers.flatMap(({ callback }) => (callback ? [callback.searchParams.has('code')] : []))
    expect(new Set(told).size).toBe(1)
  })

  test('after refusing, has refused', async () => {
    const { browser, at } = await atConsent()
    for (let press = 0; press < 2; press++)
      expect((await browser.act(at, 'refuse')).callback?.searchParams.get('error')).toBe('access_denied')
  })

  test('and decides otherwise the second time, is told that the app was answered', async () => {
    const { browser, at } = await atConsent()
    await browser.act(at, 'grant')
    expect(textOf((await browser.act(at, 'refuse')).page)).toContain(ANSWERED)
    const other = await atConsent()
    await other.browser.act(other.at, 'refuse')
    expect(textOf((await other.browser.act(other.at, 'grant')).page)).toContain(ANSWERED)
  })

  test('later, or comes back to the page, is told so too; another browser learns nothing', async () => {
    const { browser, at } = await atConsent()
    await browser.act(at, 'grant')
    expect(textOf((await browser.follow(at.path)).page)).toContain(ANSWERED)
    expect(textOf((await new FlowBrowser(world.server).follow(at.path)).page)).toContain('This request has expired')
    later += 61_000
    expect(textOf((await browser.act(at, 'grant')).page)).toContain(ANSWERED)
    later += 3_600_000
    expect(textOf((await browser.act(at, 'grant')).page)).toContain('This request has expired')
  })

  test('on a form of another page, is not answered again', async () => {
    const { browser, at } = await atConsent()
    await browser.act(at, 'grant')
    expect(textOf((await browser.act(at, 'grant', { form_token: 'x' })).page)).toContain(ANSWERED)
  })

  test('on Ask or Install, has asked or installed once', async () => {
    const app = await flows.app(team, 'WEB')
    const browser = await flows.browser(team.member)
    const at = await browser.follow((await flows.request(app, { organization_id: team.id })).path)
    for (let press = 0; press < 2; press++) expect(textOf((await browser.act(at, 'ask')).page)).toContain('Waiting for')
    const admin = await flows.browser(team.admin)
    const there = await admin.follow((await flows.request(app, { organization_id: team.id })).path)
    for (let press = 0; press < 2; press++)
      expect((await admin.act(there, 'install', { organization_id: team.id })).page).toContain('value="grant"')
  })
})
