import { generateKeyPairSync } from 'node:crypto'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { durations, limits } from '../../src/config/defaults.ts'
import { type Data, startTestServer, type TestServer } from '../support/server.ts'
import { idOf, Team } from '../support/team.ts'
import type { Slot } from './slots.ts'

export interface Reply {
  readonly status: number
  /** Of a top-level error, or of the typed error that a mutation answered with; else `ok`. */
  readonly code: string
  readonly data?: Data
  /** Where the input is wrong, according to the answer. */
  readonly paths: readonly string[]
  /** And why, in their order. */
  readonly reasons: readonly string[]
}

/** Sends any value to any slot, with everything else as it should be. */
export class Prober implements AsyncDisposable {
  readonly server: TestServer
  readonly team: Team
  /** What the server logged as defects of its own. */
  readonly defects: string[]
  readonly #appId: string
  /** What goes beside the value in the input of a mutation, by the slot, until it is used up. */
  readonly #beside = new Map<Slot, object>()
  readonly #socket: ReturnType<typeof createClient>

  private constructor(server: TestServer, team: Team, appId: string, defects: string[]) {
    this.server = server
    this.team = team
    this.defects = defects
    this.#appId = appId
    this.#socket = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${team.superAdmin.token}` },
    })
  }

  /**
   * @param options.onQuery is told each statement that is sent to the database.
   * @param options.limits that are to be others.
   */
  static async start(
    options: { readonly onQuery?: (sql: string) => void; readonly limits?: Partial<typeof limits> } = {},
  ): Promise<Prober> {
    const defects: string[] = []
    const server = await startTestServer({
      config: {
        // A subscription with nothing to say says so at once.
        durations: { ...durations, checkpoint: 20 },
        limits: {
          ...limits,
          appsPerOrganization: 100_000,
          failedSignInsPerAddress: 100_000,
          invitationsPerUser: 100_000,
          ...options.limits,
        },
      },
      env: { LOG_LEVEL: 'error' },
      onLog: (line) => defects.push(line),
      onQuery: options.onQuery,
    })
    const team = await Team.create(server)
    // So that the organization has a case, whose fields take values, too.
    await team.request(await team.app())
    return new Prober(server, team, await team.app(), defects)
  }

  async send(slot: Slot, value: unknown): Promise<Reply> {
    if (slot.kind === 'subscription') return this.#subscribe(slot, value)
    if (slot.kind === 'query') return this.query(slot.document, { ...this.#parent(slot), value })
    const beside = this.#beside.get(slot) ?? (await this.#fill(slot))
    this.#beside.set(slot, beside)
    const reply = await this.query(slot.document, { value: { ...beside, [slot.field]: value } })
    if (reply.code === 'ok') this.#beside.delete(slot)
    return reply
  }

  async query(document: string, variables: object = {}): Promise<Reply> {
    const { superAdmin, admin } = this.team
    // Signing out would end everything that comes later.
    const token = document.includes('signOut(') ? await this.server.signIn(admin) : superAdmin.token
    const { status, data, errors } = await this.server.request(document, variables, token)
    return replyOf(status, data, errors)
  }

  async #subscribe(slot: Slot, value: unknown): Promise<Reply> {
    const variables = { ...this.#parent(slot), value }
    try {
      for await (const { data, errors } of this.#socket.iterate({ query: slot.document, variables })) {
        return replyOf(200, data, errors as never)
      }
      return replyOf(200, null)
    } catch (error) {
      if (Array.isArray(error)) return replyOf(200, null, error)
      throw error
    }
  }

  #parent({ document }: Slot): object {
    if (!document.includes('$parent')) return {}
    return { parent: document.includes('app(clientId: $parent)') ? this.#appId : this.team.id }
  }

  async #fill({ beside }: Slot): Promise<object> {
    const fields = beside.map(async ({ name, type }) => [name, await this.valid(name, String(type))])
    return Object.fromEntries(await Promise.all(fields))
  }

  /** Something that a field of this name may well hold; what a mutation uses up is made anew. */
  async valid(name: string, type = 'ID!'): Promise<unknown> {
    const { team } = this
    const make: Record<string, () => unknown> = {
      organizationId: () => team.id,
      appId: () => team.app(),
      clientId: () => this.#appId,
      installRequestId: async () => team.request(await team.app()),
      installationId: async () => team.install(await team.app()),
      membershipId: async () => team.membershipOf(await team.join('MEMBER')),
      userId: () => idOf('User', team.member),
      secretId: async () => team.secret(await team.app()),
      keyId: async () => team.key(await team.app({ type: 'SERVICE' }), publicKey()),
      grantId: async () => team.grant(await team.app()),
      denialId: async () => team.denial(await team.app()),
      invitationId: () => team.invitation('somebody@elsewhere.example'),
      sessionId: () => this.#session(),
      currentPassword: () => team.superAdmin.password,
      issuer: () => 'https://login.example',
      subject: () => 'somebody',
      newPassword: () => 'correct horse battery',
      edition: () => 'TEAM',
      key: publicKey,
      name: () => 'A name',
      confirmation: () => 'A name',
      email: () => team.member.email,
      password: () => team.member.password,
      scopes: () => ['openid'],
      type: () => 'DEVICE',
      role: () => 'ADMIN',
    }
    const found = make[name]
    if (!found) throw new Error(`nothing here says what a ${type} called ${name} may be`)
    return found()
  }

  /** A further session of the user who asks. */
  async #session(): Promise<string> {
    await this.server.signIn(this.team.superAdmin)
    const where = { userId: this.team.superAdmin.id }
    return idOf('Session', await this.server.prisma.session.findFirstOrThrow({ where, orderBy: { id: 'desc' } }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.dispose()
    await this.server[Symbol.asyncDispose]()
  }
}

const publicKey = () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()

interface Issue {
  readonly path: readonly string[]
  readonly code: string
}

interface Problem {
  readonly extensions?: { readonly code?: unknown; readonly issues?: readonly Issue[] }
}

function replyOf(status: number, data: Data, errors: readonly Problem[] = []): Reply {
  const result = data && Object.values<Data>(data)[0]
  const issues: readonly Issue[] = errors[0]?.extensions?.issues ?? result?.issues ?? []
  return {
    status,
    code: errors[0] ? String(errors[0].extensions?.code) : (result?.code ?? 'ok'),
    data,
    paths: issues.map(({ path }) => path.join('.')),
    reasons: issues.map(({ code }) => code),
  }
}
