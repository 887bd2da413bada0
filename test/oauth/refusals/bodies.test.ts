import { describe, expect, test, vi } from 'vitest'
import { sweepTokens } from '../../../src/tokens/sweep.ts'
import { CALLBACK, type TestApp } from '../flows.ts'
import { oddities, useScene } from './scene.ts'

// Authorization requests that come in a body: pushed by the app, or posted by the browser.

const scene = useScene()

describe('a pushed request (RFC 9126)', () => {
  const push = async (app: TestApp, rest: Record<string, string> = {}) => {
    const form = { ...scene.parameters(app), client_secret: app.secret ?? '', ...rest }
    return scene.flows.post('/oauth/par', form)
  }

  test('is good for one authorization, of the client that pushed it', async () => {
    const app = await scene.installed('WEB')
    const other = await scene.installed('WEB')
    const { status, body } = await push(app)
    expect([status, body.expires_in]).toEqual([201, 60])
    const stolen = await scene.authorize({ client_id: other.id, request_uri: body.request_uri })
    expect(stolen).toMatchObject({ status: 400, callback: undefined })
    const browser = await scene.flows.browser(scene.team.member)
    const path = `/oauth/authorize?${new URLSearchParams({ client_id: app.id, request_uri: body.request_uri })}`
    const at = await browser.follow(path)
    const done = await browser.act(await browser.act(at, 'choose', { organization_id: scene.team.id }), 'grant')
    expect(done.callback?.searchParams.get('code')).toBeTruthy()
    const again = await scene.authorize({ client_id: app.id, request_uri: body.request_uri })
    expect(again).toMatchObject({ status: 400, error: 'invalid_request_uri', callback: undefined })
  })

  test('that two browsers came with in time gets one code, however late they decide', async () => {
    const app = await scene.installed('WEB')
    const { body } = await push(app, { organization_id: scene.team.id })
    const path = `/oauth/authorize?${new URLSearchParams({ client_id: app.id, request_uri: body.request_uri })}`
    const open = async (person: { email: string; password: string }) => {
      const browser = await scene.flows.browser(person)
      return { browser, at: await browser.follow(path) }
    }
    const windows = [await open(scene.team.member), await open(scene.team.admin)]
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + 61_000)
      expect((await scene.authorize(new URLSearchParams(path.split('?')[1]).toString())).error).toBe(
        'invalid_request_uri',
      )
      await sweepTokens(scene.server.core)
      const ends = []
      for (const { browser, at } of windows) ends.push((await browser.act(at, 'grant')).callback?.searchParams)
      expect(ends.map((end) => end?.has('code'))).toEqual([true, false])
      expect(ends[1]?.get('error')).toBe('invalid_request_uri')
    } finally {
      vi.useRealTimers()
    }
  })

  test('is checked when it is pushed', async () => {
    const app = await scene.shared('WEB')
    for (const [rest, error] of [
      [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ scope: 'contacts:read' }, 'invalid_scope'],
      [{ scope: 'unknown' }, 'invalid_scope'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ organization_id: 'x' }, 'invalid_request'],
      [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
      [{ request: 'e30' }, 'request_not_supported'],
      [{ resource: 'https://unknown.example' }, 'invalid_target'],
    ] as const) {
      const { status, body } = await push(app, rest)
      expect([rest, status, body.error]).toEqual([rest, 400, error])
    }
    const { status, body } = await push(app, { client_secret: 'wrong' })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
  })
})

describe('a request by POST (OpenID Connect Core section 3.1.2.1)', () => {
  const urlencoded = 'application/x-www-form-urlencoded'
  /** What a browser is answered that posts this and then follows. */
  async function post(body: string, type = urlencoded): Promise<{ status: number; error: string | undefined }> {
    const browser = await scene.flows.browser(scene.team.member)
    const init = { method: 'POST', body, headers: { 'content-type': type, accept: 'application/json' } }
    let { response, page } = await browser.open('/oauth/authorize', init)
    const location = response.headers.get('location') ?? ''
    if (location.startsWith('/oauth/authorize?')) {
      ;({ response, page } = await browser.open(location, { headers: { accept: 'application/json' } }))
    }
    const said = URL.parse(response.headers.get('location') ?? '')?.searchParams.get('error')
    return { status: response.status, error: said ?? (page.startsWith('{') ? JSON.parse(page).error : undefined) }
  }
  const usual = async () => `${new URLSearchParams(scene.parameters(await scene.shared('WEB')))}`

  test.each(['scope=openid&scope=documents:read', `redirect_uri=${CALLBACK}`, 'state=other', 'client_id=x'])(
    'is refused as one by GET is, where a parameter stands there twice: %s',
    async (more) => {
      expect(await post(`${await usual()}&${more}`)).toMatchObject({ error: 'invalid_request' })
    },
  )

  test('may name several resources, all of which count', async () => {
    const more = 'resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fnobody.example%2F'
    expect(await post(`${await usual()}&${more}`)).toMatchObject({ error: 'invalid_target' })
  })

  test('is refused where it is too long to be followed, no form, or has a NUL in it', async () => {
    const long = Array.from({ length: 200 }, (_, index) => `p${index}=${'x'.repeat(1500)}`).join('&')
    const tooLong = await post(`${await usual()}&${long}`, urlencoded)
    expect(tooLong).toEqual({ status: 413, error: 'invalid_request' })
    for (const [body, type] of [
      [`${await usual()}&nonce=${'x'.repeat(2_049)}`, urlencoded],
      [`${await usual()}&nonce=%00`, urlencoded],
      [await usual(), 'text/plain'],
    ] as const) {
      expect(await post(body, type)).toEqual({ status: 400, error: 'invalid_request' })
    }
  })

  test('may have anything in it that a GET may, and leads nowhere else', async () => {
    for (const odd of [...oddities, 'é😀', '#', '\r\nlocation: x', ' ', '"<>']) {
      const { status } = await post(`${await usual()}&nonce=${odd}`)
      expect([odd, status < 500]).toEqual([odd, true])
    }
    expect(await post(`state=#&${await usual()}&prompt=none`)).toMatchObject({ error: 'invalid_request' })
    expect(await post('')).toEqual({ status: 400, error: 'invalid_request' })
  })
})
