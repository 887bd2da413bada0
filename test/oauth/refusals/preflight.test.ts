import { describe, expect, test } from 'vitest'
import { useScene } from './scene.ts'

const scene = useScene()
const endpoints = ['token', 'revoke', 'introspect', 'par', 'device_authorization', 'userinfo', 'jwks']

/** What a browser asks before a page of another site may send a request with a header of its own. */
const preflight = (path: string, body?: string) =>
  scene.server.fetch(`/oauth/${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://spa.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'dpop',
      ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(body && { body }),
  })

describe('pages of any site may talk to what clients talk to', () => {
  test.each(endpoints)('a preflight of %s is answered, with a body as without', async (path) => {
    for (const body of [undefined, 'client_id=x&token=y']) {
      const { status, headers } = await preflight(path, body)
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*'])
      expect(headers.get('access-control-allow-headers')).toBe('dpop')
      expect(headers.get('access-control-allow-methods')).toContain('POST')
    }
  })

  test('a preflight counts as no attempt of the client that it names', async () => {
    const { limits } = scene.server.config
    for (let count = 0; count <= limits.refusedTokenRequestsPerAddress; count++) await preflight('token', 'client_id=x')
    expect((await preflight('token', 'client_id=x')).status).toBe(204)
  })
})
