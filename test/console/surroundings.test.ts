import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type SteadyAddress, steadyAddress } from '../support/steady-address.ts'
import { signedIn, Team, uuidOf } from '../support/team.ts'
import { ConsoleInBrowser, signIn, withoutBrowser } from './browser.ts'

// What happens to the computer, the browser and the person while a page of the console is open.
describe.skipIf(withoutBrowser())('a page of the console', () => {
  let console: ConsoleInBrowser
  let address: SteadyAddress
  let team: Team

  beforeAll(async () => {
    address = await steadyAddress(() => console.server.core.config.port)
    console = await ConsoleInBrowser.start({ env: { PUBLIC_URL: address.url } })
  })
  beforeEach(async () => {
    team = await Team.create(console.server)
  })
  afterEach(() => {
    // What browsers say about a server or a network that is away is no defect.
    const defects = console.complaints.filter((complaint) => !/net::ERR|WebSocket|status of 40/.test(complaint))
    console.complaints.splice(0)
    expect(defects).toEqual([])
  })
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]()
    await address?.[Symbol.asyncDispose]()
  })

  const open = (who = team.admin, path = 'history') =>
    console.open(who, `/console/${team.id}/${path}`, { baseURL: address.url })
  const told = (page: Page) => page.getByRole('list', { name: 'Events, newest first' }).locator('p').allTextContents()
  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor()
  const accountOf = (page: Page) => page.getByRole('button', { name: 'Account:' }).textContent()

  /** All that happened, as the page tells it, each thing once. */
  async function tellsAll(page: Page, names: readonly string[]): Promise<void> {
    const newest = [...names].reverse().map((name) => `${team.admin.name} created ${name}`)
    await page.getByText(newest[0] ?? '').waitFor()
    await expect.poll(async () => (await told(page)).slice(0, newest.length)).toEqual(newest)
    expect((await told(page)).filter((text) => newest.includes(text))).toHaveLength(newest.length)
  }

  test('shows after the sleep of the computer exactly what happened, each thing once', async () => {
    const page = await open()
    await live(page)
    const sleep = await page.context().newCDPSession(page)
    await sleep.send('Page.setWebLifecycleState', { state: 'frozen' })
    const names = ['Sextant', 'Astrolabe', 'Quadrant']
    await team.app({ name: 'Sextant' })
    // The connection does not outlive the night.
    await console.server.restart()
    for (const name of names.slice(1)) await team.app({ name })
    await sleep.send('Page.setWebLifecycleState', { state: 'active' })
    await tellsAll(page, names)
    await live(page)
    await team.app({ name: 'Compass' })
    await tellsAll(page, [...names, 'Compass'])
  })

  test('shows what happened while the network was away', async () => {
    const page = await open()
    await live(page)
    await team.app({ name: 'Before' })
    await tellsAll(page, ['Before'])
    await page.context().setOffline(true)
    await page.getByText('Offline', { exact: true }).waitFor()
    await console.server.restart()
    await team.app({ name: 'During' })
    await page.context().setOffline(false)
    await tellsAll(page, ['Before', 'During'])
    await live(page)
    await team.app({ name: 'After' })
    await tellsAll(page, ['Before', 'During', 'After'])
  })

  test('reads what is on it once more when somebody comes back to it', async () => {
    await team.invitation('guest@example.com')
    const page = await open(team.superAdmin, 'members')
    await page.getByText('guest@example.com').waitFor()
    await live(page)
    await console.server.prisma.invitation.updateMany({ data: { status: 'REVOKED' } })
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked.push(request.postDataJSON().operationName)
    })
    await page.evaluate(() => {
      // As fast as nobody goes to and fro.
      for (let times = 0; times < 20; times++) {
        window.dispatchEvent(new Event('focus'))
        document.dispatchEvent(new Event('visibilitychange'))
      }
    })
    await page.getByText('guest@example.com').waitFor({ state: 'detached' })
    expect(asked).toContain('Viewer')
    expect(asked).toHaveLength(new Set(asked).size)
  })

  test('begins anew when somebody else signs in in another window, and shows nobody what is not theirs', async () => {
    const page = await open()
    await page.getByText('joined as member').first().waitFor()
    // Who was on the screen with what, frame by frame, also after a new beginning.
    const together = new Set<string>()
    await page.exposeFunction('seen', (what: string) => together.add(what))
    const look = () => {
      const { seen } = globalThis as unknown as { seen(what: string): void }
      const frame = () => {
        const accounts = [...document.querySelectorAll('header')].map(({ textContent }) => textContent)
        const isOfTeam = document.querySelector('main')?.textContent?.includes('joined as member')
        seen(`${accounts} ${isOfTeam ? 'with its history' : ''}`)
        requestAnimationFrame(frame)
      }
      frame()
    }
    await page.addInitScript(look)
    await page.evaluate(look)

    const other = await signedIn(console.server)
    const tab = await page.context().newPage()
    await tab.goto('/sign-in?again&return_to=/console/')
    await signIn(tab, other)
    await expect.poll(() => accountOf(page)).toContain(other.name)
    const where = { id: uuidOf(team.id) }
    const { name } = await console.server.prisma.organization.findUniqueOrThrow({ where })
    const seen = [...together]
    expect(seen.filter((what) => what.includes(team.admin.name) && what.includes('with its history'))).not.toEqual([])
    expect(seen.filter((what) => what.includes(other.name))).not.toEqual([])
    const isMixed = (what: string) => what.includes(name) || what.includes('with its history')
    expect(seen.filter((what) => what.includes(other.name) && isMixed(what))).toEqual([])
  })

  test('takes no answer that is for somebody else, also where nothing has told it yet', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/apps`, { baseURL: address.url, deaf: true })
    await page.getByText('0 of 100').waitFor()
    // Somebody who sees other apps at this address.
    const other = await team.join('ADMIN')
    const tab = await page.context().newPage()
    await tab.goto('/sign-in?again&return_to=/console/')
    await signIn(tab, other)
    await team.app({ name: 'Theodolite' })
    const reloaded = page.waitForEvent('load')
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    const seen = await Promise.race([
      reloaded.then(() => 'began anew'),
      page
        .getByText('Theodolite')
        .waitFor()
        .then(() => 'shown'),
    ])
    expect(seen).toBe('began anew')
    await page.getByText('Theodolite').waitFor()
    expect(await accountOf(page)).toContain(other.name)
  })

  test('leads a demoted admin off the pages for admins, and a removed member out of the organization', async () => {
    const page = await open()
    await live(page)
    const navigation = page.getByRole('navigation', { name: 'Pages' })
    await navigation.getByRole('link', { name: 'History' }).waitFor()
    const as = { as: team.superAdmin.token }
    const membershipId = await team.membershipOf(team.admin)
    const change = `mutation ($input: UpdateMemberRoleInput!) { updateMemberRole(input: $input) { __typename } }`
    const become = (role: string) => console.server.graphql(change, { input: { membershipId, role } }, as)

    await become('MEMBER')
    await page.getByRole('heading', { name: 'Your role here is now Member' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Go to Members' }).waitFor()
    await navigation.getByRole('link', { name: 'History' }).waitFor({ state: 'detached' })
    expect(await page.getByText('joined as').count()).toBe(0)

    await become('ADMIN')
    await page.getByText(`changed the role of ${team.admin.name} from member to admin`).waitFor()
    await team.app({ name: 'Sounding Line' })
    await page.getByText('created Sounding Line').waitFor()

    const remove = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename } }`
    await console.server.graphql(remove, { input: { membershipId } }, as)
    const where = { id: uuidOf(team.id) }
    const { name } = await console.server.prisma.organization.findUniqueOrThrow({ where })
    const parted = page.getByRole('heading', { name: `You are no longer a member of ${name}` })
    await parted.waitFor()
    expect(await page.title()).toContain(name)
    await page.getByRole('main').getByRole('link', { name: 'Go to' }).waitFor()
    await page.getByRole('button', { name: /^Organization: / }).click()
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      expect.stringContaining('Personal'),
      'New organization',
    ])
    await live(page)
  })

  test('stays live where a role is taken and given back before anybody can look', async () => {
    const page = await open(team.admin, 'settings')
    await live(page)
    const membershipId = await team.membershipOf(team.admin)
    const as = { as: team.superAdmin.token }
    const change = `mutation ($input: UpdateMemberRoleInput!) { updateMemberRole(input: $input) { __typename } }`
    const become = (role: string) => console.server.graphql(change, { input: { membershipId, role } }, as)
    for (let times = 0; times < 3; times++) {
      await become('MEMBER')
      await become('ADMIN')
    }
    await live(page)
    const rename = `mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }`
    await console.server.graphql(rename, { input: { organizationId: team.id, name: 'Observatory' } }, as)
    await page.getByRole('button', { name: 'Organization: Observatory' }).waitFor()
    await team.app({ name: 'Ephemeris' })
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByText('created Ephemeris').waitFor()
    await team.app({ name: 'Almanac' })
    await page.getByText('created Almanac').waitFor()
  })
})
