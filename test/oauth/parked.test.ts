import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core.ts'
import { Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'
import { CALLBACK, Flows, type TestApp, textOf } from './flows.ts'

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
