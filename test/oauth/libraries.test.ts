import { CodeChallengeMethod, OAuth2Client, type OAuth2RequestError } from 'arctic'
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'
import { AuthorizationCode } from 'simple-oauth2'
import { beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/core.ts'
import { idOf, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'
import { CALLBACK, type FlowBrowser, Flows, type TestApp } from './flows.ts'

// What integrators use beside openid-client and oauth4webapi: each library signs somebody in, refreshes, and gives
// back or signs out what it can.

const SIGNED_OUT = 'http://127.0.0.1:9999/signed-out'
const SCOPES = ['openid', 'profile', 'documents:read']

const world = useWorld({ clock: systemClock })
let team: Team
let flows: Flows
let endpoints: Record<'authorize' | 'token' | 'revoke', string>

beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
  const { publicUrl } = world.server.config
  const at = (name: string) => `${publicUrl}/oauth/${name}`
  endpoints = { authorize: at('authorize'), token: at('token'), revoke: at('revoke') }
})

/** Where the browser of a member comes back to the app, from the address that the library sends it to. */
async function comeBack(browser: FlowBrowser, address: string | URL): Promise<URL> {
  const url = new URL(address)
  // None of the libraries knows organizations: an app adds its own parameters to the address.
  url.searchParams.set('organization_id', team.id)
  const at = await browser.follow(url.pathname + url.search)
  return (at.callback ? at : await browser.act(at, 'grant')).callback as URL
}

/** The status with which userinfo answers a token: 401 once it is no good any more. */
const statusOf = async (accessToken: string): Promise<number> => (await flows.userinfo(accessToken)).status

interface Library {
  readonly type: 'WEB' | 'PUBLIC'
  /** The whole way, and that what it ends is refused from then on. */
  run(app: TestApp, browser: FlowBrowser): Promise<void>
}

const libraries: Readonly<Record<string, Library>> = {
  arctic: {
    type: 'WEB',
    async run(app, browser) {
      const client = new OAuth2Client(app.id, app.secret ?? '', CALLBACK)
      const verifier = 'v'.repeat(43)
      const { S256 } = CodeChallengeMethod
      const url = client.createAuthorizationURLWithPKCE(endpoints.authorize, 'state', S256, verifier, SCOPES)
      const code = (await comeBack(browser, url)).searchParams.get('code') ?? ''
      const tokens = await client.validateAuthorizationCode(endpoints.token, code, verifier)
      expect(tokens.scopes()).toEqual(SCOPES)
      const next = await client.refreshAccessToken(endpoints.token, tokens.refreshToken(), SCOPES)
      expect(await statusOf(next.accessToken())).toBe(200)
      await client.revokeToken(endpoints.revoke, next.refreshToken())
      expect(await statusOf(next.accessToken())).toBe(401)
      const again = client.refreshAccessToken(endpoints.token, next.refreshToken(), [])
      await expect(again).rejects.toSatisfy((error) => (error as OAuth2RequestError).code === 'invalid_grant')
    },
  },
  'simple-oauth2': {
    type: 'WEB',
    async run(app, browser) {
      const tokenHost = world.server.config.publicUrl
      const client = new AuthorizationCode({
        client: { id: app.id, secret: app.secret ?? '' },
        auth: { tokenHost, tokenPath: '/oauth/token', revokePath: '/oauth/revoke', authorizePath: '/oauth/authorize' },
      })
      const to = { redirect_uri: CALLBACK }
      const url = client.authorizeURL({ ...to, scope: SCOPES, state: 'state' })
      const code = (await comeBack(browser, url)).searchParams.get('code') ?? ''
      const first = await client.getToken({ ...to, code })
      const next = await first.refresh()
      const accessToken = String(next.token.access_token)
      expect(await statusOf(accessToken)).toBe(200)
      // It reads the answer to each revocation as JSON.
      await next.revokeAll()
      expect(await statusOf(accessToken)).toBe(401)
      await expect(next.refresh()).rejects.toMatchObject({ data: { payload: { error: 'invalid_grant' } } })
    },
  },
  'oidc-client-ts': {
    type: 'PUBLIC',
    async run(app, browser) {
      const client = new OidcClient({
        authority: world.server.config.publicUrl,
        client_id: app.id,
        redirect_uri: CALLBACK,
        post_logout_redirect_uri: SIGNED_OUT,
        scope: SCOPES.join(' '),
        stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      })
      const begun = await client.createSigninRequest({ state: { page: '/' } })
      const signedIn = await client.processSigninResponse((await comeBack(browser, begun.url)).href)
      expect(signedIn.userState).toEqual({ page: '/' })
      expect(signedIn.profile.sub).toBe(idOf('User', team.member))
      const { refresh_token = '', id_token = '', profile, scope = '' } = signedIn
      const next = await client.useRefreshToken({
        state: { refresh_token, id_token, profile, scope, session_state: null, data: {} },
      })
      expect(await statusOf(next.access_token)).toBe(200)
      const leaving = await client.createSignoutRequest({ id_token_hint: next.id_token, state: { page: '/bye' } })
      const { pathname, search } = new URL(leaving.url)
      const { page } = await browser.open(pathname + search)
      const [, path = '', form = ''] = /<form method="post" action="([^"]*)">(.*?)<\/form>/s.exec(page) ?? []
      const fields = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ])
      const body = new URLSearchParams(Object.fromEntries(fields))
      const left = await browser.follow(path.replaceAll('&amp;', '&'), { method: 'POST', body })
      const signedOut = await client.processSignoutResponse(left.callback?.href ?? '')
      expect(signedOut.userState).toEqual({ page: '/bye' })
      expect(await browser.follow('/')).toMatchObject({ page: expect.stringContaining('You are signed out') })
    },
  },
}

test.each(Object.entries(libraries))('%s signs in, refreshes, and ends what it began', async (_, { type, run }) => {
  const uris = { redirectUris: [CALLBACK], postLogoutRedirectUris: [SIGNED_OUT] }
  const app = await flows.app(team, type, { ...uris, scopes: SCOPES })
  await team.install(app.id)
  const browser = await flows.browser(team.member)
  await run(app, browser)
})
