import { type Client, createClient, type SubscribePayload } from 'graphql-ws'
import pino from 'pino'
import { expect, vi } from 'vitest'
import WebSocket from 'ws'
import type { SessionCredential } from '../../src/access/viewer.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import { durations, limits } from '../../src/config/defaults.ts'
import type { Clock, Core } from '../../src/core.ts'
import { openDatabase } from '../../src/database/client.ts'
import type { EventType, Role } from '../../src/database/generated/client/enums.ts'
import { type Actor, change } from '../../src/history/change.ts'
import { newId, publicId } from '../../src/ids.ts'
import { type Server, startServer } from '../../src/server/server.ts'
import { issueToken } from '../../src/sign-in/session-tokens.ts'
import { startTokenSession } from '../../src/sign-in/sessions.ts'
import type { TestDatabase } from '../support/database.ts'
import { TEST_SECRET } from '../support/server.ts'

interface Overrides {
  durations?: Partial<Config['durations']>
  limits?: Partial<Config['limits']>
  clock?: Clock
  /** Told each statement that is sent to the database. */
  onQuery?: (sql: string) => void
  /** That of an earlier server, where its tokens are to be good for this one too. */
  publicUrl?: string
  redisUrl?: string
}

/** A server on a database that may outlive it, with rights checked faster than in production. */
export async function startFeedServer(
  database: TestDatabase,
  { clock, onQuery, publicUrl, redisUrl, ...overrides }: Overrides = {},
): Promise<Server> {
  const opened = await openDatabase({ ...database.location, onQuery })
  const config: Config = {
    ...readConfig({ NODE_ENV: 'test', PORT: '0', PUBLIC_URL: publicUrl, GATEHOUSE_SECRET: TEST_SECRET }),
    durations: { ...durations, rightsCheck: 100, ...overrides.durations },
    limits: { ...limits, ...overrides.limits },
    redisUrl,
  }
  const server = await startServer({ config, database: opened, clock, log: pino({ level: 'warn' }) })
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await opened[Symbol.asyncDispose]()
    },
  }
}

/** A user, signed in. */
export interface Person {
  readonly id: string
  readonly credential: SessionCredential
  readonly token: string
}

export async function signedIn(core: Core, name = 'Ada'): Promise<Person> {
  return signInAgain(core, await createUser(core, name))
}

async function createUser(core: Core, name: string): Promise<string> {
  const createdAt = core.clock.now()
  const id = newId()
  const personal = newId()
  await core.prisma.user.create({ data: { id, name, createdAt } })
  await core.prisma.organization.create({
    data: {
      id: personal,
      name,
      edition: 'PERSONAL',
      personalUserId: id,
      createdAt,
      memberships: { create: { id: newId(), userId: id, role: 'SUPER_ADMIN', createdAt } },
    },
  })
  await core.prisma.stream.createMany({
    data: [
      { id, kind: 'USER' },
      { id: personal, kind: 'ORGANIZATION' },
    ],
  })
  return id
}

export async function signInAgain(core: Core, id: string): Promise<Person> {
  const credential = await startTokenSession(core, id)
  return { id, credential, token: await issueToken(core, id, credential) }
}

/** A team with these members, and a super admin besides. */
export async function organizationOf(core: Core, members: Record<string, Role> = {}): Promise<string> {
  const createdAt = core.clock.now()
  const id = newId()
  const founder = await createUser(core, 'Founder')
  const memberships = Object.entries({ ...members, [founder]: 'SUPER_ADMIN' as Role })
  await core.prisma.organization.create({
    data: {
      id,
      name: 'Acme',
      edition: 'TEAM',
      createdAt,
      memberships: { create: memberships.map(([userId, role]) => ({ id: newId(), userId, role, createdAt })) },
    },
  })
  await core.prisma.stream.create({ data: { id, kind: 'ORGANIZATION' } })
  return id
}

const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }

/** Writes events with these names into the stream, in one transaction. */
export async function happen(
  core: Core,
  streamId: string,
  names: readonly string[],
  type: EventType = 'APP_UPDATED',
): Promise<string> {
  const changed = await change(core, system, async ({ record }) => {
    for (const name of names) record({ type, streams: [streamId], app: { id: streamId, name } })
  })
  return changed.cursor(streamId)
}

// Reading -------------------------------------------------------------------------------------------

export interface Delivery {
  cursor: string
  event: { appName: string; sequence: number; type: EventType } | null
}

/** Everything that one subscription was sent, to be awaited. */
export class Inbox implements Disposable {
  readonly deliveries: Delivery[] = []
  /** What ended it: undefined while it lasts, null where it was completed. */
  ended: unknown
  readonly #end = Promise.withResolvers<unknown>()
  #look = () => {}
  readonly stop: () => void

  constructor(client: Client, payload: SubscribePayload) {
    this.stop = client.subscribe(payload, {
      next: ({ data, errors }) => {
        if (errors) return this.#over(errors)
        this.deliveries.push(Object.values(data as Record<string, Delivery>)[0] as Delivery)
        this.#look()
      },
      error: (error) => this.#over(error),
      complete: () => this.#over(null),
    })
  }

  get events() {
    return this.deliveries.flatMap(({ event }) => event ?? [])
  }

  get names() {
    return this.events.map(({ appName }) => appName)
  }

  get cursor(): string | undefined {
    return this.deliveries.at(-1)?.cursor
  }

  /** Until this many events (or whatever `enough` says) have come. */
  async until(enough: number | ((inbox: this) => boolean)): Promise<this> {
    const isEnough = typeof enough === 'number' ? () => this.events.length >= enough : () => enough(this)
    while (!isEnough()) {
      if (this.ended !== undefined) throw new Error(`ended early: ${JSON.stringify(this.ended)}`)
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
    return this
  }

  /** What it ended with: errors, a close event, or null where it was completed. */
  end(): Promise<unknown> {
    return this.#end.promise
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  #over(reason: unknown): void {
    this.ended = reason
    this.#end.resolve(reason)
    this.#look()
  }
}

export function connect(server: Server, token?: string, on: Parameters<typeof createClient>[0]['on'] = {}): Client {
  return createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: true,
    retryAttempts: 0,
    onNonLazyError: () => {},
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    on,
  })
}

const selection = '{ cursor event { appName sequence type } }'

export const organizationEvents = (
  organizationId: string,
  after?: string,
  types?: readonly EventType[],
): SubscribePayload => ({
  query: `subscription ($id: ID!, $after: String, $types: [EventType!]) { organizationEvents(organizationId: $id, after: $after, types: $types) ${selection} }`,
  variables: { id: publicId('Organization', organizationId), after, types },
})

export const feedOf = (
  field: 'installRequests' | 'appStatusChanges',
  organizationId: string,
  after?: string,
): SubscribePayload => ({
  query: `subscription ($id: ID!, $after: String) { ${field}(organizationId: $id, after: $after) ${selection} }`,
  variables: { id: publicId('Organization', organizationId), after },
})

export const viewerEvents = (after?: string): SubscribePayload => ({
  query: `subscription ($after: String) { viewerEvents(after: $after) ${selection} }`,
  variables: { after },
})

/** One operation over HTTP. */
export async function ask(server: Server, token: string | undefined, body: { query: string; variables?: object }) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return (await response.json()) as { data?: unknown; errors?: { message: string; extensions: object }[] }
}

/** Until so many subscriptions are open. */
export const opened = (server: Server, count: number): Promise<void> =>
  vi.waitFor(() => expect(server.feed.openSubscriptions).toBe(count), 10_000)
