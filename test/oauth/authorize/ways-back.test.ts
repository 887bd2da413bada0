import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { Team } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { type Arrival, FlowBrowser, Flows, type TestApp, textOf } from '../flows.ts'

const world = useWorld({ clock: systemClock })
let team: Team
let flows: Flows
let app: TestApp
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
})

const returnTo = ({ path }: Arrival, browser: FlowBrowser) =>
  new URL(path, browser.origin).searchParams.get('return_to') ?? ''

/** A browser in which somebody signed in because an app asked for it, with the page that they came to then. */
async function signedInOnTheWay(rest: Record<string, string> = {}, type: 'WEB' | 'PUBLIC' = 'WEB') {
  app = await flows.app(team, type)
  await team.install(app.id)
  const browser = new FlowBrowser(world.server)
  const begun = await flows.request(app, { organization_id: team.id, ...rest })
  const signIn = await browser.follow(begun.path)
  expect(signIn.path).toContain('/sign-in')
  const { response } = await browser.signIn(team.member, signIn.path)
  const at = await browser.follow(response.headers.get('location') ?? '')
  expect(at.page).toContain('value="grant"')
  return { browser, begun, signIn, at }
}

describe('from the page of consent, after signing in on the way', () => {
  test.each<[string, Record<string, string>, 'WEB' | 'PUBLIC']>([
    ['of an app', {}, 'WEB'],
    ['of a native app, which is asked for each time', {}, 'PUBLIC'],
    ['that was asked for anew', { prompt: 'login' }, 'WEB'],
    ['that the app insists on', { prompt: 'login consent' }, 'WEB'],
  ])('%s: back to the sign-in page and on again ends at the app', async (_, rest, type) => {
    const { browser, begun, signIn, at } = await signedInOnTheWay(rest, type)
    // Reloading it changes nothing.
    expect((await browser.follow(at.path)).page).toContain('value="grant"')
    // As the browser shows the sign-in page again: from the server, or from its memory, to be posted once more.
    await browser.follow(signIn.path)
    const { response } = await browser.submit('/sign-in?again=1', {
      email: team.member.email,
      password: team.member.password,
      return_to: returnTo(signIn, browser),
    })
    const again = await browser.follow(response.headers.get('location') ?? '')
    expect(again.page).toContain('value="grant"')
    const { callback } = await browser.act(again, 'grant')
    await flows.redeem(app, { ...begun, callback: callback as URL })
    // Only now it is over.
    const end = await browser.follow(returnTo(signIn, browser))
    expect(textOf(end.page)).toContain('The app was answered already')
  })

  test('and with all of it granted before, nothing more is asked', async () => {
    const { browser, at } = await signedInOnTheWay()
    await browser.act(at, 'grant')
    for (const [rest, asks] of [
      [{ organization_id: team.id }, false],
      [{}, false],
      [{ organization_id: team.id, prompt: 'consent' }, true],
    ] as [Record<string, string>, boolean][]) {
      const other = new FlowBrowser(world.server)
      const begun = await flows.request(app, rest)
      const signIn = await other.follow(begun.path)
      const { response } = await other.signIn(team.member, signIn.path)
      const end = await other.follow(response.headers.get('location') ?? '')
      expect([rest, end.page.includes('value="grant"')]).toEqual([rest, asks])
      if (!asks) await flows.redeem(app, { ...begun, callback: end.callback as URL })
    }
  })

  test('a pushed request can be gone back to, too', async () => {
    app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const { path } = await flows.request(app, { organization_id: team.id })
    const form = Object.fromEntries(new URL(path, world.server.config.publicUrl).searchParams)
    const { body } = await flows.post('/oauth/par', { ...form, client_secret: app.secret ?? '' })
    const browser = new FlowBrowser(world.server)
    const query = new URLSearchParams({ client_id: app.id, request_uri: body.request_uri })
    const signIn = await browser.follow(`/oauth/authorize?${query}`)
    await browser.signIn(team.member, signIn.path)
    await browser.follow(returnTo(signIn, browser))
    const again = await browser.follow(returnTo(signIn, browser))
    const { callback } = await browser.act(again, 'grant')
    expect(callback?.searchParams.get('code')).toBeTruthy()
  })
})

describe('what a browser is told that comes back', () => {
  async function agreed() {
    const { browser, at } = await signedInOnTheWay()
    const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
    const { response } = await browser.open(at.path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: token, action: 'grant' }),
    })
    return { browser, resume: new URL(response.headers.get('location') ?? '', browser.origin).pathname }
  }
  const said = async (browser: FlowBrowser, path: string, language: string) => {
    const { status, page } = await browser.follow(path, { headers: { 'accept-language': language } })
    expect(status).toBe(400)
    return textOf(page)
  }

  test.each([
    ['en', 'This request has expired', 'You are no longer signed in as before', 'The app made a mistake'],
    ['zh', '此请求已过期', '登录状态已改变', '应用的请求有误'],
  ])('is not that the app made a mistake (%s)', async (language, expired, noLonger, mistake) => {
    const { browser, resume } = await agreed()
    // A user who pressed twice comes twice, and is answered each time.
    for (let time = 0; time < 2; time++)
      expect((await browser.follow(resume)).callback?.searchParams.get('code')).toBeTruthy()
    const texts = [await said(new FlowBrowser(world.server), '/oauth/authorize/xxxxxx', language)]
    for (const text of texts) expect(text).toContain(expired)
    const other = await agreed()
    await other.browser.signIn(team.admin, '/sign-in?again=1')
    texts.push(await said(other.browser, other.resume, language))
    expect(texts.at(-1)).toContain(noLonger)
    const signedOut = await agreed()
    signedOut.browser.cookies.delete('gatehouse_session')
    texts.push(await said(signedOut.browser, signedOut.resume, language))
    expect(texts.at(-1)).toContain(noLonger)
    for (const text of texts) expect(text).not.toContain(mistake)
  })
})
