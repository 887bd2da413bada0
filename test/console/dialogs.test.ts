import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('every dialog', () => {
  let console: ConsoleInBrowser
  let team: Team
  let service: string
  let web: string
  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    await team.join('SUPER_ADMIN')
    web = await team.app({ name: 'Foghorn' })
    service = await team.app({ name: 'Night Watch', type: 'SERVICE' })
    await team.secret(web)
    await team.install(web)
    await team.grant(web)
  })

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first()
  /** Waits for it: the focus is given back after the dialog has gone. */
  const hasFocus = (page: Page, name: string | RegExp) => button(page, name).and(page.locator(':focus')).waitFor()

  /** The page below the organization's, the button of its dialog, and what is chosen from the menu that it opens. */
  const dialogs = (): [string, string | RegExp, RegExp?][] => [
    ['installations', 'Install an app'],
    ['installations', 'Actions for Foghorn', /Change approved scopes/],
    ['installations', 'Actions for Foghorn', /Uninstall/],
    ['grants', 'Revoke Foghorn'],
    ['members', 'Invite'],
    ['members', `Remove ${team.member.name}`],
    ['members', new RegExp(`${team.superAdmin.name}.*Super admin`), /^Admin/],
    ['settings', 'Delete …'],
    [`apps/${web}`, 'Disable'],
    [`apps/${web}`, 'Revoke'],
    [`apps/${web}`, 'Delete app'],
    [`apps/${service}`, 'Add key'],
  ]

  test('is accessible, can be closed by name, and gives the focus back to what opened it', async () => {
    // What fades in or out has other colours meanwhile.
    const still = { reducedMotion: 'reduce' } as const
    const page = await console.open(team.superAdmin, `/console/${team.id}/members`, still)
    for (const [path, opener, item] of dialogs()) {
      await page.goto(`/console/${team.id}/${path}`)
      await button(page, opener).click()
      if (item) await page.getByRole('menuitem', { name: item }).click()
      const dialog = page.getByRole('dialog')
      const close = dialog.getByRole('button', { name: 'Close' })
      await dialog.locator(':focus').waitFor()
      await page.getByRole('menu').waitFor({ state: 'detached' })
      if (await dialog.getByRole('button', { name: 'Cancel' }).count()) {
        expect(await close.and(page.locator(':focus')).count(), `${path}: ${opener}`).toBe(0)
      }
      expect(await violations(page), `${path}: ${opener}`).toEqual([])
      await close.click()
      await dialog.waitFor({ state: 'detached' })
      await hasFocus(page, opener)
    }
  }, 180_000)

  test('is accessible, in the language of the viewer', async () => {
    const options = { locale: 'zh-CN', viewport: { width: 360, height: 740 } }
    const page = await console.open(team.superAdmin, `/console/${team.id}/apps/${web}`, options)
    await button(page, '停用').click()
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).waitFor()
    await page.getByRole('dialog').getByText('个有效令牌').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('gives the focus to the page where what opened it is gone', async () => {
    const page = await console.open(team.superAdmin, `/console/${team.id}/members`)
    await button(page, `Remove ${team.member.name}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await button(page, `Remove ${team.member.name}`).waitFor({ state: 'detached' })
    await page.locator('#content:focus').waitFor()
  })

  test('does nothing that the Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
