import { decodeJwt } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { Team } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { FlowBrowser, Flows, type TestApp, textOf } from '../flows.ts'

const world = useWorld({ clock: systemClock })
let team: Team
let flows: Flows
let app: TestApp
/** An ID token of the admin: whom the app then wants is not the member. */
let hint: string
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
  app = await flows.app(team, 'WEB')
  await team.install(app.id)
  hint = (await flows.tokens(app, team.admin, { organization: team.id })).id_token ?? ''
  await flows.tokens(app, team.member, { organization: team.id })
})

const another = 'asks for another account'

/** The member in a browser, at what an app shows them that means somebody else. */
async function asMember({ isSignedIn, ...rest }: { isSignedIn: boolean; prompt?: string }) {
  const browser = isSignedIn ? await flows.browser(team.member) : new FlowBrowser(world.server)
  const begun = await flows.request(app, { organization_id: team.id, id_token_hint: hint, ...rest })
  const first = await browser.follow(begun.path)
  if (isSignedIn) return { browser, begun, at: first }
  const { response } = await browser.signIn(team.member, first.path)
  return { browser, begun, at: await browser.follow(response.headers.get('location') ?? '') }
}

test.each([
  ['and was signed in', { isSignedIn: true }],
  ['and signs in', { isSignedIn: false }],
  ['and has to be asked', { isSignedIn: false, prompt: 'consent' }],
])('another user than the id_token_hint names %s: the app gets nothing', async (_, options) => {
  const { browser, at } = await asMember(options)
  expect(at.callback).toBeUndefined()
  expect(textOf(at.page)).toContain(another)
  for (const action of ['grant', 'install', 'ask']) {
    const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
    const body = new URLSearchParams({ form_token: token, action, organization_id: team.id })
    expect(textOf((await browser.follow(at.path, { method: 'POST', body })).page)).toContain(another)
  }
  const { callback } = await browser.act(at, 'refuse')
  expect(callback?.searchParams.get('error')).toBe('login_required')
})

test('they may sign in as whom it names, who granted it before', async () => {
  const { browser, begun, at } = await asMember({ isSignedIn: true })
  const signIn = await browser.act(at, 'switch')
  const { response } = await browser.signIn(team.admin, signIn.path)
  const { callback } = await browser.follow(response.headers.get('location') ?? '')
  const tokens = await flows.redeem(app, { ...begun, callback: callback as URL })
  expect(decodeJwt(tokens.id_token ?? '').sub).toBe(decodeJwt(hint).sub)
})

test('who becomes somebody else while the page stands open agrees to nothing', async () => {
  const browser = await flows.browser(team.admin)
  const begun = await flows.request(app, { organization_id: team.id, id_token_hint: hint, prompt: 'consent' })
  const at = await browser.follow(begun.path)
  expect(at.page).toContain('value="grant"')
  await browser.signIn(team.member, '/sign-in?again=1')
  expect(textOf((await browser.act(at, 'grant')).page)).toContain(another)
})
