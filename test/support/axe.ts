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

/** What axe finds on the page that is open, in the light and in the dark, and whether it is too wide. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  await turn(page, 'light')
  const found = await page.evaluate(audit, all)
  await turn(page, 'dark')
  return [...found, ...(await page.evaluate(audit, colors)).map((problem) => `in the dark: ${problem}`)]
}

/** The console follows by script, everything else by its styles alone. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (wanted) => (document.documentElement.dataset.mantineColorScheme ?? wanted) === wanted,
    colorScheme,
  )
}

/** Runs in the page. */
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
