import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/config/defaults.ts'
import { useWorld } from '../../support/world.ts'

// What is refused before anything of Coze's is looked at is told in Coze's form all the same: the SDKs know no other.

const world = useWorld()

const BASE = '/api/permission/oauth2'
const tokenPaths = ['token', 'account/x/token', 'enterprise_id/x/token', 'device/code', 'workspace_id/x/device/code']
const posted = tokenPaths.map((path) => `${BASE}/${path}`)
const read = ['/v1/users/me', '/v1/oauth-apps/x/authorizations']

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
})

interface Refusal {
  readonly init: RequestInit
  readonly status: number
  /** Added to each path. */
  readonly query?: string
}

const byMethod = (method: string): Refusal => ({ init: { method }, status: 405 })
const manyParameters: Refusal = { init: post('{}'), query: `?${'x=y&'.repeat(limits.parameters + 1)}`, status: 400 }
const unreadable: Record<string, Refusal> = {
  'by DELETE': byMethod('DELETE'),
  'by PUT': byMethod('PUT'),
  'by PATCH': byMethod('PATCH'),
}
const withBody: Record<string, Refusal> = {
  ...unreadable,
  'by GET': byMethod('GET'),
  'with a body that is too large': { init: post('x'.repeat(limits.bodyBytes + 1)), status: 413 },
  'with a body in Latin-1': { init: post(Buffer.from('{"client_id":"\xfc"}', 'latin1')), status: 400 },
  'with a compressed body': { init: post('{}', { 'content-encoding': 'gzip' }), status: 415 },
  'with a body in UTF-16': { init: post('{}', { 'content-type': 'application/json; charset=utf-16' }), status: 415 },
  'with too many parameters': manyParameters,
}
const withoutBody: Record<string, Refusal> = {
  ...unreadable,
  'by POST': byMethod('POST'),
  'with too many parameters': { ...manyParameters, init: {} },
}

async function ask(path: string, { init, query = '' }: Refusal) {
  const response = await world.server.fetch(path + query, init)
  const { status, headers } = response
  const logid = headers.get('x-tt-logid')
  expect([path, logid]).toEqual([path, headers.get('x-request-id')])
  return { status, headers, logid, body: JSON.parse(await response.text()) }
}

describe.each(posted)('%s', (path) => {
  test.each(Object.entries(withBody))('%s', async (_, refusal) => {
    const { status, headers, body } = await ask(path, refusal)
    const message = expect.any(String)
    expect(body).toEqual({
      error: 'invalid_request',
      error_code: 'invalid_request',
      error_description: message,
      error_message: message,
    })
    expect(status).toBe(refusal.status)
    expect(headers.get('allow')).toBe(status === 405 ? 'POST, OPTIONS' : null)
  })
})

describe.each(read)('%s', (path) => {
  test.each(Object.entries(withoutBody))('%s', async (_, refusal) => {
    const { status, headers, logid, body } = await ask(path, refusal)
    expect(body).toEqual({ code: 4000, msg: expect.any(String), detail: { logid } })
    expect(status).toBe(refusal.status)
    expect(headers.get('allow')).toBe(status === 405 ? 'GET, HEAD, OPTIONS' : null)
  })
})

test('a path of Coze that is not answered here is 4200, or invalid_request', async () => {
  const nothing: Refusal = { init: post('{}'), status: 404 }
  const bots = await ask('/v1/bots', nothing)
  expect([bots.status, bots.body]).toEqual([
    404,
    { code: 4200, msg: expect.any(String), detail: { logid: bots.logid } },
  ])
  const other = await ask(`${BASE}/other`, nothing)
  expect([other.status, other.body]).toMatchObject([404, { error: 'invalid_request', error_code: 'invalid_request' }])
})
