/**
 * Takes pictures of the console's main screens, in both themes and languages, wide and narrow into a
 * folder, and those of the README anew. The clock stands still: from run to run little but ids changes.
 *
 *     npm run screenshots [-- folder]
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page, ViewportSize } from 'playwright-core'
import { frameTexts } from '../../../client-demo/frame/texts.ts'
import type { Language } from '../../../client-demo/i18n/language.ts'
import { requestTexts } from '../../../client-demo/requests/texts.ts'
import { uiTexts } from '../../../client-demo/ui/texts.ts'
import { turn } from '../../support/axe.ts'
import { TestClock } from '../../support/server.ts'
import { ConsoleInBrowser, signIn } from '../browser.ts'
import { picturesOf } from './pictures.ts'
import { buildPictureWorld } from './world.ts'

const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]
const languages: readonly Language[] = ['en', 'zh']
const sizes = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
]

const docs = fileURLToPath(new URL('../../../docs', import.meta.url))
const [folder = 'screenshots'] = process.argv.slice(2)
const clock = new TestClock(Date.parse('2026-06-10T10:24:00Z'))
await using running = await ConsoleInBrowser.start({ clock })
const world = await buildPictureWorld(running.server, clock)
const pictures = picturesOf(world)

await takeForReadme()
for (const language of languages) for (const viewport of sizes) await takeAll(language, viewport)

/** Those of the README: a request that has just arrived, and what a click would touch. */
async function takeForReadme(): Promise<void> {
  const page = await enter('adam', 'en', { viewport: { width: 1100, height: 630 }, deviceScaleFactor: 2 })
  await show(page, 'en', 'requests')
  await world.arrive()
  await page.getByText(requestTexts.en.fresh, { exact: true }).waitFor()
  await take(page, (theme) => join(docs, `console-requests${theme === 'dark' ? '-dark' : ''}.png`))
  await show(page, 'en', 'uninstall')
  await take(page, (theme) => join(docs, `console-impact${theme === 'dark' ? '-dark' : ''}.png`))
  await page.context().close()
}

async function takeAll(language: Language, viewport: ViewportSize): Promise<void> {
  for (const [who, theirs] of Map.groupBy(pictures, (picture) => picture.who)) {
    const page = await enter(who, language, { viewport })
    for (const { name, open } of theirs) {
      await page.setViewportSize(viewport)
      await show(page, language, name)
      if (!open) await unroll(page)
      await take(page, (theme) => join(folder, `${name}-${language}-${theme}-${viewport.width}.png`))
    }
    await page.context().close()
  }
}

async function take(page: Page, fileOf: (theme: Theme) => string): Promise<void> {
  for (const theme of themes) {
    await turn(page, theme)
    await page.screenshot({ path: fileOf(theme), animations: 'disabled' })
  }
}

async function show(page: Page, language: Language, name: string): Promise<void> {
  const picture = pictures.find((one) => one.name === name)
  await page.goto(picture?.path ?? '')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('status', { name: uiTexts[language].loading }).first().waitFor({ state: 'detached' })
  await page.getByText(frameTexts[language].live.live, { exact: true }).waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  await picture?.open?.(page, language)
}

async function enter(who: string, language: Language, options: BrowserContextOptions): Promise<Page> {
  const locale = language === 'zh' ? 'zh-CN' : 'en-US'
  const page = await running.browse({ locale, timezoneId: 'Europe/Lisbon', reducedMotion: 'reduce', ...options })
  await page.clock.setFixedTime(clock.now())
  await page.goto('/console/')
  await signIn(page, world.person(who))
  return page
}

/** Makes the window as high as the page, so that all of it is there. */
async function unroll(page: Page): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  if (whole > height) await page.setViewportSize({ width, height: whole })
}
