import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

// What the console says when something does not go as it should.
describe.skipIf(withoutBrowser())('the console', () => {
  let console: ConsoleInBrowser
  let team: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  const open = (path: string, options?: Parameters<ConsoleInBrowser['open']>[2]) =>
    console.open(team.admin, `/console/${team.id}/${path}`, options)
  /** Answers one operation otherwise. */
  const instead = (page: Page, name: string, answer: Parameters<Page['route']>[1]) =>
    page.route('**/graphql', (route, request) =>
      request.postDataJSON().operationName === name ? answer(route, request) : route.fallback(),
    )

  test('says that signing out failed, and signs out when one tries again', async () => {
    const page = await open('members')
    await instead(page, 'SignOut', (route) => route.abort())
    await page.getByRole('button', { name: 'Account:' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    await page.unrouteAll()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  })

  test('says of an id that cannot be one that there is nothing, and how to go on', async () => {
    const page = await open('apps/garbage')
    await page.getByText('This app is not there').waitFor()
    await page.goto(`/console/${team.id}/grants?app=xyz`)
    await page.getByRole('main').getByRole('button', { name: 'Clear' }).last().click()
    await page.getByText('Nobody has authorized an app here yet').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  test('says by what a defect of the server is found in its log', async () => {
    const page = await open('members')
    const id = '0197-request'
    const errors = [{ message: `Internal error, request ${id}`, extensions: { code: 'INTERNAL' } }]
    await instead(page, 'Apps', (route) => route.fulfill({ json: { data: null, errors } }))
    await page.getByRole('link', { name: 'Apps', exact: true }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('Something went wrong on the server.').waitFor()
    expect(await alert.locator('code').textContent()).toBe(id)
  })

  test('says below a list that it could not be read on, and reads on when one tries again', async () => {
    const busy = await Team.create(console.server)
    for (let count = 0; count < 51; count++) await busy.app({ name: `Chart ${count}` })
    const page = await console.open(busy.admin, `/console/${busy.id}/apps`)
    const errors = [{ message: 'Internal error, request 7', extensions: { code: 'INTERNAL' } }]
    await instead(page, 'Apps', (route, request) =>
      request.postDataJSON().variables.after ? route.fulfill({ json: { data: null, errors } }) : route.fallback(),
    )
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('alert').getByText('Something went wrong on the server.').waitFor()
    expect(await page.getByText('Chart 0', { exact: true }).count()).toBe(0)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Chart 0', { exact: true }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('closes the navigation when one goes back', async () => {
    const page = await open('members', { viewport: { width: 360, height: 740 } })
    await page.goto(`/console/${team.id}/apps`)
    await page.getByRole('heading', { name: 'Apps', exact: true }).waitFor()
    const toggle = page.getByRole('button', { name: 'Open the navigation' })
    await toggle.click()
    await page.getByRole('dialog').getByRole('link', { name: 'History' }).click()
    await page.getByRole('heading', { name: 'History', exact: true }).waitFor()
    await toggle.click()
    await page.getByRole('dialog').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Apps', exact: true }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
