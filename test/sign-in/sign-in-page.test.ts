import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { safePath } from '../../src/http/return-to.ts'
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts'
import { Browser } from './browser.ts'

let server: TestServer
let user: TestUser
beforeAll(async () => {
  server = await startTestServer()
  user = await server.createUser({ name: 'Ada <b>Lovelace</b>' })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => server.prisma.rateLimit.deleteMany())

describe('the sign-in page', () => {
  test('signs in with nothing but a form, and goes back to where it was asked for', async () => {
    const browser = new Browser(server)
    const { response } = await browser.signIn(user, '/sign-in?return_to=/graphql%3Fa%3D1%26b%3D2')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/graphql?a=1&b=2')
    expect((await browser.open('/')).page).toContain(user.email)
    const again = await browser.open('/sign-in?return_to=/somewhere')
    expect(again.response.headers.get('location')).toBe('/somewhere')
  })

  test('says what is wrong, keeps the address and not the password', async () => {
    const { response, page } = await new Browser(server).submit('/sign-in', {
      email: user.email,
      password: 'nearly right',
    })
    expect(response.status).toBe(422)
    expect(page).toMatch(/role="alert"[^>]*>The e-mail address or the password is wrong\./)
    expect(page).toContain(`value="${user.email}"`)
    expect(page).not.toContain('nearly right')
  })

  test('says when there were too many attempts, and when to try again', async () => {
    const browser = new Browser(server)
    for (let n = 0; n < 10; n++) await browser.submit('/sign-in', { email: user.email, password: 'no' })
    const { response, page } = await browser.signIn(user)
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page).toContain('Too many attempts. Try again in 15 minutes.')
  })

  test.each([
    ['en-GB,en;q=0.9', 'en', 'Sign in'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh', '登录'],
    ['de,zh-TW;q=0.5', 'zh', '登录'],
    ['de', 'en', 'Sign in'],
    ['*', 'en', 'Sign in'],
    ['zh;q=0, en', 'en', 'Sign in'],
  ])('speaks the language of Accept-Language: %s', async (language, lang, title) => {
    const { page, response } = await new Browser(server, { 'accept-language': language }).open('/sign-in')
    expect(page).toContain(`<html lang="${lang}">`)
    expect(page).toContain(`<h1>${title}</h1>`)
    expect(response.headers.get('content-language')).toBe(lang)
  })

  test('labels its fields, allows no script and may not be framed', async () => {
    const { page, response } = await new Browser(server).open('/sign-in')
    for (const id of ['email', 'password'])
      expect(page).toMatch(new RegExp(`<label for="${id}">[^<]+</label>\\s*<input id="${id}"`))
    expect(page).not.toContain('<script')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('script-src')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('escapes whatever it shows', async () => {
    const { page } = await new Browser(server).submit('/sign-in', {
      email: '"><script>alert(1)</script>',
      password: 'x',
    })
    expect(page).not.toContain('<script')
    const path = await new Browser(server).open('/sign-in?return_to=/%22%3E%3Cscript%3E')
    expect(path.page).not.toContain('<script')
  })
})

describe('a form', () => {
  test('that another page posts is refused', async () => {
    const browser = new Browser(server)
    const fields = { email: user.email, password: user.password }
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      const { response } = await browser.submit('/sign-in', fields, headers)
      expect(response.status).toBe(403)
    }
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
  })

  test('without its token is refused, and with that of another browser', async () => {
    const other = new Browser(server)
    await other.open('/sign-in')
    const tokens = ['', 'x', other.cookies.get('gatehouse_form') ?? '']
    for (const form_token of tokens) {
      const browser = new Browser(server)
      const { response, page } = await browser.submit('/sign-in', {
        email: user.email,
        password: user.password,
        form_token,
      })
      expect(response.status).toBe(403)
      expect(page).toContain('no longer valid')
      expect(browser.cookies.has('gatehouse_session')).toBe(false)
    }
    const bare = await server.fetch('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ email: user.email, password: user.password }),
    })
    expect(bare.status).toBe(403)
  })

  test('to sign out needs its token, too', async () => {
    const browser = new Browser(server)
    await browser.signIn(user)
    const forged = await browser.open('/sign-out', { method: 'POST', body: new URLSearchParams({}) })
    expect(forged.response.status).toBe(403)
    expect(browser.cookies.has('gatehouse_session')).toBe(true)
    const old = browser.cookie
    const { response } = await browser.submit('/')
    expect(response.headers.get('location')).toBe('/')
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
    expect(await server.graphql('{ viewer { user { name } } }', {}, { as: { cookie: old } })).toEqual({ viewer: null })
  })
})

describe('return_to', () => {
  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '///evil.example',
    '',
    'graphql',
    '@evil.example',
    ' /x',
    '/%2e//evil.example',
    '/.\\/evil.example',
  ])('leads nowhere else: %j', async (asked) => {
    expect(safePath(asked)).toBe('/')
    const { response } = await new Browser(server).signIn(user, `/sign-in?return_to=${encodeURIComponent(asked)}`)
    expect(response.headers.get('location')).toBe('/')
  })

  test.each(['/', '/graphql', '/a/b?c=d&e=%2F%2Fx#f', '/a//b'])('leads to paths of this server: %s', (asked) => {
    expect(safePath(asked)).toBe(asked)
  })
})
