import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { isSource } from '../../../src/http/page.ts'
import { authorizationPage } from '../../../src/oauth/authorize/pages/authorization.ts'
import { deviceCodePage, deviceConfirmPage } from '../../../src/oauth/authorize/pages/device.ts'
import { errorPage } from '../../../src/oauth/authorize/pages/error.ts'
import type { actions, Step } from '../../../src/oauth/authorize/pages/steps.ts'
import { allPages, core, type Name, names, type Render, world } from './all-pages.ts'

/** Answers a request of a browser in that language with the page. */
async function render(page: Render, language = 'en', path = '/') {
  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use((c, next) => {
    c.set('requestId', 'request-1')
    return next()
  })
  app.get('*', page)
  const response = await app.request(path, { headers: { 'accept-language': language } })
  return { response, page: await response.text(), policy: response.headers.get('content-security-policy') ?? '' }
}

const open = (name: Name, language?: string, path?: string) =>
  render((c) => authorizationPage(core, c, world('').views[name]), language, path)

const formsOf = (page: string) =>
  [...page.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, path, content = '']) => ({
    path,
    content,
    field: (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(content)?.[1],
  }))
const actionsOf = (page: string) => formsOf(page).map(({ field }) => field('action'))
const tagsOf = (page: string) => [...page.matchAll(/<\/?[a-z][a-z0-9]*(?: [a-z-]+(?:="[^"]*")?)*/g)].map(shapeOf)
const shapeOf = ([tag]: RegExpMatchArray) => tag.replaceAll(/="[^"]*"/g, '')

const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`

describe.each(Object.keys(allPages('')))('the page %s', (key) => {
  test.each(['en', 'zh'])('says everything, in %s', async (language) => {
    const { page, response } = await render(allPages('')[key] as Render, language)
    // What is random may spell anything.
    const said = page.replaceAll(/value="[\w-]{32,}"/g, '')
    expect(said).not.toMatch(/undefined|\[object|NaN|null|=>|Invalid Date/)
    expect(page).toContain(`<html lang="${language}">`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const heading = /<h1>(.*?)<\/h1>/.exec(page)?.[1] ?? ''
    expect(heading).toMatch(language === 'zh' ? /\p{Script=Han}/u : /^[^\p{Script=Han}]+$/u)
    expect(/<title>(.*?)<\/title>/.exec(page)?.[1]).toContain(heading)
  })

  test('escapes whatever it shows', async () => {
    const { page } = await render(allPages(evil)[key] as Render)
    expect(page).not.toContain('<script')
    // Whatever a name may hold, it makes no tag and no attribute.
    expect(tagsOf(page)).toEqual(tagsOf((await render(allPages('')[key] as Render)).page))
  })

  test('works without a script, and allows none', async () => {
    const { page, policy } = await render(allPages('')[key] as Render)
    expect(page).not.toMatch(/<script| on[a-z]+=| style=/)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('has one main heading, headings in order, and a label for each field', async () => {
    const { page } = await render(allPages('')[key] as Render)
    expect([...page.matchAll(/<h(\d)/g)].map(([, level]) => level).join('')).toMatch(/^12*$/)
    expect(page.match(/<main/g)).toHaveLength(1)
    const fields = [...page.matchAll(/<(?:input|select|textarea) (?![^>]*type="hidden")[^>]*>/g)].map(([tag]) => tag)
    for (const tag of fields) expect(page).toContain(`<label for="${/ id="([^"]+)"/.exec(tag)?.[1]}">`)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, refs = ''] of page.matchAll(/aria-describedby="([^"]+)"/g))
      for (const ref of refs.split(' ')) expect(ids).toContain(ref)
  })

  test('has the token in each of its forms', async () => {
    const { page, response } = await render(allPages('')[key] as Render)
    const cookie = /gatehouse_form=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]
    for (const { field } of formsOf(page)) expect(field('form_token')).toBe(cookie)
    expect(formsOf(page)).toHaveLength(page.match(/<form/g)?.length ?? 0)
  })
})

describe('the page of an authorization', () => {
  test.each<[Name, ...(typeof actions)[number][]]>([
    ['organization', 'choose', 'switch', 'refuse'],
    ['ask', 'switch', 'ask', 'refuse'],
    ['ask, again', 'other', 'switch', 'ask', 'refuse'],
    ['ask, in part', 'switch', 'ask', 'go-on', 'refuse'],
    ['ask, as an admin', 'switch', 'install', 'refuse'],
    ['ask, as an admin, in part', 'switch', 'install', 'go-on', 'refuse'],
    ['wait', 'switch', 'withdraw'],
    ['wait, in part', 'other', 'switch', 'go-on', 'withdraw'],
    ['denied', 'switch', 'refuse'],
    ['denied, with others', 'switch', 'refuse', 'other'],
    ['consent', 'switch', 'grant', 'refuse'],
    ['consent, new', 'switch', 'grant', 'refuse'],
    ['disabled', 'switch', 'refuse'],
    ['no organization', 'switch', 'refuse'],
  ])('offers at %s what can be done there', async (name, ...expected) => {
    const { page } = await open(name)
    expect(actionsOf(page)).toEqual(expected)
    for (const { path } of formsOf(page)) expect(path).toBe('/oauth/authorize/1')
  })

  test('names app, publisher, organization, account and where it leads', async () => {
    const { page } = await open('consent')
    for (const text of [
      'Fieldnotes',
      'Published by Publisher',
      'Harbor (Team)',
      'mei@example.com',
      'fieldnotes.example',
    ])
      expect(page).toContain(text)
  })

  test('says each scope in words, and marks what is sensitive, new and withheld', async () => {
    const { page } = await open('consent', 'zh')
    expect(page).toMatch(/<li>可以 read <code>read<\/code>/)
    expect(page).toMatch(/<li>可以 write <span class="badge warn">敏感<\/span> <span class="badge">新增<\/span>/)
    expect(page).toMatch(/不包括.*Harbor 尚未批准.*可以 send/s)
    // To a user who has granted nothing yet, everything is new.
    expect((await open('consent, new')).page).not.toContain('>New<')
  })

  test('lets the organization be changed where there are several, and says with the decision which is chosen', async () => {
    const { page } = await open('consent')
    expect(page).toContain('<select id="organization" name="organization_id" form="decision"')
    expect(page).toMatch(/<button [^>]*name="action" value="choose" form="decision">/)
    expect(page).toContain('<option value="org_1" selected>')
    expect(page).toContain('<option value="org_2">')
    expect((await open('consent, new')).page).not.toContain('<select')
  })

  test.each<[Name, (typeof actions)[number], string | undefined]>([
    ['ask', 'ask', 'write'],
    ['ask, as an admin', 'install', 'write'],
    ['ask, in part', 'go-on', undefined],
    ['wait', 'withdraw', undefined],
    ['consent, new', 'grant', 'read write'],
  ])('says at %s with %s which organization and scopes were shown', async (name, action, scope) => {
    const form = formsOf((await open(name)).page).find(({ field }) => field('action') === action)
    expect([form?.field('organization_id'), form?.field('scope')]).toEqual(['org_1', scope])
  })

  test('shows on consent what a device asked, and from where', async () => {
    const { page } = await open('consent of a device')
    for (const text of ['BCDF-GHJK', '203.0.113.9', '>TV<', 'started this yourself']) expect(page).toContain(text)
    expect(page).not.toContain('Returns to')
  })

  test('says what a form got wrong, and keeps the reason', async () => {
    const { page } = await open('ask, again')
    expect(page).toMatch(/role="alert"[^>]*>This reason is too long/)
    expect(page).toMatch(/<textarea[^>]*aria-invalid="true">Long<\/textarea>/)
    expect(page).toContain('<title>Error: ')
  })

  test('names who must agree, and of many says that there are more', async () => {
    expect((await open('wait')).page).toContain('Sofia or Adam must agree before you can go on.')
    expect((await open('wait, in part')).page).toContain('An admin must agree')
    const admins = ['A', 'B', 'C', 'D', 'E']
    const view = world('').views.wait
    const step = { ...view.step, admins } as Step
    const { page } = await render((c) => authorizationPage(core, c, { ...view, step }))
    expect(page).toContain('A, B, C, D, E or another admin must agree')
    expect(page).toContain('>5 minutes ago</time>')
  })

  test('refreshes itself while it waits, only then, and not where that was stopped', async () => {
    const { response, page } = await open('wait')
    expect(response.headers.get('refresh')).toBe('3; url=/oauth/authorize/1')
    expect(page).toContain('every 3 seconds')
    const stop = /href="([^"]*refresh=off)"/.exec(page)?.[1]
    const stopped = await open('wait', 'en', stop)
    expect(stopped.response.headers.get('refresh')).toBeNull()
    expect(stopped.page).toContain('href="/oauth/authorize/1"')
    for (const name of names.filter((one) => !one.startsWith('wait')))
      expect((await open(name)).response.headers.get('refresh')).toBeNull()
  })

  test('says until when a denial stands, and why', async () => {
    const { page } = await open('denied')
    expect(page).toContain('22 December 2026 at 12:00 UTC')
    expect(page).toContain('<dd>No</dd>')
    expect((await open('denied, with others')).page).toContain('None given')
  })

  test('cannot be rearranged by a name that turns the direction of text around', async () => {
    const { page } = await render((c) => authorizationPage(core, c, world('\u202e\u2066x').views.consent))
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    expect(page).toContain('Allow Fieldnotesx to act for you?')
  })
})

describe('the policy of a page', () => {
  const withLogo = (logoUrl: string | null) => {
    const view = world('').views.consent
    return render((c) => authorizationPage(core, c, { ...view, app: { ...view.app, logoUrl } }))
  }

  test('lets the logo of the app in, which is not told where it is shown', async () => {
    const { page, policy } = await withLogo('https://logos.example:8443/f.png')
    expect(policy.split('; ')).toContain("img-src 'self' data: https://logos.example:8443")
    expect(page).toContain('<img src="https://logos.example:8443/f.png" alt="" referrerpolicy="no-referrer">')
  })

  test.each([
    null,
    'http://logos.example/f.png',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'https://*/f.png',
    'https://a;script-src/f.png',
    'https://a,b/f.png',
    'https://[::1]/f.png',
    'nonsense',
  ])('lets nothing in for the logo %j', async (logoUrl) => {
    const { page, policy } = await withLogo(logoUrl)
    expect(policy.split('; ')).toContain("img-src 'self' data:")
    expect(page).not.toContain('<img')
  })

  test('names no target of forms on a page that leads to an app, which may send its user anywhere', async () => {
    const leading = names.filter((name) => name !== 'consent of a device')
    for (const name of leading)
      expect([name, (await open(name)).policy]).toEqual([name, expect.not.stringContaining('form-action')])
  })

  test.each(['consent of a device', 'device code', 'device confirmation', 'error 0', 'device: done'])(
    'lets forms lead nowhere else on a page that leads to no app: %s',
    async (name) => {
      const { policy } = await render(allPages('')[name] as Render)
      expect(policy.split('; ')).toContain("form-action 'self'")
    },
  )

  test.each([
    '*',
    "'unsafe-inline'",
    'https://a.example; script-src',
    'https://a.example,b',
    'https://a.example b',
    '',
  ])('takes no source that would change it: %j', (source) => expect(isSource(source)).toBe(false))
})

describe('the pages for devices', () => {
  test('ask for the code as devices show it', async () => {
    const { page } = await render((c) => deviceCodePage(core, c, { userCode: 'bcdf' }))
    const input = /<input [^>]*id="user_code"[^>]*>/.exec(page)?.[0] ?? ''
    for (const part of ['name="user_code"', 'value="bcdf"', 'autocomplete="off"', 'autocapitalize="characters"'])
      expect(input).toContain(part)
    expect(input).toContain('spellcheck="false"')
    expect(formsOf(page).map(({ path }) => path)).toEqual(['/oauth/device'])
  })

  test('say when there were too many attempts, and when to try again', async () => {
    const { page, response } = await render((c) => deviceCodePage(core, c, { problem: 'too-many', minutes: 1 }))
    expect(response.status).toBe(429)
    expect(page).toMatch(/role="alert"[^>]*>Too many attempts. Try again in 1 minute\./)
  })

  test('ask whether the device shows the same code, and say what asked from where', async () => {
    const { app, viewer, device } = world('')
    const { page } = await render((c) => deviceConfirmPage(core, c, { app, viewer, device }))
    for (const text of [
      'Does your device show this code?',
      'Fieldnotes',
      'Published by Publisher',
      '203.0.113.9',
      'TV',
    ])
      expect(page).toContain(text)
    expect(actionsOf(page)).toEqual(['confirm', 'refuse'])
    expect(formsOf(page).map(({ field }) => field('user_code'))).toEqual(['BCDF-GHJK', 'BCDF-GHJK'])
  })
})

describe('the page of an error', () => {
  const error = (code: string, language?: string) =>
    render((c) => errorPage(core, c, { code, description: 'exactly what' }, 400), language)

  test('says it plainly, and to developers exactly, with the id of the request', async () => {
    const { page, response } = await error('invalid_redirect_uri')
    expect(response.status).toBe(400)
    expect(page).toContain('an address that is not registered')
    for (const text of ['<code>invalid_redirect_uri</code>', 'exactly what', '<code>request-1</code>'])
      expect(page).toContain(text)
    expect((await error('invalid_redirect_uri', 'zh')).page).toContain('未登记的地址')
  })

  test.each(['something_new', 'constructor', '__proto__'])(
    'has words for a code that it does not know: %s',
    async (code) => {
      expect((await error(code)).page).toContain('This request cannot go on')
    },
  )
})
