import * as oauth from 'oauth4webapi'
import { isLoopback } from '../config/config.ts'

/** What an app knows of itself once it is registered. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
}

/** What has to be remembered from sending a browser away until it comes back. */
export interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Tokens {
  readonly access: string
  readonly refresh: string | undefined
  readonly scopes: readonly string[]
  readonly endsAt: Date
}

/** What the app may know of who is connected; nothing where it may not. */
export interface Person {
  readonly name?: string | undefined
  readonly email?: string | undefined
  /** The name of the organization in which they use the app. */
  readonly organization?: string | undefined
}

/** What the token check says (`GET /oauth/check`): what the token is worth now, or why it is refused. */
export type Check =
  | { readonly accepted: true; readonly scopes: readonly string[] }
  | { readonly accepted: false; readonly status: number; readonly error: string; readonly reason: string | undefined }

/** What the app asks for. */
export const SCOPES = ['openid', 'profile', 'email', 'documents:read', 'calendar:read']

/** How long an answer of the server is waited for, in milliseconds. */
const TIMEOUT = 10_000

/**
 * The OAuth client of a confidential web app: authorization code with PKCE, state and nonce, refresh and
 * revocation. All it knows of the server is the issuer; the rest is discovered when it is first wanted.
 */
export class OAuthClient {
  readonly #issuer: URL
  readonly #redirectUri: string
  readonly #client: oauth.Client
  readonly #authentication: oauth.ClientAuth
  readonly #keys: oauth.JWKSCacheInput = {}
  #server: oauth.AuthorizationServer | undefined

  constructor(issuer: string, { clientId, clientSecret, redirectUri }: Registration) {
    this.#issuer = new URL(issuer)
    this.#redirectUri = redirectUri
    this.#client = { client_id: clientId }
    this.#authentication = oauth.ClientSecretBasic(clientSecret)
  }

  /** Where to send the browser, and what to keep until it comes back (RFC 6749 section 4.1.1, RFC 7636). */
  async begin(): Promise<{ readonly url: URL; readonly flow: Flow }> {
    const server = await this.#discover()
    const flow = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
    }
    const url = new URL(String(server.authorization_endpoint))
    const parameters = {
      client_id: this.#client.client_id,
      redirect_uri: this.#redirectUri,
      response_type: 'code',
      scope: SCOPES.join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return { url, flow }
  }

  /**
   * Takes what the browser came back with, checks `state` and `iss` (RFC 9207), and redeems the code.
   *
   * @throws what oauth4webapi throws: the server's refusal, or an answer that is not what it should be.
   */
  async finish(answer: URLSearchParams, flow: Flow): Promise<{ readonly tokens: Tokens; readonly person: Person }> {
    const server = await this.#discover()
    const code = oauth.validateAuthResponse(server, this.#client, answer, flow.state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      this.#client,
      this.#authentication,
      code,
      this.#redirectUri,
      flow.verifier,
      this.#options(),
    )
    // An organization may approve less than was asked for; without `openid` there is no ID token.
    const { id_token: idToken } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { id_token?: unknown }
    const expected = idToken === undefined ? {} : { expectedNonce: flow.nonce }
    const result = await oauth.processAuthorizationCodeResponse(server, this.#client, response, expected)
    const tokens = tokensOf(result, SCOPES)
    const subject = oauth.getValidatedIdTokenClaims(result)?.sub
    if (subject === undefined) return { tokens, person: {} }
    // Without TLS the signature is what says that the ID token is the server's (OpenID Connect Core 3.1.3.7).
    await oauth.validateApplicationLevelSignature(server, response, {
      ...this.#options(),
      [oauth.jwksCache]: this.#keys,
    })
    return { tokens, person: await this.#whoIs(server, result.access_token, subject) }
  }

  /** New tokens for the refresh token (RFC 6749 section 6). */
  async refresh(tokens: Tokens & { readonly refresh: string }): Promise<Tokens> {
    const server = await this.#discover()
    const response = await oauth.refreshTokenGrantRequest(
      server,
      this.#client,
      this.#authentication,
      tokens.refresh,
      this.#options(),
    )
    const result = await oauth.processRefreshTokenResponse(server, this.#client, response)
    return { ...tokensOf(result, tokens.scopes), refresh: result.refresh_token ?? tokens.refresh }
  }

  /** Tells the server that the tokens are no longer wanted (RFC 7009); the refresh token takes its family along. */
  async revoke({ access, refresh }: Tokens): Promise<void> {
    const server = await this.#discover()
    const token = refresh ?? access
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, this.#client, this.#authentication, token, this.#options()),
    )
  }

  /** What a reverse proxy in front of an API would ask before it lets a request with this token through. */
  async check({ access }: Tokens): Promise<Check> {
    const url = new URL('/oauth/check', this.#issuer)
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${access}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    })
    const { status, headers } = response
    if (status === 200) {
      return { accepted: true, scopes: (headers.get('x-auth-scopes') ?? '').split(' ') }
    }
    if (status !== 401 && status !== 403) throw new Error(`the token check answered ${status}`)
    const challenge = headers.get('www-authenticate') ?? ''
    const parameter = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1]
    return { accepted: false, status, error: parameter('error') ?? '', reason: parameter('error_description') }
  }

  async #whoIs(server: oauth.AuthorizationServer, accessToken: string, subject: string): Promise<Person> {
    const response = await oauth.userInfoRequest(server, this.#client, accessToken, this.#options())
    const claims = await oauth.processUserInfoResponse(server, this.#client, subject, response)
    const { name, email, organization_name: organization } = claims
    return { name, email, organization: typeof organization === 'string' ? organization : undefined }
  }

  /** The server's metadata (OpenID Connect Discovery 1.0), kept from the first time that it answers. */
  async #discover(): Promise<oauth.AuthorizationServer> {
    if (this.#server) return this.#server
    const response = await oauth.discoveryRequest(this.#issuer, this.#options())
    this.#server = await oauth.processDiscoveryResponse(this.#issuer, response)
    return this.#server
  }

  #options() {
    // Plain http is good enough only where the server is on this very machine.
    const insecure = isLoopback(this.#issuer.hostname)
    return { [oauth.allowInsecureRequests]: insecure, signal: AbortSignal.timeout(TIMEOUT) }
  }
}

/** @param asked the scopes that it has where the answer names none (RFC 6749 section 5.1). */
function tokensOf(answer: oauth.TokenEndpointResponse, asked: readonly string[]): Tokens {
  return {
    access: answer.access_token,
    refresh: answer.refresh_token,
    scopes: answer.scope?.split(' ') ?? asked,
    endsAt: new Date(Date.now() + (answer.expires_in ?? 0) * 1000),
  }
}
