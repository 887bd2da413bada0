import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type axe from 'axe-core'
import type { RunOnly } from 'axe-core'
import { Hono } from 'hono'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, withoutBrowser } from '../console/browser.ts'
import { mutate } from '../races/support.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { allPages } from './all-pages.ts'

const languages = [
  ['en', 'en-US'],
  ['zh', 'zh-CN'],
] as const

/** WCAG 2.2 A and AA, and what counts as best practice. */
const rules: RunOnly = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}
const colors: RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

describe.skipIf(withoutBrowser('The pages are'))('in a browser as narrow as 360 px', () => {
  let browser: Browser
  let axeSource: string
  let pages: Server
  let server: TestServer
  let team: Team
  beforeAll(async () => {
    browser = await launchBrowser()
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
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

  /** What is wrong with each of the pages, in the light and in the dark: nothing, it should be. */
  async function lookAt(context: BrowserContext, paths: readonly string[]): Promise<Record<string, string[]>> {
    const page = await context.newPage()
    const found: Record<string, string[]> = {}
    for (const path of paths) {
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(path)
      await page.evaluate(axeSource)
      const problems = await page.evaluate(audit, rules)
      await page.emulateMedia({ colorScheme: 'dark' })
      // Nothing but colours is different in the dark.
      problems.push(...(await page.evaluate(audit, colors)).map((problem) => `in the dark: ${problem}`))
      if (problems.length > 0) found[path] = problems
    }
    return found
  }

  const urlOf = (host: Server) => `http://127.0.0.1:${(host.address() as AddressInfo).port}`

  test.each(languages)(
    'every OAuth page is accessible, and nothing has to be scrolled sideways, in %s',
    async (_name, locale) => {
      await using context = await openContext(urlOf(pages), locale)
      const paths = Object.keys(allPages('')).map((name) => `/plain/${encodeURIComponent(name)}`)
      expect(await lookAt(context, paths)).toEqual({})
    },
  )

  test('names that are long and have no spaces widen no page', async () => {
    await using context = await openContext(urlOf(pages), 'en-US')
    const page = await context.newPage()
    const wide: string[] = []
    for (const name of Object.keys(allPages(''))) {
      await page.goto(`/long/${encodeURIComponent(name)}`)
      wide.push(...(await page.evaluate(overflowing)).map((what) => `${name}: ${what}`))
    }
    expect(wide).toEqual([])
  })

  test.each(languages)(
    'the sign-in page, the invitation page and those around them are, too, in %s',
    async (name, locale) => {
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
      expect(await lookAt(context, paths)).toEqual({})

      const page = await context.newPage()
      await page.goto('/sign-in')
      await page.fill('#email', team.member.email)
      await page.fill('#password', 'not the password')
      await page.click('button[type=submit]')
      await page.waitForSelector('[role=alert]')
      await page.evaluate(axeSource)
      expect(await page.evaluate(audit, rules)).toEqual([])
      await page.fill('#password', team.member.password)
      await page.click('button[type=submit]')
      await page.waitForURL(`${server.url}/`)
      expect(await lookAt(context, ['/', invitation])).toEqual({})
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

/** Runs in the page: what axe finds, and what is wider than the page. */
async function audit(runOnly: RunOnly): Promise<string[]> {
  const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
    runOnly,
    resultTypes: ['violations'],
  })
  const { scrollWidth, clientWidth } = document.documentElement
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    ),
    ...(scrollWidth > clientWidth ? [`it is ${scrollWidth} px wide`] : []),
  ]
}

/** Runs in the page: what reaches out of it to the right. */
function overflowing(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map((element) => `${element.tagName} ${element.className}`)
}
