import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/client.ts'
import { uuidOf } from '../support/team.ts'
import { GatehouseProcess } from './process.ts'

// SPEC.md section 6: if the transaction is lost, so are its events; if it commits, they exist.

const CRASHES = 2

describe.skipIf(process.env.TEST_DATABASE === 'postgres')('a process that is killed in the middle of writing', () => {
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-crash-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('leaves every change with its event and every event with its change', async () => {
    for (let crash = 0; crash < CRASHES; crash++) {
      await using gatehouse = await GatehouseProcess.start(directory)
      const acknowledged = await writeUntilKilled(gatehouse, 12 + 9 * crash)
      await expectWholeHistory(acknowledged)
    }
    const began = performance.now()
    await using gatehouse = await GatehouseProcess.start(directory)
    console.log(`opening after ${CRASHES} crashes: ${Math.round(performance.now() - began)} ms`)
    expect(await gatehouse.tokenOf('sofia')).toMatch(/^ey/)
    expect(await gatehouse.end('SIGTERM')).toBe(0)
  }, 120_000)

  /** Three people change things as fast as they can, until the process dies after so many answers. */
  async function writeUntilKilled(gatehouse: GatehouseProcess, answers: number): Promise<Acknowledged> {
    const done: Acknowledged = { apps: new Set(), deleted: new Set(), requests: new Set() }
    const [sofia, adam, mei] = await Promise.all(['sofia', 'adam', 'mei'].map((name) => gatehouse.tokenOf(name)))
    const organizations = '{ viewer { organizations { edges { node { organization { id edition } } } } } }'
    const { data } = await gatehouse.graphql(organizations, {}, adam)
    const team = data.viewer.organizations.edges
      .map(({ node }: { node: { organization: { id: string; edition: string } } }) => node.organization)
      .find(({ edition }: { edition: string }) => edition === 'TEAM').id
    const create = async () => {
      const input = { organizationId: team, name: 'Shortlived', type: 'DEVICE', scopes: ['openid'] }
      const id = (await mutate(gatehouse, sofia, 'createApp', input, 'app { id }')).app.id
      done.apps.add(id)
      return id
    }
    const base = await create()

    let left = answers
    let killed = false
    const repeat = async (write: (round: number) => Promise<void>) => {
      for (let round = 0; !killed; round++) {
        try {
          await write(round)
        } catch (error) {
          if (!killed) throw error
          return
        }
        if (--left === 0) {
          killed = true
          // Not awaited first: the others are to be in the middle of something.
          void gatehouse.end('SIGKILL')
        }
      }
    }
    await Promise.all([
      repeat(async (round) => {
        const appId = await create()
        if (round % 2) return
        await mutate(gatehouse, sofia, 'deleteApp', { appId, confirmation: 'Shortlived' }, 'appId')
        done.deleted.add(appId)
      }),
      repeat(async (round) => {
        await mutate(gatehouse, adam, 'updateApp', { appId: base, description: `${round}` }, 'cursor')
      }),
      repeat(async (round) => {
        const asked = { organizationId: team, appId: base }
        const answer = await mutate(gatehouse, mei, 'requestInstall', asked, 'installRequest { id }')
        const installRequestId = answer.installRequest.id
        done.requests.add(installRequestId)
        if (round % 5 < 4) await mutate(gatehouse, mei, 'withdrawInstallRequest', { installRequestId }, 'cursor')
      }),
    ])
    expect(await gatehouse.code).toBe(null)
    return done
  }

  async function expectWholeHistory({ apps, deleted, requests }: Acknowledged): Promise<void> {
    await using database = await openDatabase({ directory })
    const { prisma } = database
    const [broken] = await prisma.$queryRaw<[Record<string, number>]>`
      WITH created AS (SELECT "appId" FROM "Event" WHERE "type" = 'APP_CREATED'),
        ended AS (SELECT DISTINCT "appId" FROM "Event" WHERE "type" = 'APP_DELETED'),
        live AS (SELECT "appId" FROM created EXCEPT SELECT "appId" FROM ended),
        settled AS (SELECT "installRequestId" AS "id", 'WITHDRAWN' AS "status" FROM "Event" WHERE "type" = 'INSTALL_WITHDRAWN'
          UNION SELECT "installRequestId", 'APPROVED' FROM "Event" WHERE "type" = 'INSTALL_APPROVED'
          UNION SELECT "installRequestId", 'DENIED' FROM "Event" WHERE "type" = 'INSTALL_DENIED')
      SELECT
        (SELECT count(*) FROM "App" WHERE "id" NOT IN (SELECT "appId" FROM live))::int AS "apps without an event",
        (SELECT count(*) FROM live WHERE "appId" NOT IN (SELECT "id" FROM "App"))::int AS "events without an app",
        (SELECT count(*) FROM "InstallRequest" WHERE "id" NOT IN (
          SELECT "installRequestId" FROM "Event" WHERE "type" = 'INSTALL_REQUESTED'))::int AS "requests without an event",
        (SELECT count(*) FROM "InstallRequest" r FULL JOIN settled s USING ("id") JOIN "Event" e
          ON e."installRequestId" = COALESCE(r."id", s."id") AND e."type" = 'INSTALL_REQUESTED'
          WHERE e."appId" IN (SELECT "id" FROM "App")
          AND COALESCE(r."status"::text, 'gone') <> COALESCE(s."status", 'PENDING'))::int AS "requests that ended otherwise",
        (SELECT count(*) FROM "App" a WHERE a."description" <> COALESCE((
          SELECT change->>'after' FROM "Event" e, jsonb_array_elements(e."changes") AS change
          WHERE e."type" = 'APP_UPDATED' AND e."appId" = a."id" AND change->>'field' = 'description'
          ORDER BY e."sequence" DESC LIMIT 1), a."description"))::int AS "apps edited without an event",
        (SELECT count(*) FROM "Stream" s WHERE s."head" <> (SELECT COALESCE(max(e."sequence"), 0) FROM "Event" e
          WHERE e."streamId" = s."id"))::int AS "heads that are not the newest event",
        (SELECT count(*) FROM "Stream" s WHERE s."head" <> (SELECT count(*) FROM "Event" e
          WHERE e."streamId" = s."id"))::int AS "histories with gaps",
        (SELECT count(*) FROM "Organization" o WHERE o."appCount" <> (
          SELECT count(*) FROM "App" a WHERE a."organizationId" = o."id"))::int AS "wrong counts of apps"`
    expect(broken).toEqual(Object.fromEntries(Object.keys(broken).map((name) => [name, 0])))

    // What was answered has happened; of what was not answered nothing is said.
    const kept = await prisma.app.count({ where: { id: { in: [...apps].map(uuidOf) } } })
    expect(kept).toBeLessThanOrEqual(apps.size - deleted.size)
    expect(kept).toBeGreaterThanOrEqual(apps.size - deleted.size - 1)
    expect(await prisma.app.count({ where: { id: { in: [...deleted].map(uuidOf) } } })).toBe(0)
    const asked = { id: { in: [...requests].map(uuidOf) } }
    expect(await prisma.installRequest.count({ where: asked })).toBe(requests.size)
    expect(apps.size + requests.size).toBeGreaterThan(3)
  }
})

/** The ids of what the server said it had done. */
interface Acknowledged {
  readonly apps: Set<string>
  readonly deleted: Set<string>
  readonly requests: Set<string>
}

async function mutate(
  gatehouse: GatehouseProcess,
  token: string | undefined,
  name: string,
  input: object,
  success: string,
) {
  const Name = name[0]?.toUpperCase() + name.slice(1)
  const { data, errors } = await gatehouse.graphql(
    `mutation ($input: ${Name}Input!) {
      result: ${name}(input: $input) { ... on ${Name}Success { ${success} } ... on Error { code message } }
    }`,
    { input },
    token,
  )
  if (errors || data.result.code) throw new Error(JSON.stringify({ name, errors, ...data }))
  return data.result
}
