import * as client from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, TestClock, type TestServer, type TestUser } from '../../support/server.ts'
import { Browser } from '../browser.ts'
import { openPort } from './issuer.ts'
import { API, app, passThrough, startProvider, type TestProvider } from './provider.ts'

const WHO = '{ viewer { user { name email } } }'
const minute = 60_000

let company: TestProvider
let partner: TestProvider
let dead: string
let clock: TestClock
let server: TestServer
let browser: Browser
let user: TestUser
let people = 0
const logged: string[] = []

beforeAll(async () => {
  company = await startProvider()
  partner = await startProvider()
  const port = await openPort(() => {})
  dead = port.url
  await port.close()
  clock = new TestClock()
  server = await startTestServer({
    clock,
    onLog: (line) => logged.push(line),
    env: {
      OIDC_ISSUER: company.url,
      OIDC_CLIENT_ID: 'gatehouse',
      OIDC_NAME: 'Example & Sons',
      OIDC_AUDIENCE: API,
      OIDC_PROVISION: '1',
      OIDC_2_ISSUER: partner.url,
      OIDC_2_CLIENT_ID: 'gatehouse',
      OIDC_2_CLIENT_SECRET: 'a secret: with +/% in it',
      OIDC_3_ISSUER: dead,
      OIDC_3_CLIENT_ID: 'gatehouse',
    },
  })
  const redirect_uris = [`${server.config.publicUrl}/sign-in/callback`]
  await company.serve([{ client_id: 'gatehouse', redirect_uris, token_endpoint_auth_method: 'none' }])
  await partner.serve([{ client_id: 'gatehouse', redirect_uris, client_secret: 'a secret: with +/% in it' }])
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await company.close()
  await partner.close()
})
beforeEach(async () => {
  browser = new Browser(server)
  user = await server.createUser()
})

/** Somebody whom the provider knows, and this server does not. */
function newcomer() {
  const number = ++people
  return { subject: `person-${number}`, name: `Person ${number}` }
}

const viewerOf = async ({ cookie }: Browser) => (await server.graphql(WHO, {}, { as: { cookie } })).viewer
const pathOf = (url: URL): string => url.pathname + url.search

/** The address at which the provider sends the browser back, after all its pages. */
async function visit(provider: TestProvider, path: string): Promise<URL> {
  const { response } = await browser.open(path)
  expect(response.status).toBe(302)
  return passThrough(provider, response.headers.get('location') ?? '')
}

/** The whole way. */
async function signIn(provider: TestProvider, path: string) {
  return browser.open(pathOf(await visit(provider, path)))
}

/** Presses the button on the start page, and comes back. */
async function connect(provider: TestProvider, slug: string) {
  const { page } = await browser.open('/')
  const [, form_token = ''] = /name="form_token" value="([^"]+)"/.exec(page) ?? []
  const onward = await browser.open(`/sign-in/${slug}`, { method: 'POST', body: new URLSearchParams({ form_token }) })
  expect(onward.response.status).toBe(200)
  const [, url = ''] = /^0; url=(.+)$/.exec(onward.response.headers.get('refresh') ?? '') ?? []
  expect(onward.page).toContain(`href="${url.replaceAll('&', '&amp;')}"`)
  return passThrough(provider, url)
}

describe('the sign-in page', () => {
  test('offers each issuer of the configuration, and says on where to return', async () => {
    const { page } = await browser.open('/sign-in?return_to=/graphql?a=1%26b')
    expect(page).toContain('Sign in with Example &amp; Sons')
    expect(page).toContain('href="/sign-in/1?return_to=%2Fgraphql%3Fa%3D1%26b"')
    expect(page).toContain(`Sign in with ${new URL(partner.url).host}`)
    const chinese = await new Browser(server, { 'accept-language': 'zh' }).open('/sign-in')
    expect(chinese.page).toContain('使用 Example &amp; Sons 登录')
  })

  test('offers none where there are none', async () => {
    await using plain = await startTestServer()
    const { page } = await new Browser(plain).open('/sign-in')
    expect(page).not.toContain('/sign-in/1')
    expect((await new Browser(plain).open('/sign-in/1')).response.status).toBe(404)
    expect((await new Browser(plain).open('/sign-in/callback')).response.status).toBe(400)
  })
})

describe('signing in at an issuer', () => {
  test('is a code flow with PKCE, state and nonce, begun anew each time', async () => {
    const locations = await Promise.all([1, 2].map(() => new Browser(server).open('/sign-in/1')))
    const [first, second] = locations.map(({ response }) => new URL(response.headers.get('location') ?? ''))
    expect(first?.origin).toBe(company.url)
    expect(Object.fromEntries(first?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'gatehouse',
      scope: 'openid profile',
      redirect_uri: `${server.config.publicUrl}/sign-in/callback`,
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first?.searchParams.get(name)).toMatch(/^[\w-]{43}$/)
      expect(first?.searchParams.get(name)).not.toBe(second?.searchParams.get(name))
    }
    const [cookie] = locations[0]?.response.headers.getSetCookie() ?? []
    expect(cookie).toMatch(/^gatehouse_external=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('makes an account with the name that the issuer has, where the configuration says so', async () => {
    const person = newcomer()
    company.seat(person)
    const { response } = await signIn(company, '/sign-in/1?return_to=/graphql')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/graphql')
    expect(browser.cookies.has('gatehouse_external')).toBe(false)
    expect(await viewerOf(browser)).toEqual({ user: { name: person.name, email: null } })

    browser = new Browser(server)
    await signIn(company, '/sign-in/1')
    expect(await viewerOf(browser)).toEqual({ user: { name: person.name, email: null } })
    expect(await server.prisma.externalIdentity.count({ where: { subject: person.subject } })).toBe(1)
  })

  test('leaves out of the name what cannot be shown', async () => {
    company.seat({ ...newcomer(), name: 'Ann\u202e\u0007 of the\nHarbor\u2069' })
    await signIn(company, '/sign-in/1')
    expect((await viewerOf(browser)).user.name).toBe('Ann of the Harbor')
  })

  test('takes the subject where the issuer has no name', async () => {
    const { subject } = newcomer()
    company.seat({ subject })
    await signIn(company, '/sign-in/1')
    expect((await viewerOf(browser)).user.name).toBe(subject)
  })

  test('gives nobody an account elsewhere, and says so', async () => {
    partner.seat(newcomer())
    const users = await server.prisma.user.count()
    const { response, page } = await signIn(partner, '/sign-in/2?return_to=/graphql')
    expect(response.status).toBe(403)
    expect(page).toContain('you have no account here yet')
    expect(page).toContain('href="/sign-in?return_to=%2Fgraphql"')
    expect(await server.prisma.user.count()).toBe(users)
    expect(await viewerOf(browser)).toBeNull()
  })

  test('is a new session, and the one that the browser had ends', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    await browser.signIn(user)
    const old = browser.cookie
    expect((await browser.open(pathOf(back))).response.status).toBe(303)
    expect((await viewerOf(browser)).user.email).toBeNull()
    expect(await server.graphql(WHO, {}, { as: { cookie: old } })).toEqual({ viewer: null })
  })

  test('is not begun for a user who is signed in already', async () => {
    await browser.signIn(user)
    const { response } = await browser.open('/sign-in/1?return_to=/graphql')
    expect(response.headers.get('location')).toBe('/graphql')
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', `/${'x'.repeat(3000)}`])(
    'returns to nowhere else: %.20s',
    async (path) => {
      company.seat(newcomer())
      const { response } = await signIn(company, `/sign-in/1?return_to=${encodeURIComponent(path)}`)
      expect(response.headers.get('location')).toBe('/')
    },
  )

  test('goes on at another node', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    await server.restart()
    expect((await browser.open(pathOf(back))).response.status).toBe(303)
    expect(await viewerOf(browser)).not.toBeNull()
  })
})

describe('what can go wrong', () => {
  const expectProblem = async (
    { response, page }: Awaited<ReturnType<Browser['open']>>,
    status: number,
    says: string,
  ) => {
    expect(response.status).toBe(status)
    expect(page).toContain('<h1>You are not signed in</h1>')
    expect(page).toContain(says)
    expect(page).toMatch(/<a class="button" href="\/sign-in[^"]*">Back to the sign-in page<\/a>/)
    expect(page).not.toMatch(/Error:|at file:|node_modules/)
    expect(await viewerOf(browser)).toBeNull()
  }

  test('is that one cancels', async () => {
    company.seat(undefined)
    await expectProblem(await signIn(company, '/sign-in/1'), 403, 'You cancelled it')
    const chinese = new Browser(server, { 'accept-language': 'zh' })
    browser = chinese
    const { page } = await signIn(company, '/sign-in/1')
    expect(page).toContain('<h1>未能登录</h1>')
    expect(page).toContain('返回登录页面')
  })

  test('is an answer for another browser: nobody is signed in by a link', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    browser = new Browser(server)
    await expectProblem(await browser.open(pathOf(back)), 400, 'another browser')
    await browser.open('/sign-in/1')
    await expectProblem(await browser.open(pathOf(back)), 400, 'another browser')
    expect(browser.cookies.has('gatehouse_external')).toBe(true)
  })

  test('is another state, or none', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    const wrong = new URL(back)
    wrong.searchParams.set('state', 'x'.repeat(43))
    await expectProblem(await browser.open(pathOf(wrong)), 400, 'start again')
    wrong.searchParams.delete('state')
    await expectProblem(await browser.open(pathOf(wrong)), 400, 'start again')
    expect((await browser.open(pathOf(back))).response.status).toBe(303)
  })

  test('is that it took too long', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    clock.advance(10 * minute)
    await expectProblem(await browser.open(pathOf(back)), 400, 'took too long')
    clock.advance(-10 * minute)
  })

  test('is that the same answer comes twice', async () => {
    company.seat(newcomer())
    const back = await visit(company, '/sign-in/1')
    const cookies = new Map(browser.cookies)
    expect((await browser.open(pathOf(back))).response.status).toBe(303)
    const again = new Browser(server)
    for (const [name, value] of cookies) again.cookies.set(name, value)
    browser = again
    await expectProblem(await browser.open(pathOf(back)), 502, 'not as it should be')
  })

  test('is a code that is not the issuer’s, or an answer of another issuer', async () => {
    company.seat(newcomer())
    for (const [name, value] of [
      ['code', 'nonsense'],
      ['iss', 'https://elsewhere.example.com'],
      ['code', ''],
    ] as const) {
      browser = new Browser(server)
      const back = await visit(company, '/sign-in/1')
      const secrets = [back.searchParams.get('code'), back.searchParams.get('state')]
      back.searchParams.set(name, value)
      await expectProblem(await browser.open(pathOf(back)), 502, 'not as it should be')
      expect(logged.join()).toContain('a sign-in at an external issuer failed')
      for (const secret of secrets) expect(logged.join()).not.toContain(secret)
    }
    expect(logged.join()).toContain('"error":"invalid_grant"')
  })

  test('is a cookie that is none of ours', async () => {
    for (const value of ['nonsense', 'a.b.c.d.e', '', 'x'.repeat(4000)]) {
      browser = new Browser(server)
      browser.cookies.set('gatehouse_external', value)
      await expectProblem(await browser.open('/sign-in/callback?state=x&code=y'), 400, 'start again')
    }
  })

  test('is an issuer that does not answer; local accounts go on', async () => {
    const { host } = new URL(dead)
    await expectProblem(await browser.open('/sign-in/3?return_to=/graphql'), 503, `${host} does not answer`)
    await browser.signIn(user)
    expect((await viewerOf(browser)).user.email).toBe(user.email)
  })

  test('is an issuer that there is not', async () => {
    for (const slug of ['4', '0', 'x', '1%2F', '..%2F1']) {
      expect((await browser.open(`/sign-in/${slug}`)).response.status).toBe(404)
      expect((await browser.open(`/sign-in/${slug}`, { method: 'POST' })).response.status).toBe(404)
    }
  })
})

describe('connecting an identity', () => {
  test('lets one sign in to the account that one has', async () => {
    partner.seat(newcomer())
    await browser.signIn(user)
    const { response } = await browser.open(pathOf(await connect(partner, '2')))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
    const { page } = await browser.open('/')
    expect(page).toContain(`You can sign in with ${new URL(partner.url).host}.`)
    expect(page).not.toContain('action="/sign-in/2"')

    browser = new Browser(server)
    await signIn(partner, '/sign-in/2')
    expect((await viewerOf(browser)).user.email).toBe(user.email)
  })

  test('twice does no harm; for somebody else it is refused', async () => {
    partner.seat(newcomer())
    await browser.signIn(user)
    await browser.open(pathOf(await connect(partner, '2')))
    expect((await browser.open(pathOf(await connect(partner, '2')))).response.status).toBe(303)

    browser = new Browser(server)
    await browser.signIn(await server.createUser())
    const { response, page } = await browser.open(pathOf(await connect(partner, '2')))
    expect(response.status).toBe(409)
    expect(page).toContain('<h1>Nothing was connected</h1>')
    expect(page).toContain('belongs to another account')
    expect(page).toContain('<a class="button" href="/">')
  })

  test('takes a form of ours, by somebody who is signed in', async () => {
    const post = (body: Record<string, string>) =>
      browser.open('/sign-in/1', { method: 'POST', body: new URLSearchParams(body) })
    await browser.open('/sign-in')
    const form_token = browser.cookies.get('gatehouse_form') ?? ''
    expect((await post({ form_token })).response.status).toBe(403)
    await browser.signIn(user)
    expect((await post({})).response.status).toBe(403)
    expect((await post({ form_token: 'x' })).response.status).toBe(403)
    expect((await post({ form_token })).response.status).toBe(200)
  })

  test('ends where the browser is somebody else’s by then, or nobody’s', async () => {
    const person = newcomer()
    partner.seat(person)
    await browser.signIn(user)
    const back = await connect(partner, '2')
    browser.cookies.delete('gatehouse_session')
    expect((await browser.open(pathOf(back))).response.status).toBe(403)

    await browser.signIn(user)
    const again = await connect(partner, '2')
    browser.cookies.delete('gatehouse_session')
    await browser.signIn(await server.createUser())
    expect((await browser.open(pathOf(again))).response.status).toBe(403)
    expect(await server.prisma.externalIdentity.count({ where: { subject: person.subject } })).toBe(0)
  })

  test('takes a sign-in of the last ten minutes, so that a session that somebody got hold of is not enough', async () => {
    const person = newcomer()
    partner.seat(person)
    const press = async () => {
      const { page } = await browser.open('/')
      const [, form_token = ''] = /name="form_token" value="([^"]+)"/.exec(page) ?? []
      return browser.open('/sign-in/2', { method: 'POST', body: new URLSearchParams({ form_token }) })
    }
    await browser.signIn(user)
    clock.advance(11 * minute)
    const { response, page } = await press()
    expect(response.status).toBe(403)
    expect(response.headers.get('refresh')).toBeNull()
    expect(browser.cookies.has('gatehouse_external')).toBe(false)
    expect(page).toContain('<h1>Nothing was connected</h1>')
    expect(page).toContain('<a class="button" href="/sign-in?again=1">Sign in again</a>')
    await browser.signIn(user, '/sign-in?again=1')
    expect((await press()).response.status).toBe(200)
    clock.advance(-11 * minute)
  })

  test('is refused where the account has another one of the same issuer, also at the same time', async () => {
    await browser.signIn(user)
    const ways: { someone: Browser; back: URL }[] = []
    for (let n = 0; n < 3; n++) {
      partner.seat(newcomer())
      browser = new Browser(server)
      await browser.signIn(user)
      ways.push({ someone: browser, back: await connect(partner, '2') })
    }
    const answers = await Promise.all(ways.map(({ someone, back }) => someone.open(pathOf(back))))
    expect(answers.map(({ response }) => response.status).sort()).toEqual([303, 409, 409])
    expect(await server.prisma.externalIdentity.count({ where: { userId: user.id } })).toBe(1)
    expect(answers.map(({ page }) => page).join()).toContain('Disconnect it first')
  })

  test('works with a browser that has lost its form cookie', async () => {
    await browser.signIn(user)
    browser.cookies.delete('gatehouse_form')
    partner.seat(newcomer())
    expect((await connect(partner, '2')).pathname).toBe('/sign-in/callback')
  })
})

describe('disconnecting an identity', () => {
  const IDENTITIES = '{ viewer { identities { issuer subject name connectedAt } } }'
  const identitiesOf = async ({ cookie }: Browser) =>
    (await server.graphql(IDENTITIES, {}, { as: { cookie } })).viewer.identities
  const disconnect = async ({ cookie }: Browser, { issuer, subject }: { issuer: string; subject: string }) => {
    const { disconnectIdentity } = await server.graphql(
      `mutation ($input: DisconnectIdentityInput!) { disconnectIdentity(input: $input) {
        ... on DisconnectIdentitySuccess { endedSessions }
        ... on SignInTooOldError { maxAgeSeconds }
        ... on Error { code }
      } }`,
      { input: { issuer, subject } },
      { as: { cookie } },
    )
    return disconnectIdentity
  }

  /** A browser of the user, with an identity of the partner connected. */
  async function connected() {
    const person = newcomer()
    partner.seat(person)
    await browser.signIn(user)
    await browser.open(pathOf(await connect(partner, '2')))
    return { browser, identity: { issuer: partner.url, subject: person.subject } }
  }

  /** A browser of somebody who has an account by an identity of the company alone. */
  async function elsewhere() {
    const person = newcomer()
    company.seat(person)
    browser = new Browser(server)
    await signIn(company, '/sign-in/1')
    return { browser, identity: { issuer: company.url, subject: person.subject } }
  }

  test('ends signing in by it, and every other session', async () => {
    const { browser: own, identity } = await connected()
    const name = new URL(partner.url).host
    expect(await identitiesOf(own)).toEqual([{ ...identity, name, connectedAt: clock.now().toISOString() }])
    browser = new Browser(server)
    await signIn(partner, '/sign-in/2')
    expect((await viewerOf(browser)).user.email).toBe(user.email)

    expect(await disconnect(own, identity)).toEqual({ endedSessions: 1 })
    expect(await identitiesOf(own)).toEqual([])
    expect(await viewerOf(browser)).toBeNull()
    expect((await signIn(partner, '/sign-in/2')).response.status).toBe(403)
    expect(logged.join()).toContain('an external identity was disconnected')
    expect((await viewerOf(own)).user.email).toBe(user.email)
    expect(await disconnect(own, identity)).toEqual({ code: 'NOT_FOUND' })
  })

  test('takes a sign-in of the last ten minutes', async () => {
    const { browser: own, identity } = await connected()
    clock.advance(11 * minute)
    expect(await disconnect(own, identity)).toEqual({ code: 'SIGN_IN_TOO_OLD', maxAgeSeconds: 600 })
    expect(await identitiesOf(own)).toHaveLength(1)
    await own.signIn(user, '/sign-in?again=1')
    expect(await disconnect(own, identity)).toMatchObject({ endedSessions: 0 })
    clock.advance(-11 * minute)
  })

  test('is for nobody else: another’s identity is like none', async () => {
    const { identity } = await connected()
    const stranger = new Browser(server)
    await stranger.signIn(await server.createUser())
    for (const other of [identity, { issuer: partner.url, subject: 'nobody' }, { issuer: '\u0000', subject: '' }]) {
      expect(await disconnect(stranger, other)).toEqual({ code: 'NOT_FOUND' })
    }
    expect(await server.prisma.externalIdentity.count({ where: identity })).toBe(1)
  })

  test('never takes the last way to sign in, also where two go at the same time', async () => {
    const { browser: own, identity } = await elsewhere()
    expect(await disconnect(own, identity)).toEqual({ code: 'LAST_WAY_TO_SIGN_IN' })

    const second = newcomer()
    partner.seat(second)
    browser = own
    await own.open(pathOf(await connect(partner, '2')))
    const both = [identity, { issuer: partner.url, subject: second.subject }]
    const codes = await Promise.all(both.map(async (one) => (await disconnect(own, one)).code ?? 'done'))
    expect(codes.sort()).toEqual(['LAST_WAY_TO_SIGN_IN', 'done'])
    expect(await identitiesOf(own)).toHaveLength(1)
  })

  test('counts as no way to sign in what the configuration has no more, and lets it go', async () => {
    const { browser: own, identity } = await elsewhere()
    const { userId } = await server.prisma.externalIdentity.findFirstOrThrow({ where: identity })
    const gone = { issuer: 'https://gone.example', subject: 'x' }
    await server.prisma.externalIdentity.create({ data: { ...gone, userId, createdAt: clock.now() } })
    expect(await identitiesOf(own)).toContainEqual(expect.objectContaining({ ...gone, name: null }))
    expect(await disconnect(own, identity)).toEqual({ code: 'LAST_WAY_TO_SIGN_IN' })
    expect(await disconnect(own, gone)).toEqual({ endedSessions: 0 })
  })
})

describe('tokens of a real provider', () => {
  /** What the provider gives to an app of the company that signs the person in. */
  async function tokensFor(person: { subject: string; name?: string }) {
    company.seat(person)
    const configuration = await client.discovery(new URL(company.url), app.clientId, undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    })
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: app.redirectUri,
      scope: 'openid api',
      resource: API,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const back = await passThrough(company, url.href)
    return client.authorizationCodeGrant(configuration, back, { pkceCodeVerifier }, { resource: API })
  }

  test('are credentials for the API where they are access tokens, and never where they are ID tokens', async () => {
    const person = newcomer()
    const { access_token, id_token = '' } = await tokensFor(person)
    const answer = await server.request(WHO, {}, access_token)
    expect(answer).toMatchObject({ status: 200, data: { viewer: { user: { name: person.subject, email: null } } } })
    expect(await server.request(WHO, {}, id_token)).toMatchObject({ status: 401 })
    expect(await server.request(WHO, {}, `${access_token}x`)).toMatchObject({ status: 401 })

    // The same person in a browser has the same account.
    await signIn(company, '/sign-in/1')
    expect((await viewerOf(browser)).user.name).toBe(person.subject)
  })
})

describe('at the same time', () => {
  const goingBack = (subject: { subject: string; name: string }) => {
    company.seat(subject)
    return Promise.all(
      Array.from({ length: 5 }, async () => {
        const someone = new Browser(server)
        const { response } = await someone.open('/sign-in/1')
        return { someone, back: await passThrough(company, response.headers.get('location') ?? '') }
      }),
    )
  }

  test('one person becomes one account', async () => {
    const person = newcomer()
    const comers = await goingBack(person)
    const answers = await Promise.all(comers.map(({ someone, back }) => someone.open(pathOf(back))))
    expect(answers.map(({ response }) => response.status)).toEqual(Array(5).fill(303))
    expect(await server.prisma.user.count({ where: { name: person.name } })).toBe(1)
    expect(await server.prisma.organization.count({ where: { name: person.name } })).toBe(1)
  })

  test('one of many users gets an identity', async () => {
    const person = newcomer()
    partner.seat(person)
    const ways: { someone: Browser; back: URL }[] = []
    for (let n = 0; n < 5; n++) {
      browser = new Browser(server)
      await browser.signIn(await server.createUser())
      ways.push({ someone: browser, back: await connect(partner, '2') })
    }
    const answers = await Promise.all(ways.map(({ someone, back }) => someone.open(pathOf(back))))
    expect(answers.map(({ response }) => response.status).sort()).toEqual([303, 409, 409, 409, 409])
    expect(await server.prisma.externalIdentity.count({ where: { subject: person.subject } })).toBe(1)
  })
})
