import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the forms of a console in Chinese', () => {
  let console: ConsoleInBrowser
  let team: Team
  let publisher: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
    publisher = await Team.create(console.server)
  })

  const open = (path: string) => console.open(team.superAdmin, `/console/${team.id}/${path}`, { locale: 'zh-CN' })
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

  /** Puts a text into a field and sends the form: what then is said at the field, which has the focus. */
  async function refusal(page: Page, field: string, text: string, send: string): Promise<string | null> {
    const input = page.getByRole('textbox', { name: field })
    await input.fill(text)
    await button(page, send).last().click()
    await input.and(page.locator(':focus')).and(page.locator('[aria-invalid="true"]')).waitFor()
    const described = (await input.getAttribute('aria-describedby'))?.split(' ') ?? []
    return page.locator(`#${described.find((id) => id.endsWith('-error'))}`).textContent()
  }

  test('say at the field what is wrong with it, and send nothing', async () => {
    await team.request(await publisher.app({ name: 'Lighthouse' }))
    const page = await open('members')
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.postData()?.includes('mutation')) sent.push(request.postData() ?? '')
    })
    await button(page, '邀请').click()
    expect(await refusal(page, '电子邮件地址', 'ann@localhost', '邀请')).toMatch('请输入完整的邮箱地址')
    await page.goto(`/console/${team.id}/settings`)
    expect(await refusal(page, '名称', 'x'.repeat(101), '保存')).toBe('最多 100 个字符。')
    await page.goto('/console/organizations/new')
    expect(await refusal(page, '名称', '\u200b\u2060', '新建组织')).toBe('请填写此项。')
    await page.goto(`/console/${team.id}/requests`)
    await button(page, '拒绝').click()
    expect(await refusal(page, '原因', 'x'.repeat(1001), '拒绝')).toBe('最多 1,000 个字符。')
    expect(await refusal(page, '原因', 'a\u0007b', '拒绝')).toBe('包含无法显示的字符。')
    expect(sent).toEqual([])
  })

  test('say what cannot be chosen any more', async () => {
    const appId = await publisher.app({ name: 'Foghorn' })
    const page = await open('installations')
    await button(page, '安装应用').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: '客户端 ID' }).fill(appId)
    await dialog.getByRole('checkbox', { name: 'documents:write' }).waitFor()
    const narrow = 'mutation ($input: UpdateAppInput!) { updateApp(input: $input) { __typename } }'
    const input = { appId, scopes: ['openid', 'documents:read'] }
    await console.server.graphql(narrow, { input }, { as: publisher.admin.token })
    await dialog.getByRole('button', { name: '安装', exact: true }).click()
    expect(await dialog.getByRole('alert').textContent()).toBe('此处已不能选择 documents:write。')
  })
})
