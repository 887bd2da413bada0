import { afterAll, beforeAll } from 'vitest'
import { loadCaller } from '../../src/access/load-viewers.ts'
import type { Caller, Credential } from '../../src/access/viewer.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { publicId } from '../../src/ids.ts'
import { authenticate } from '../../src/sign-in/authenticate.ts'
import { type Answer, startTestServer, TestClock, type TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { issueToken, type TokenOptions } from '../support/tokens.ts'

export const minute = 60_000
export const READ = 'gatehouse:read'
export const MANAGE = 'gatehouse:manage'
export const INTROSPECT = 'gatehouse:introspect'
export const all = [READ, MANAGE, INTROSPECT, 'documents:read']

/** A token, and the app and the grant that it is of, `app_…` and `gra_…`. */
export interface Held {
  readonly token: string
  readonly hash: string
  readonly appId: string
  readonly grantId: string
}

export const NAME = 'query ($id: ID!) { organization(id: $id) { name viewerRole } }'

/** A server, and apps that hold access tokens for its API. */
class TokenHolders {
  readonly clock = new TestClock()
  statements: string[] = []
  server!: TestServer
  /** Publishes the apps whose tokens are tried. */
  vendor!: Team

  /** The token of a service app that the team authorized. */
  async serviceToken(
    team: Team,
    scopes: string[],
    { publisher = this.vendor, ...options }: TokenOptions & { publisher?: Team } = {},
  ): Promise<Held> {
    const appId = await publisher.app({ type: 'SERVICE', scopes: all, name: 'Robot' })
    const grantId = await team.authorize(appId)
    return { appId, grantId, ...(await issueToken(this.server, grantId, { scopes, ...options })) }
  }

  /** The token of an app that acts for a member of the team. */
  async tokenFor(team: Team, person: Person, scopes: string[]): Promise<Held> {
    const { core } = this.server
    const appId = await this.vendor.app({ scopes: all, name: 'Helper' })
    await team.install(appId)
    const place = { appId: uuidOf(appId), organizationId: uuidOf(team.id) }
    const grantId = await grantWithTokens(core, await viewerOf(core, person.id), place, all)
    return { appId, grantId: publicId('Grant', grantId), ...(await issueToken(this.server, grantId, { scopes })) }
  }

  nameOf(team: Team, token: string): Promise<Answer> {
    return this.server.request(NAME, { id: team.id }, token)
  }

  /** Calls a mutation: `ok`, or the code of the error. */
  async mutate(as: string, name: string, input: object): Promise<string> {
    const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`
    const answer = await this.server.request(
      `mutation ($input: ${Name}Input!) { result: ${name}(input: $input) { __typename ... on Error { code } } }`,
      { input },
      as,
    )
    return outcomeOf(answer)
  }

  async callerOf(token: string): Promise<Caller> {
    const { core } = this.server
    const credential = (await authenticate(core, { authorization: `Bearer ${token}` })) as Credential
    return (await loadCaller(core, credential)) as Caller
  }
}

export function outcomeOf({ data, errors }: Answer): string {
  if (errors?.[0]) return errors[0].extensions.code
  return data.result?.code ?? 'ok'
}

/** Those of a test file. */
export function useTokenHolders(): TokenHolders {
  const holders = new TokenHolders()
  beforeAll(async () => {
    const { clock } = holders
    holders.server = await startTestServer({ clock, onQuery: (sql) => holders.statements.push(sql) })
    holders.vendor = await Team.create(holders.server)
  })
  afterAll(() => holders.server[Symbol.asyncDispose]())
  return holders
}
