import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the pages of installed apps and of what is authorized', () => {
  let console: ConsoleInBrowser
  let team: Team
  let publisher: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    publisher = await Team.create(console.server)
  })

  const rowOf = (page: Page, name: string) => page.getByRole('article', { name })

  test('show an app the moment it is asked for, and one that is installed by its client id', async () => {
    const asked = await publisher.app({ name: 'Tide Tables' })
    const other = await publisher.app({ name: 'Lighthouse', scopes: ['openid', 'documents:read'] })
    const page = await console.open(team.admin, `/console/${team.id}/installations`)
    await page.getByText('No app is installed here yet').waitFor()

    await team.request(asked)
    await rowOf(page, 'Tide Tables').getByText('OBO not installed').waitFor()

    await page.getByRole('button', { name: 'Install an app' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Client id' }).fill(other)
    await dialog.getByRole('region', { name: 'Lighthouse' }).waitFor()
    await dialog.getByRole('checkbox', { name: 'documents:read' }).uncheck()
    await dialog.getByRole('button', { name: 'Install', exact: true }).click()
    const row = rowOf(page, 'Lighthouse')
    await row.getByText('OBO installed').waitFor()
    expect(await row.textContent()).toContain(`by ${team.admin.name}`)
    expect(await row.textContent()).not.toContain('documents:read')
    await page.getByText('OBO installed1').waitFor()

    await page.getByRole('searchbox').fill('light')
    await rowOf(page, 'Tide Tables').waitFor({ state: 'detached' })
    expect(await row.count()).toBe(1)
    await page.getByRole('link', { name: 'Installed apps' }).click()
    await rowOf(page, 'Tide Tables').waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('')
  })

  test('say what uninstalling ends, and take the row away for everybody who looks', async () => {
    const appId = await publisher.app({ name: 'Logbook' })
    await team.install(appId)
    await team.grant(appId)
    const path = `/console/${team.id}/installations`
    const [one, other] = await Promise.all([console.open(team.admin, path), console.open(team.superAdmin, path)])
    await rowOf(other, 'Logbook').waitFor()

    await one.getByRole('button', { name: 'Actions for Logbook' }).click()
    await one.getByRole('menuitem', { name: 'Uninstall' }).click()
    const dialog = one.getByRole('dialog')
    await dialog.getByText('2 live tokens').waitFor()
    expect(await dialog.textContent()).toContain('1 user')
    await dialog.getByRole('button', { name: 'Uninstall' }).click()
    for (const page of [one, other]) await rowOf(page, 'Logbook').waitFor({ state: 'detached' })
  })

  test('tell a member live what became of a request, and end what they authorized', async () => {
    const appId = await publisher.app({ name: 'Weather Glass' })
    await team.install(await publisher.app({ name: 'Compass' }))
    const page = await console.open(team.member, '/console/me/apps')
    await page.getByText('You have not authorized an app yet').waitFor()
    const requestId = await team.request(appId)
    await page.reload()
    await rowOf(page, 'Weather Glass').getByText('Pending').waitFor()

    const deny = `mutation ($input: DenyInstallRequestInput!) { denyInstallRequest(input: $input) { __typename } }`
    const input = { installRequestId: requestId, reason: 'It is always wrong.' }
    await console.server.graphql(deny, { input }, { as: team.admin.token })
    await rowOf(page, 'Weather Glass').getByText('Denied').waitFor()
    expect(await rowOf(page, 'Weather Glass').textContent()).toContain('It is always wrong.')
    expect(await rowOf(page, 'Weather Glass').getByRole('button', { name: 'Withdraw' }).count()).toBe(0)

    const granted = await publisher.app({ name: 'Barometer' })
    await team.install(granted)
    await team.grant(granted)
    await rowOf(page, 'Barometer').getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await rowOf(page, 'Barometer').waitFor({ state: 'detached' })
  })

  test('do nothing that the Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
