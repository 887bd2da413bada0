import { pino } from 'pino'
import { type Config, readConfig } from '../../src/config/config.ts'
import type { Clock, Core } from '../../src/core.ts'
import { type Database, openDatabase } from '../../src/database/client.ts'
import { createUser } from '../../src/organizations/users.ts'
import { type Server, startServer } from '../../src/server/server.ts'
import { hashPassword } from '../../src/sign-in/passwords.ts'
import { createTestDatabase } from './database.ts'

export type DatabaseKind = 'pglite' | 'postgres'

/** The kind that tests run on where they do not say: what TEST_DATABASE names, or the embedded one. */
export const defaultDatabase: DatabaseKind = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'pglite'

/** No test relies on the built-in one: servers that others could reach, such as those on PostgreSQL, have none. */
export const TEST_SECRET = '5d0f9c1be7a24863f1c0d98e7b3a6254'

export interface TestServerOptions {
  readonly database?: DatabaseKind
  readonly clock?: Clock
  /** Environment variables, as `main.ts` would read them. */
  readonly env?: Readonly<Record<string, string>>
  /** Whatever else of the configuration is to be different. */
  readonly config?: Partial<Config>
  /** `limits.mutationsPerUser`; so many that no test meets it where it is not said. */
  readonly mutationsPerUser?: number
  /** Lines of JSON, as the server would log them. */
  readonly onLog?: (line: string) => void
  /** Told each statement that is sent to the database. */
  readonly onQuery?: (sql: string) => void
}

export interface TestUser {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly password: string
}

/** A Bearer token, or a Cookie header. */
export type Identity = string | { readonly cookie: string }

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers freely; that the document is valid the server checks.
export type Data = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly data?: Data
  readonly errors?: {
    message: string
    path?: (string | number)[]
    extensions: Record<string, unknown> & { code: string }
  }[]
}

/** A server on a free port with a database of its own; disposing leaves nothing behind. */
export class TestServer implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack
  readonly #database: Database
  readonly #start: () => Promise<Server>
  #server: Server

  constructor(resources: AsyncDisposableStack, database: Database, start: () => Promise<Server>, server: Server) {
    this.#resources = resources
    this.#database = database
    this.#start = start
    this.#server = server
  }

  get url(): string {
    return this.#server.url
  }

  get core(): Core {
    return this.#server.core
  }

  get config(): Config {
    return this.#server.config
  }

  get prisma(): Database['prisma'] {
    return this.#database.prisma
  }

  /**
   * Stops, and starts again on the same data; at another port, because somebody may have taken this one,
   * but with the same PUBLIC_URL, so that tokens stay good.
   *
   * @param meanwhile what happens while it is away.
   */
  async restart(meanwhile?: () => Promise<void>): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await meanwhile?.()
    this.#server = await this.#start()
  }

  /** Another node on the same database. The caller disposes it. */
  startNode(): Promise<Server> {
    return this.#start()
  }

  /** `fetch` of a path, without following redirects. */
  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), { redirect: 'manual', ...init })
  }

  /** Sends an operation over HTTP, and returns whatever is answered. */
  async request(
    query: string,
    variables: object = {},
    as?: Identity,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const identity: Record<string, string> = typeof as === 'string' ? { authorization: `Bearer ${as}` } : { ...as }
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...identity, ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) }
  }

  /** The data of an operation that must not have errors. */
  async graphql(query: string, variables: object = {}, { as }: { as?: Identity } = {}): Promise<Data> {
    const { data, errors, headers } = await this.request(query, variables, as)
    if (!errors) return data
    const details = { query, variables, errors, requestId: headers.get('x-request-id') }
    throw new Error(`The operation failed: ${JSON.stringify(details, null, 2)}`)
  }

  /** A person with a local account and a personal organization. */
  async createUser(given: Partial<Omit<TestUser, 'id'>> = {}): Promise<TestUser> {
    const number = ++users
    const user = {
      name: `User ${number}`,
      email: `user${number}@example.com`,
      password: `password ${number}`,
      ...given,
    }
    const passwordHash = await hashPassword(this.config, user.password)
    const { id } = await createUser(this.core, { name: user.name, email: user.email, passwordHash })
    return { id, ...user }
  }

  /** The token of a user who signs in over the API. */
  async signIn({ email, password }: Pick<TestUser, 'email' | 'password'>): Promise<string> {
    const { signIn } = await this.graphql(
      `mutation ($input: SignInInput!) {
        signIn(input: $input) { __typename ... on SignInSuccess { token } ... on Error { code message } }
      }`,
      { input: { email, password } },
    )
    if (signIn.__typename !== 'SignInSuccess') throw new Error(`${email} cannot sign in: ${JSON.stringify(signIn)}`)
    return signIn.token
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.#resources.disposeAsync()
  }
}

let users = 0

/** TEST_READS=prisma runs a suite without the reads of our own, which must answer the same. */
const ownReads = process.env.TEST_READS !== 'prisma'

/** Connections to PostgreSQL: tests hold locks by some of them, and look who waits by another. */
const POOL = 16

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using resources = new AsyncDisposableStack()
  const { location } = resources.use(await createTestDatabase(options.database ?? defaultDatabase))
  const { onQuery, config: { durations, limits: bounds } = {} } = options
  const poolSize = 'url' in location && { poolSize: POOL }
  const database = resources.use(
    await openDatabase({ ...location, ...poolSize, onQuery, ownReads, bounds: { ...durations, ...bounds } }),
  )
  const wanted: Config = {
    ...readConfig({
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: options.onLog ? 'debug' : 'silent',
      GATEHOUSE_SECRET: TEST_SECRET,
      ...options.env,
    }),
    // As cheap as argon2 gets: what passwords cost is not what tests are about.
    passwordHashing: { memoryCost: 8, timeCost: 1, parallelism: 1 },
    ...options.config,
  }
  // In tests of what happens at the same time, one person does it all.
  const config = { ...wanted, limits: { ...wanted.limits, mutationsPerUser: options.mutationsPerUser ?? 100 } }
  const log = pino({ level: config.logLevel }, options.onLog && { write: options.onLog })
  const start = (publicUrl = config.publicUrl) =>
    startServer({ config: { ...config, publicUrl }, database, log, clock: options.clock })
  const server = await start()
  return new TestServer(resources.move(), database, () => start(server.config.publicUrl), server)
}

/** A clock that stands still until it is told to move. */
export class TestClock implements Clock {
  #now: number

  constructor(now: Date | number = Date.now()) {
    this.#now = Number(now)
  }

  now(): Date {
    return new Date(this.#now)
  }

  /** Moves on by so many milliseconds. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}
