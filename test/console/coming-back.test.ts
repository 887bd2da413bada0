import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import { Team, uuidOf } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

/** More than two pages of any list, in the console and on the screen. */
const MANY = 260

describe.skipIf(withoutBrowser())('a long list that one comes back to', () => {
  let console: ConsoleInBrowser
  let team: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    await installMany()
    await writeMany()
  })

  test.each([
    ['installations', 'article'],
    ['history', 'listitem'],
  ] as const)(
    'is where it was left, and begins at its top for somebody who goes there anew: %s',
    async (path, role) => {
      const page = await console.open(team.admin, `/console/${team.id}/${path}`)
      const rows = page.getByRole('main').getByRole(role)
      await rows.first().waitFor()
      // One page is read after the other.
      for (let screen = 0; screen < 12; screen++) {
        await page.mouse.wheel(0, 700)
        await settled(page)
      }
      const left = await look(page)
      expect(left.y).toBeGreaterThan(5_000)

      await page.getByRole('link', { name: 'Members' }).click()
      await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
      expect(await page.evaluate(() => window.scrollY)).toBe(0)
      await page.goBack()
      await rows.first().waitFor()
      await settled(page)
      expect(await look(page)).toEqual(left)

      await page.getByRole('link', { name: path === 'history' ? 'History' : 'Installed apps' }).click()
      await settled(page)
      expect(await page.evaluate(() => window.scrollY)).toBe(0)
    },
  )

  /** Two frames: one in which it is measured, one in which it is drawn. */
  const settled = (page: Page) =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

  /** Where the window stands, and which row of the list is in the middle of it. */
  const look = (page: Page) =>
    page.evaluate(() => ({
      y: window.scrollY,
      row: document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('li')?.textContent,
    }))

  async function installMany(): Promise<void> {
    const { prisma } = console.server
    const publisher = await Team.create(console.server)
    const at = console.server.core.clock.now()
    const apps = Array.from({ length: MANY }, (_, index) => ({
      ...{ id: newId(), organizationId: uuidOf(publisher.id), name: `App ${index}`, type: 'WEB' as const },
      ...{ distribution: 'EXTERNAL' as const, redirectUris: ['https://app.example/'], scopes: ['openid'] },
      ...{ createdAt: at, updatedAt: at },
    }))
    await prisma.app.createMany({ data: apps })
    await prisma.installation.createMany({
      data: apps.map(({ id, scopes }) => ({
        ...{ id: newId(), appId: id, organizationId: uuidOf(team.id), state: 'INSTALLED' as const },
        ...{ approvedScopes: scopes, createdAt: at, installedAt: at },
      })),
    })
  }

  async function writeMany(): Promise<void> {
    const { prisma } = console.server
    const streamId = uuidOf(team.id)
    const { head } = await prisma.stream.findUniqueOrThrow({ where: { id: streamId } })
    const data = Array.from({ length: MANY }, (_, index) => ({
      ...{ id: newId(), streamId, sequence: head + BigInt(index + 1), at: new Date(), changes: [] },
      ...{ type: 'APP_UPDATED' as const, appId: newId(), appName: `App ${index}` },
      ...{ actorKind: 'SYSTEM' as const, actorName: 'Gatehouse' },
    }))
    await prisma.event.createMany({ data })
    await prisma.stream.update({ where: { id: streamId }, data: { head: head + BigInt(MANY) } })
  }
})
