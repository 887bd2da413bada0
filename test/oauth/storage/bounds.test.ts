import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { durations, limits } from '../../../src/config/defaults.ts'
import { sweepStrangers } from '../../../src/oauth/storage/bounds.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { type Arrival, FlowBrowser, Flows, type TestApp } from '../flows.ts'

// What people, apps and strangers have stored by beginning something is bounded.

const PER_ADDRESS = 4
const KEPT = 5
const world = useWorld({
  config: {
    limits: {
      ...limits,
      authorizationsPerAddress: PER_ADDRESS,
      authorizationsPerUser: KEPT,
      pushedRequestsPerApp: KEPT,
      deviceCodesPerApp: KEPT,
      strangersRecords: PER_ADDRESS - 1,
    },
  },
})
let team: Team
let flows: Flows
let app: TestApp
let web: TestApp
let device: TestApp
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
  app = await flows.app(team, 'PUBLIC')
  web = await flows.app(team, 'WEB')
  device = await flows.app(team, 'DEVICE')
  for (const { id } of [app, web]) await team.install(id)
})
beforeEach(async () => {
  await world.server.prisma.engineRecord.deleteMany()
  await world.server.prisma.deviceCode.deleteMany()
})

const records = () => world.server.prisma.engineRecord.count()
const request = async (of = app) => (await flows.request(of, { organization_id: team.id })).path
const begin = async (browser = new FlowBrowser(world.server)) => (await browser.open(await request())).response
const askForDevice = () => flows.post('/oauth/device_authorization', { client_id: device.id })
const push = async (by: TestApp) => {
  const form = Object.fromEntries(new URL(await request(by), 'http://x').searchParams)
  const headers: Record<string, string> = by.secret ? { authorization: `Basic ${btoa(`${by.id}:${by.secret}`)}` } : {}
  return flows.post('/oauth/par', form, headers)
}
const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work))

/** Signs the member in on the way to the app, in a browser of its own. */
async function signInThroughFlow(path: string): Promise<FlowBrowser> {
  const browser = new FlowBrowser(world.server)
  const at = await browser.follow(path)
  expect(at.path).toContain('/sign-in')
  const { response } = await browser.signIn(team.member, at.path)
  const back = await browser.follow(response.headers.get('location') ?? '')
  expect(back.callback !== undefined || back.page.includes('value="grant"')).toBe(true)
  return browser
}

/** Presses a button of a page that leaves its authorization open. */
function press(browser: FlowBrowser, { path, page }: Arrival): Promise<Arrival> {
  const token = /name="form_token" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const body = new URLSearchParams({ form_token: token, action: 'go-on' })
  return browser.follow(path, { method: 'POST', body })
}

describe('a network gives back what somebody signed in for', () => {
  test('an office of people who sign in through the flow is never full', async () => {
    for (let person = 0; person < 3 * PER_ADDRESS; person++) {
      await signInThroughFlow(await request())
      world.clock.advance(1_000)
    }
  })

  test('neither is one whose app pushes its requests', async () => {
    for (let person = 0; person < 2 * PER_ADDRESS; person++) {
      const { body } = await push(app)
      await signInThroughFlow(`/oauth/authorize?${new URLSearchParams({ client_id: app.id, ...body })}`)
      world.clock.advance(1_000)
    }
  })

  test('nor one with devices that people confirm', async () => {
    const browser = await flows.browser(team.member)
    for (let count = 0; count < 2 * PER_ADDRESS; count++) {
      const { status, body } = await askForDevice()
      expect(status).toBe(200)
      const confirm = await browser.follow(`/oauth/device?user_code=${body.user_code}`)
      await browser.act(confirm, 'confirm', { user_code: body.user_code })
    }
  })
})

describe('what strangers begin', () => {
  test('is bounded also where it comes at once, and time frees it', async () => {
    const statuses = (await times(4 * PER_ADDRESS, begin)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(PER_ADDRESS)
    expect(statuses.filter((status) => status === 429)).toHaveLength(3 * PER_ADDRESS)
    expect(await records()).toBe(PER_ADDRESS)
    world.clock.advance(durations.authorizationWindow - 1_000)
    const refused = await begin()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await askForDevice()).body.error).toBe('slow_down')
    expect((await push(app)).body.error).toBe('slow_down')
    // An app that proves who it is, and a user, are bounded by themselves.
    expect((await push(web)).status).toBe(201)
    expect((await begin(await flows.browser(team.member))).status).toBe(303)
    world.clock.advance(1_000)
    expect((await begin()).status).toBe(303)
  })

  test('of all networks together only so many stay, the newest', async () => {
    for (let count = 0; count < PER_ADDRESS; count++) {
      await begin()
      world.clock.advance(1)
    }
    const oldest = await world.server.prisma.engineRecord.findFirstOrThrow({ orderBy: { createdAt: 'asc' } })
    await sweepStrangers(world.server.core)
    expect(await records()).toBe(PER_ADDRESS - 1)
    expect(await world.server.prisma.engineRecord.count({ where: { hash: oldest.hash } })).toBe(0)
  })
})

describe('of what is known by whom it was begun, the newest stay', () => {
  test('a page that opens many does not cost users what they decide about', async () => {
    const browser = await flows.browser(team.member)
    const at = await browser.follow(await request())
    const asked = await press(browser, at)
    const cookies = new Map(browser.cookies)
    for (let round = 0; round < 3; round++) {
      await times(KEPT, () => begin(browser))
      world.clock.advance(1_000)
    }
    expect(await records()).toBe(KEPT + 1)
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    expect((await browser.act(asked, 'grant')).callback?.searchParams.get('code')).toBeTruthy()
  })

  test('also of those that they decide about', async () => {
    const browser = await flows.browser(team.member)
    for (let count = 0; count < 2 * KEPT; count++) {
      const at = await browser.follow(await request(web))
      await press(browser, at)
      world.clock.advance(1_000)
    }
    expect(await records()).toBe(KEPT)
  })

  test('of an app that pushes at once', async () => {
    const statuses = (await times(3 * KEPT, () => push(web))).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([201]))
    expect(await records()).toBe(KEPT)
  })

  test('of device codes, except those that somebody confirmed', async () => {
    // The engine reads the computer's clock, and a request that waits for a sign-in is not to be old by the other.
    world.clock.advance(Date.now() - world.clock.now().getTime())
    const { body: first } = await askForDevice()
    const browser = await flows.browser(team.member)
    const confirm = await browser.follow(`/oauth/device?user_code=${first.user_code}`)
    const at = await browser.act(confirm, 'confirm', { user_code: first.user_code })
    for (let count = 0; count < 2 * KEPT; count++) {
      // From one network only so many come in the window.
      await world.server.prisma.deviceCode.updateMany({
        where: { network: { not: null } },
        data: { network: `n${count}` },
      })
      world.clock.advance(1)
      expect((await askForDevice()).status).toBe(200)
    }
    const appId = uuidOf(device.id)
    expect(await world.server.prisma.deviceCode.count({ where: { appId } })).toBe(KEPT + 1)
    expect((await browser.follow(at.path)).status).toBe(200)
  })
})
