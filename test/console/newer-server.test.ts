import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { ConsoleInBrowser, signIn, withoutBrowser } from './browser.ts'

/** What a server of tomorrow might say in the place of what this one does. */
const tomorrow: readonly [today: RegExp, tomorrow: string][] = [
  [/"APP_CREATED"/g, '"MOON_ROSE"'],
  [/"APP_INSTALLED"/g, '"TIDE_TURNED"'],
  [/"kind":"USER"/g, '"kind":"ORACLE"'],
  [/"type":"WEB"/g, '"type":"HOLOGRAM"'],
  [/"status":"ENABLED"/g, '"status":"DREAMING"'],
  [/"distribution":"EXTERNAL"/g, '"distribution":"GALACTIC"'],
  [/"OBO_INSTALLED"/g, '"HALF_INSTALLED"'],
  [/"role":"MEMBER"/g, '"role":"NAVIGATOR"'],
  [/"edition":"TEAM"/g, '"edition":"FLEET"'],
]
const ofTomorrow = (text: string) => tomorrow.reduce((said, [now, then]) => said.replace(now, then), text)

/** Lets everything that the server says to a page come from tomorrow's. */
async function speakOfTomorrow(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    // Which fields are asked for stays; only what is answered is newer.
    const response = await route.fetch()
    await route.fulfill({ response, body: ofTomorrow(await response.text()) })
  })
  await page.routeWebSocket('**/graphql', (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => socket.send(typeof message === 'string' ? ofTomorrow(message) : message))
  })
}

// A console that is still open while the server under it was replaced by a newer one.
describe.skipIf(withoutBrowser())('a console of yesterday', () => {
  let console: ConsoleInBrowser
  let team: Team
  let page: Page

  beforeAll(async () => {
    console = await ConsoleInBrowser.start()
    team = await Team.create(console.server)
    const appId = await team.app({ name: 'Tide Tables' })
    await team.install(appId)
    await team.grant(appId)
    page = await console.browse()
    await speakOfTomorrow(page)
    await page.goto(`/console/${team.id}/history`)
    await signIn(page, team.superAdmin)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  test('tells of events that it does not know by the name of their type, also of those that come in', async () => {
    await page.getByText(`${team.admin.name}: moon rose · Tide Tables`).waitFor()
    await page.getByText(`${team.admin.name}: tide turned · Tide Tables`).waitFor()
    await team.app({ name: 'Lunar Calendar' })
    await page.getByText(`${team.admin.name}: moon rose · Lunar Calendar`).waitFor()
    await page.getByRole('button', { name: /Details.*Lunar Calendar/ }).click()
    await page.getByText('Number').waitFor()
  })

  test('shows every page, with the words of the server where it has none of its own', async () => {
    const texts: Record<string, string> = {
      requests: 'Requests',
      installations: 'HALF_INSTALLED',
      apps: 'HOLOGRAM',
      grants: 'Tide Tables',
      members: 'NAVIGATOR',
      settings: 'FLEET',
    }
    for (const [path, text] of Object.entries(texts)) {
      await page.goto(`/console/${team.id}/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText(text).first().waitFor()
    }
    const { id } = await console.server.prisma.app.findFirstOrThrow({ where: { name: 'Tide Tables' } })
    await page.goto(`/console/${team.id}/apps/app_${id.replaceAll('-', '')}`)
    await page.getByRole('heading', { name: 'Tide Tables' }).waitFor()
    await page.getByRole('button', { name: /^Organization: / }).click()
    await page.getByRole('menuitem', { name: 'FLEET' }).first().waitFor()
    expect(console.complaints).toEqual([])
  })
})
