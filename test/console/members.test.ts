import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { memberTexts } from '../../client-demo/members/texts.ts'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the page of members', () => {
  let console: ConsoleInBrowser
  let team: Team
  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
  const rowOf = (page: Page, { email }: { email: string }) => page.getByRole('listitem').filter({ hasText: email })

  test('keeps the only super admin, and says why, until there is another', async () => {
    const page = await console.open(team.superAdmin, `/console/${team.id}/members`)
    const own = rowOf(page, team.superAdmin)
    const kept = own.getByRole('button', { disabled: true })
    await kept.first().waitFor()
    expect(await kept.allTextContents()).toEqual(['Super admin', 'Leave'])
    expect(await own.textContent()).toContain(memberTexts.en.lastSuperAdmin)

    await rowOf(page, team.admin).getByRole('button', { name: 'Admin' }).click()
    await page.getByRole('menuitem', { name: /^Super admin/ }).click()
    await kept.first().waitFor({ state: 'detached' })
    await own.getByRole('button', { name: 'Super admin' }).click()
    await page.getByRole('menuitem', { name: /^Member/ }).click()
    await page.getByRole('dialog').getByText('Your role here will be Member.').waitFor()
  })

  test('leaves the focus where one goes on', async () => {
    const page = await console.open(team.superAdmin, `/console/${team.id}/members`)
    await rowOf(page, team.member).getByRole('button', { name: 'Member' }).click()
    await page.getByRole('menuitem', { name: /^Admin/ }).click()
    await button(page, `Role of ${team.member.name}: Admin`).and(page.locator(':focus')).waitFor()

    await button(page, 'Invite').click()
    const email = page.getByRole('textbox', { name: 'E-mail address' })
    await email.fill('harbor@example.com')
    await page.keyboard.press('Enter')
    await button(page, 'Done').and(page.locator(':focus')).waitFor()
    await button(page, 'Invite another').click()
    await email.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Escape')
    await button(page, 'Invite').and(page.locator(':focus')).waitFor()

    await button(page, 'Revoke the invitation of harbor@example.com').click()
    await page.getByText('harbor@example.com').waitFor({ state: 'detached' })
    await page.locator('#content:focus').waitFor()
  })

  test('does nothing that the Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
