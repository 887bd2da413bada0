import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { RunOnly } from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2 A and AA, and what counts as best practice. */
const all: RunOnly = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}
/** Nothing but colours is different in the dark. */
const colors: RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

const axeScript = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page that is open, in the light and in the dark, and whether it is too wide. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeScript)
  await turn(page, 'light')
  const found = [...(await page.evaluate(audit, all)), ...(await tooWide(page))]
  await turn(page, 'dark')
  return [...found, ...(await page.evaluate(audit, colors)).map((problem) => `in the dark: ${problem}`)]
}

/** Whether one has to scroll sideways. */
export async function tooWide(page: Page): Promise<string[]> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return { scrollWidth, clientWidth }
  })
  return scrollWidth > clientWidth ? [`it is ${scrollWidth} px wide`] : []
}

/** Puts a page in the light or in the dark. The console follows by script, everything else by its styles alone. */
export async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (wanted) => (document.documentElement.dataset.mantineColorScheme ?? wanted) === wanted,
    colorScheme,
  )
}

/** Runs in the page. */
async function audit(runOnly: RunOnly): Promise<string[]> {
  // What fades has other colours meanwhile.
  const ends = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ends.map(({ finished }) => finished))
  const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
    runOnly,
    resultTypes: ['violations'],
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}
