import { afterAll, beforeAll, expect, test } from 'vitest'
import { change } from '../../src/history/change.ts'
import { newId } from '../../src/ids.ts'
import type { TestServer } from '../support/server.ts'
import { onPostgres, randomNumbers, rounds, startRaceServer } from './support.ts'

const WRITERS = 8
const CHANGES = 25
const actor = { kind: 'SYSTEM', id: null, name: 'Test' } as const

onPostgres('streams that many changes share', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startRaceServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const makeStreams = async (count: number): Promise<string[]> => {
    const ids = rounds(count).map(() => newId())
    await server.prisma.stream.createMany({ data: ids.map((id) => ({ id, kind: 'ORGANIZATION' as const })) })
    return ids
  }

  /** Some of the streams, in any order. */
  const someOf = (streams: readonly string[], random: (below: number) => number): string[] =>
    streams
      .map((id) => ({ id, turn: random(1000) }))
      .sort((one, other) => one.turn - other.turn)
      .slice(0, 2 + random(streams.length - 1))
      .map(({ id }) => id)

  /** Follows a stream as a client does, by the last sequence number it saw, until the writers are done. */
  async function follow(streamId: string, isDone: () => boolean): Promise<bigint[]> {
    const seen: bigint[] = []
    for (let last = false; ; ) {
      const where = { streamId, sequence: { gt: seen.at(-1) ?? 0n } }
      const page = await server.prisma.event.findMany({ where, orderBy: { sequence: 'asc' } })
      seen.push(...page.map(({ sequence }) => sequence))
      if (last) return seen
      last = isDone()
    }
  }

  test('are read in order of commit, without a gap or a repeat, and nobody waits in a circle', async () => {
    const streams = await makeStreams(6)
    const written = new Map(streams.map((id) => [id, 0]))
    let done = false
    const following = streams.slice(0, 3).map((id) => follow(id, () => done))
    const writers = rounds(WRITERS).map(async (writer) => {
      const random = randomNumbers(writer + 1)
      for (const _ of rounds(CHANGES)) {
        await change(server.core, actor, async ({ record }) => {
          for (const count of rounds(1 + random(3))) {
            const reached = someOf(streams, random)
            record({ type: 'APP_UPDATED', streams: reached, changes: [{ field: 'n', before: null, after: count }] })
            for (const id of reached) written.set(id, (written.get(id) ?? 0) + 1)
          }
        })
      }
    })
    await Promise.all(writers)
    done = true
    for (const [index, seen] of (await Promise.all(following)).entries()) {
      const total = written.get(streams[index] as string) as number
      expect(seen).toEqual(Array.from({ length: total }, (_, position) => BigInt(position + 1)))
    }
    for (const [id, total] of written) {
      expect((await server.prisma.stream.findUniqueOrThrow({ where: { id } })).head).toBe(BigInt(total))
    }
  })

  test('keep what their transaction does: a change that fails leaves neither an event nor a number used', async () => {
    const [id] = (await makeStreams(1)) as [string]
    const attempt = (fails: boolean) =>
      change(server.core, actor, async ({ tx, record }) => {
        record({ type: 'APP_UPDATED', streams: [id] })
        await tx.$queryRaw`SELECT 1`
        if (fails) throw new RangeError('changed my mind')
      }).catch((error) => expect(error).toBeInstanceOf(RangeError))
    await Promise.all(rounds(20).map((index) => attempt(index % 2 === 0)))
    const events = await server.prisma.event.findMany({ where: { streamId: id }, orderBy: { sequence: 'asc' } })
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(rounds(10).map((index) => index + 1))
  })
})
