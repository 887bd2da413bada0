import { type Client, createClient } from 'graphql-ws'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { durations, limits } from '../../src/config/defaults.ts'
import { startBrowserSession } from '../../src/sign-in/sessions.ts'
import { basic, resourceServers } from '../oauth/check/check-server.ts'
import { type Answer, defaultDatabase, type TestUser } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'
import { useWorld } from '../support/world.ts'

// Locks are held, and requests wait for them until no connection is free and no more may wait. Nothing here
// may end by a timeout: that is what another file is about.

const minute = 60_000
const day = 24 * 60 * minute
const QUEUE = 12
/** How many come that are too many. */
const TOO_MANY = 5
const statements: string[] = []
const world = useWorld({
  config: {
    resourceServers,
    durations: {
      ...durations,
      databaseWait: minute,
      reservedWait: minute,
      statement: minute,
      lock: minute,
      transaction: minute,
      // The node's own sweeps would wait in the queue, too.
      sweep: day,
      frequentSweep: day,
    },
    limits: { ...limits, databaseQueue: QUEUE },
  },
  onQuery: (sql) => statements.push(sql),
})
const isPostgres = defaultDatabase === 'postgres'
/** Connections for everything that has none of its own; see `shareOut`. */
const ORDINARY = isPostgres ? 11 : 1

let team: Team
let appId: string
let token: string
let cookie: string
let strangers: TestUser[]

beforeAll(async () => {
  const { server } = world
  team = await Team.create(server)
  cookie = `gatehouse_session=${await startBrowserSession(server.core, team.admin.id)}`
  strangers = await Promise.all(Array.from({ length: QUEUE }, () => server.createUser()))
})

beforeEach(async () => {
  appId = await team.app()
  await team.install(appId)
  token = (await issueToken(world.server, await team.grant(appId))).token
  // Else what the test before has used would be written while this one holds the database.
  await world.server.core.lastUse.flush()
})

/** Holds a lock on the app's row, and on the embedded database the one connection, until it is opened. */
async function holdApp(): Promise<{ open: () => Promise<void> } & AsyncDisposable> {
  const [held, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const gate = world.server.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM "App" WHERE "id" = ${uuidOf(appId)}::uuid FOR UPDATE`
    held.resolve()
    await opened.promise
  })
  await Promise.race([held.promise, gate])
  const open = async () => {
    opened.resolve()
    await gate
  }
  return { open, [Symbol.asyncDispose]: open }
}

/** By cookie, because requests with tokens ask in one statement who sends them. */
const rename = (description: string) =>
  world.server.request(
    `mutation ($input: UpdateAppInput!) { updateApp(input: $input) { __typename } }`,
    { input: { appId, description } },
    { cookie },
  )

const count = () =>
  world.server.request(
    'query ($id: ID!) { organization(id: $id) { apps { totalCount } } }',
    { id: team.id },
    { cookie },
  )

const signIn = ({ email, password }: TestUser) =>
  world.server.request(
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInSuccess { __typename } } }',
    { input: { email, password } },
  )

type Filler = (n: number) => Promise<Answer>
const renames: Filler = (n) => rename(`in the queue ${n}`)
/** In turn. */
const mixed: Filler = (n) =>
  [renames, count, () => signIn(strangers[n % QUEUE] as TestUser)][n % 3]?.(n) as Promise<Answer>

const connectionsThatWait = async (): Promise<number> => {
  const [row] = await world.server.core.reserved.health.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM pg_stat_activity
    WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`
  return row?.count ?? 0
}

/** Mutations of the app until no connection is free, and then others until the queue is full; {@link holdApp} comes first. */
async function fill(filler = renames) {
  const running = []
  if (isPostgres) {
    for (let n = 1; n < ORDINARY; n++) running.push(rename(`at a lock ${n}`))
    await vi.waitFor(async () => expect(await connectionsThatWait()).toBe(ORDINARY - 1), { timeout: 30_000 })
  }
  let refused = 0
  for (let n = 0; n < QUEUE + TOO_MANY; n++) {
    const answer = filler(n)
    running.push(answer)
    void answer.then(({ status }) => (refused += status === 503 ? 1 : 0))
  }
  await vi.waitFor(() => expect(refused).toBe(TOO_MANY), { timeout: 30_000 })
  return running
}

const openClient = () =>
  createClient({
    url: `${world.server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    // It stays open between operations.
    lazyCloseTimeout: minute,
    connectionParams: { authorization: `Bearer ${team.admin.token}` },
  })

/** A WebSocket that is open before nothing else finds room. */
async function connected(): Promise<Client> {
  const client = openClient()
  await Array.fromAsync(client.iterate({ query: '{ __typename }' }))
  return client
}

const check = async (bearer: string) =>
  (await world.server.fetch('/oauth/check', { headers: { authorization: `Bearer ${bearer}` } })).status

async function introspect(): Promise<unknown> {
  const [documents] = resourceServers
  const response = await world.server.fetch('/oauth/introspect', {
    method: 'POST',
    headers: { authorization: basic(documents?.id ?? '', documents?.secret ?? '') },
    body: new URLSearchParams({ token }),
  })
  return ((await response.json()) as { active: unknown }).active
}

const reservedAnswers = () =>
  Promise.all([
    check(token),
    check('nonsense'),
    introspect(),
    world.server.fetch('/readyz').then(({ status }) => status),
  ])

/** Every kind of path that needs the database, and what it says when that has no room. */
const doors: Record<string, { ask: () => Promise<Response>; says: unknown }> = {
  'a query': {
    ask: () => graphql({ query: '{ viewer { user { name } } }' }),
    says: { errors: [{ extensions: { code: 'OVERLOADED' } }] },
  },
  'an anonymous sign-in': {
    ask: () =>
      world.server.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query: 'mutation { signIn(input: { email: "a@example.com", password: "b" }) { __typename } }',
        }),
      }),
    says: { errors: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 2 } }] },
  },
  'a token request': {
    ask: () =>
      world.server.fetch('/oauth/token', {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: appId }),
      }),
    says: { error: 'temporarily_unavailable' },
  },
  'a token request of an SDK for Coze': {
    ask: () =>
      world.server.fetch('/api/permission/oauth2/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: 'x', client_id: appId }),
      }),
    says: { error: 'temporarily_unavailable' },
  },
  'a program at the authorization endpoint': {
    ask: () => world.server.fetch(`/oauth/authorize?client_id=${appId}&response_type=code`),
    says: { error: 'temporarily_unavailable' },
  },
}

const graphql = (body: object) =>
  world.server.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${team.admin.token}` },
    body: JSON.stringify(body),
  })

const authorizePage = () =>
  world.server.fetch(`/oauth/authorize?client_id=${appId}&response_type=code`, { headers: { accept: 'text/html' } })

describe('while nothing else finds room', () => {
  test.runIf(isPostgres)('token checks, introspection and health are answered at once', async () => {
    await using gate = await holdApp()
    const running = await fill()
    expect(await reservedAnswers()).toEqual([200, 401, true, 200])
    await gate.open()
    const statuses = (await Promise.all(running)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 503)).toHaveLength(TOO_MANY)
    expect(statuses.filter((status) => status === 200)).toHaveLength(ORDINARY - 1 + QUEUE)
  })

  test.runIf(!isPostgres)('a token check runs next after the transaction in progress', async () => {
    await using gate = await holdApp()
    const running = await fill()
    const answers = reservedAnswers()
    // By the time that these are answered, those four wait.
    for (let n = 0; n < 3; n++) expect((await rename('too many')).status).toBe(503)
    const lastCheck = world.server.core.reserved.check.$queryRaw`SELECT 'last'`
    statements.length = 0
    await gate.open()
    expect(await answers).toEqual([200, 401, true, 200])
    await lastCheck
    const first = statements.findIndex((sql) => sql.includes('"Token"') || sql.includes("'last'"))
    expect(statements.slice(0, first).filter((sql) => !sql.includes('COMMIT'))).toEqual([])
    expect((await Promise.all(running)).filter(({ status }) => status === 503)).toHaveLength(TOO_MANY)
  })

  test('token checks are answered also among counts and sign-ins, which are all done or refused', async () => {
    await using gate = await holdApp()
    const running = await fill(mixed)
    const answers = reservedAnswers()
    // The embedded database has the one connection, which is held.
    if (!isPostgres) await gate.open()
    expect(await answers).toEqual([200, 401, true, 200])
    await gate.open()
    const statuses = (await Promise.all(running)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(await reservedAnswers()).toEqual([200, 401, true, 200])
  })

  test('a token check does not wait for what came at the same time', async () => {
    const names = [...Array(QUEUE).keys()].map((n) => `at the same time ${n}`)
    statements.length = 0
    const running = names.map(rename)
    expect(await check(token)).toBe(200)
    const committed = statements.filter((sql) => sql.startsWith('UPDATE "public"."App"')).length
    expect(committed).toBeLessThan(4)
    expect((await Promise.all(running)).map(({ data }) => data?.updateApp.__typename)).toEqual(
      names.map(() => 'UpdateAppSuccess'),
    )
  })

  test('everything else is told to try again, as its client understands it, and works afterwards', async () => {
    const socket = await connected()
    await using gate = await holdApp()
    const running = await fill()
    for (const [name, { ask, says }] of Object.entries(doors)) {
      const response = await ask()
      expect([name, response.status, response.headers.get('retry-after')]).toEqual([name, 503, '2'])
      expect(await response.json(), name).toMatchObject(says as object)
    }
    const asked = Array.fromAsync(openClient().iterate({ query: '{ viewer { user { name } } }' }))
    await expect(asked, 'a new WebSocket').rejects.toMatchObject({ code: 1013, reason: 'OVERLOADED' })
    const told = Array.fromAsync(socket.iterate({ query: '{ viewer { user { name } } }' }))
    await expect(told, 'an open WebSocket').rejects.toMatchObject([{ extensions: { code: 'OVERLOADED' } }])
    const page = await authorizePage()
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await page.text()).toContain('Busy right now')

    await gate.open()
    await Promise.all(running)
    for (const [name, { ask }] of Object.entries(doors)) expect((await ask()).status, name).toBeLessThan(500)
    expect((await authorizePage()).status).toBeLessThan(500)
    const query = '{ viewer { user { id } } }'
    for (const client of [socket, openClient()]) {
      expect(await Array.fromAsync(client.iterate({ query }))).toMatchObject([{ data: { viewer: {} } }])
      await client.dispose()
    }
    expect((await rename('after all')).data).toEqual({ updateApp: { __typename: 'UpdateAppSuccess' } })
  })
})
