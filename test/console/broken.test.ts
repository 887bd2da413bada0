import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('a page that cannot be had', () => {
  let console: ConsoleInBrowser
  let team: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  test('says so in its place, and is there once the server has it again', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    await page.route('**/MembersPage-*.js', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('link', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'This page cannot be shown' }).waitFor()
    await expect.poll(() => page.title()).toBe('This page cannot be shown · Gatehouse')
    await page.unroute('**/MembersPage-*.js')
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
  })

  test('nor does an address that says nothing of a page, or nonsense, leave the page empty', async () => {
    const page = await console.open(team.admin, `/console/${team.id}`)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    await page.goto(`/console/${team.id}/history?since=constructor`)
    await page.getByRole('heading', { name: 'History', exact: true }).waitFor()
  })
})
