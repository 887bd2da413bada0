import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { makeApp } from '../../../src/server/routes.ts'
import { withoutBrowser } from '../../console/browser.ts'
import type { Person } from '../../support/team.ts'
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

/**
 * The routes that no way below leads to, and why. Any other one is gone by Chromium, so a new page has either a
 * way here or a reason.
 */
const notGoneHere: Record<string, readonly string[]> = {
  'for programs': [
    'GET /healthz',
    'GET /readyz',
    'GET /metrics',
    'GET /.well-known/security.txt',
    'GET /.well-known/openid-configuration',
    'GET /.well-known/oauth-authorization-server',
    'GET /oauth/jwks',
    'GET /oauth/userinfo',
    'POST /oauth/userinfo',
    'POST /oauth/introspect',
    'POST /oauth/token',
    'POST /oauth/revoke',
    'POST /oauth/par',
    'POST /oauth/device_authorization',
    'POST /api/permission/oauth2/token',
    'POST /api/permission/oauth2/account/:id/token',
    'POST /api/permission/oauth2/enterprise_id/:id/token',
    'POST /api/permission/oauth2/device/code',
    'POST /api/permission/oauth2/workspace_id/:id/device/code',
    'GET /v1/users/me',
    'GET /v1/oauth-apps/:appid/authorizations',
    'POST /graphql',
  ],
  'the console, which has tests of its own in Chromium': ['GET /console/assets/*'],
}

describe.skipIf(withoutBrowser('The ways to apps and back are'))('in Chromium', () => {
  const stage = useStage()
  afterAll(() => expect(stage.complaints).toEqual([]))

  const allow = (page: Page) => page.getByRole('button', { name: 'Allow' }).waitFor()
  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
  const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).click({ noWaitAfter: true })

  /** Somebody who signs in because the app asked for it, up to the page of consent. */
  async function toConsent(path: string, person: Person = stage.person): Promise<Page> {
    const page = await stage.open()
    await page.goto(path)
    await signIn(page, person)
    await allow(page)
    return page
  }

  interface Place {
    readonly redirectUri: string
    readonly end: string
  }

  /** An app that sends its user on to another host. */
  async function farApp() {
    const [redirectUri, end] = targets['over https, which sends its user on to http elsewhere']?.(stage) ?? ['', '']
    return { app: await stage.app(redirectUri), redirectUri, end }
  }

  /** The same, which its user has allowed before; somebody is signed in. */
  async function grantedApp() {
    const far = await farApp()
    const page = await stage.openAs(stage.person)
    await page.goto(await stage.begin(far.app, far.redirectUri))
    await allow(page)
    await arrivesAt(page, far.end, () => press(page, 'Allow'))
    return { ...far, page }
  }

  /** Where an app sends its user to sign out. */
  const endOf = ({ id }: { id: string }, redirectUri: string): string =>
    `/oauth/end-session?${new URLSearchParams({ client_id: id, post_logout_redirect_uri: redirectUri })}`

  /** What an app is told at this address, whatever it does with it, while the browser does that. */
  async function told(page: Page, redirectUri: string, work: () => Promise<unknown>): Promise<URLSearchParams> {
    const [request] = await Promise.all([page.waitForRequest((one) => one.url().startsWith(redirectUri)), work()])
    return new URLSearchParams(request.postData() ?? new URL(request.url()).search)
  }

  /** That the app is told of this error, and its user led on. */
  async function refused(page: Page, { redirectUri, end }: Place, error: string, work: () => Promise<unknown>) {
    const answer = await told(page, redirectUri, work)
    expect(answer.get('error')).toBe(error)
    await page.waitForURL(`${end}**`)
  }

  /** Posts a form from a page of the app. */
  const postFrom = (page: Page, action: string, fields: Record<string, string>) =>
    page.evaluate(
      ([action, fields]) => {
        const form = document.body.appendChild(document.createElement('form'))
        Object.assign(form, { method: 'post', action })
        for (const [name, value] of Object.entries(fields)) {
          form.append(Object.assign(document.createElement('input'), { name, value }))
        }
        form.submit()
      },
      [action, fields] as const,
    )

  describe('an app is answered', () => {
    test.each(Object.entries(targets))(
      '%s: from the page of consent, from the sign-in page, and after signing out',
      async (_, target) => {
        const [redirectUri, end] = target(stage)
        const app = await stage.app(redirectUri)
        const path = await stage.begin(app, redirectUri)
        const page = await toConsent(path)
        await arrivesAt(page, end, () => press(page, 'Allow'))
        const leaving = await stage.tab()
        await leaving.goto(endOf(app, redirectUri))
        await arrivesAt(leaving, end, () => press(leaving, 'Sign out'))
        // The app of a device is asked for each time; any other one is not.
        if (redirectUri === PRIVATE_USE) return
        const again = await stage.tab()
        await again.goto(path)
        await arrivesAt(again, end, () => signIn(again, stage.person))
      },
    )

    test.each(['query', 'fragment', 'form_post'])('by response_mode=%s, with consent and silently', async (mode) => {
      const redirectUri = `${stage.https}/arrived`
      const app = await stage.app(redirectUri)
      const begun = await stage.request(app, redirectUri, { response_mode: mode })
      const page = await stage.openAs(stage.person)
      /** What the app is told while the browser does that. */
      const told = async (work: () => Promise<unknown>) => {
        const [request] = await Promise.all([page.waitForRequest((one) => one.url().startsWith(redirectUri)), work()])
        await page.waitForURL(`${redirectUri}**`)
        if (mode === 'form_post') return new URLSearchParams(request.postData() ?? '')
        return new URLSearchParams(new URL(page.url())[mode === 'query' ? 'search' : 'hash'].slice(1))
      }
      await page.goto(begun.path)
      const first = await told(() => press(page, 'Allow'))
      const silently = await told(() => page.goto(`${begun.path}&prompt=none`))
      for (const answer of [first, silently]) {
        await stage.redeem(app, redirectUri, begun, `${redirectUri}?${answer}`)
      }
    })

    test('also where a page of the app posts the request, and its form posts the answer', async () => {
      const { app, redirectUri, end, page } = await grantedApp()
      const path = await stage.begin(app, redirectUri, { response_mode: 'form_post' })
      const { origin, pathname, searchParams } = new URL(path, stage.world.server.config.publicUrl)
      const answer = await told(page, redirectUri, () =>
        postFrom(page, origin + pathname, Object.fromEntries(searchParams)),
      )
      expect(answer.get('code')).toBeTruthy()
      await page.waitForURL(`${end}**`)
    })

    test.each([
      ['consent_required', {}],
      ['invalid_scope', { scope: 'documents:write' }],
    ])('silently, with an error: %s', async (error, more) => {
      const { app, ...place } = await farApp()
      const page = await stage.openAs(stage.person)
      const path = await stage.begin(app, place.redirectUri, { prompt: 'none', ...more })
      await refused(page, place, error, () => page.goto(path))
    })

    test('silently, login_required where nobody is signed in', async () => {
      const { app, ...place } = await farApp()
      const page = await stage.open()
      const path = await stage.begin(app, place.redirectUri, { prompt: 'none' })
      await refused(page, place, 'login_required', () => page.goto(path))
    })

    test.each(['query', 'form_post'])('an error of its own by %s, once a stranger wants to go on', async (mode) => {
      const { app, redirectUri, end } = await farApp()
      const page = await stage.open()
      await page.goto(await stage.begin(app, redirectUri, { response_mode: mode, response_type: 'token' }))
      await arrivesAt(page, end, () => page.getByText(/^Go on to/).click({ noWaitAfter: true }))
    })

    test('under the paths of Coze', async () => {
      const { redirectUri, app, end } = await farApp()
      const path = await stage.begin(app, redirectUri)
      const page = await toConsent(path.replace('/oauth/authorize', '/api/permission/oauth2/authorize'))
      await arrivesAt(page, end, () => press(page, 'Allow'))
      const inWorkspace = `/api/permission/oauth2/workspace_id/${stage.organizationId}/authorize`
      const again = await stage.open()
      await again.goto(path.replace('/oauth/authorize', inWorkspace))
      await arrivesAt(again, end, () => signIn(again, stage.person))
    })
  })

  describe('somebody who allowed the app before is back at it', () => {
    test.each<[string, Record<string, string>]>([
      ['prompt=login', { prompt: 'login' }],
      ['max_age=0', { max_age: '0' }],
    ])('after %s made them sign in once more, with a wrong password first', async (_, more) => {
      const { app, redirectUri, end, page } = await grantedApp()
      await page.goto(await stage.begin(app, redirectUri, more))
      await signIn(page, { ...stage.person, password: 'wrong' })
      await says(page, 'The e-mail address or the password is wrong.')
      await arrivesAt(page, end, () => signIn(page, stage.person))
    })

    test('after they began with another account', async () => {
      const { app, redirectUri, end } = await grantedApp()
      const page = await stage.openAs(stage.team.member)
      const { path } = await stage.flows.request(app, { redirect_uri: redirectUri })
      await page.goto(path)
      await press(page, 'Use another account')
      await signIn(page, stage.person)
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
    })

    test('by the external issuer, also where that has to ask anew', async () => {
      stage.issuer.seat({ subject: 'mei', name: 'Mei' })
      const { app, redirectUri, end } = await farApp()
      const { path } = await stage.flows.request(app, { redirect_uri: redirectUri })
      const page = await stage.open()
      await page.goto(path)
      await link(page, 'Sign in with Example')
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
      await page.goto(`${path}&prompt=login`)
      await arrivesAt(page, end, () => link(page, 'Sign in with Example'))
    })
  })

  describe('where an admin has to agree', () => {
    /** An app that is not installed in the team, and the way to it there. */
    async function uninstalled() {
      const { app, redirectUri, end } = await farApp()
      return { app, end, redirectUri, path: await stage.begin(app, redirectUri, { organization_id: stage.team.id }) }
    }

    async function asked() {
      const { path, ...rest } = await uninstalled()
      const page = await stage.openAs(stage.team.member)
      await page.goto(path)
      await press(page, 'Ask an admin')
      await says(page, 'Waiting for an admin of')
      return { ...rest, page }
    }

    test('the page that waits goes on by itself once they do, and to the app', async () => {
      const { app, end, page } = await asked()
      await stage.team.install(app.id)
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
    })

    test('the request can be withdrawn, and the app answered without', async () => {
      const { end, redirectUri, page } = await asked()
      await press(page, 'Withdraw the request')
      await page.getByRole('button', { name: 'Ask an admin' }).waitFor()
      await refused(page, { redirectUri, end }, 'access_denied', () => press(page, 'Cancel'))
    })

    test('their denial leads back to the app', async () => {
      const { app, path, end, redirectUri } = await uninstalled()
      await stage.team.denial(app.id)
      const page = await stage.openAs(stage.team.member)
      await page.goto(path)
      await says(page, 'does not allow')
      await refused(page, { redirectUri, end }, 'access_denied', () => press(page, /^Go back to/))
    })

    test('one of them installs it on the way', async () => {
      const { path, end } = await uninstalled()
      const page = await stage.openAs(stage.team.admin)
      await page.goto(path)
      await press(page, 'Install')
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
    })

    test('people with several organizations choose one first', async () => {
      const { app, redirectUri, end } = await farApp()
      await stage.team.install(app.id)
      const page = await stage.openAs(stage.team.member)
      await page.goto((await stage.flows.request(app, { redirect_uri: redirectUri })).path)
      await press(page, /Team$/)
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
    })
  })

  describe('back, twice, and in two tabs', () => {
    test('a refusal is told to the app, also when it is pressed twice', async () => {
      const { app, ...place } = await farApp()
      const page = await toConsent(await stage.begin(app, place.redirectUri))
      const cancel = page.getByRole('button', { name: 'Cancel' })
      await refused(page, place, 'access_denied', () => cancel.dblclick({ noWaitAfter: true }))
    })

    test('who presses Allow twice is at the app with a code that is good', async () => {
      const redirectUri = `${stage.https}/arrived`
      const app = await stage.app(redirectUri)
      const begun = await stage.request(app, redirectUri)
      const page = await toConsent(begun.path)
      const button = page.getByRole('button', { name: 'Allow' })
      await arrivesAt(page, redirectUri, () => button.dblclick({ noWaitAfter: true }))
      await page.waitForLoadState()
      await stage.redeem(app, redirectUri, begun, page.url())
    })

    test('who goes back to the sign-in page comes to the page of consent again', async () => {
      const { app, redirectUri, end } = await farApp()
      const page = await toConsent(await stage.begin(app, redirectUri))
      await page.goBack()
      await allow(page)
      await arrivesAt(page, end, () => press(page, 'Allow'))
    })

    test('who goes back from the app is told that it was answered, and may press Allow once more', async () => {
      const redirectUri = `${stage.https}/arrived`
      const app = await stage.app(redirectUri)
      const begun = await stage.request(app, redirectUri)
      const page = await toConsent(begun.path)
      const other = await stage.tab()
      await other.goto(page.url())
      await arrivesAt(page, redirectUri, () => press(page, 'Allow'))
      await page.goBack()
      await says(page, 'The app was answered already')
      // The other tab still shows the question.
      const at = await arrivesAt(other, redirectUri, () => press(other, 'Allow'))
      await stage.redeem(app, redirectUri, begun, at)
    })

    test('two tabs with two requests: who signs in at one is signed in at the other, and each gets its own answer', async () => {
      const redirectUri = `${stage.https}/arrived`
      const app = await stage.app(redirectUri)
      const [one, two] = [await stage.request(app, redirectUri), await stage.request(app, redirectUri)]
      const first = await stage.open()
      const second = await stage.tab()
      await first.goto(one.path)
      await second.goto(two.path)
      await signIn(first, stage.person)
      await allow(first)
      // Its form is from before.
      await signIn(second, stage.person)
      await allow(second)
      await stage.redeem(app, redirectUri, one, await arrivesAt(first, redirectUri, () => press(first, 'Allow')))
      await stage.redeem(app, redirectUri, two, await arrivesAt(second, redirectUri, () => press(second, 'Allow')))
    })
  })

  describe('a device is connected', () => {
    async function device() {
      const app = await stage.flows.app(stage.team, 'DEVICE', { scopes: ['openid'] })
      const { body } = await stage.flows.post('/oauth/device_authorization', {
        client_id: app.id,
        organization_id: stage.organizationId,
      })
      const poll = async () => {
        const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
        const answer = await stage.flows.post('/oauth/token', {
          grant_type,
          client_id: app.id,
          device_code: body.device_code,
        })
        return answer.body.error ?? answer.body.token_type
      }
      return { userCode: body.user_code, path: body.verification_uri_complete, poll }
    }

    test('with the code, typed in full-width letters, by somebody who signs in on the way', async () => {
      const { userCode, poll } = await device()
      const page = await stage.open()
      await page.goto('/oauth/device')
      const wide = userCode.replaceAll(/[!-~]/g, (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
      await page.fill('#user_code', wide)
      await press(page, 'Continue')
      await signIn(page, stage.person)
      await press(page, 'Yes, continue')
      await press(page, 'Allow')
      await says(page, 'Your device is connected')
      expect(await poll()).toBe('Bearer')
    })

    test('or refused, by the link that has it', async () => {
      const { path, poll } = await device()
      const page = await stage.openAs(stage.person)
      await page.goto(path)
      await press(page, 'No, refuse')
      await says(page, 'You refused')
      expect(await poll()).toBe('access_denied')
    })
  })

  describe('signing out', () => {
    test('leads on to the app also where nobody is signed in', async () => {
      const { app, redirectUri, end } = await farApp()
      const page = await stage.open()
      await page.goto(endOf(app, redirectUri))
      await arrivesAt(page, end, () => press(page, /^Go on to/))
    })

    test('for an app whose page posts the request', async () => {
      const { app, redirectUri, end } = await farApp()
      const page = await stage.openAs(stage.person)
      await page.goto(end)
      const { publicUrl } = stage.world.server.config
      const fields = { client_id: app.id, post_logout_redirect_uri: redirectUri }
      await postFrom(page, `${publicUrl}/oauth/end-session`, fields)
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
      await arrivesAt(page, end, () => press(page, 'Sign out'))
    })

    test('on the start page, after signing in there', async () => {
      const page = await stage.open()
      await page.goto('/')
      await link(page, 'Sign in')
      await signIn(page, stage.person)
      await press(page, 'Sign out')
      await page.getByRole('link', { name: 'Sign in' }).waitFor()
    })
  })

  test('an identity of the external issuer is connected on the start page', async () => {
    stage.issuer.seat({ subject: 'sofia', name: 'Sofia' })
    const page = await stage.openAs(stage.team.superAdmin)
    await page.goto('/')
    await press(page, 'Connect Example')
    await says(page, 'You can sign in with Example.')
  })

  test.each(['somebody new', 'somebody with an account'])('an invitation leads %s to the console', async (who) => {
    const isNew = who === 'somebody new'
    const email = isNew ? 'new-in-chromium@example.com' : stage.person.email
    const input = { organizationId: stage.team.id, email }
    const { link } = await stage.world.does(stage.team.admin, 'inviteMember', input, 'link')
    const page = await (isNew ? stage.open() : stage.openAs(stage.person))
    await page.goto(link)
    if (isNew) {
      await page.fill('#name', 'New')
      await page.fill('#password', 'a password of my own')
      await press(page, 'Create an account and join')
    } else await press(page, 'Accept')
    await page.waitForURL(`**/console/${stage.team.id}`)
  })

  test('GraphiQL is one press away from the start page', async () => {
    const page = await stage.openAs(stage.person)
    await page.goto('/')
    await link(page, 'Open GraphiQL')
    await page.waitForURL('**/graphql')
  })

  test('every route of the server is gone above, or is no page', () => {
    const { routes } = makeApp(stage.world.server.core, undefined as never, undefined as never, undefined as never)
    const left = Object.values(notGoneHere).flat()
    const isGone = ({ method, path }: { method: string; path: string }) => {
      const pattern = new RegExp(`^${method} ${path.replaceAll(/:\w+/g, '[^/]+').replace('*', '.*')}$`)
      return [...stage.visited].some((visit) => pattern.test(visit))
    }
    const pages = routes.filter(({ method }) => method === 'GET' || method === 'POST')
    const missed = pages.filter((route) => !isGone(route)).map(({ method, path }) => `${method} ${path}`)
    expect([...new Set(missed)].sort()).toEqual(left.sort())
  })
})
