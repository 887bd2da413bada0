import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the page of an app', () => {
  let console: ConsoleInBrowser
  let team: Team
  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  const open = (appId: string) => console.open(team.admin, `/console/${team.id}/apps/${appId}`)
  const button = (page: Page, name: string | RegExp) =>
    page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
  /** As a user without a mouse does it. */
  const press = async (page: Page, name: string | RegExp, within = 'body') => {
    const pressed = page.locator(within).last().getByRole('button', { name }).first()
    await pressed.focus()
    await pressed.press('Enter')
  }
  const hasFocus = (page: Page, role: 'button' | 'region' | 'textbox', name: string | RegExp) =>
    page.getByRole(role, { name }).and(page.locator(':focus')).waitFor()

  test('keeps the focus near what was pressed, where that goes or cannot be pressed any more', async () => {
    const redirectUris = ['https://a.example/1', 'https://a.example/2', 'https://a.example/3']
    const page = await open(await team.app({ name: 'Foghorn', redirectUris }))
    await press(page, 'Create secret')
    await page.getByRole('group', { name: 'Copy the secret now' }).and(page.locator(':focus')).waitFor()
    await press(page, 'I have kept it')
    await hasFocus(page, 'region', 'Client secrets')
    await press(page, /^Revoke the secret/)
    await press(page, 'Revoke', '[role=dialog]')
    await page.getByText('No secret yet').waitFor()
    await hasFocus(page, 'region', 'Client secrets')

    await press(page, /^Remove .*\/2$/)
    await hasFocus(page, 'textbox', 'Redirect URI 2')
    await press(page, /^Remove .*\/3$/)
    await hasFocus(page, 'textbox', 'Redirect URI 1')
    await press(page, 'Discard')
    await hasFocus(page, 'button', 'Save changes')
    await page.getByLabel('Name', { exact: true }).fill('Foghorn 2')
    await press(page, 'Save changes')
    await page.getByText('Saved.').waitFor()
    await hasFocus(page, 'button', 'Save changes')

    await press(page, 'Disable')
    await press(page, 'Disable', '[role=dialog]')
    await hasFocus(page, 'button', 'Enable')
    await press(page, 'Undo')
    await hasFocus(page, 'button', 'Disable')
  })

  test('lets one undo for a while, and as long as one is about to', async () => {
    const page = await open(await team.app({ name: 'Foghorn' }))
    await page.clock.install()
    await button(page, 'Disable').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await button(page, 'Undo').focus()
    await page.clock.fastForward(60_000)
    await hasFocus(page, 'button', 'Undo')
    await button(page, 'Enable').focus()
    await page.clock.fastForward(13_000)
    await button(page, 'Undo').waitFor({ state: 'detached' })
  })

  test('shows each new secret until it is kept', async () => {
    const page = await open(await team.app({ name: 'Foghorn' }))
    const shown = page.getByRole('group', { name: 'Copy the secret now' })
    for (const count of [1, 2]) {
      await button(page, 'Create secret').click()
      await shown.nth(count - 1).waitFor()
    }
    const secrets = await shown.locator('code').allTextContents()
    expect(new Set(secrets).size).toBe(2)
    await shown.first().getByRole('button', { name: 'I have kept it' }).click()
    await expect.poll(() => shown.locator('code').allTextContents()).toEqual(secrets.slice(1))
  })

  test('says that no key pair could be made, and lets one try again', async () => {
    const page = await open(await team.app({ name: 'Night Watch', type: 'SERVICE' }))
    await page.evaluate(() => {
      const generateKey = () => Promise.reject(new DOMException('no', 'OperationError'))
      Object.assign(crypto.subtle, { generateKey })
    })
    await button(page, 'Add key').click()
    const make = button(page, 'Make and download')
    await make.click()
    await page.getByRole('alert').getByText('could not make a key pair').waitFor()
    await make.and(page.locator(':enabled')).waitFor()
  })

  test('says that what an action touches could not be asked, and asks again', async () => {
    const page = await open(await team.app({ name: 'Foghorn' }))
    const failure = { data: null, errors: [{ message: 'x', extensions: { code: 'INTERNAL' } }] }
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('AppImpact') ? route.fulfill({ json: failure }) : route.fallback(),
    )
    for (const opener of ['Disable', 'Delete app']) {
      await page.keyboard.press('Escape')
      await button(page, opener).click()
      const dialog = page.getByRole('dialog', { name: opener.split(' ')[0] })
      await dialog.getByRole('alert').getByText('Something went wrong').waitFor()
      // A name that is written from right to left turns nothing else around.
      expect(await dialog.getByRole('heading').locator('bdi').textContent()).toBe('Foghorn')
      expect(await dialog.getByRole('status', { name: 'Loading …' }).count()).toBe(0)
      expect(await dialog.getByRole('button', { name: opener }).isDisabled()).toBe(true)
    }
    await page.unroute('**/graphql')
    await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('dialog').getByText('Nothing uses it now.').waitFor()
  })

  test('is made step by step, and the way back through the steps is that of the browser', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/apps`)
    await page.getByRole('link', { name: 'New app' }).first().click()
    await page.getByRole('radio', { name: 'A TV, a device' }).check()
    await button(page, 'Continue').click()
    const name = page.getByLabel('Name', { exact: true })
    await name.fill('Lighthouse')
    await button(page, 'Continue').click()
    const scope = page.getByRole('checkbox', { name: 'documents:read' })
    await scope.check()
    await page.goBack()
    expect(await name.inputValue()).toBe('Lighthouse')
    await page.goBack()
    expect(await page.getByRole('radio', { name: 'A TV, a device' }).isChecked()).toBe(true)
    await page.goForward()
    await button(page, 'Continue').click()
    expect(await scope.isChecked()).toBe(true)
    await button(page, 'Back').click()
    expect(await name.inputValue()).toBe('Lighthouse')
    await page.goForward()
    // What was typed is gone with the page, and with it the step that comes after.
    await page.reload()
    await name.fill('Lighthouse')
    await button(page, 'Continue').click()
    await scope.check()
    await button(page, 'Create app').click()
    await page.waitForURL('**/apps/app_*')
    await page.goBack()
    await page.getByRole('listitem').filter({ hasText: 'Lighthouse' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/console/${team.id}/apps`)
  })

  test('has no text of less than 12 px, and so has no form', async () => {
    const page = await open(await team.app({ name: 'Foghorn' }))
    for (const path of [page.url(), '/console/organizations/new']) {
      await page.goto(path)
      await page.getByRole('textbox', { name: 'Name' }).waitFor()
      expect(await page.evaluate(smallTexts)).toEqual([])
    }
  })

  test('complains about nothing', () => {
    expect(console.complaints).toEqual([])
  })
})

/** Runs in the page. */
function smallTexts(): string[] {
  const small = [...document.querySelectorAll('#content *')].filter(
    (element) =>
      [...element.childNodes].some((node) => node instanceof Text && node.data.trim()) &&
      Number.parseFloat(getComputedStyle(element).fontSize) < 12,
  )
  return small.map(({ textContent }) => textContent ?? '')
}
