import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team, uuidOf } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('before something is lost or broken, the console', () => {
  let console: ConsoleInBrowser
  let team: Team
  let other: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    other = await Team.create(console.server)
  })

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
  const isAsked = async (page: Page, answer: () => void) => {
    page.once('dialog', async (dialog) => {
      await dialog.dismiss()
      answer()
    })
    await page.close({ runBeforeUnload: true })
  }

  test('asks before edits are left, by a link, the browser or its window, and keeps them', async () => {
    const appId = await team.app({ name: 'Bollard' })
    const page = await console.open(team.admin, `/console/${team.id}/apps`)
    await page.getByRole('link', { name: 'Bollard' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Bollard 2')

    for (const leave of [() => page.getByRole('link', { name: 'Members' }).click(), () => page.goBack()]) {
      await leave()
      const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(new URL(page.url()).pathname).toContain(appId)
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Bollard 2')
    }
    await new Promise<void>((answer) => void isAsked(page, answer))

    await page.getByRole('link', { name: 'Members' }).click()
    await press(page, 'Leave')
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
  })

  test('asks before a secret is left that is shown once, and not once its reader has it', async () => {
    const appId = await team.app({ name: 'Winch' })
    const page = await console.open(team.admin, `/console/${team.id}/apps/${appId}`)
    await press(page, 'Create secret')
    await page.getByRole('button', { name: 'I have kept it' }).waitFor()
    await page.getByRole('link', { name: 'Members' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave without the secret?' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await press(page, 'I have kept it')
    await page.getByRole('link', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
  })

  test('says what an edit takes from others, and again where that has changed meanwhile', async () => {
    const appId = await team.app({ name: 'Davit', scopes: ['openid', 'documents:read'] })
    await other.install(appId)
    await other.grant(appId)
    const page = await console.open(team.admin, `/console/${team.id}/apps/${appId}`, { deaf: true })
    await page.getByRole('radio', { name: /^Internal/ }).check()
    await press(page, 'Save changes')
    const dialog = page.getByRole('dialog', { name: 'Take something away from Davit?' })
    await dialog.getByText('1 grant', { exact: true }).waitFor()
    await other.grant(appId, { by: other.admin })
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await dialog.getByText('2 grants', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved.').waitFor()
    const where = { id: uuidOf(appId) }
    expect(await console.server.prisma.app.findUnique({ where })).toMatchObject({ distribution: 'INTERNAL' })
  })

  test('says what ends with a membership', async () => {
    const leaving = await team.join('MEMBER')
    await team.grant(await team.app({ name: 'Cleat' }), { by: leaving })
    const page = await console.open(team.admin, `/console/${team.id}/members`)
    await page.getByRole('button', { name: `Remove ${leaving.name}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 grant', { exact: true }).waitFor()
    await dialog.getByText('2 live tokens', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: `Remove ${leaving.name}` }).waitFor({ state: 'detached' })
  })

  test('says what another admin denied an app, before installing it ends that', async () => {
    const appId = await other.app({ name: 'Fender' })
    await team.denial(appId)
    const page = await console.open(team.superAdmin, `/console/${team.id}/installations`)
    await press(page, 'Install an app')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Client id' }).fill(appId)
    await dialog.getByText(`${team.admin.name} denied this app until`).waitFor()
    await dialog.getByText('Your decision here ends that denial.').waitFor()
  })

  test('loads a page again that could not be loaded while the network was away', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    await page.context().setOffline(true)
    await page.getByRole('link', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor()
    await press(page, 'Try again')
    await page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor()
    await page.context().setOffline(false)
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    console.complaints.splice(0)
  })

  test('does nothing that its own Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
