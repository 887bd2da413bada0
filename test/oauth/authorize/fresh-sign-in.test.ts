import { afterAll, beforeAll, expect, test } from 'vitest'
import { passThrough, startProvider, type TestProvider } from '../../sign-in/external/provider.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team } from '../../support/team.ts'
import { FlowBrowser, Flows, type TestApp } from '../flows.ts'

let company: TestProvider
let server: TestServer
let flows: Flows
let app: TestApp
beforeAll(async () => {
  company = await startProvider()
  const env = { OIDC_ISSUER: company.url, OIDC_CLIENT_ID: 'gatehouse', OIDC_PROVISION: '1' }
  server = await startTestServer({ env })
  const redirect_uris = [`${server.config.publicUrl}/sign-in/callback`]
  await company.serve([{ client_id: 'gatehouse', redirect_uris, token_endpoint_auth_method: 'none' }])
  flows = await Flows.discover(server)
  app = await flows.app(await Team.create(server), 'WEB', { distribution: 'EXTERNAL' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await company.close()
})

/** The link to the issuer on the page at which a browser arrived. */
const linkOn = (page: string): string =>
  / href="(\/sign-in\/1[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? 'no link to the issuer'

/** A browser in which somebody signed in at the issuer a moment ago. */
async function signedIn(): Promise<FlowBrowser> {
  company.seat({ subject: 'mei', name: 'Mei' })
  const browser = new FlowBrowser(server)
  const { there } = await signIn(browser, '/sign-in/1')
  expect(there.searchParams.get('prompt')).toBeNull()
  await passAMoment()
  return browser
}

/** Makes every session a millisecond older than it can be by now: most are of the same second as what comes next. */
const passAMoment = () => server.prisma.session.updateMany({ data: { createdAt: new Date(Date.now() - 1) } })

/** Signs in at the issuer, and goes on to wherever that leads. */
async function signIn(browser: FlowBrowser, link: string) {
  const { response } = await browser.open(link)
  const there = new URL(response.headers.get('location') ?? '', server.config.publicUrl)
  const back = await passThrough(company, there.href)
  return { there, at: await browser.follow(back.pathname + back.search) }
}

const WAYS: [string, Record<string, string>][] = [
  ['max_age=0', { max_age: '0' }],
  ['prompt=login', { prompt: 'login' }],
]

test.each(WAYS)(
  'a sign-in a moment before the request does not do for %s, and one after it does, also after another visit',
  async (_, rest) => {
    const person = await server.createUser()
    const browser = await flows.browser(person)
    const session = () => browser.cookies.get('gatehouse_session')
    const before = session()
    await passAMoment()
    const { path } = await flows.request(app, rest)
    const asked = await browser.follow(path)
    expect(asked.path).toContain('/sign-in?')
    // The address of the page that waits, without having signed in.
    const waiting = new URL(asked.path, server.config.publicUrl).searchParams.get('return_to') ?? ''
    expect((await browser.follow(waiting)).path).toContain('/sign-in?')
    await browser.signIn(person, asked.path)
    expect(session()).not.toBe(before)
    for (const visit of [1, 2]) expect([visit, (await browser.follow(waiting)).path]).toEqual([visit, waiting])
  },
)

test('prompt=none with max_age=0 is login_required right after signing in', async () => {
  const browser = await flows.browser(await server.createUser())
  const { path } = await flows.request(app, { prompt: 'none', max_age: '0' })
  expect((await browser.follow(path)).callback?.searchParams.get('error')).toBe('login_required')
})

test.each(WAYS)('people of an external issuer pass %s by signing in there once more', async (_, rest) => {
  const browser = await signedIn()
  const session = browser.cookies.get('gatehouse_session')

  const begun = await flows.request(app, rest)
  const page = await browser.follow(begun.path)
  expect(page.path).toContain('/sign-in?')
  const { there, at } = await signIn(browser, linkOn(page.page))
  expect(there.searchParams.get('prompt')).toBe('login')
  expect(browser.cookies.get('gatehouse_session')).not.toBe(session)
  const { callback } = at.callback ? at : await browser.act(at, 'grant')
  expect(callback?.searchParams.get('code')).toBeTruthy()
})

test('also after a wrong password on that page', async () => {
  const browser = await signedIn()
  const page = await browser.follow((await flows.request(app, { prompt: 'login' })).path)
  const wrong = await browser.submit(page.path, { email: 'mei@example.com', password: 'wrong' })
  expect(wrong.response.status).toBe(422)
  expect((await signIn(browser, linkOn(wrong.page))).there.searchParams.get('prompt')).toBe('login')
})

test('an issuer that signed them in long ago, and did not ask them anew, is not believed', async () => {
  company.ages(600)
  const browser = await signedIn()
  const page = await browser.follow((await flows.request(app, { prompt: 'login' })).path)
  expect((await signIn(browser, linkOn(page.page))).at.status).toBe(502)
  company.ages(0)
})

test('a link of another site makes nobody sign in there who is signed in here', async () => {
  const browser = await signedIn()
  const headers = { 'sec-fetch-site': 'cross-site' }
  const { response } = await browser.open('/sign-in/1?again=1&return_to=/graphql', { headers })
  expect(response.headers.get('location')).toBe('/graphql')
})
