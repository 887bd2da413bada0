import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, withoutBrowser } from '../../console/browser.ts'
import { mutate } from '../../races/support.ts'
import { violations } from '../../support/axe.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team } from '../../support/team.ts'
import { allPages } from './all-pages.ts'

/** What reaches out of the page to the right. */
const overflow = (page: Page) => page.evaluate(overflowing)

/** The languages have the same pages with other words, which take more room or less. */
const languages = [
  ['en', 'en-US', violations],
  ['zh', 'zh-CN', overflow],
] as const

describe.skipIf(withoutBrowser('The pages are'))('in a browser as narrow as 360 px', () => {
  let browser: Browser
  let pages: Server
  let server: TestServer
  let team: Team
  beforeAll(async () => {
    browser = await launchBrowser()
    pages = await servePages()
    server = await startTestServer()
    team = await Team.create(server)
  })
  afterAll(async () => {
    await browser.close()
    pages.close()
    await server[Symbol.asyncDispose]()
  })

  async function openContext(baseURL: string, locale: string): Promise<BrowserContext> {
    const viewport = { width: 360, height: 740 }
    const context = await browser.newContext({ baseURL, locale, viewport, colorScheme: 'light' })
    // The logos of the apps are elsewhere, and not there at all.
    await context.route('https://logos.example/**', (route) => route.abort())
    return context
  }

  /** What the look finds on each of the pages: nothing, it should be. */
  async function lookAt(
    context: BrowserContext,
    paths: readonly string[],
    look: (page: Page) => Promise<string[]>,
  ): Promise<Record<string, string[]>> {
    const page = await context.newPage()
    const found: Record<string, string[]> = {}
    for (const path of paths) {
      await page.goto(path)
      const problems = await look(page)
      if (problems.length > 0) found[path] = problems
    }
    return found
  }

  const urlOf = (host: Server) => `http://127.0.0.1:${(host.address() as AddressInfo).port}`

  test.each(languages)(
    'every OAuth page is accessible, and nothing has to be scrolled sideways, in %s',
    async (_name, locale, look) => {
      await using context = await openContext(urlOf(pages), locale)
      const paths = Object.keys(allPages('')).map((name) => `/plain/${encodeURIComponent(name)}`)
      expect(await lookAt(context, paths, look)).toEqual({})
    },
  )

  test('names that are long and have no spaces widen no page', async () => {
    await using context = await openContext(urlOf(pages), 'en-US')
    const page = await context.newPage()
    const wide: string[] = []
    for (const name of Object.keys(allPages(''))) {
      await page.goto(`/long/${encodeURIComponent(name)}`)
      wide.push(...(await overflow(page)).map((what) => `${name}: ${what}`))
    }
    expect(wide).toEqual([])
  })

  test.each(languages)(
    'the sign-in page, the invitation page and those around them are, too, in %s',
    async (name, locale, look) => {
      const input = { organizationId: team.id, email: `guest.${name}@example.com` }
      const { result } = await mutate(server, team.admin, 'inviteMember', input, 'link')
      const invitation = new URL(result.link).pathname
      await using context = await openContext(server.url, locale)
      const paths = [
        '/',
        '/sign-in',
        '/sign-in?return_to=%2Fconsole%2F&again=1',
        invitation,
        '/invitations/none',
        '/nowhere',
      ]
      expect(await lookAt(context, paths, look)).toEqual({})

      const page = await context.newPage()
      await page.goto('/sign-in')
      await page.fill('#email', team.member.email)
      await page.fill('#password', 'not the password')
      await page.click('button[type=submit]')
      await page.waitForSelector('[role=alert]')
      expect(await look(page)).toEqual([])
      await page.fill('#password', team.member.password)
      await page.click('button[type=submit]')
      await page.waitForURL(`${server.url}/`)
      expect(await lookAt(context, ['/', invitation], look)).toEqual({})
    },
  )
})

/** Each page at `/plain/<name>`, and at `/long/<name>` with names that are hard to fit in. */
async function servePages(): Promise<Server> {
  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use((c, next) => {
    c.set('requestId', '01a205cab37673d9abe066052eff4d9f')
    return next()
  })
  const pagesWith = { plain: allPages(''), long: allPages('w'.repeat(60)) }
  app.get('/:word{plain|long}/:name', async (c) => {
    const page = pagesWith[c.req.param('word') as 'plain' | 'long'][c.req.param('name')]
    const response = await (page ? page(c) : c.notFound())
    // A page that waits is looked at, too, before it looks for its answer.
    response.headers.delete('refresh')
    return response
  })
  const server = createServer(getRequestListener(app.fetch) as RequestListener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Runs in the page: what reaches out of it to the right. */
function overflowing(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map((element) => `${element.tagName} ${element.className}`)
}
