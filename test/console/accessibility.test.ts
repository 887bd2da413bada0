import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildDemoWorld } from '../../src/demo/world.ts'
import { publicId } from '../../src/ids.ts'
import { violations } from '../support/axe.ts'
import type { TestUser } from '../support/server.ts'
import { ConsoleInBrowser, withoutBrowser } from './browser.ts'

const languages = [
  ['en', 'en-US'],
  ['zh', 'zh-CN'],
] as const

const logbook = { name: 'Harbor Logbook', redirectUris: ['http://localhost:4001/callback'], scopes: ['openid'] }

describe.skipIf(withoutBrowser())('the console, in a browser as narrow as 360 px', () => {
  let console: ConsoleInBrowser
  let people: readonly Pick<TestUser, 'email' | 'password'>[]
  let team: string
  let app: string
  beforeAll(async () => {
    console = await ConsoleInBrowser.start()
    people = (await buildDemoWorld(console.server.core, logbook)).people
    const { prisma } = console.server
    const organization = await prisma.organization.findFirstOrThrow({ where: { name: 'Harbor Team' } })
    const own = await prisma.app.findFirstOrThrow({ where: { organizationId: organization.id, type: 'SERVICE' } })
    team = publicId('Organization', organization.id)
    app = publicId('App', own.id)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const person = (name: string) => people.find(({ email }) => email.startsWith(name)) as TestUser

  /** What is wrong with each page: nothing, it should be. */
  async function lookAt(page: Page, paths: readonly string[]): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    for (const path of paths) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
      const problems = await violations(page)
      if (problems.length > 0) found[path] = problems
    }
    return found
  }

  test.each(languages)(
    'has nothing on any page of an admin that is not accessible, in %s',
    async (_name, locale) => {
      const page = await console.open(person('adam'), '/console/', { locale, viewport: { width: 360, height: 740 } })
      const nouns = [
        'requests',
        'installations',
        'apps',
        'apps/new',
        `apps/${app}`,
        'grants',
        'history',
        'members',
        'settings',
      ]
      const paths = [
        ...nouns.map((noun) => `/console/${team}/${noun}`),
        '/console/me/apps',
        '/console/organizations/new',
      ]
      expect(await lookAt(page, paths)).toEqual({})
    },
    120_000,
  )

  test('nor on those of a member', async () => {
    const page = await console.open(person('mei'), '/console/', { viewport: { width: 360, height: 740 } })
    expect(await lookAt(page, ['/console/me/apps', `/console/${team}/members`, '/console/nowhere'])).toEqual({})
  })
})
