import { describe, expect } from 'vitest'
import { type Data, startTestServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import type { Person } from '../support/team.ts'

/** Races do not show on the embedded database: its one connection lets one transaction through at a time. */
export const onPostgres = describe.skipIf(process.env.TEST_DATABASE !== 'postgres')

/** Shows what went wrong inside, where an answer only says INTERNAL. */
export const startRaceServer = (options: TestServerOptions = {}): Promise<TestServer> =>
  startTestServer({
    onLog: (line) => line.includes('internal error') && console.error(line),
    ...options,
    env: { LOG_LEVEL: 'error', ...options.env },
  })

export interface Outcome {
  /** `ok`, or the code of the error. */
  readonly code: string
  readonly result: Data
}

/** A mutation in somebody's name; `success` is what to ask of its success. */
export async function mutate(
  server: TestServer,
  as: Person,
  name: string,
  input: object,
  success = 'cursor',
): Promise<Outcome> {
  const Name = name[0]?.toUpperCase() + name.slice(1)
  const { data, errors } = await server.request(
    `mutation ($input: ${Name}Input!) {
      result: ${name}(input: $input) {
        __typename
        ... on ${Name}Success { ${success} }
        ... on Error { code message ... on AlreadyDecidedError { status decidedBy } }
      }
    }`,
    { input },
    as.token,
  )
  const result = data?.result
  return { code: errors?.[0]?.extensions.code ?? result?.code ?? 'ok', result }
}

/** Begins everything at once, in an order that differs from round to round, and returns the outcomes in that given. */
export async function atOnce<T>(round: number, ...starts: readonly (() => Promise<T>)[]): Promise<T[]> {
  const running = new Map<number, Promise<T>>()
  for (const index of starts.keys()) {
    const turned = (index + round) % starts.length
    running.set(turned, (starts[turned] as () => Promise<T>)())
  }
  return Promise.all(starts.map((_, index) => running.get(index) as Promise<T>))
}

export const rounds = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** Numbers that look random and are the same in every run: mulberry32. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** What must hold whatever happened, and in whatever order. */
export async function expectConsistentWorld({ prisma }: TestServer): Promise<void> {
  const [broken] = await prisma.$queryRaw<[Record<string, number>]>`
    SELECT
      (SELECT count(*) FROM "Installation" i WHERE i."state" = 'PENDING' AND NOT EXISTS (
        SELECT FROM "InstallRequest" r WHERE r."appId" = i."appId" AND r."organizationId" = i."organizationId"
        AND r."status" = 'PENDING'))::int AS "pending installations that nobody asks for",
      (SELECT count(*) FROM "InstallRequest" r WHERE r."status" = 'PENDING' AND NOT EXISTS (
        SELECT FROM "Installation" i WHERE i."appId" = r."appId" AND i."organizationId" = r."organizationId"
        ))::int AS "pending requests without an installation",
      (SELECT count(*) FROM "InstallRequest" r WHERE r."status" = 'PENDING' AND NOT EXISTS (
        SELECT FROM "Membership" m WHERE m."userId" = r."requesterId" AND m."organizationId" = r."organizationId"
        ))::int AS "pending requests of people who are no members",
      (SELECT count(*) FROM "Organization" o WHERE o."appCount" <> (
        SELECT count(*) FROM "App" a WHERE a."organizationId" = o."id"))::int AS "wrong counts of apps",
      (SELECT count(*) FROM "Stream" s WHERE s."head" <> (
        SELECT count(*) FROM "Event" e WHERE e."streamId" = s."id"))::int AS "histories with gaps",
      (SELECT count(*) FROM "Tombstone" t JOIN "Stream" s ON s."id" = t."organizationId" WHERE t."eventId" IS NOT NULL AND NOT EXISTS (
        SELECT FROM "Event" e WHERE e."id" = t."eventId"))::int AS "tombstones without an event",
      (SELECT count(*) FROM "Stream" s WHERE NOT EXISTS (SELECT FROM "Organization" o WHERE o."id" = s."id")
        AND NOT EXISTS (SELECT FROM "User" u WHERE u."id" = s."id"))::int AS "histories of nobody"`
  expect(broken).toEqual(Object.fromEntries(Object.keys(broken).map((name) => [name, 0])))
}
