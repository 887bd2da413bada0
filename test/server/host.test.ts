import { describe, expect, test } from 'vitest'
import { exchange } from '../support/raw.ts'
import { useWorld } from '../support/world.ts'

// What health checks and old clients leave out, and what nobody should send.

const world = useWorld()

const paths = [
  ...['/', '/sign-in', '/healthz', '/readyz', '/metrics', '/console/', '/graphql?query={__typename}', '/nowhere'],
  ...['/.well-known/openid-configuration', '/oauth/jwks', '/oauth/check', '/oauth/authorize', '/oauth/device'],
]

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])

describe.each(paths)('%s', (path) => {
  test('is answered the same over HTTP/1.0 without Host and under any name', async () => {
    const answers = await Promise.all([
      exchange(world.server, `GET ${path} HTTP/1.0`),
      ...['127.0.0.1:1', 'gatehouse_app', 'evil.example', '[::1]:80', ''].map((host) =>
        exchange(world.server, `GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close'),
      ),
    ])
    expect(new Set(answers.map(statusOf)).size).toBe(1)
    expect(statusOf(answers[0] as string)).toBeLessThan(500)
    for (const answer of answers) {
      expect(answer).toMatch(/^connection: close\r$/im)
      expect(answer).not.toContain('evil.example')
    }
  })

  test('refuses two Hosts with 400, also where they are the same', async () => {
    for (const [first, second] of [
      ['gatehouse.example', 'evil.example'],
      ['gatehouse.example', 'gatehouse.example'],
    ]) {
      const answer = await exchange(
        world.server,
        `GET ${path} HTTP/1.1`,
        `Host: ${first}`,
        `host: ${second}`,
        'Connection: close',
      )
      expect(statusOf(answer)).toBe(400)
      expect(answer).toContain('BAD_REQUEST')
    }
  })

  test('refuses a Host that is none with 400 and says so', async () => {
    for (const host of ['a b', 'evil@x', 'a/b', 'a?b', '[::1', 'http://a']) {
      const answer = await exchange(world.server, `GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close')
      expect([host, statusOf(answer)]).toEqual([host, 400])
      expect(answer).toContain('BAD_REQUEST')
    }
  })
})

test('an upgrade to a WebSocket takes one Host too', async () => {
  const upgrade = (...hosts: string[]) =>
    exchange(
      world.server,
      'GET /graphql HTTP/1.1',
      ...hosts.map((host) => `Host: ${host}`),
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    )
  expect(statusOf(await upgrade('a.example', 'b.example'))).toBe(400)
})

describe('a health check', () => {
  test.each(['/', '/healthz', '/readyz', '*'])('may ask OPTIONS %s', async (path) => {
    expect(statusOf(await exchange(world.server, `OPTIONS ${path} HTTP/1.0`))).toBe(204)
  })

  test.each(['/healthz', '/readyz', '/'])('may ask HEAD %s', async (path) => {
    const answer = await exchange(world.server, `HEAD ${path} HTTP/1.0`)
    expect(statusOf(answer)).toBe(200)
    expect(answer.split('\r\n\r\n')[1]).toBe('')
  })
})
