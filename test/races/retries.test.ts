import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Tx } from '../../src/database/client.ts'
import { change } from '../../src/history/change.ts'
import type { TestServer } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import { behind } from './gate.ts'
import { mutate, onPostgres, startRaceServer } from './support.ts'

const actor = { kind: 'SYSTEM', id: null, name: 'Test' } as const

// Should two changes wait for each other after all, the database ends one of them; that one is begun
// anew, and nobody is told.

onPostgres('a transaction that the database gives up on', () => {
  let server: TestServer
  let team: Team
  let warnings: string[] = []
  let defects: string[] = []

  beforeAll(async () => {
    server = await startRaceServer({
      env: { LOG_LEVEL: 'warn' },
      onLog: (line) => (line.includes('begun anew') ? warnings : defects).push(line),
    })
    team = await Team.create(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(() => {
    warnings = []
    defects = []
  })

  const lockApp = async (tx: Tx, id: string) => {
    await tx.$executeRaw`SELECT 1 FROM "App" WHERE "id" = ${uuidOf(id)}::uuid FOR UPDATE`
  }

  test('in favour of another is begun anew: both happen, each once', async () => {
    const [one, other] = [await team.app(), await team.app()]
    const before = await team.history()
    let runs = 0
    const both = Promise.withResolvers<void>()
    // The one takes them in the one order, the other in the other, and neither goes on before both have one.
    const take = (first: string, second: string) =>
      change(server.core, actor, async ({ tx, record }) => {
        await lockApp(tx, first)
        if (++runs === 2) both.resolve()
        await both.promise
        await lockApp(tx, second)
        record({ type: 'APP_UPDATED', streams: [uuidOf(team.id)], app: { id: uuidOf(first), name: first } })
      })
    await Promise.all([take(one, other), take(other, one)])
    expect(runs).toBe(3)
    expect(warnings).toHaveLength(1)
    expect(await team.history()).toEqual([...before, 'APP_UPDATED', 'APP_UPDATED'])
    const where = { streamId: uuidOf(team.id), actorName: 'Test' }
    const events = await server.prisma.event.findMany({ where })
    expect(events.map(({ appName }) => appName).sort()).toEqual([one, other].sort())
    const { head } = await server.prisma.stream.findUniqueOrThrow({ where: { id: uuidOf(team.id) } })
    expect(Number(head)).toBe(before.length + 2)
  })

  test('is begun anew without telling the caller of the API', async () => {
    const appId = await team.app({ name: 'Old' })
    const before = await team.history()
    const [renamed] = await behind(
      server,
      async (tx) => {
        // More patient than the other, so that it is not this one that is given up on.
        await tx.$executeRaw`SET LOCAL deadlock_timeout = '1min'`
        await tx.$executeRaw`SELECT 1 FROM "Stream" WHERE "id" = ${uuidOf(team.id)}::uuid FOR UPDATE`
        return () => lockApp(tx, appId)
      },
      () => mutate(server, team.admin, 'updateApp', { appId, name: 'New' }, 'app { name }'),
    )
    expect(renamed).toMatchObject({ code: 'ok', result: { app: { name: 'New' } } })
    expect(warnings).toHaveLength(1)
    expect(defects).toEqual([])
    expect(await team.history()).toEqual([...before, 'APP_UPDATED'])
  })

  test('again and again is begun three times, and then fails without having left anything', async () => {
    const before = await team.history()
    let runs = 0
    const failing = change(server.core, actor, async ({ tx, record }) => {
      runs += 1
      record({ type: 'APP_UPDATED', streams: [uuidOf(team.id)] })
      await tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '40001'; END $$`)
    })
    await expect(failing).rejects.toThrow()
    expect(runs).toBe(3)
    expect(warnings).toHaveLength(2)
    expect(await team.history()).toEqual(before)
  })

  test('for another reason is not begun anew', async () => {
    let runs = 0
    const failing = change(server.core, actor, async ({ tx }) => {
      runs += 1
      await tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END $$`)
    })
    await expect(failing).rejects.toThrow()
    expect(runs).toBe(1)
    expect(warnings).toEqual([])
  })
})
