import { isObjectType, isUnionType } from 'graphql'
import { afterAll, beforeAll } from 'vitest'
import { publicId } from '../../src/ids.ts'
import { schema } from '../../src/server/schema.ts'
import { type Data, startTestServer, TestClock, type TestServer, type TestServerOptions } from './server.ts'
import type { Person } from './team.ts'

/** What a history tells, in short: names as they stand there, each change as `field: [before, after]`. */
export interface Told {
  readonly type: string
  /** `USER User 3`, `ORGANIZATION Team 1` */
  readonly actor: string
  readonly app?: string
  readonly user?: string
  readonly organization?: string
  readonly changes?: Record<string, [before: unknown, after: unknown]>
}

const detailsOf: Record<string, string> = {
  InvalidInputError: 'issues { path code message limit value }',
  QuotaReachedError: 'quota limit',
  AlreadyDecidedError: 'status decidedBy decidedAt',
  RequestsChangedError: 'scopes',
  InstallDeniedError: 'reason deniedUntil scopes',
  ImpactChangedError: 'impact { organizations users grants liveTokens lastUsedAt version }',
}

/** The server of a test file, and the ways to speak to it: always over HTTP, in somebody's name. */
export class World {
  /** Stands still until a test moves it. Users stay signed in for 15 minutes. */
  readonly clock = new TestClock()
  server!: TestServer

  /** The data of a query that must not have errors. */
  query(as: Person, document: string, variables: object = {}): Promise<Data> {
    return this.server.graphql(document, variables, { as: as.token })
  }

  /** The code of the one error that a query must have. */
  async queryError(as: Person, document: string, variables: object = {}): Promise<string> {
    const { errors } = await this.server.request(document, variables, as.token)
    if (errors?.length !== 1) throw new Error(`Expected one error, got ${JSON.stringify(errors)}`)
    return errors[0]?.extensions.code ?? ''
  }

  /** What `select` asks of the success of a mutation, which must succeed. */
  async does(as: Person, name: string, input: object, select = '__typename'): Promise<Data> {
    const { __typename, ...result } = await this.#mutate(as, name, input, select)
    if (__typename === `${typeOf(name)}Success`) return result
    throw new Error(`${name} was refused: ${JSON.stringify(result)}`)
  }

  /**
   * The typed error of a mutation, which must be refused: its code and details, without the message. Of
   * issues no null.
   */
  async refused(as: Person, name: string, input: object): Promise<Data> {
    const { __typename, message, ...error } = await this.#mutate(as, name, input, '__typename')
    for (const issue of error.issues ?? []) for (const key in issue) if (issue[key] === null) delete issue[key]
    if (__typename !== `${typeOf(name)}Success`) return error
    throw new Error(`${name} succeeded`)
  }

  /** What an INVALID_INPUT says is wrong, as `redirectUris.0: TOO_LONG 2000`. */
  async issues(as: Person, name: string, input: object): Promise<string[]> {
    const { code, issues } = await this.refused(as, name, input)
    if (code !== 'INVALID_INPUT') throw new Error(`Expected INVALID_INPUT, got ${code}`)
    return issues.map(({ path, code, limit, value }: Data) =>
      [`${path.join('.')}:`, code, limit, value].filter((part) => part !== undefined).join(' '),
    )
  }

  /** The version of what disabling, deleting, uninstalling or revoking would touch, and the rest of it. */
  async impact(as: Person, id: string, action?: 'DISABLE' | 'DELETE'): Promise<Data> {
    const numbers = 'organizations users grants liveTokens lastUsedAt version'
    const document = action
      ? `query ($id: ID!) { node(id: $id) { ... on App { impact(action: ${action}) { ${numbers} } } } }`
      : `query ($id: ID!) { node(id: $id) {
          ... on Installation { impact { ${numbers} } } ... on Grant { impact { ${numbers} } } } }`
    return (await this.query(as, document, { id })).node.impact
  }

  /** From now on: what was written since the last time, in every history there is, by its `org_…` or `usr_…`. */
  async listen(): Promise<() => Promise<Record<string, Told[]>>> {
    const { prisma } = this.server
    const readHeads = async () => new Map((await prisma.stream.findMany()).map(({ id, head }) => [id, head]))
    let heads = await readHeads()
    return async () => {
      const before = heads
      heads = await readHeads()
      const streams = await prisma.stream.findMany({ include: { events: { orderBy: { sequence: 'asc' } } } })
      const told = streams.map(({ id, kind, events }): [string, Told[]] => [
        publicId(kind === 'USER' ? 'User' : 'Organization', id),
        events.filter(({ sequence }) => sequence > (before.get(id) ?? 0n)).map(inShort),
      ])
      return Object.fromEntries(told.filter(([, events]) => events.length > 0))
    }
  }

  async #mutate(as: Person, name: string, input: object, select: string): Promise<Data> {
    const union = schema.getType(`${typeOf(name)}Result`)
    const members = isUnionType(union) ? union.getTypes().filter(isObjectType) : []
    const details = members.map(({ name }) => (detailsOf[name] ? `... on ${name} { ${detailsOf[name]} }` : ''))
    const document = `mutation ($input: ${typeOf(name)}Input!) { result: ${name}(input: $input) {
      __typename ... on Error { code message } ${details.join(' ')} ... on ${typeOf(name)}Success { ${select} } } }`
    return (await this.query(as, document, { input })).result
  }
}

const typeOf = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`

type Row = Awaited<ReturnType<TestServer['prisma']['event']['findFirstOrThrow']>>

function inShort({ type, actorKind, actorName, appName, userName, organizationName, changes }: Row): Told {
  const entries = (changes as { field: string; before: unknown; after: unknown }[]).map(
    ({ field, before, after }): [string, [unknown, unknown]] => [field, [before, after]],
  )
  return {
    type,
    actor: `${actorKind} ${actorName}`,
    ...(appName && { app: appName }),
    ...(userName && { user: userName }),
    ...(organizationName && { organization: organizationName }),
    ...(entries.length > 0 && { changes: Object.fromEntries(entries) }),
  }
}

/** One server for all tests of the file that calls this. */
export function useWorld(options: TestServerOptions = {}): World {
  const world = new World()
  beforeAll(async () => {
    world.server = await startTestServer({ clock: world.clock, ...options })
  })
  afterAll(() => world.server[Symbol.asyncDispose]())
  return world
}
