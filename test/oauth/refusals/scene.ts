import { afterAll, beforeAll, expect } from 'vitest'
import { startTestServer, type TestServer, type TestServerOptions } from '../../support/server.ts'
import { Team } from '../../support/team.ts'
import { CALLBACK, type FlowBrowser, Flows, type TestApp } from '../flows.ts'

/** How a request was refused: to the app's face by a redirect, or here. */
export interface Refused {
  readonly status: number
  readonly error: string
  readonly description?: string | undefined
  /** What the app is told beside that; undefined where it is told nothing. */
  readonly callback?: URL | undefined
  readonly headers: Headers
}

/** A server whose log is kept, with a team on it. */
export class Scene {
  server!: TestServer
  team!: Team
  flows!: Flows
  readonly lines: string[] = []
  #signedIn: Promise<FlowBrowser> | undefined
  readonly #shared = new Map<string, Promise<TestApp>>()

  /** An app of the team that tests may share. */
  shared(type: 'WEB' | 'PUBLIC' | 'DEVICE'): Promise<TestApp> {
    const app = this.#shared.get(type) ?? this.flows.app(this.team, type)
    this.#shared.set(type, app)
    return app
  }

  /** An app of its own that is installed in the team. */
  async installed(type: 'WEB' | 'PUBLIC', rest: object = {}): Promise<TestApp> {
    const app = await this.flows.app(this.team, type, rest)
    await this.team.install(app.id)
    return app
  }

  /** What an authorization request is refused with, in a browser in which somebody is signed in. */
  async authorize(query: string | Record<string, string>, headers: Record<string, string> = {}): Promise<Refused> {
    const text = typeof query === 'string' ? query : new URLSearchParams(query).toString()
    this.#signedIn ??= this.flows.browser(this.team.member)
    const { cookie } = await this.#signedIn
    const response = await this.server.fetch(`/oauth/authorize?${text}`, { headers: { cookie, ...headers } })
    const location = response.headers.get('location')
    const { status } = response
    if (location === null) {
      const { error, error_description: description } = (await response.json()) as Record<string, string>
      return { status, error: error ?? '', description, callback: undefined, headers: response.headers }
    }
    const callback = new URL(location, this.server.config.publicUrl)
    if (callback.origin === this.server.config.publicUrl) throw new Error(`was accepted, and sent to ${location}`)
    const said = new URLSearchParams(callback.search || callback.hash.slice(1))
    return { status, error: said.get('error') ?? '', callback, headers: response.headers }
  }

  /** The parameters of an authorization request that nothing is wrong with, and these. */
  parameters(app: { readonly id: string }, rest: Record<string, string> = {}): Record<string, string> {
    return {
      client_id: app.id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      state: 'state-of-the-app',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      ...rest,
    }
  }

  /** Lines that the server logged because something went wrong in it. */
  failures(): string[] {
    return this.lines.filter((line) => JSON.parse(line).level >= 50)
  }
}

/** The scene of a test file, whose log has at its end to be free of errors: clients can cause none. */
export function useScene(options: TestServerOptions = {}): Scene {
  const scene = new Scene()
  beforeAll(async () => {
    scene.server = await startTestServer({ onLog: (line) => scene.lines.push(line), ...options })
    scene.team = await Team.create(scene.server)
    scene.flows = await Flows.discover(scene.server)
  })
  afterAll(async () => {
    await scene.server[Symbol.asyncDispose]()
    expect(scene.failures()).toEqual([])
  })
  return scene
}

/** NUL, which no parameter may have (RFC 6749 appendix A), and bytes that are no UTF-8: a lone surrogate, and half a character. */
export const oddities = [
  'a%00b',
  '%ED%A0%80',
  '%C3',
  '%F0%9F%98%80',
  '%FF%FE',
  '%0D%0Ax:%20y',
  '%25',
  '%',
  '%5Bobject%5D',
]
