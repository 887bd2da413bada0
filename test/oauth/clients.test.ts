import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { durations } from '../../src/config/defaults.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { CALLBACK, FlowBrowser, Flows, insecure, type TestApp } from './flows.ts'
import { startTlsProxy, type TlsProxy } from './tls-proxy.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Once on loopback without TLS, and once as in production: behind a proxy, where the library is as strict as it can be. */
describe.each(['http', 'https'] as const)('openid-client over %s', (scheme) => {
  let proxy: TlsProxy | undefined
  let server: TestServer
  let team: Team
  let flows: Flows
  beforeAll(async () => {
    proxy = scheme === 'https' ? await startTlsProxy() : undefined
    server = await startTestServer({
      ...(proxy && { env: { PUBLIC_URL: proxy.url, TRUSTED_PROXIES: '127.0.0.1,::1' } }),
      // The library waits between two polls as long as it is told.
      config: { durations: { ...durations, devicePolling: 1_000 } },
    })
    if (proxy) proxy.target = server.url
    team = await Team.create(server)
    flows = await Flows.discover(server, proxy?.fetch)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await proxy?.[Symbol.asyncDispose]()
  })

  const discover = (app: TestApp, auth?: client.ClientAuth): Promise<client.Configuration> =>
    client.discovery(new URL(server.config.publicUrl), app.id, app.secret, auth, {
      ...(proxy
        ? { [client.customFetch]: proxy.fetch as client.CustomFetch }
        : { execute: [client.allowInsecureRequests] }),
    })

  async function installed(type: 'WEB' | 'PUBLIC' | 'DEVICE', rest: object = {}): Promise<TestApp> {
    const app = await flows.app(team, type, rest)
    await team.install(app.id)
    return app
  }

  /** Where the browser of a member comes back to the app. */
  async function consented(url: URL): Promise<URL> {
    const browser = await flows.browser(team.member)
    let at = await browser.follow(url.pathname + url.search)
    if (!at.callback) at = await browser.act(at, 'grant')
    return at.callback as URL
  }

  async function begin(rest: Record<string, string> = {}) {
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const parameters = {
      redirect_uri: CALLBACK,
      scope: 'openid profile email documents:read',
      organization_id: team.id,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...rest,
    }
    return { parameters, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } }
  }
  const scopes = ['openid', 'profile', 'email', 'documents:read']

  test.each([
    ['Basic', undefined],
    ['a posted secret', 'post'],
  ])(
    'a WEB app with %s: code with PKCE, state and nonce, userinfo, refresh, introspection, revocation',
    async (_, post) => {
      const app = await installed('WEB', { scopes })
      const config = await discover(
        app,
        post ? client.ClientSecretPost(app.secret) : client.ClientSecretBasic(app.secret),
      )
      const { parameters, checks } = await begin()
      const callback = await consented(client.buildAuthorizationUrl(config, parameters))
      const tokens = await client.authorizationCodeGrant(config, callback, { ...checks, idTokenExpected: true })
      const { sub = '' } = tokens.claims() ?? {}
      expect(tokens.claims()).toMatchObject({ iss: server.config.publicUrl, aud: app.id, organization_id: team.id })
      expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
        sub,
        name: team.member.name,
        email: team.member.email,
        organization_id: team.id,
      })
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
        active: true,
        client_id: app.id,
        sub,
        iss: server.config.publicUrl,
      })
      const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
      expect(next.claims()?.sub).toBe(sub)
      await client.tokenRevocation(config, next.refresh_token ?? '')
      expect(await client.tokenIntrospection(config, next.access_token)).toEqual({ active: false })
      await expect(client.refreshTokenGrant(config, next.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    },
  )

  test('a PUBLIC app on a loopback port of its own', async () => {
    const app = await installed('PUBLIC', { scopes })
    const config = await discover(app, client.None())
    const redirectUri = CALLBACK.replace('9999', '51004')
    const { parameters, checks } = await begin({ redirect_uri: redirectUri })
    const callback = await consented(client.buildAuthorizationUrl(config, parameters))
    expect(callback.port).toBe('51004')
    const tokens = await client.authorizationCodeGrant(config, callback, checks)
    expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? '')).scope).toBe(scopes.join(' '))
  })

  test('a DEVICE app, which polls as often as it is told', async () => {
    const app = await installed('DEVICE', { scopes })
    const config = await discover(app, client.None())
    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid', organization_id: team.id })
    expect(device.interval).toBe(1)
    const polling = client.pollDeviceAuthorizationGrant(config, device)
    const url = new URL(device.verification_uri_complete ?? '')
    const browser = await flows.browser(team.member)
    const at = await browser.follow(url.pathname + url.search)
    await browser.act(await browser.act(at, 'confirm', { user_code: device.user_code }), 'grant')
    expect((await polling).scope).toBe('openid')
  })

  test('a SERVICE app: client credentials with private_key_jwt, and the JWT bearer grant', async () => {
    const app = await flows.app(team, 'SERVICE', { scopes: ['documents:read'] })
    await team.authorize(app.id)
    const sent: string[] = []
    const key = await crypto.subtle.importKey(
      'pkcs8',
      app.privateKey?.export({ format: 'der', type: 'pkcs8' }) as Buffer<ArrayBuffer>,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    )
    const auth = client.PrivateKeyJwt({ key, kid: app.kid as string })
    const config = await discover(app, auth)
    expect((await client.clientCredentialsGrant(config)).scope).toBe('documents:read')
    // An assertion made by the library, presented as a grant of its own.
    const signs: client.ClientAuth = async (as, metadata, body, headers) => {
      const own = new URLSearchParams()
      await auth(as, metadata, own, headers)
      sent.push(own.get('client_assertion') ?? '')
      body.set('assertion', sent.at(-1) as string)
    }
    const tokens = await client.genericGrantRequest(await discover(app, signs), JWT_BEARER, {
      requested_expiry: '7200',
    })
    expect([tokens.scope, tokens.expires_in]).toEqual(['documents:read', 7200])
    expect(sent).toHaveLength(1)
  })

  test('a pushed request, and tokens bound by DPoP', async () => {
    const app = await installed('WEB', { scopes })
    const config = await discover(app)
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const { parameters, checks } = await begin()
    const url = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
    const tokens = await client.authorizationCodeGrant(config, await consented(url), checks, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const { sub = '' } = tokens.claims() ?? {}
    expect((await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).sub).toBe(sub)
    await expect(client.fetchUserInfo(config, tokens.access_token, sub)).rejects.toThrow()
    expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })).token_type).toBe(
      'dpop',
    )
  })

  test('cookies of an authorization are for this server alone', async () => {
    const app = await installed('WEB')
    const { path } = await flows.request(app)
    const lines = (await server.fetch(path)).headers.getSetCookie()
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      expect(line).toMatch(/httponly/i)
      expect(line).toMatch(/samesite=lax/i)
      expect(/; *secure/i.test(line)).toBe(scheme === 'https')
    }
  })
})

describe('what the server says of itself (RFC 8414, OpenID Connect Discovery) is complete and true', () => {
  let server: TestServer
  let team: Team
  let flows: Flows
  let metadata: Record<string, string & string[]>
  beforeAll(async () => {
    server = await startTestServer()
    team = await Team.create(server)
    flows = await Flows.discover(server)
    metadata = flows.as as unknown as typeof metadata
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('the same at both addresses, to everybody', async () => {
    const documents = await Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map(async (name) => {
        const response = await server.fetch(`/.well-known/${name}`, { headers: { origin: 'https://spa.example' } })
        expect(response.headers.get('access-control-allow-origin')).toBeTruthy()
        return response.json()
      }),
    )
    expect(documents[0]).toEqual(documents[1])
    expect(documents[0]).toMatchObject({
      issuer: server.config.publicUrl,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
    expect(documents[0].scopes_supported).toEqual(server.config.scopes.map(({ name }) => name))
  })

  test('every endpoint that is named answers, and is of PUBLIC_URL', async () => {
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    expect(endpoints.length).toBeGreaterThanOrEqual(8)
    for (const [name, url] of endpoints) {
      expect(url.startsWith(`${server.config.publicUrl}/`)).toBe(true)
      const { status } = await server.fetch(new URL(url).pathname)
      expect([name, [200, 303, 400, 401, 405].includes(status)]).toEqual([name, true])
    }
  })

  test('every grant type that is named is one', async () => {
    for (const grantType of metadata.grant_types_supported ?? []) {
      const { body } = await flows.post('/oauth/token', { grant_type: grantType, client_id: (await once('PUBLIC')).id })
      expect([grantType, body.error]).not.toEqual([grantType, 'unsupported_grant_type'])
    }
    expect(metadata.grant_types_supported).not.toContain('implicit')
    expect(metadata.grant_types_supported).toHaveLength(5)
  })

  test('every way to authenticate that is named is one at each endpoint', async () => {
    const web = await flows.app(team, 'WEB')
    const { id } = await once('PUBLIC')
    const service = await flows.app(team, 'SERVICE')
    const ways: Record<string, { readonly client_id: string; readonly auth: oauth.ClientAuth }> = {
      client_secret_basic: { client_id: web.id, auth: oauth.ClientSecretBasic(web.secret ?? '') },
      client_secret_post: { client_id: web.id, auth: oauth.ClientSecretPost(web.secret ?? '') },
      private_key_jwt: { client_id: service.id, auth: service.auth },
      none: { client_id: id, auth: oauth.None() },
    }
    for (const endpoint of ['revocation', 'introspection']) {
      expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toEqual(Object.keys(ways))
      const ask = endpoint === 'revocation' ? oauth.revocationRequest : oauth.introspectionRequest
      for (const [way, { client_id, auth }] of Object.entries(ways)) {
        const { status } = await ask(flows.as, { client_id }, auth, 'x', { ...insecure })
        expect([endpoint, way, status]).toEqual([endpoint, way, 200])
      }
    }
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(Object.keys(ways))
  })

  test('every response mode that is named works', async () => {
    for (const mode of metadata.response_modes_supported ?? []) {
      const { path } = await flows.request(await once('PUBLIC'), { prompt: 'none', response_mode: mode })
      const response = await server.fetch(path)
      const answer = (response.headers.get('location') ?? '') + (await response.text())
      expect([mode, answer.includes('login_required')]).toEqual([mode, true])
    }
  })

  test('every algorithm that is named for assertions is taken, by either grant', async () => {
    const generators: Record<string, [object, object]> = {
      RS256: [
        { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
        { name: 'RSASSA-PKCS1-v1_5' },
      ],
      ES256: [
        { name: 'ECDSA', namedCurve: 'P-256' },
        { name: 'ECDSA', hash: 'SHA-256' },
      ],
      EdDSA: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
      Ed25519: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
    }
    expect(metadata.token_endpoint_auth_signing_alg_values_supported).toEqual(Object.keys(generators))
    for (const [alg, [generate, signing]] of Object.entries(generators)) {
      const pair = (await crypto.subtle.generateKey(generate as EcKeyGenParams, true, [
        'sign',
        'verify',
      ])) as CryptoKeyPair
      const id = await team.app({ type: 'SERVICE', scopes: ['documents:read'] })
      await team.key(id, JSON.stringify(await crypto.subtle.exportKey('jwk', pair.publicKey)))
      await team.authorize(id)
      const assertion = async () => {
        const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        const now = Math.floor(Date.now() / 1000)
        const claims = { iss: id, sub: id, aud: server.config.publicUrl, jti: crypto.randomUUID(), exp: now + 60 }
        const input = `${encode({ alg })}.${encode(claims)}`
        const signature = await crypto.subtle.sign(signing as EcdsaParams, pair.privateKey, Buffer.from(input))
        return `${input}.${Buffer.from(signature).toString('base64url')}`
      }
      const bearer = await flows.post('/oauth/token', { grant_type: JWT_BEARER, assertion: await assertion() })
      expect([alg, bearer.status]).toEqual([alg, 200])
      const { status } = await flows.post('/oauth/token', {
        grant_type: 'client_credentials',
        client_assertion: await assertion(),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
      expect([alg, status]).toEqual([alg, 200])
    }
  })

  test('the keys are those that sign, and nothing private is among them', async () => {
    const response = await server.fetch(new URL(metadata.jwks_uri as string).pathname)
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    expect(keys.length).toBeGreaterThan(0)
    expect(metadata.id_token_signing_alg_values_supported).toEqual([keys[0]?.alg])
    for (const key of keys) expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['d']))
  })

  test('claims that are named are told', async () => {
    const app = await flows.app(team, 'WEB', { scopes: ['openid', 'profile', 'email'] })
    await team.install(app.id)
    const authorized = await flows.authorize(
      app,
      await flows.browser(team.member),
      { max_age: '3600' },
      { organization: team.id },
    )
    const tokens = await flows.redeem(app, authorized).catch(() => undefined)
    const claims = tokens ? JSON.parse(atob(tokens.id_token?.split('.')[1] ?? '')) : {}
    for (const name of ['sub', 'name', 'email', 'email_verified', 'organization_id', 'auth_time', 'iss']) {
      expect([name, metadata.claims_supported?.includes(name)]).toEqual([name, true])
      if (tokens) expect([name, name in claims]).toEqual([name, true])
    }
    // `sid` belongs to sessions, and is told where a session ends; the engine cannot be kept from naming it.
    expect(metadata.claims_supported?.filter((name) => !(name in claims))).toEqual(['sid'])
  })

  test('the authorization endpoint takes POST as well (OpenID Connect Core section 3.1.2.1)', async () => {
    const { path } = await flows.request(await once('PUBLIC'))
    const body = new URLSearchParams(path.split('?')[1])
    const browser = new FlowBrowser(server)
    const at = await browser.follow('/oauth/authorize', { method: 'POST', body })
    expect(at.path).toMatch(/^\/sign-in/)
  })

  const apps = new Map<string, Promise<TestApp>>()
  const once = (type: 'PUBLIC'): Promise<TestApp> => {
    const app = apps.get(type) ?? flows.app(team, type)
    apps.set(type, app)
    return app
  }
})
