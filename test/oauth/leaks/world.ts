import { randomInt } from 'node:crypto'
import type { JWK } from 'jose'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import { inviteMember } from '../../../src/organizations/invitations.ts'
import { hashToken } from '../../../src/tokens/standing.ts'
import { sweepRotations } from '../../../src/tokens/sweep.ts'
import type { TestServer } from '../../support/server.ts'
import { type Person, Team, uuidOf } from '../../support/team.ts'
import { type FlowBrowser, Flows, type TestApp } from '../flows.ts'
import { approvedDeviceCode } from '../obedience.ts'

export const minute = 60_000

/** A row of the database, as a dump has it. */
export type Row = Readonly<Record<string, unknown>>
export type Dump = Readonly<Record<string, readonly Row[]>>

/** All that somebody has. */
export interface Loot {
  readonly dump?: Dump
  /** GATEHOUSE_SECRET. */
  readonly secret?: string
  /** Tokens, codes, links, cookies and so on, of which nobody said what they are. */
  readonly found?: readonly string[]
  readonly keys?: readonly JWK[]
}

/** The tokens of one sign-in: a code that was redeemed, tokens that are over, and those that live. */
export interface Session {
  readonly code: string
  readonly verifier: string
  readonly expired: string
  readonly exchanged: string
  readonly access: string
  readonly refresh: string
}

/** Everything of the attacked that is worth something: no attacker is given it, but the one who is to succeed. */
export interface Treasure {
  readonly signedIn: FlowBrowser
  readonly invitation: string
  readonly code: { readonly code: string; readonly verifier: string }
  readonly deviceCode: string
  readonly userCode: string
  readonly parkedUid: string
}

/** Two people who use apps, and all that leaks, an hour after most of it began. */
export class World {
  readonly server: TestServer
  readonly flows: Flows
  readonly team: Team
  /** Whose password nobody guesses, and whose anybody does. */
  readonly careful: Person
  readonly careless: Person
  readonly app: TestApp
  readonly web: TestApp
  readonly service: TestApp
  readonly device: TestApp
  readonly #browser: FlowBrowser

  private constructor(
    fields: Pick<World, 'flows' | 'team' | 'careful' | 'careless' | 'app' | 'web' | 'service' | 'device'> & {
      browser: FlowBrowser
    },
  ) {
    this.server = fields.flows.server
    this.flows = fields.flows
    this.team = fields.team
    this.careful = fields.careful
    this.careless = fields.careless
    this.app = fields.app
    this.web = fields.web
    this.service = fields.service
    this.device = fields.device
    this.#browser = fields.browser
  }

  static async create(server: TestServer): Promise<World> {
    const [flows, team] = [await Flows.discover(server), await Team.create(server)]
    const [careful, careless] = [team.member, team.admin]
    // It has no secret of its own, without which its tokens would be useless to a thief.
    const app = await flows.app(team, 'PUBLIC')
    const [web, device] = [await flows.app(team, 'WEB'), await flows.app(team, 'DEVICE')]
    for (const { id } of [app, web, device]) await team.install(id)
    const service = await flows.app(team, 'SERVICE', { scopes: ['documents:read'] })
    await team.authorize(service.id)
    return new World({
      flows,
      team,
      careful,
      careless,
      app,
      web,
      service,
      device,
      browser: await flows.browser(careful),
    })
  }

  /** A sign-in of an app, which has just got its first tokens … */
  async begin(): Promise<Session> {
    const authorized = await this.#authorize()
    const { access_token, refresh_token = '' } = await this.flows.redeem(this.app, authorized)
    const code = authorized.callback.searchParams.get('code') ?? ''
    return {
      code,
      verifier: authorized.verifier,
      expired: access_token,
      exchanged: '',
      access: '',
      refresh: refresh_token,
    }
  }

  /** … and, later, its next. */
  async goOn(session: Session): Promise<Session> {
    const { access_token, refresh_token = '' } = await this.flows.refresh(this.app, session.refresh)
    return { ...session, exchanged: session.refresh, access: access_token, refresh: refresh_token }
  }

  /** What is worth something now. */
  async treasure(): Promise<Treasure> {
    const viewer = await viewerOf(this.server.core, this.team.admin.id)
    const invited = { organizationId: uuidOf(this.team.id), email: 'new@example.com', role: 'MEMBER' } as const
    const { value } = await inviteMember(this.server.core, viewer, invited)
    const authorized = await this.#authorize()
    const parked = await this.#browser.follow(
      (await this.flows.request(this.app, { ...this.#there, prompt: 'consent' })).path,
    )
    // Somebody of whom nobody knows who they are.
    await this.server.fetch((await this.flows.request(this.app)).path)
    const { body } = await this.flows.post('/oauth/device_authorization', { client_id: this.device.id })
    return {
      signedIn: this.#browser,
      invitation: value.token,
      code: { code: authorized.callback.searchParams.get('code') ?? '', verifier: authorized.verifier },
      deviceCode: await approvedDeviceCode(this.flows, this.device, this.#browser, this.team),
      userCode: body.user_code,
      parkedUid: parked.path.split('/').at(-1) ?? '',
    }
  }

  /** Every row of every table. */
  async dump(): Promise<Dump> {
    const tables = await this.server.prisma.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
    const dump: Record<string, Row[]> = {}
    for (const { name } of tables) {
      const rows = await this.server.prisma.$queryRawUnsafe<{ row: Row }[]>(
        `SELECT to_jsonb(t) AS row FROM "${name}" AS t`,
      )
      dump[name] = rows.map(({ row }) => row)
    }
    return dump
  }

  /** The same, of tokens and codes only those of one sign-in, and the codes that wait. */
  async about({ access }: Session, dump: Dump): Promise<Dump> {
    const where = { hash: hashToken(access) }
    const { familyId } = await this.server.prisma.token.findUniqueOrThrow({ where })
    const ofFamily = (table: string) => (dump[table] ?? []).filter((row) => row.familyId === familyId)
    const Token = ofFamily('Token')
    const Rotation = (dump.Rotation ?? []).filter(({ tokenHash }) => Token.some(({ hash }) => hash === tokenHash))
    const waiting = (dump.AuthorizationCode ?? []).filter(({ redeemedAt }) => redeemedAt === null)
    return { ...dump, Token, Rotation, AuthorizationCode: [...ofFamily('AuthorizationCode'), ...waiting] }
  }

  sweep(): Promise<void> {
    return sweepRotations(this.server.core)
  }

  /** Whether the app of this sign-in goes on working. */
  async isAlive({ access }: Session): Promise<boolean> {
    const headers = { authorization: `Bearer ${access}` }
    return (await this.server.fetch('/oauth/check', { headers })).status === 200
  }

  get #there() {
    return { organization_id: this.team.id }
  }

  #authorize() {
    return this.flows.authorize(this.app, this.#browser, this.#there)
  }
}

/** User codes that somebody tries in place of all 25.6 billion: this one among others. */
export function guesses(userCode: string): string[] {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const guess = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  return [...Array.from({ length: 200 }, guess), userCode.replace('-', '')]
}
