import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/config/defaults.ts'
import { signAssertion } from '../obedience.ts'
import { useScene } from './scene.ts'

const most = 5
const scene = useScene({
  env: { TRUSTED_PROXIES: '127.0.0.1,::1' },
  config: {
    limits: {
      ...limits,
      refusedTokenRequestsPerAddress: most,
      failedClientsPerAddress: most * 5,
      failedUserCodesPerAddress: most,
    },
    resourceServers: ['a', 'b'].map((id) => ({
      id: `server-${id}`,
      secret: `${id}`.repeat(40),
      audience: `https://${id}.example/`,
      name: id,
    })),
  },
})

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const basic = (id: string, secret = '') => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` })

test('what says nothing about a secret, code or token does not count', async () => {
  const web = await scene.flows.app(scene.team, 'WEB')
  const device = await scene.flows.app(scene.team, 'DEVICE')
  const begun = await scene.flows.post('/oauth/device_authorization', { client_id: device.id })
  const poll = { grant_type: DEVICE_CODE, device_code: begun.body.device_code, client_id: device.id }
  for (let count = 0; count < most * 2; count++) {
    const { status, body } = await scene.flows.post('/oauth/token', poll)
    expect([status, body.error]).toEqual([400, count === 0 ? 'authorization_pending' : 'slow_down'])
  }
  const good = basic(web.id, web.secret)
  for (const [path, form, error] of [
    ['device_authorization', { client_id: device.id, scope: 'contacts:read' }, 'invalid_scope'],
    ['token', { grant_type: 'x' }, 'unsupported_grant_type'],
    ['token', { grant_type: 'authorization_code' }, 'invalid_request'],
    ['token', { grant_type: 'client_credentials' }, 'unauthorized_client'],
  ] as [string, Record<string, string>, string][]) {
    for (let count = 0; count < most * 2; count++) {
      const { body } = await scene.flows.post(`/oauth/${path}`, form, form.client_id ? {} : good)
      expect([path, body.error]).toEqual([path, error])
    }
  }
})

test.each<[string, Record<string, string>, number]>([
  ['a wrong secret', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example' }, 401],
  ['an unknown code', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example' }, 400],
  ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400],
])('who keeps coming with %s is told to wait, and no other app at their address', async (_, form, expected) => {
  const web = await scene.flows.app(scene.team, 'WEB')
  const other = await scene.flows.app(scene.team, 'WEB')
  const secret = expected === 401 ? 'wrong' : web.secret
  for (let count = 0; count < most; count++) {
    // However the app is named, it is the same one.
    const { status } = await (count % 2
      ? scene.flows.post('/oauth/token', form, basic(web.id, secret))
      : scene.flows.post('/oauth/token', { ...form, client_id: web.id, client_secret: secret ?? '' }))
    expect(status).toBe(expected)
  }
  for (const path of ['token', 'introspect', 'revoke', 'par']) {
    const { status, headers, body } = await scene.flows.post(`/oauth/${path}`, form, basic(web.id, web.secret))
    expect([path, status, body.error]).toEqual([path, 429, 'slow_down'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const coze = await scene.server.fetch('/api/permission/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${web.secret}` },
    body: JSON.stringify({ grant_type: 'refresh_token', client_id: web.id, refresh_token: 'x' }),
  })
  expect(coze.status).toBe(429)
  const passed = await scene.flows.post('/oauth/introspect', { token: 'x' }, basic(other.id, other.secret))
  expect([passed.status, passed.body]).toEqual([200, { active: false }])
})

test('an app that is disabled works again at once when it is enabled, however often it tried meanwhile', async () => {
  const device = await scene.flows.app(scene.team, 'DEVICE')
  const set = (status: 'DISABLED' | 'ENABLED') =>
    scene.server.prisma.app.updateMany({ where: { name: { not: '' } }, data: { status } })
  const begin = () => scene.flows.post('/oauth/device_authorization', { client_id: device.id })
  await set('DISABLED')
  for (let count = 0; count < most * 2; count++) expect((await begin()).body.error).toBe('unauthorized_client')
  await set('ENABLED')
  expect((await begin()).status).toBe(200)
})

test('the secret of a resource server cannot be guessed without end either', async () => {
  const ask = (id: string, secret: string) =>
    scene.flows.post('/oauth/introspect', { token: 'x' }, basic(`server-${id}`, secret))
  for (let count = 0; count < most; count++) expect((await ask('a', 'wrong')).status).toBe(401)
  const { status, headers, body } = await ask('a', 'a'.repeat(40))
  expect([status, body.error]).toEqual([429, 'slow_down'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await ask('b', 'b'.repeat(40))).status).toBe(200)
})

test('wrong Bearers count together, however many there are, and keep nobody else from asking', async () => {
  const { flows } = scene
  const service = await flows.app(scene.team, 'SERVICE', { scopes: ['gatehouse:introspect'] })
  await scene.team.authorize(service.id)
  const { body } = await flows.post('/oauth/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await signAssertion(flows, service),
  })
  const ask = async (token: string, path = '/oauth/introspect') => {
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.7' }
    return (await flows.post(path, { token: 'x' }, headers)).status
  }
  // One that is broken is no guess at the others.
  for (let count = 0; count < most * 2; count++) expect(await ask('expired')).toBe(401)
  expect(await ask(body.access_token)).toBe(200)
  for (let count = 0; count < most * 3; count++) expect(await ask(`guess-${count}`)).toBe(401)
  expect(await ask('another')).toBe(429)
})

test('an address that tries many clients has to wait as a whole', async () => {
  const web = await scene.flows.app(scene.team, 'WEB')
  const form = { grant_type: 'authorization_code' }
  const statuses: number[] = []
  for (let count = 0; count < most * 5; count++) {
    statuses.push((await scene.flows.post('/oauth/token', form, basic(`client-${count}`, 'x'))).status)
  }
  expect(statuses).toContain(401)
  expect(statuses.at(-1)).toBe(429)
  const { status, body } = await scene.flows.post('/oauth/introspect', { token: 'x' }, basic(web.id, web.secret))
  expect([status, body.error]).toEqual([429, 'slow_down'])
})

test('user codes cannot be guessed: so many wrong ones per address, also all at once (RFC 8628 section 5.1)', async () => {
  const browser = await scene.flows.browser(scene.team.member)
  const at = await browser.follow('/oauth/device')
  const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
  const guess = async (_: unknown, index: number) => {
    const body = new URLSearchParams({
      form_token: token,
      user_code: `BBBB-${'BCDFGHJKLM'[index % 10]}${'BCDFGHJKLM'[(index / 10) | 0]}BB`,
    })
    const { response } = await browser.open('/oauth/device', { method: 'POST', body })
    return response.status
  }
  const answers = await Promise.all(Array.from({ length: 40 }, guess))
  expect(answers.filter((status) => status !== 429)).toHaveLength(most)
  const { response } = await browser.open('/oauth/device', {
    method: 'POST',
    body: new URLSearchParams({ form_token: token, user_code: 'BCDF-GHJK' }),
  })
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
})

describe.each<
  [string, number, (address: string) => Promise<Record<'wrong' | 'right', (signal?: AbortSignal) => Promise<number>>>]
>([
  [
    'secrets at the token endpoint',
    most,
    async (address) => {
      const { id, secret } = await scene.flows.app(scene.team, 'WEB')
      const form = { grant_type: 'x' }
      return {
        wrong: ask(address, '/oauth/token', form, basic(id, 'wrong')),
        right: ask(address, '/oauth/token', form, basic(id, secret)),
      }
    },
  ],
  [
    'secrets of resource servers',
    most,
    async (address) => ({
      wrong: ask(address, '/oauth/introspect', { token: 'x' }, basic('server-a', 'wrong')),
      right: ask(address, '/oauth/introspect', { token: 'x' }, basic('server-a', 'a'.repeat(40))),
    }),
  ],
  [
    'Bearers at introspection',
    most * 5,
    async (address) => ({
      wrong: ask(address, '/oauth/introspect', { token: 'x' }, { authorization: 'Bearer nonsense' }),
      right: ask(address, '/oauth/introspect', { token: 'x' }, basic('server-b', 'b'.repeat(40))),
    }),
  ],
])('%s', (_, limit, door) => {
  test('are counted exactly as often as they are wrong, with right ones and ones that are given up beside them', async () => {
    const attempts = fc.array(fc.constantFrom('wrong', 'right', 'given up'), { minLength: 1, maxLength: 12 })
    let addresses = 0
    await fc.assert(
      fc.asyncProperty(attempts, async (all) => {
        const { wrong, right } = await door(`203.0.${++addresses}.${limit}`)
        const known = all.filter(
          (kind, index) => kind !== 'wrong' || all.slice(0, index).filter((one) => one === 'wrong').length < limit - 1,
        )
        const statuses = await Promise.all(
          known.map((kind) => {
            if (kind !== 'given up') return (kind === 'wrong' ? wrong : right)()
            const gone = new AbortController()
            const answer = right(gone.signal).catch(() => 0)
            setImmediate(() => gone.abort())
            return answer
          }),
        )
        expect(statuses).not.toContain(429)
        let further = 0
        while ((await wrong()) !== 429) further++
        expect(further + known.filter((kind) => kind === 'wrong').length).toBe(limit)
      }),
      { numRuns: 6 },
    )
  })
})

/** How to ask from an address; answers with the status. */
function ask(address: string, path: string, form: Record<string, string>, headers: Record<string, string>) {
  return async (signal?: AbortSignal): Promise<number> => {
    const body = new URLSearchParams(form)
    const init = { method: 'POST', body, headers: { 'x-forwarded-for': address, ...headers }, signal }
    const response = await scene.server.fetch(path, init as RequestInit)
    await response.arrayBuffer()
    return response.status
  }
}
