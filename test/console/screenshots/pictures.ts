import type { Locator, Page } from 'playwright-core'
import { appTexts } from '../../../client-demo/apps/texts.ts'
import { frameTexts } from '../../../client-demo/frame/texts.ts'
import type { Language } from '../../../client-demo/i18n/language.ts'
import { installationTexts } from '../../../client-demo/installations/texts.ts'
import { memberTexts } from '../../../client-demo/members/texts.ts'
import { requestTexts } from '../../../client-demo/requests/texts.ts'
import type { PictureWorld } from './world.ts'

export interface Picture {
  readonly name: string
  readonly who: string
  readonly path: string
  /** What is opened on the page, by words of this language. */
  readonly open?: (page: Page, language: Language) => Promise<void>
}

const press = (where: Page | Locator, name: string) => where.getByRole('button', { name, exact: true }).click()

/** What there is a picture of: the pages, and some of what opens on them. */
export function picturesOf({ id }: Pick<PictureWorld, 'id'>): readonly Picture[] {
  const team = `/console/${id('Harbor Team')}`
  const group = `/console/${id('Meridian Group')}`
  return [
    { name: 'requests', who: 'adam', path: `${team}/requests` },
    {
      name: 'deny',
      who: 'adam',
      path: `${team}/requests`,
      open: (page, language) => press(page.getByRole('article').first(), requestTexts[language].deny),
    },
    { name: 'denials', who: 'adam', path: `${team}/requests?view=denied` },
    { name: 'installations', who: 'adam', path: `${team}/installations` },
    {
      name: 'uninstall',
      who: 'adam',
      path: `${team}/installations`,
      async open(page, language) {
        const says = installationTexts[language]
        await press(page, says.actionsFor('Shift Swap'))
        await page.getByRole('menuitem', { name: says.uninstall }).click()
        await page.getByRole('dialog').getByRole('listitem').first().waitFor()
      },
    },
    {
      name: 'install',
      who: 'adam',
      path: `${team}/installations`,
      async open(page, language) {
        const says = installationTexts[language]
        await press(page, says.installApp)
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('textbox', { name: says.clientId }).fill(id('Recipe Box'))
        await dialog.getByRole('region', { name: 'Recipe Box' }).waitFor()
      },
    },
    { name: 'grants', who: 'adam', path: `${team}/grants` },
    { name: 'history', who: 'adam', path: `${team}/history` },
    {
      name: 'event',
      who: 'adam',
      path: `${team}/history`,
      open: (page) => page.getByRole('listitem').filter({ hasText: 'Shift Swap' }).nth(4).getByRole('button').click(),
    },
    { name: 'members', who: 'sofia', path: `${team}/members` },
    {
      name: 'invite',
      who: 'sofia',
      path: `${team}/members`,
      open: (page, language) => press(page, memberTexts[language].invite),
    },
    { name: 'new-app', who: 'adam', path: `${team}/apps/new` },
    { name: 'service-app', who: 'adam', path: `${team}/apps/${id('Deploy Bot')}` },
    { name: 'apps', who: 'priya', path: `${group}/apps` },
    {
      name: 'organizations',
      who: 'priya',
      path: `${group}/apps`,
      async open(page, language) {
        await page.getByRole('button', { name: frameTexts[language].organization }).click()
        await page.getByRole('menuitem').first().waitFor()
      },
    },
    { name: 'app', who: 'priya', path: `${group}/apps/${id('Fieldnotes')}` },
    {
      name: 'disable',
      who: 'priya',
      path: `${group}/apps/${id('Fieldnotes')}`,
      async open(page, language) {
        await press(page, appTexts[language].disable)
        await page.getByRole('dialog').getByRole('listitem').first().waitFor()
      },
    },
    { name: 'settings', who: 'priya', path: `${group}/settings` },
    { name: 'new-organization', who: 'mei', path: '/console/organizations/new' },
    { name: 'my-apps', who: 'mei', path: '/console/me/apps' },
  ]
}
