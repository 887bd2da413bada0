import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { durations, limits } from '../../src/config/defaults.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { RawConnection } from '../support/raw.ts'

// What a server holds for its clients, by answers of any size.

/** More than the operating system holds for a socket. */
const large = 'x'.repeat(40_000_000)
const SHORT = 100

let listening: Listening & { readonly url: string }
afterEach(() => listening[Symbol.asyncDispose]())

async function serve(handler: RequestListener, bounds: { answer?: number; limits?: Partial<typeof limits> } = {}) {
  const config = readConfig({ NODE_ENV: 'test', PORT: '0' })
  const started = await listen({
    ...config,
    durations: { ...durations, answer: bounds.answer ?? durations.answer },
    limits: { ...limits, ...bounds.limits },
  })
  started.serve(handler)
  listening = Object.assign(started, { url: `http://127.0.0.1:${started.port}` })
}

const get = (path = '/', ...headers: string[]) => [`GET ${path} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n')

describe('an answer that its client does not take', () => {
  test.each<[string, RequestListener]>([
    ['in one piece', (_request, response) => response.end(large)],
    [
      'in pieces',
      (_request, response) => {
        const more = () => {
          while (response.write(large.slice(0, 65_536)));
          response.once('drain', more)
        }
        more()
      },
    ],
  ])('is cut off, %s', async (_how, handler) => {
    const ended = new Promise<number>((resolve) => {
      void serve(
        (request, response) => {
          response.once('close', () => resolve(request.socket.writableLength))
          return handler(request, response)
        },
        { answer: SHORT },
      ).then(async () => {
        const connection = await RawConnection.open(listening)
        connection.write(get())
        await connection.readOneByte()
      })
    })
    // Nothing of the answer is held any more.
    expect(await ended).toBe(0)
  })

  test('is not cut off while it is taken, however slowly', async () => {
    await serve(
      (_request, response) => {
        let left = 20
        const more = () => {
          response.write(large.slice(0, 1000))
          left -= 1
          if (left === 0) response.end()
          else setTimeout(SHORT / 5).then(more)
        }
        more()
      },
      { answer: SHORT },
    )
    const response = await fetch(listening.url)
    expect((await response.text()).length).toBe(20_000)
  })

  test('makes room where all of them are more than the node may hold', async () => {
    const closed: number[] = []
    await serve(
      (request, response) => {
        const size = Number(request.url?.slice(1))
        response.once('close', () => closed.push(size))
        response.end(large.slice(0, size))
      },
      // Of each, the operating system holds up to 10 MB.
      { limits: { untakenBytes: 25_000_000 } },
    )
    const connections: RawConnection[] = []
    for (const size of [20_000_000, 40_000_000, 30_000_000]) {
      const connection = await RawConnection.open(listening)
      connection.write(get(`/${size}`))
      await connection.readOneByte()
      connections.push(connection)
    }
    while (closed.length < 2) await setTimeout(20)
    // The smallest has room.
    expect(closed.toSorted()).toEqual([30_000_000, 40_000_000])
    for (const connection of connections) connection[Symbol.dispose]()
  })
})

test('requests that do not wait for the answers to earlier ones are answered up to a number', async () => {
  let answer = () => {}
  let begun = 0
  await serve((_request, response) => {
    begun += 1
    if (begun === 1) answer = () => response.end('late')
    else response.end('next')
  })
  using connection = await RawConnection.open(listening)
  connection.write(get().repeat(20))
  while (begun === 0) await setTimeout(1)
  await setTimeout(0)
  answer()
  const received = await connection.untilClosed()
  expect(begun).toBe(limits.pipelinedRequests)
  expect(received.match(/ 200 OK/g)).toHaveLength(limits.pipelinedRequests)
  expect(received.match(/ 503 Service Unavailable/g)).toHaveLength(1)
  expect(received).toMatch(/^connection: close\r$/im)
})

test('more connections than a node may hold are closed as they come', async () => {
  await serve((_request, response) => response.end(), { limits: { connections: 2 } })
  const first = await RawConnection.open(listening)
  using second = await RawConnection.open(listening)
  using third = await RawConnection.open(listening)
  expect(await third.untilClosed()).toBe('')
  first[Symbol.dispose]()
  await once(first.socket, 'close')
  second.write(get('/', 'Connection: close'))
  expect(await second.untilClosed()).toContain(' 200 OK')
})

test('a server that stops says so in every answer that has not begun', async () => {
  let answer = () => {}
  await serve((_request, response) => {
    answer = () => response.end('done')
  })
  const pending = fetch(listening.url)
  while (listening.server.listenerCount('connection') && String(answer) === '() => {}') await setTimeout(1)
  listening.stopAccepting()
  answer()
  expect((await pending).headers.get('connection')).toBe('close')
})

test('an idle connection is kept for longer than the proxies in use keep theirs', async () => {
  await serve((_request, response) => response.end())
  const { headers } = await fetch(listening.url)
  expect(headers.get('keep-alive')).toBe('timeout=125')
  const { headersTimeout, requestTimeout, keepAliveTimeout } = listening.server
  // A connection that a proxy opened ahead of its requests lives no shorter.
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout)
  expect(requestTimeout).toBeGreaterThanOrEqual(headersTimeout)
})
