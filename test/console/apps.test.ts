import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { importPKCS8, SignJWT } from 'jose'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { type ConsoleInBrowser, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('the pages of apps', () => {
  let console: ConsoleInBrowser
  let team: Team

  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const fill = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text)

  /** From the list through the first step of the wizard. */
  async function begin(page: Page, type: string): Promise<void> {
    await page.getByRole('link', { name: 'New app' }).first().click()
    await page.getByRole('radio', { name: type }).check()
    await button(page, 'Continue').click()
  }

  const appIdAt = async (page: Page): Promise<string> => {
    await page.waitForURL('**/apps/app_*')
    return new URL(page.url()).pathname.split('/').at(-1) ?? ''
  }

  test('create a web app, say what is refused at its field, and show its secret once', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/apps`)
    await page.getByText('No apps yet').waitFor()
    await begin(page, 'A web app with a back end')
    await button(page, 'Continue').click()
    await page.getByText('Fill this in.').first().waitFor()
    await fill(page, 'Name', 'Harbor Log')
    await fill(page, 'Redirect URI 1', 'https://log.example/*')
    await page.getByText('Wildcards are not possible').waitFor()
    await fill(page, 'Redirect URI 1', 'https://log.example/callback')
    await button(page, 'Continue').click()
    await page.getByRole('checkbox', { name: 'documents:read' }).check()

    // What only the server can know: as if it had become stricter since the page was loaded.
    await page.route('**/graphql', (route) => {
      const body = route.request().postData()?.replace('https://log.example/callback', 'http://log.example/callback')
      return route.continue({ postData: body })
    })
    await button(page, 'Create app').click()
    const uri = page.getByLabel('Redirect URI 1', { exact: true })
    await uri.waitFor()
    expect(await uri.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByText('Must be https, or http on localhost.').count()).toBe(1)
    await page.unroute('**/graphql')
    await button(page, 'Continue').click()
    await button(page, 'Create app').click()

    const appId = await appIdAt(page)
    await button(page, 'Create secret').click()
    const shown = page.getByRole('group', { name: 'Copy the secret now' })
    const secret = (await shown.locator('code').textContent()) ?? ''
    const answer = await console.server.fetch('/oauth/token', {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${appId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: 'https://log.example/',
      }),
    })
    // The secret is right, the code is not.
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
    await button(page, 'I have kept it').click()
    await page.getByText(`Ends in ${secret.slice(-4)}`).waitFor()
    await page.reload()
    await page.getByText(`Ends in ${secret.slice(-4)}`).waitFor()
    expect(await page.content()).not.toContain(secret)
  })

  test('disable an app after saying what that touches; others see it at once, and it can be undone', async () => {
    const appId = await team.app({ name: 'Foghorn' })
    await team.install(appId)
    await team.grant(appId)
    const [one, other] = await Promise.all([
      console.open(team.admin, `/console/${team.id}/apps/${appId}`),
      console.open(team.superAdmin, `/console/${team.id}/apps`),
    ])
    const row = other.getByRole('listitem').filter({ hasText: 'Foghorn' })
    await row.getByText('Enabled').waitFor()
    await button(one, 'Disable').click()
    const dialog = one.getByRole('dialog', { name: 'Disable Foghorn?' })
    await dialog.getByText('1 organization').waitFor()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await row.getByText('Disabled').waitFor()
    await button(one, 'Undo').click()
    await row.getByText('Enabled').waitFor()
    await button(one, 'Disable').waitFor()
    expect(await button(one, 'Undo').count()).toBe(0)
  })

  test('make a key pair in the browser whose private half goes nowhere, and gets tokens', async () => {
    const page = await console.open(team.admin, `/console/${team.id}/apps`)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')))
    await begin(page, 'A service with no user')
    await fill(page, 'Name', 'Night Watch')
    await button(page, 'Continue').click()
    await page.getByRole('checkbox', { name: 'documents:read' }).check()
    await button(page, 'Create app').click()
    const appId = await appIdAt(page)
    await button(page, 'Authorize for '.concat(await nameOfTeam())).click()

    await button(page, 'Add key').click()
    const downloading = page.waitForEvent('download')
    await button(page, 'Make and download').click()
    const download = await downloading
    const pem = await readFile(await download.path(), 'utf8')
    const kid = (await page.getByRole('listitem').filter({ hasText: 'RS256' }).locator('code').textContent()) ?? ''

    const assertion = await new SignJWT({ jti: kid })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(appId)
      .setSubject(appId)
      .setAudience(console.server.config.publicUrl)
      .setExpirationTime('5 minutes')
      .sign(await importPKCS8(pem, 'RS256'))
    const answer = await console.server.fetch('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
    })
    expect(await answer.json()).toMatchObject({ access_token: expect.any(String), scope: 'documents:read' })

    // Neither as PEM nor as any line of it.
    const secretLines = pem.split('\n').filter((line) => line && !line.startsWith('-----'))
    expect(sent.some((text) => text.includes('BEGIN PUBLIC KEY'))).toBe(true)
    expect(sent.filter((text) => /PRIVATE/.test(text) || secretLines.some((line) => text.includes(line)))).toEqual([])
  })

  test('say in Chinese, at its field, what the server alone can know', async () => {
    const key = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const appId = await team.app({ type: 'SERVICE', name: 'Foghorn Keeper' })
    await team.key(appId, key)
    const page = await console.open(team.admin, `/console/${team.id}/apps/${appId}`, { locale: 'zh-CN' })
    await button(page, '添加公钥').click()
    const dialog = page.getByRole('dialog', { name: '添加公钥' })
    await dialog.getByText('粘贴公钥').click()
    const field = dialog.getByRole('textbox', { name: '粘贴公钥' })
    const refusal = async () => {
      await dialog.getByRole('button', { name: '添加公钥' }).click()
      const error = dialog.locator('[class*=error]')
      await error.waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
      return error.textContent()
    }
    await field.fill(key)
    expect(await refusal()).toBe('此项已存在。')
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    await field.fill(publicKey.export({ type: 'spki', format: 'pem' }).toString())
    expect(await refusal()).toBe('RSA 密钥须至少 2,048 位。')
    await field.fill('')
    expect(await refusal()).toBe('请填写此项。')
  })

  const nameOfTeam = async () => {
    const query = `query ($id: ID!) { organization(id: $id) { name } }`
    const { organization } = await console.server.graphql(query, { id: team.id }, { as: team.admin.token })
    return organization.name as string
  }

  test('do nothing that their Content-Security-Policy forbids', () => {
    expect(console.complaints).toEqual([])
  })
})
