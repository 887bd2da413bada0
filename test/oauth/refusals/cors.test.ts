import { expect, test } from 'vitest'
import { limits } from '../../../src/config/defaults.ts'
import { useWorld } from '../../support/world.ts'

// A program in a browser has to be able to read why it was refused: every path that it calls × every kind of refusal.

const world = useWorld({
  config: {
    limits: { ...limits, refusedTokenRequestsPerAddress: 1, failedClientsPerAddress: 1, authorizationsPerAddress: 1 },
  },
})

const posted = ['token', 'revoke', 'introspect', 'par', 'device_authorization'].map((name) => `/oauth/${name}`)
const coze = ['/api/permission/oauth2/token', '/api/permission/oauth2/device/code']
const read = [
  '/oauth/userinfo',
  '/oauth/jwks',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]
const all = [...posted, ...coze, ...read, '/graphql', '/v1/users/me']

const form = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
})

const kinds: Record<string, RequestInit> = {
  'with nothing': { method: 'POST' },
  'with GET': {},
  'with DELETE': { method: 'DELETE' },
  'with a body too large': form(`x=${'y'.repeat(1_100_000)}`),
  'with a parameter too long': form(`client_id=${'x'.repeat(9000)}`),
  'with a NUL': form('client_id=%00'),
  'with an unknown client': form('client_id=nobody&client_secret=x&grant_type=refresh_token&refresh_token=x'),
  'with an unknown client, too often': form(
    'client_id=nobody&client_secret=x&grant_type=refresh_token&refresh_token=x',
  ),
  'with a wrong token': { headers: { authorization: 'Bearer nonsense' } },
  'as a preflight': {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' },
  },
}

test.each(Object.keys(kinds))('%s, every path that programs call can be read from any site', async (kind) => {
  for (const path of [...all, '/.well-known/none', '/v1/none']) {
    const { headers, ...init } = kinds[kind] as RequestInit
    const sent = { ...init, headers: { ...(headers as Record<string, string>), origin: 'https://spa.example' } }
    const response = await world.server.fetch(path, sent)
    const [origin, exposed] = ['origin', init.method === 'OPTIONS' ? 'headers' : 'expose'].map((name) =>
      response.headers.get(
        `access-control-${name === 'origin' ? 'allow-origin' : name === 'headers' ? 'allow-headers' : 'expose-headers'}`,
      ),
    )
    expect([path, response.status, origin]).toEqual([path, response.status, '*'])
    if (init.method === 'OPTIONS') expect([path, response.status, exposed]).toEqual([path, 204, 'dpop'])
    else
      for (const name of ['Retry-After', 'WWW-Authenticate', 'X-Request-Id'])
        expect([path, exposed]).toEqual([path, expect.stringContaining(name)])
    await response.body?.cancel()
  }
})

test('pages cannot be read from another site', async () => {
  for (const path of [
    '/sign-in',
    '/oauth/device',
    '/oauth/end-session',
    '/oauth/authorize',
    '/oauth/interaction/x',
    '/',
  ]) {
    const response = await world.server.fetch(path, { headers: { origin: 'https://spa.example' } })
    expect([path, response.headers.get('access-control-allow-origin')]).toEqual([path, null])
  }
})
