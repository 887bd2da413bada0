import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameTexts } from '../../client-demo/frame/texts.ts'
import type { Language } from '../../client-demo/i18n/language.ts'
import { uiTexts } from '../../client-demo/ui/texts.ts'
import { buildDemoWorld, type DemoPerson } from '../../src/demo/world.ts'
import { publicId } from '../../src/ids.ts'
import { tooWide, violations } from '../support/axe.ts'
import { ConsoleInBrowser, withoutBrowser } from './browser.ts'
import { isChinese, isForeign, wordsOn } from './words.ts'

const logbook = { name: 'Harbor Logbook', redirectUris: ['http://localhost:4001/callback'], scopes: ['openid'] }

describe.skipIf(withoutBrowser())('no page of the console, in a browser as narrow as 360 px', () => {
  let console: ConsoleInBrowser
  let people: readonly DemoPerson[]
  /** The pages of an organization, and of an app that it publishes. */
  let team: string
  let app: string
  /** What people have written and chosen. */
  let names: readonly string[]
  beforeAll(async () => {
    console = await ConsoleInBrowser.start()
    const { core, prisma } = console.server
    people = (await buildDemoWorld(core, logbook)).people
    const apps = await prisma.app.findMany({ include: { organization: true } })
    const requests = await prisma.installRequest.findMany()
    const own = await prisma.app.findFirstOrThrow({ where: { name: 'Deploy Bot' } })
    team = `/console/${publicId('Organization', own.organizationId)}`
    app = `${team}/apps/${publicId('App', own.id)}`
    names = [
      'Gatehouse',
      ...core.config.scopes.map(({ name }) => name),
      ...apps.flatMap(({ name, description, organization }) => [name, description ?? '', organization.name]),
      ...people.flatMap(({ name, email }) => [name, email]),
      ...requests.flatMap(({ reason, decisionReason }) => [reason ?? '', decisionReason ?? '']),
    ].filter(Boolean)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  /** The faults of the admin's pages, of the pages for everybody, and of the page after signing out. */
  async function lookAtAll(language: Language, look: (page: Page) => Promise<string[]>) {
    const found: Record<string, string[]> = {}
    const page = await enter('adam', language)
    const note = async (at: string) => {
      await settled(page, language)
      const problems = await look(page)
      if (problems.length > 0) found[at] = problems
    }
    for (const path of await screensOf(page)) {
      await goTo(page, path)
      await note(path)
    }
    const further = [app, `${team}/apps/new`, `${team}/requests?view=denied`]
    for (const path of [...further, '/console/organizations/new', '/console/nowhere']) {
      await page.goto(path)
      await note(path)
    }
    await page.getByRole('button', { name: frameTexts[language].account }).click()
    await page.getByRole('menuitem', { name: frameTexts[language].signOut }).click()
    await page.getByRole('navigation').waitFor({ state: 'detached' })
    await note('signed out')
    return found
  }

  const enter = (name: string, locale: Language): Promise<Page> => {
    const person = people.find(({ email }) => email.startsWith(name)) as DemoPerson
    return console.open(person, '/console/', { locale, viewport: { width: 360, height: 740 } })
  }

  /** Where the navigation leads. */
  async function screensOf(page: Page): Promise<string[]> {
    const links = page.locator('nav a')
    await links.first().waitFor({ state: 'attached' })
    return links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  }

  async function goTo(page: Page, path: string): Promise<void> {
    const link = page.locator(`nav a[href="${path}"]`)
    // Where it is narrow the navigation is hidden, and goes by a menu.
    await link.dispatchEvent('click')
    await link.and(page.locator('[aria-current=page]')).waitFor({ state: 'attached' })
  }

  async function settled(page: Page, language: Language): Promise<void> {
    await page.getByRole('heading').first().waitFor()
    await page.getByRole('status', { name: uiTexts[language].loading }).first().waitFor({ state: 'detached' })
  }

  test('has anything that is not accessible, in the light or the dark, or Chinese in English', async () => {
    const look = async (page: Page) => [...(await violations(page)), ...(await wordsOn(page)).filter(isChinese)]
    expect(await lookAtAll('en', look)).toEqual({})

    // Members see less, and some of it in other words.
    const page = await enter('mei', 'en')
    for (const path of await screensOf(page)) {
      await goTo(page, path)
      await settled(page, 'en')
      expect(await look(page)).toEqual([])
    }
  }, 120_000)

  test('is wider than that, or has English, in Chinese', async () => {
    const look = async (page: Page) => {
      const words = await wordsOn(page)
      return [...(await tooWide(page)), ...words.filter((text) => isForeign(text, names))]
    }
    expect(await lookAtAll('zh', look)).toEqual({})
  }, 60_000)
})
