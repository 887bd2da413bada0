import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Adapter, type AdapterPayload, type ClientMetadata } from 'oidc-provider'
import { openPort } from './issuer.ts'

/** The `aud` of the access tokens that the provider gives its `app`. */
export const API = 'https://gatehouse.example.com/api'

/** A client of the provider that asks for tokens for {@link API}. */
export const app = { clientId: 'app', redirectUri: 'http://127.0.0.1/app' }

interface Person {
  readonly subject: string
  readonly name?: string
}

/**
 * A company's OIDC provider. It signs in its current `person` without a question, and turns the browser
 * away where there is none.
 */
export async function startProvider() {
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_, response) => response.end()
  const port = await openPort((request, response) => void answer(request, response))
  const { url } = port
  const names = new Map<string, string | undefined>()
  let person: Person | undefined
  let age = 0

  /** To be called once the redirect URIs of its clients are known. */
  async function serve(clients: ClientMetadata[]): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const provider = new Provider(url, {
      adapter: adapters(),
      clients: [
        ...clients.map((client) => ({ ...client, grant_types: ['authorization_code'] })),
        { client_id: app.clientId, redirect_uris: [app.redirectUri], token_endpoint_auth_method: 'none' },
      ],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'provider' }] },
      cookies: { keys: ['a key for the cookies of the provider'] },
      claims: { openid: ['sub'], profile: ['name'] },
      pkce: { required: () => true },
      ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Grant: 600, Interaction: 600, Session: 600 },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: names.get(sub) }) }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => [],
          getResourceServerInfo: () => ({ scope: 'api', audience: API, accessTokenFormat: 'jwt' }),
        },
      },
    })
    const handle = provider.callback()
    answer = (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return handle(request, response)
      return interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)))
    }
  }

  async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    if (!person) return provider.interactionFinished(request, response, { error: 'access_denied' })
    if (prompt.name === 'login') {
      const ts = Math.floor(Date.now() / 1000) - age
      return provider.interactionFinished(request, response, { login: { accountId: person.subject, ts } })
    }
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) })
    grant.addOIDCScope('openid profile')
    grant.addResourceScope(API, 'api')
    const consent = { grantId: await grant.save() }
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true })
  }

  return {
    ...port,
    serve,
    /** Sets the person who sits before the browser from now on. */
    seat(next: Person | undefined): void {
      person = next
      if (next) names.set(next.subject, next.name)
    },
    /** How long ago they signed in there, in seconds, whatever they are asked to do. */
    ages(seconds: number): void {
      age = seconds
    },
  }
}

export type TestProvider = Awaited<ReturnType<typeof startProvider>>

/** Follows the provider's redirects from page to page, with its cookies, until one leads out of it. */
export async function passThrough(provider: { readonly url: string }, start: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  while (url.origin === provider.url) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`The provider answers ${url} with ${response.status}: ${await response.text()}`)
    url = new URL(location, url)
  }
  return url
}

/** What the provider remembers, as long as it lives. */
function adapters(): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>()
  const find = async (is: (payload: AdapterPayload) => boolean) => [...stored.values()].find(is)
  return (model) => ({
    upsert: async (id, payload) => void stored.set(`${model} ${id}`, payload),
    find: async (id) => stored.get(`${model} ${id}`),
    findByUid: (uid) => find((payload) => payload.uid === uid),
    findByUserCode: (userCode) => find((payload) => payload.userCode === userCode),
    async consume(id) {
      const payload = stored.get(`${model} ${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => void stored.delete(`${model} ${id}`),
    async revokeByGrantId(grantId) {
      for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key)
    },
  })
}
