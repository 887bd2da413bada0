import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import pg from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { SharedDoorbell } from '../../src/history/shared-doorbell.ts'
import type { Server } from '../../src/server/server.ts'
import {
  connect,
  happen,
  Inbox,
  opened,
  organizationEvents,
  organizationOf,
  signedIn,
  startFeedServer,
} from '../feed/harness.ts'
import { onPostgres } from '../races/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const REDIS = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const socket = connectTo(Number(new URL(REDIS).port), new URL(REDIS).hostname)
const hasRedis = await once(socket, 'connect').then(
  () => true,
  () => false,
)
socket.destroy()
if (!hasRedis) console.warn(`left out: there is no Redis at ${REDIS}`)

const silent = pino({ level: 'silent' })

/** A wire whose texts go out when the test says so. */
function slowWire() {
  const sent: { text: string; done: (error?: Error) => void }[] = []
  const open = () => ({
    send: (text: string) =>
      new Promise<void>((resolve, reject) => {
        sent.push({ text, done: (error) => (error ? reject(error) : resolve()) })
      }),
    async [Symbol.asyncDispose]() {},
  })
  return { sent, open }
}

describe('the doorbell of several nodes', () => {
  const turn = () => new Promise(setImmediate)
  const topicsOf = (text = '') => text.split(' ')[1]?.split(',').filter(Boolean)

  test('sends together what rings while the wire is busy, and nobody waits for it', async () => {
    const { sent, open } = slowWire()
    await using doorbell = new SharedDoorbell(open, silent)
    for (let n = 0; n < 100; n++) doorbell.ring(new Set([`stream${n % 50}`]))
    expect(sent.map(({ text }) => topicsOf(text))).toEqual([['stream0']])
    sent[0]?.done()
    await turn()
    expect(sent).toHaveLength(2)
    expect(topicsOf(sent[1]?.text)).toHaveLength(50)
  })

  test('splits what is too long for one text', async () => {
    const { sent, open } = slowWire()
    await using doorbell = new SharedDoorbell(open, silent)
    const topics = Array.from({ length: 500 }, () => crypto.randomUUID())
    doorbell.ring(new Set(topics))
    for (let n = 0; n < 3; n++) {
      sent[n]?.done()
      await turn()
    }
    expect(sent.flatMap(({ text }) => topicsOf(text))).toEqual(topics)
    expect(Math.max(...sent.map(({ text }) => text.length))).toBeLessThan(8_000)
  })

  test('rings here at once, and once; what another node rings is heard; a wire that fails is tried again', async () => {
    const { sent, open } = slowWire()
    let hear = (_text: string) => {}
    await using doorbell = new SharedDoorbell((onText) => {
      hear = onText
      return open()
    }, silent)
    const heard: string[] = []
    doorbell.onRing((topics) => heard.push(...topics))
    doorbell.ring(new Set(['mine']))
    expect(heard).toEqual(['mine'])
    expect(doorbell.hears).toBe(false)
    hear(sent[0]?.text ?? '')
    hear('other-node theirs,')
    expect(heard).toEqual(['mine', 'theirs'])
    expect(doorbell.hears).toBe(true)
    sent[0]?.done(new Error('broken'))
    await turn()
    doorbell.ring(new Set(['later']))
    expect(topicsOf(sent[1]?.text)).toEqual(['later'])
  })
})

test('REDIS_URL is an address of Redis, and for a deployment that can have several nodes', () => {
  const more = { DATABASE_URL: 'postgres://localhost/x', GATEHOUSE_SECRET: '5d0f9c1be7a24863f1c0d98e7b3a6254' }
  expect(readConfig({ ...more, REDIS_URL: 'rediss://cache:6380' }).redisUrl).toBe('rediss://cache:6380')
  expect(() => readConfig({ ...more, REDIS_URL: 'localhost' })).toThrow(/^REDIS_URL must be/)
  expect(() => readConfig({ REDIS_URL: 'redis://localhost' })).toThrow(ConfigError)
})

/** No node looks by itself: what arrives has rung. */
const neverLooks = { durations: { rightsCheck: 600_000 } }

onPostgres('an event at one node', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase('postgres')
  })
  afterAll(() => database[Symbol.asyncDispose]())

  /** A console of each node, all of one organization. */
  async function consolesOf(...nodes: readonly [Server, ...Server[]]) {
    const [{ core: first }] = nodes
    const { id, token } = await signedIn(first)
    const acme = await organizationOf(first, { [id]: 'ADMIN' })
    const clients = nodes.map((node) => connect(node, token))
    const inboxes = clients.map((client) => new Inbox(client, organizationEvents(acme)))
    await Promise.all(nodes.map((node) => opened(node, 1)))
    const hears = () => expect(nodes.map(({ core }) => core.doorbell.hears)).toEqual(nodes.map(() => true))
    await vi.waitFor(hears, { timeout: 20_000 })
    return {
      acme,
      inboxes,
      async [Symbol.asyncDispose]() {
        for (const client of clients) await client.dispose()
      },
    }
  }

  test.each([['PostgreSQL', undefined], ...(hasRedis ? [['Redis', REDIS]] : [])] as [string, string | undefined][])(
    'rings at the consoles of another by way of %s',
    async (_name, redisUrl) => {
      await using one = await startFeedServer(database, { ...neverLooks, redisUrl })
      const same = { ...neverLooks, redisUrl, publicUrl: one.config.publicUrl }
      await using two = await startFeedServer(database, same)
      await using consoles = await consolesOf(one, two)
      await happen(one.core, consoles.acme, ['A'])
      await happen(two.core, consoles.acme, ['B'])
      for (const inbox of consoles.inboxes) expect((await inbox.until(2)).names).toEqual(['A', 'B'])
    },
  )

  test('rings again after the connection that listens was ended', async () => {
    const name = new URL((database.location as { url: string }).url).pathname.slice(1)
    await using one = await startFeedServer(database, neverLooks)
    await using two = await startFeedServer(database, { ...neverLooks, publicUrl: one.config.publicUrl })
    await using consoles = await consolesOf(one, two)
    const server = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL })
    await server.connect()
    const listeners = `SELECT count(pg_terminate_backend(pid))::int AS "ended" FROM pg_stat_activity
      WHERE datname = $1 AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%')`
    expect((await server.query(listeners, [name])).rows).toEqual([{ ended: 2 }])
    await server.end()
    // What rings while nobody listens is lost, and found by looking; what rings later is heard.
    const heard = () => consoles.inboxes.every(({ names }) => names.length > 0)
    for (let n = 0; !heard(); n++) {
      await happen(one.core, consoles.acme, [`${n}`])
      await vi.waitFor(() => expect(heard()).toBe(true), { timeout: 200, interval: 10 }).catch(() => {})
    }
  })

  test('arrives where the bell is not heard at all', async () => {
    await using one = await startFeedServer(database)
    const nobody = { publicUrl: one.config.publicUrl, redisUrl: 'redis://127.0.0.1:1' }
    await using two = await startFeedServer(database, nobody)
    const { id, token } = await signedIn(one.core)
    const acme = await organizationOf(one.core, { [id]: 'ADMIN' })
    const client = connect(two, token)
    const inbox = new Inbox(client, organizationEvents(acme))
    await opened(two, 1)
    await happen(one.core, acme, ['A'])
    await inbox.until(1)
    expect(two.core.doorbell.hears).toBe(false)
    await client.dispose()
  })
})
