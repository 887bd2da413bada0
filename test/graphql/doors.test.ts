import { on, once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { limits } from '../../src/config/defaults.ts'
import { currentRequestId } from '../../src/http/environment.ts'
import { everyDoor, type OpenDoor } from './every-door.ts'
import { Prober } from './prober.ts'
import { documents, itemsOf, mixed, pairs, type Shape, values } from './shapes.ts'
import { inForm, isList, namedTypeOf, type Slot, slots } from './slots.ts'
import { WorkMeter } from './work.ts'

// Work per byte at every door: it grows with the size of a request, and hardly faster. Bounds keep large requests
// out, and the first half of this takes them away, so that no bound is all that stands before something worse.

const kB = 1024
const SIZES = [8 * kB, 64 * kB, 512 * kB]
/** Of forms, which may have 56 kB, and of lists in GraphQL, which may have 1,000 entries. */
const FORM_SIZES = SIZES.slice(0, 2)
/** Of addresses: some answers repeat theirs in a header, of which clients read 16 kB. */
const QUERY_SIZES = [kB / 2, 4 * kB]
/** Of a text in GraphQL, which may have 20,000 characters. */
const TEXT_SIZES = [2 * kB, 16 * kB]
/** The work may grow with this power of the size. */
const MOST = 1.3

const isText = (slot: Slot) => ['String', 'ID'].includes(namedTypeOf(slot))

let prober: Prober
let doors: readonly OpenDoor[]
const statements: string[] = []

const bounds = ['bodyBytes', 'formBytes', 'parameters', 'inputEntries', 'inputText'] as const
/** Puts bounds in the place of those that the server has. */
const bound = (others: Partial<typeof limits>) => void Object.assign(prober.server.config.limits, others)

beforeAll(async () => {
  const attempts = Object.keys(limits).filter((name) => /^(failed|refused|authorizationsPerAddress)/.test(name))
  prober = await Prober.start({
    // The node itself sweeps meanwhile.
    onQuery: (sql) => currentRequestId() !== 'unknown' && statements.push(sql),
    limits: Object.fromEntries(attempts.map((name) => [name, 1e9])),
  })
  doors = await everyDoor(prober)
})
afterAll(() => prober[Symbol.asyncDispose]())

describe('without bounds the work grows with the size', () => {
  beforeAll(async () => {
    bound(Object.fromEntries(bounds.map((name) => [name, 1e9])))
    // So that no first time is measured.
    for (const door of doors) await (door.isPost ? door.sendForm('') : door.sendQuery(''))
  })

  test('of a form, at every route', async () => {
    const tooFast = await measured(async (growth) => {
      for (const door of doors) {
        if (!door.isPost) continue
        const sends = each(pairs, (make) => (size) => door.sendForm(make(size)))
        await growth.measure(door.path, FORM_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })

  test('of a query string, at every route', async () => {
    // Hono looks for `=` from each `&` on, so only the bound on parameters keeps separators alone from being much work.
    const { 'separators only': _, ...inQuery } = pairs
    const tooFast = await measured(async (growth) => {
      for (const door of doors) {
        if (door.isPost) continue
        const sends = each(inQuery, (make) => (size) => door.sendQuery(make(size)))
        await growth.measure(door.path, QUERY_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })

  test('of a body in JSON, where it is read', async () => {
    const tooFast = await measured(async (growth) => {
      for (const door of doors) {
        if (!door.isPost || !/^\/(graphql|api)/.test(door.path)) continue
        const field = door.path === '/graphql' ? 'variables' : 'scope'
        const body = (make: Shape, size: number) => `{${door.members},"${field}":${make(size)}}`
        const sends = each(values, (make) => (size) => door.send(body(make, size), 'application/json'))
        await growth.measure(door.path, door.path === '/graphql' ? SIZES : FORM_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })

  test('of a body of another type, at every route', async () => {
    const types = { JSON: 'application/json', multipart: 'multipart/form-data; boundary=x' }
    const tooFast = await measured(async (growth) => {
      for (const door of doors) {
        if (!door.isPost) continue
        const sends = each(types, (type) => (size) => door.send('x&'.repeat(size / 2), type))
        await growth.measure(door.path, FORM_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })

  test('of a document of GraphQL', async () => {
    const door = doors.find(({ path, isPost }) => isPost && path === '/graphql') as OpenDoor
    const tooFast = await measured(async (growth) => {
      const inJson = each(
        documents,
        (make) => (size) => door.send(JSON.stringify({ query: make(size) }), 'application/json'),
      )
      await growth.measure('in JSON', SIZES, inJson)
      const alone = each(documents, (make) => (size) => door.send(make(size), 'application/graphql'))
      await growth.measure('by itself', FORM_SIZES, alone)
    })
    expect(tooFast).toEqual([])
  })

  test('of a message over WebSocket', async () => {
    const socket = new WebSocket(`${prober.server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    await once(socket, 'message')
    let id = 0
    const ask = async (variables: string) => {
      socket.send(
        `{"id":"${++id}","type":"subscribe","payload":{"query":"{ __typename }","variables":{"a":${variables}}}}`,
      )
      for await (const [message] of on(socket, 'message')) {
        if (['error', 'complete'].includes(JSON.parse(String(message)).type)) return
      }
    }
    const tooFast = await measured((growth) =>
      growth.measure(
        'variables',
        SIZES,
        each(values, (make) => (size) => ask(make(size))),
      ),
    )
    socket.terminate()
    expect(tooFast).toEqual([])
  })

  test('of a list in any slot of GraphQL', async () => {
    const lists = slots.filter(isList)
    const list = (slot: Slot, item: (index: number) => unknown) => (size: number) =>
      prober.send(
        slot,
        Array.from({ length: size / 8 }, (_, index) => item(index)),
      )
    // What goes beside the value is made the first time.
    for (const slot of lists) await prober.send(slot, ['x'])
    const tooFast = await measured(async (growth) => {
      for (const slot of lists) {
        const sends = each(itemsOf(slot), (item) => list(slot, item))
        await growth.measure(slot.name, FORM_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })

  test('of a text in any slot of GraphQL', async () => {
    const texts = slots.filter(isText)
    const send = (slot: Slot) => (size: number) => prober.send(slot, inForm(slot, mixed(size)))
    for (const slot of texts) await send(slot)(8)
    // Texts of one name are read in one way.
    const alike = Object.entries(Object.groupBy(texts, ({ field }) => field))
    const tooFast = await measured(async (growth) => {
      for (const [field, those = []] of alike) {
        const sends = Object.fromEntries(those.map((slot) => [slot.name, send(slot)]))
        await growth.measure(field, TEXT_SIZES, sends)
      }
    })
    expect(tooFast).toEqual([])
  })
})

describe('over the bounds a request is refused before anything is asked of the database', () => {
  beforeAll(() => bound(Object.fromEntries(bounds.map((name) => [name, limits[name]]))))

  /** Statuses of the answers at every route of a kind, and all statements that were sent meanwhile. */
  async function refusals(isPost: boolean, send: (door: OpenDoor) => Promise<number>) {
    statements.length = 0
    const statuses: Record<string, number> = {}
    // What a proxy asks about is not for this server, and not read.
    for (const door of doors.filter((door) => door.isPost === isPost && door.path !== '/oauth/check')) {
      statuses[door.path] = await send(door)
    }
    return { statuses: [...new Set(Object.values(statuses))], routes: Object.keys(statuses).length, statements }
  }
  const all = (status: number) => ({
    statuses: [status],
    routes: expect.toSatisfy((count) => count > 15),
    statements: [],
  })

  test.each(Object.entries(pairs))('a form of 64 kB: %s', async (_, make) => {
    expect(await refusals(true, (door) => door.sendForm(make(64 * kB)))).toEqual(all(413))
  })

  test('a form, or a query string, of too many parameters', async () => {
    for (const pair of ['&', '&a', '&a=1', '&resource=x']) {
      const many = pair.repeat(limits.parameters)
      expect(await refusals(true, (door) => door.sendForm(many))).toEqual(all(400))
      expect(await refusals(false, (door) => door.sendQuery(many))).toEqual(all(400))
    }
  })

  test('a form of 512 kB', async () => {
    expect(await refusals(true, (door) => door.sendForm(pairs['a list'](512 * kB)))).toEqual(all(413))
  })

  test('a body of more than 1 MB', async () => {
    const body = ' '.repeat(limits.bodyBytes + 1)
    expect(await refusals(true, (door) => door.send(body, 'application/json'))).toEqual(all(413))
  })

  test('a list or a text that is too long, in any slot of GraphQL', async () => {
    const ask = (query: string, variables: object) =>
      prober.server.request(query, variables, prober.team.superAdmin.token)
    statements.length = 0
    await ask('{ __typename }', {})
    const ofWhoAsks = statements.splice(0)
    expect(ofWhoAsks).not.toEqual([])
    const wrong: string[] = []
    for (const slot of slots) {
      const tooLong = 'x'.repeat(limits.inputText + 1)
      const tooMany = Array.from({ length: limits.inputEntries + 1 }, () => 'x')
      for (const [reason, value] of [
        ...(isList(slot) ? [['TOO_MANY', tooMany]] : []),
        ...(isText(slot) ? [['TOO_LONG', inForm(slot, tooLong)]] : []),
      ] as const) {
        const variables = { value: slot.kind === 'mutation' ? { [slot.field as string]: value } : value }
        const { errors } = await ask(slot.document, variables)
        const { code, issues } = (errors?.[0]?.extensions ?? {}) as { code?: string; issues?: { code: string }[] }
        const isRight = code === 'INVALID_INPUT' && issues?.[0]?.code === reason
        if (!isRight || statements.splice(0).length > ofWhoAsks.length) wrong.push(`${slot.name} ${reason}: ${code}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

type Send = (size: number) => Promise<unknown>

const each = <T>(shapes: Readonly<Record<string, T>>, send: (shape: T) => Send): Record<string, Send> =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, send(shape)]))

/** What `about` measured and found to grow too fast. */
async function measured(about: (growth: Growth) => Promise<void>): Promise<readonly string[]> {
  using meter = new WorkMeter()
  const growth = new Growth(meter)
  await about(growth)
  return growth.tooFast
}

/** Measures what each size takes, and keeps what grows too fast. */
class Growth {
  readonly tooFast: string[] = []
  readonly #meter: WorkMeter

  constructor(meter: WorkMeter) {
    this.#meter = meter
    meter.taken()
  }

  /** Of requests of several shapes, each is looked at by itself only where all together take too much. */
  async measure(name: string, sizes: readonly number[], shapes: Readonly<Record<string, Send>>): Promise<void> {
    if (!(await this.#complaint(sizes, Object.values(shapes)))) return
    for (const [shape, send] of Object.entries(shapes)) {
      const complaint = await this.#complaint(sizes, [send])
      if (complaint) this.tooFast.push(`${name}, ${shape}: ${complaint}`)
    }
  }

  async #complaint(sizes: readonly number[], all: readonly Send[]): Promise<string | undefined> {
    let before: { readonly size: number; readonly work: number } | undefined
    for (const size of sizes) {
      for (const send of all) await send(size)
      const now = { size, work: this.#meter.taken() }
      const power = before ? Math.log(now.work / before.work) / Math.log(size / before.size) : 0
      if (before && power > MOST) return `n^${power.toFixed(2)}, ${before.work} → ${now.work}`
      before = now
    }
    return undefined
  }
}
