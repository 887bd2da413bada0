import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { ConsoleInBrowser, signIn, withoutBrowser } from './browser.ts'

/** In milliseconds: “within a second”, with an allowance for a busy machine. */
const SOON = 3_000

describe.skipIf(withoutBrowser())('the page of requests', () => {
  let console: ConsoleInBrowser
  let team: Team
  let publisher: Team

  beforeAll(async () => {
    console = await ConsoleInBrowser.start()
    team = await Team.create(console.server)
    publisher = await Team.create(console.server)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const caseOf = (page: Page, name: string) => page.getByRole('article', { name })

  test('shows a request the moment it is made, and to the other admin who decided it', async () => {
    const appId = await publisher.app({ name: 'Tide Tables', scopes: ['openid', 'documents:read'] })
    const path = `/console/${team.id}/requests`
    const [one, other] = await Promise.all([console.open(team.admin, path), console.open(team.superAdmin, path)])
    await Promise.all([one, other].map((page) => page.getByText('Nobody is waiting for a decision').waitFor()))

    await team.request(appId)
    for (const page of [one, other]) await caseOf(page, 'Tide Tables').waitFor({ timeout: SOON })
    expect(await one.title()).toMatch(/^\(1\) Requests/)
    expect(await caseOf(one, 'Tide Tables').textContent()).toContain(team.member.name)

    await caseOf(one, 'Tide Tables').getByRole('button', { name: 'Approve' }).click()
    await caseOf(other, 'Tide Tables').getByText(`${team.admin.name} approved this`).waitFor({ timeout: SOON })
    expect(await other.title()).toMatch(/^Requests/)
    expect(await other.getByRole('dialog').count()).toBe(0)
    expect(await caseOf(other, 'Tide Tables').getByRole('button').count()).toBe(0)
  })

  test('says who was faster where a decision comes too late, in its row', async () => {
    const appId = await publisher.app({ name: 'Lighthouse' })
    const requestId = await team.request(appId)
    const page = await console.open(team.admin, `/console/${team.id}/requests`, { deaf: true })
    await caseOf(page, 'Lighthouse').waitFor()
    const deny = `mutation ($input: DenyInstallRequestInput!) { denyInstallRequest(input: $input) { __typename } }`
    await console.server.graphql(
      deny,
      { input: { installRequestId: requestId, reason: 'Too bright.' } },
      { as: team.superAdmin.token },
    )

    await caseOf(page, 'Lighthouse').getByRole('button', { name: 'Approve' }).click()
    await caseOf(page, 'Lighthouse').getByText(`${team.superAdmin.name} denied this`).waitFor()
    expect(await caseOf(page, 'Lighthouse').textContent()).toContain('Too bright.')
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('leads whoever loses their session to sign in, and back to the same page', async () => {
    const path = `/console/${team.id}/requests`
    const page = await console.open(team.admin, path)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    await console.server.prisma.session.deleteMany({ where: { userId: team.admin.id, secretHash: { not: null } } })
    await page.waitForURL('**/sign-in?**')
    await signIn(page, team.admin)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
  })

  test('comes in less than 250 kB', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
    const sizes = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => [entry.name, entry.toJSON().encodedBodySize]),
    )
    const assets = sizes.filter(([name]) => name.includes('/assets/'))
    expect(assets.length).toBeGreaterThan(2)
    expect(assets.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(250_000)
  })

  test('does nothing that its own Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
