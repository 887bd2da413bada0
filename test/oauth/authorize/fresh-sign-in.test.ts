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

/** A browser in which somebody signed in at the issuer a while ago. */
async function signedIn(): Promise<FlowBrowser> {
  company.seat({ subject: 'mei', name: 'Mei' })
  const browser = new FlowBrowser(server)
  const { there } = await signIn(browser, '/sign-in/1')
  expect(there.searchParams.get('prompt')).toBeNull()
  await server.prisma.session.updateMany({ data: { createdAt: new Date(Date.now() - 600_000) } })
  return browser
}

/** Signs in at the issuer, and goes on to wherever that leads. */
async function signIn(browser: FlowBrowser, link: string) {
  const { response } = await browser.open(link)
  const there = new URL(response.headers.get('location') ?? '', server.config.publicUrl)
  const back = await passThrough(company, there.href)
  return { there, at: await browser.follow(back.pathname + back.search) }
}

test.each<[string, Record<string, string>]>([
  ['max_age', { max_age: '0' }],
  ['prompt=login', { prompt: 'login' }],
])('people of an external issuer pass %s by signing in there once more', async (_, rest) => {
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
