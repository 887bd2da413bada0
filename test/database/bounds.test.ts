import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Config, readConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { limits } from '../../src/config/defaults.ts'
import { openDatabase } from '../../src/database/client.ts'
import { overloadOf } from '../../src/database/overload.ts'
import { shareOut } from '../../src/database/pool-shares.ts'
import { inTurn, Queue } from '../../src/database/queue.ts'
import { hashPassword } from '../../src/sign-in/passwords.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'
import { type Answer, defaultDatabase } from '../support/server.ts'
import { StatementRecorder } from '../support/statements.ts'
import { Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const onPostgres = describe.skipIf(!databaseKinds.includes('postgres'))

const failure = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => overloadOf(error)?.code ?? error,
  )

onPostgres('PostgreSQL gives up, as an overload,', () => {
  const bounds = { statement: 300, lock: 100, transaction: 1_000 }
  const open = async (more: object = {}) => {
    const created = await createTestDatabase('postgres')
    const database = await openDatabase({ ...created.location, bounds: { ...bounds, ...more } })
    return {
      database,
      async [Symbol.asyncDispose]() {
        await database[Symbol.asyncDispose]()
        await created[Symbol.asyncDispose]()
      },
    }
  }

  test('a statement that takes too long, also in a transaction and past Prisma', async () => {
    await using opened = await open()
    const { prisma, reserved } = opened.database
    expect(await failure(prisma.$queryRaw`SELECT pg_sleep(100)::text`)).toBe('OVERLOADED')
    expect(await failure(prisma.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(100)::text`))).toBe('OVERLOADED')
    expect(await failure(reserved.check.$queryRaw`SELECT pg_sleep(100)::text`)).toBe('OVERLOADED')
    expect(await prisma.user.count()).toBe(0)
  })

  test('a lock that is not to be had, and a transaction that does nothing', async () => {
    await using opened = await open()
    const { prisma } = opened.database
    const [held, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holder = prisma.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE`
      held.resolve()
      await over.promise
      return tx.user.count()
    })
    const outcome = failure(holder)
    await held.promise
    expect(await failure(prisma.user.count())).toBe('OVERLOADED')
    await vi.waitFor(async () => expect(await prisma.user.count()).toBe(0), { timeout: 20_000 })
    over.resolve()
    expect(await outcome).toBe('OVERLOADED')
  })

  test('a database that is gone', async () => {
    await using opened = await open()
    const { prisma, reserved } = opened.database
    await prisma.$queryRaw`SELECT 1`
    await failure(prisma.$queryRaw`SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    expect([undefined, 'OVERLOADED']).toContain(await failure(reserved.check.$queryRaw`SELECT 1`))
    // What broke is replaced.
    await expect(reserved.check.$queryRaw`SELECT 1 AS "one"`).resolves.toEqual([{ one: 1 }])
    await expect(prisma.user.count()).resolves.toBe(0)
  })
})

test('of passwords that are all to be hashed at once, 100 wait and the rest are refused', async () => {
  const config = { passwordHashing: { memoryCost: 8, timeCost: 1, parallelism: 1 } } as Config
  const atOnce = Math.max(1, availableParallelism() - 1)
  const hashes = Array.from({ length: atOnce + 100 + 7 }, () => failure(hashPassword(config, 'a password')))
  expect((await Promise.all(hashes)).filter((code) => code === 'OVERLOADED')).toHaveLength(7)
  expect(await failure(hashPassword(config, 'a password'))).toBeUndefined()
})

test('work in the process itself lets the event loop turn between any two pieces', async () => {
  const lane = new Queue(1).lane({ rank: 0, length: 1000, wait: 60_000 })
  const doneByTurn: number[] = []
  let done = 0
  const turn = () => {
    doneByTurn.push(done)
    if (done < 50) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(Array.from({ length: 50 }, () => inTurn(lane, async () => void done++)))
  expect(doneByTurn).toEqual(Array.from({ length: 49 }, (_, n) => n + 1))
})

describe('DATABASE_POOL', () => {
  test('is shared out to the last connection, with one for each reservation', () => {
    for (let total = 4; total <= 100; total++) {
      const shares = Object.values(shareOut(total))
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(1)
      expect(shares.reduce((sum, share) => sum + share)).toBe(total)
    }
  })

  test.each(['0', '1', '3', '-5', 'many', '12345'])('%s stops the start', (DATABASE_POOL) => {
    const start = () => readConfig({ DATABASE_URL: 'postgres://localhost/x', DATABASE_POOL })
    expect(start).toThrow(ConfigError)
    expect(start).toThrow(/^DATABASE_POOL must be a number from 4 to 9999/)
  })
})

describe.runIf(defaultDatabase === 'postgres')('mutations of one user', () => {
  const recorder = new StatementRecorder()
  const { onQuery } = recorder
  const world = useWorld({
    mutationsPerUser: 2,
    config: { limits: { ...limits, waitingMutationsPerUser: 3 } },
    onQuery,
  })
  let team: Team
  let appId: string
  beforeAll(async () => {
    team = await Team.create(world.server)
    appId = await team.app()
  })
  afterAll(() => recorder[Symbol.dispose]())

  test('beyond those that are done and wait are refused, and nobody else waits for them', async () => {
    const { server } = world
    const [held, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const gate = server.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "App" WHERE "id" = ${uuidOf(appId)}::uuid FOR UPDATE`
      held.resolve()
      await opened.promise
    })
    await held.promise
    const query = `mutation ($input: UpdateAppInput!) { updateApp(input: $input) { __typename } }`
    const inputs = [...Array(10).keys()].map((n) => ({ input: { appId, description: `${n}` } }))
    const done: Answer[] = []
    const answers = inputs.map(async (variables) => {
      done.push(await server.request(query, variables, team.admin.token))
    })
    await vi.waitFor(() => expect(done).toHaveLength(5), { timeout: 20_000 })
    const refusal = { errors: [{ extensions: { code: 'TOO_MANY_MUTATIONS', retryAfterSeconds: 2 } }] }
    for (const answer of done) {
      expect(answer).toMatchObject({ status: 503, ...refusal })
      expect(answer.headers.get('retry-after')).toBe('2')
    }
    const { value: batch, sent } = await recorder.during((recorded) =>
      server.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${team.admin.token}`, ...recorded },
        body: JSON.stringify(inputs.map((variables) => ({ query, variables }))),
      }),
    )
    expect(await batch.json()).toMatchObject(Array(10).fill(refusal))
    expect(sent, 'who asks').toHaveLength(1)
    const other = await team.app()
    const mine = { input: { appId: other, description: 'mine' } }
    expect((await server.request(query, mine, team.superAdmin.token)).status).toBe(200)
    opened.resolve()
    await gate
    await Promise.all(answers)
    expect(done.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(5).fill(503)])
    expect((await server.request(query, mine, team.admin.token)).status).toBe(200)
  })
})
