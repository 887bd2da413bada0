import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { uiTexts } from '../../client-demo/ui/texts.ts'
import { tooWide } from '../support/axe.ts'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

/** A word that nothing but the length of its field ends. */
const long = (start: string, length: number) => start.padEnd(length, 'm')

describe.skipIf(withoutBrowser())('names without an end', () => {
  let console: ConsoleInBrowser
  let team: Team
  let web: string
  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    const publisher = await Team.create(console.server)
    const { prisma } = console.server
    const app = { description: long('About', 1000), scopes: ['openid', 'profile', 'email', 'documents:read'] }
    const named = (start: string) => publisher.app({ ...app, name: long(start, 100) })
    const [asked, denied, installed] = await Promise.all(['Asked', 'Denied', 'Installed'].map(named))
    web = await team.app({ ...app, name: long('Own', 100), logoUrl: `https://example.com/${long('logo', 900)}` })
    await team.denial(denied as string)
    for (const id of [web, installed as string]) {
      await team.install(id)
      await team.grant(id)
    }
    await team.request(asked as string)
    await team.invitation(`${long('keeper', 64)}@${long('harbor', 60)}.example`)
    await prisma.installRequest.updateMany({ data: { reason: long('Because', 1000) } })
    await prisma.denial.updateMany({ data: { reason: long('No', 1000) } })
    await prisma.user.updateMany({ data: { name: long('Keeper', 100) } })
    await prisma.organization.updateMany({ data: { name: long('Harbor', 100) } })
  })

  const screens = () => [
    'requests',
    'requests?view=denied',
    'installations',
    'apps',
    'apps/new',
    `apps/${web}`,
    'grants',
    'history',
    'members',
    'settings',
  ]

  const faults = async (page: Page) => [...(await tooWide(page)), ...(await page.evaluate(stickingOut))]

  test.each([1280, 360])('stay in their places in a window of %i px', async (width) => {
    const page = await console.open(team.superAdmin, '/console/me/apps', { viewport: { width, height: 740 } })
    const found: Record<string, string[]> = {}
    const look = async (at: string) => {
      const wrong = await faults(page)
      if (wrong.length > 0) found[at] = wrong
    }
    for (const path of ['me/apps', ...screens().map((screen) => `${team.id}/${screen}`)]) {
      await page.goto(`/console/${path}`)
      await page.getByRole('heading').first().waitFor()
      await page.getByRole('status', { name: uiTexts.en.loading }).first().waitFor({ state: 'detached' })
      await look(path)
    }
    await page.getByRole('button', { name: 'Organization:' }).click()
    await page.getByRole('menuitem').first().waitFor()
    await look('organizations')
    await page.goto(`/console/${team.id}/grants`)
    await page.getByRole('button', { name: 'Revoke' }).first().click()
    await page.getByRole('dialog').getByText('live tokens').waitFor()
    await look('a dialog')
    expect(found).toEqual({})
  })
})

/** Runs in the page: what is wider than the box that it stands in. */
function stickingOut(): string[] {
  return [...document.querySelectorAll<HTMLElement>('body *')].flatMap((element) => {
    const { clientWidth, scrollWidth } = element
    const isCut = getComputedStyle(element).overflowX !== 'visible'
    if (clientWidth === 0 || isCut || scrollWidth <= clientWidth + 1 || element.closest('svg, code, pre')) return []
    return [`${scrollWidth} > ${clientWidth} px: ${element.outerHTML.slice(0, 120)}`]
  })
}
