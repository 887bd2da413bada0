import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { withoutBrowser } from '../../console/browser.ts'
import { arrivesAt, PRIVATE_USE, press, type Stage, signIn, useStage } from './stage.ts'

// Browsers hold pages to what HTTP clients never notice: policies, gestures, histories. Every way into the pages and
// out of them is gone here in a real one.

/** Where an app is answered, and where its user is in the end. */
const targets: Record<string, (stage: Stage) => readonly [redirectUri: string, end: string]> = {
  'over http on loopback': ({ http }) => [`${http}/arrived`, `${http}/arrived`],
  'over https': ({ https }) => [`${https}/arrived`, `${https}/arrived`],
  'at a private-use scheme': () => [PRIVATE_USE, PRIVATE_USE],
  'over http, which sends its user on to https': ({ http, https }) => [
    `${http}/on?to=${encodeURIComponent(`${https}/arrived`)}`,
    `${https}/arrived`,
  ],
  'over https, which sends its user on to http elsewhere': ({ http, https }) => {
    const elsewhere = `${http.replace('127.0.0.1', 'other.example')}/arrived`
    return [`${https}/on?to=${encodeURIComponent(elsewhere)}`, elsewhere]
  },
  'over https, which sends its user on to loopback': ({ http, https }) => [
    `${https}/on?to=${encodeURIComponent(`${http}/arrived`)}`,
    `${http}/arrived`,
  ],
  'over https, which sends its user on to a private-use scheme': ({ https }) => [
    `${https}/on?to=${encodeURIComponent(PRIVATE_USE)}`,
    PRIVATE_USE,
  ],
}

describe.skipIf(withoutBrowser('The ways to apps and back are'))('in Chromium', () => {
  const stage = useStage()
  afterAll(() => expect(stage.complaints).toEqual([]))

  /** Somebody who signs in because the app asked for it, up to the page of consent. */
  async function toConsent(path: string): Promise<Page> {
    const page = await stage.open()
    await page.goto(path)
    await signIn(page, stage.person)
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    return page
  }

  describe('an app is answered', () => {
    test.each(Object.entries(targets))('%s: from the page of consent, and from the sign-in page', async (_, target) => {
      const [redirectUri, end] = target(stage)
      const app = await stage.app(redirectUri)
      const path = await stage.begin(app, redirectUri)
      const first = await toConsent(path)
      await arrivesAt(first, end, () => press(first, 'Allow'))
      // The app of a device is asked for each time; any other one is not.
      const again = await stage.open()
      await again.goto(path)
      if (redirectUri === PRIVATE_USE) return
      await arrivesAt(again, end, () => signIn(again, stage.person))
    })
  })
})
