import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { newId, publicId } from '../../src/ids.ts'
import { violations } from '../support/axe.ts'
import { Team, uuidOf } from '../support/team.ts'
import { type ConsoleInBrowser, signIn, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the page of requests', () => {
  let console: ConsoleInBrowser
  let team: Team
  let publisher: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    publisher = await Team.create(console.server)
  })

  const caseOf = (page: Page, name: string) => page.getByRole('article', { name })

  test('shows a request the moment it is made, and to the other admin who decided it', async () => {
    const appId = await publisher.app({ name: 'Tide Tables', scopes: ['openid', 'documents:read'] })
    const path = `/console/${team.id}/requests`
    const [one, other] = await Promise.all([console.open(team.admin, path), console.open(team.superAdmin, path)])
    await Promise.all([one, other].map((page) => page.getByText('Nobody is waiting for a decision').waitFor()))

    await team.request(appId)
    for (const page of [one, other]) await caseOf(page, 'Tide Tables').waitFor()
    expect(await one.title()).toMatch(/^\(1\) Requests/)
    expect(await caseOf(one, 'Tide Tables').textContent()).toContain(team.member.name)

    await caseOf(one, 'Tide Tables').getByRole('button', { name: 'Approve' }).click()
    await caseOf(other, 'Tide Tables').getByText(`${team.admin.name} approved this`).waitFor()
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

  test('decides nothing that was not on the screen, and says so', async () => {
    const second = await team.join('MEMBER')
    const appId = await publisher.app({ name: 'Chart Table' })
    await team.request(appId, { scopes: ['openid', 'documents:read'] })
    const page = await console.open(team.admin, `/console/${team.id}/requests`, { deaf: true })
    const card = caseOf(page, 'Chart Table')
    await card.waitFor()
    await team.request(appId, { by: second, scopes: ['documents:write'] })

    await card.getByRole('button', { name: 'Approve' }).click()
    await card.getByRole('alert').getByText('Something else is asked for since you looked').waitFor()
    await card.getByRole('checkbox', { name: 'documents:write' }).waitFor()
    const where = { appId: uuidOf(appId) }
    expect(await console.server.prisma.installation.findFirst({ where })).toMatchObject({ state: 'PENDING' })
    await card.getByRole('button', { name: 'Approve' }).click()
    await card.getByText(`${team.admin.name} approved this`).waitFor()
  })

  test('leaves what the viewer is at where it is, and as it is', async () => {
    const second = await team.join('MEMBER')
    const appId = await publisher.app({ name: 'Anchor' })
    const first = await team.request(appId)
    await team.request(appId, { by: second })
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    const card = caseOf(page, 'Anchor')
    await card.getByRole('button', { name: 'Deny' }).click()
    const reason = card.getByLabel('Reason')
    await reason.fill('Too heavy.')

    const withdraw = `mutation ($input: WithdrawInstallRequestInput!) { withdrawInstallRequest(input: $input) { __typename } }`
    await console.server.graphql(withdraw, { input: { installRequestId: first } }, { as: team.member.token })
    await card.getByText(team.member.name).waitFor({ state: 'detached' })
    expect(await reason.inputValue()).toBe('Too heavy.')
    await reason.and(page.locator(':focus')).waitFor()

    await team.request(await publisher.app({ name: 'Windlass' }))
    const show = page.getByRole('button', { name: 'Show 1 new request' })
    await show.waitFor()
    expect(await caseOf(page, 'Windlass').count()).toBe(0)
    await show.click()
    await caseOf(page, 'Windlass').waitFor()
    expect(await page.getByRole('article').first().textContent()).toContain('Windlass')
    expect(await reason.inputValue()).toBe('Too heavy.')

    await card.getByRole('button', { name: 'Cancel' }).click()
    await card.getByRole('button', { name: 'Deny' }).hover()
    await page.getByRole('radio', { name: 'Pending' }).focus()
    await team.request(await publisher.app({ name: 'Capstan' }))
    await show.waitFor()
    await page.getByRole('heading', { name: 'Requests', exact: true }).hover()
    await caseOf(page, 'Capstan').waitFor()
  })

  test('takes the focus along with what the viewer has decided, and leaves it alone otherwise', async () => {
    const [one, other] = await Promise.all(['Sextant', 'Compass'].map((name) => publisher.app({ name })))
    await team.request(one as string)
    const requestId = await team.request(other as string)
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    await caseOf(page, 'Sextant').getByRole('button', { name: 'Approve' }).click()
    await caseOf(page, 'Sextant').getByText(`${team.admin.name} approved this`).waitFor()
    await page.getByRole('listitem').and(page.locator(':focus')).filter({ hasText: 'Sextant' }).waitFor()

    await page.route('**/graphql', (route) => route.abort(), { times: 1 })
    await caseOf(page, 'Compass').getByRole('button', { name: 'Approve' }).click()
    await caseOf(page, 'Compass').getByRole('alert').waitFor()
    await caseOf(page, 'Compass').getByRole('button', { name: 'Approve' }).and(page.locator(':focus')).waitFor()
    await page.getByRole('radio', { name: 'Pending' }).focus()
    const approve = `mutation ($input: ApproveInstallRequestInput!) { approveInstallRequest(input: $input) { __typename } }`
    await console.server.graphql(approve, { input: { installRequestId: requestId } }, { as: team.superAdmin.token })
    await caseOf(page, 'Compass').getByText(`${team.superAdmin.name} approved this`).waitFor()
    await page.getByRole('radio', { name: 'Pending' }).and(page.locator(':focus')).waitFor()
    console.complaints.splice(0)
  })

  test('shows every admin what was denied, until one of them lifts it and it can be asked for again', async () => {
    const appId = await publisher.app({ name: 'Weather Glass', scopes: ['openid', 'documents:read'] })
    await team.request(appId)
    const path = `/console/${team.id}/requests`
    const [one, other] = await Promise.all([
      console.open(team.admin, path),
      console.open(team.superAdmin, `${path}?view=denied`),
    ])
    await caseOf(one, 'Weather Glass').getByRole('button', { name: 'Deny' }).click()
    await one.getByLabel('Reason').fill('It is always wrong.')
    await caseOf(one, 'Weather Glass').getByRole('button', { name: 'Deny' }).click()

    const denial = caseOf(other, 'Weather Glass')
    await denial.getByText('Read documents').waitFor()
    for (const text of ['It is always wrong.', team.admin.name, 'documents:read', 'in 30 days'])
      expect(await denial.textContent()).toContain(text)
    await expect(team.request(appId)).rejects.toMatchObject({ code: 'INSTALL_DENIED' })

    await one.getByRole('radio', { name: 'Denied' }).click()
    await caseOf(one, 'Weather Glass').waitFor()
    await denial.getByRole('button', { name: 'Lift' }).click()
    const dialog = other.getByRole('dialog', { name: 'Lift the denial of Weather Glass?' })
    await dialog.getByText('Members may ask for it again').waitFor()
    await dialog.getByRole('button', { name: 'Lift denial' }).click()
    for (const page of [one, other]) await caseOf(page, 'Weather Glass').waitFor({ state: 'detached' })
    await other.locator('#content:focus').waitFor()

    await team.request(appId)
    await one.getByRole('radio', { name: 'Pending' }).click()
    await caseOf(one, 'Weather Glass').getByRole('button', { name: 'Approve' }).waitFor()
  })

  test('says what is approved already where an app asks for more', async () => {
    const appId = await publisher.app({ name: 'Sounding Line', scopes: ['openid', 'documents:read'] })
    await team.install(appId, ['openid'])
    await team.request(appId)
    const page = await console.open(team.admin, `/console/${team.id}/requests`)
    const already = caseOf(page, 'Sounding Line').getByText('Approved here already').locator('..')
    await already.waitFor()
    expect(await already.getByRole('listitem').allTextContents()).toEqual(['openid'])
  })

  test('is about everything that is asked for an app, however many people ask, with the decision in sight', async () => {
    const busy = await Team.create(console.server)
    const appId = await publisher.app({
      name: 'Harbor Master',
      scopes: ['openid', 'documents:read', 'documents:write'],
    })
    // Who asks first asks for most.
    const requestId = await busy.request(appId, { scopes: ['documents:write'] })
    await crowd(busy, 500, (requesterId, index) => ({
      appId: uuidOf(appId),
      requesterId,
      scopes: index % 2 ? ['openid'] : ['openid', 'documents:read'],
      reason: index === 499 ? 'A long story. '.repeat(60) : `Reason ${index}`,
    }))
    const page = await console.open(busy.admin, `/console/${busy.id}/requests`)
    const card = caseOf(page, 'Harbor Master')
    await card.getByText('501 people ask').waitFor()
    expect(await card.getByRole('checkbox').count()).toBe(3)
    const approve = card.getByRole('button', { name: 'Approve' })
    expect((await approve.boundingBox())?.y).toBeLessThan(800)
    expect(await page.title()).toMatch(/^\(1\) Requests/)

    await card.getByRole('button', { name: 'Show all 501' }).click()
    const dialog = page.getByRole('dialog', { name: 'Who asks for Harbor Master' })
    await dialog.getByText('Reason 498').waitFor()
    expect(await dialog.getByRole('listitem').count()).toBe(50)
    await dialog.getByRole('button', { name: 'Show more' }).click()
    await dialog.getByText('Reason 401', { exact: true }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    const late = await busy.join('MEMBER')
    await busy.request(appId, { by: late, scopes: ['openid'] })
    await card.getByText('502 people ask').waitFor()
    await card.getByText(late.name).waitFor()
    await approve.click()
    await card.getByText(`${busy.admin.name} approved this`).waitFor()
    const where = { id: uuidOf(requestId) }
    expect(await console.server.prisma.installRequest.findUnique({ where })).toMatchObject({ status: 'APPROVED' })
  })

  test('reads on through 300 apps, and decides about one that was asked for long ago', async () => {
    const busy = await Team.create(console.server)
    const at = console.server.core.clock.now()
    const apps = Array.from({ length: 300 }, (_, index) => ({
      id: newId(),
      organizationId: uuidOf(publisher.id),
      name: `Berth ${index}`,
      type: 'WEB' as const,
      distribution: 'EXTERNAL' as const,
      scopes: ['openid'],
      createdAt: at,
      updatedAt: at,
    }))
    await console.server.prisma.app.createMany({ data: apps })
    await console.server.prisma.installRequest.createMany({
      data: apps.map(({ id }) => asking(busy, { appId: id, requesterId: busy.member.id, scopes: ['openid'] })),
    })
    const page = await console.open(busy.admin, `/console/${busy.id}/requests`)
    await caseOf(page, 'Berth 280').waitFor()
    expect(await page.title()).toMatch(/^\(300\) Requests/)
    expect(await page.getByRole('article').count()).toBe(20)
    await page.getByRole('button', { name: 'Show more' }).click()
    await caseOf(page, 'Berth 260').waitFor()
    const old = caseOf(page, 'Berth 262')
    await old.getByRole('button', { name: 'Deny' }).click()
    await old.getByRole('button', { name: 'Deny' }).click()
    await old.getByText(`${busy.admin.name} denied this`).waitFor()

    await page.goto(`/console/${busy.id}/requests?app=${publicId('App', apps[0]?.id ?? '')}`)
    await caseOf(page, 'Berth 0').getByRole('button', { name: 'Approve' }).click()
    await caseOf(page, 'Berth 0').getByText(`${busy.admin.name} approved this`).waitFor()
    expect(await page.getByRole('article').count()).toBe(1)
    await page.getByRole('link', { name: 'Show all' }).click()
    await caseOf(page, 'Berth 299').waitFor()
    expect(await page.title()).toMatch(/^\(298\) Requests/)
  })

  /** So many further members, each of whom asks. */
  async function crowd(team: Team, size: number, make: (requesterId: string, index: number) => Ask): Promise<void> {
    const { prisma, core } = console.server
    const createdAt = core.clock.now()
    const users = Array.from({ length: size }, (_, index) => ({ id: newId(), name: `Sailor ${index}`, createdAt }))
    await prisma.user.createMany({ data: users })
    await prisma.installRequest.createMany({ data: users.map(({ id }, index) => asking(team, make(id, index))) })
  }

  interface Ask {
    readonly appId: string
    readonly requesterId: string
    readonly scopes: string[]
    readonly reason?: string
  }

  /** Written row by row: services would tell a history of it, which takes its time. */
  const asking = (team: Team, ask: Ask) => ({
    id: newId(),
    organizationId: uuidOf(team.id),
    createdAt: console.server.core.clock.now(),
    ...ask,
  })

  test('pages through the denials, and is accessible in a window of 360 px', async () => {
    const busy = await Team.create(console.server)
    for (let index = 0; index < 21; index++) await busy.denial(await publisher.app({ name: `Buoy ${index}` }))
    const options = { locale: 'zh-CN', viewport: { width: 360, height: 740 } }
    const page = await console.open(busy.admin, `/console/${busy.id}/requests?view=denied`, options)
    await caseOf(page, 'Buoy 20').waitFor()
    expect(await page.getByRole('article').count()).toBe(20)
    expect(await page.getByRole('radio', { name: '21' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: '显示更多' }).click()
    await caseOf(page, 'Buoy 0').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('leads a user who loses the session to sign in, and back to the same page', async () => {
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
