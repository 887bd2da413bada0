import { expect } from 'vitest'
import { TokenRefusals } from '../../src/oauth/token/limits.ts'
import { Metrics } from '../../src/server/metrics.ts'
import { makeApp } from '../../src/server/routes.ts'
import { schema } from '../../src/server/schema.ts'
import { makeYoga } from '../../src/server/yoga.ts'
import { basic } from '../oauth/check/check-server.ts'
import { type FlowBrowser, Flows } from '../oauth/flows.ts'
import type { Prober } from './prober.ts'

/** A method of a path, and what a request there begins with so that it comes as far as it can. */
interface Door {
  readonly method: string
  readonly path: string
  readonly beginning: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

/** A {@link Door} to send to. */
export class OpenDoor {
  readonly #door: Door
  readonly #prober: Prober
  readonly #browser: FlowBrowser

  constructor(door: Door, prober: Prober, browser: FlowBrowser) {
    this.#door = door
    this.#prober = prober
    this.#browser = browser
  }

  get path(): string {
    return this.#door.path
  }

  /** Whether it takes bodies. */
  get isPost(): boolean {
    return this.#door.method === 'POST'
  }

  /** The beginning as the members of an object in JSON. */
  get members(): string {
    return JSON.stringify(this.#door.beginning).slice(1, -1)
  }

  /** The same as that of a form or a query string. */
  get pairs(): string {
    return new URLSearchParams(this.#door.beginning).toString()
  }

  /** @returns the status of the answer. */
  async send(body: string, type: string): Promise<number> {
    return this.#fetch(this.path, { body, headers: { 'content-type': type } })
  }

  sendForm(more: string): Promise<number> {
    return this.send(this.pairs + more, 'application/x-www-form-urlencoded')
  }

  sendQuery(more: string): Promise<number> {
    return this.#fetch(`${this.path}?${this.pairs}${more}`)
  }

  async #fetch(path: string, init: { body?: string; headers?: Record<string, string> } = {}): Promise<number> {
    const { method, headers } = this.#door
    // Nobody is to be signed out by this.
    const cookie = this.path === '/sign-out' ? '' : this.#browser.cookie
    const response = await this.#prober.server.fetch(path, {
      ...init,
      method,
      headers: { cookie, ...headers, ...init.headers },
    })
    await response.arrayBuffer()
    return response.status
  }
}

/** Every method of every route that the server has, with somebody who is signed in and in the middle of everything. */
export async function everyDoor(prober: Prober): Promise<OpenDoor[]> {
  const { server, team } = prober
  const flows = await Flows.discover(server)
  const browser = await flows.browser(team.member)
  const apps = [await flows.app(team, 'PUBLIC'), await flows.app(team, 'WEB'), await flows.app(team, 'DEVICE')] as const
  const [app, web, device] = apps
  await team.install(app.id)
  const { path } = await flows.request(app, { organization_id: team.id, prompt: 'consent' })
  const authorization = Object.fromEntries(new URLSearchParams(path.split('?')[1]))
  const parked = await browser.follow(path)
  const starting = { client_id: device.id, organization_id: team.id }
  const { user_code } = (await flows.post('/oauth/device_authorization', starting)).body
  const refreshing = { grant_type: 'refresh_token', client_id: app.id, refresh_token: 'x' }
  const own = { form_token: browser.cookies.get('gatehouse_form') ?? '' }
  const byWeb = { authorization: basic(web.id, web.secret ?? '') }
  const coze = '/api/permission/oauth2'

  const known: Readonly<Record<string, Pick<Door, 'beginning'> & Partial<Door>>> = {
    '/sign-in': { beginning: { ...own, email: team.member.email, password: 'x' } },
    '/sign-in/:slug': { beginning: own },
    '/sign-out': { beginning: {} },
    '/invitations/:token': { beginning: { ...own, name: 'x', password: 'x' } },
    '/oauth/interaction/:uid': { beginning: { ...own, action: 'choose' } },
    '/oauth/device': { beginning: { ...own, action: 'confirm', user_code } },
    '/oauth/end-session': { beginning: own },
    '/oauth/authorize': { beginning: authorization },
    '/oauth/par': { beginning: authorization },
    '/oauth/token': { beginning: refreshing },
    '/oauth/device_authorization': { beginning: starting },
    '/oauth/revoke': { beginning: { token: 'x' }, headers: byWeb },
    '/oauth/introspect': { beginning: { token: 'x' }, headers: byWeb },
    '/oauth/userinfo': { beginning: {} },
    '/oauth/check': { beginning: {} },
    '/graphql': { beginning: { query: '{ __typename }' } },
    [`${coze}/token`]: { beginning: refreshing },
    [`${coze}/account/:id/token`]: { beginning: refreshing },
    [`${coze}/enterprise_id/:id/token`]: { beginning: refreshing },
    [`${coze}/device/code`]: { beginning: starting },
    [`${coze}/workspace_id/:id/device/code`]: { beginning: starting },
    '/nowhere': { beginning: {} },
  }
  const parts: Readonly<Record<string, string>> = {
    uid: parked.path.split('/').at(-1) ?? '',
    slug: '1',
    token: await invite(prober),
    id: team.id,
    appid: app.id,
  }
  const said = <T>(value: T | undefined, what: string): T => value ?? expect.fail(`nothing here says ${what}`)
  const doors = routesOf(prober).map(([method, path]) => {
    const filled = path.replaceAll(/:(\w+)/g, (name, part) => said(parts[part], `what ${name} of ${path} may be`))
    const beginning = known[path] ?? (method === 'POST' ? undefined : { beginning: {} })
    return { method, path: filled, headers: {}, ...said(beginning, `how a request to ${path} begins`) }
  })
  return doors.map((door) => new OpenDoor(door, prober, browser))
}

/** Methods and paths, and a path that nothing is at. */
function routesOf({ server: { core } }: Prober): (readonly [method: string, path: string])[] {
  const metrics = new Metrics({ openSubscriptions: 0, delivered: 0 })
  const { routes } = makeApp(core, makeYoga(core, schema, []), metrics, new TokenRefusals(core))
  const ways = [...routes, { method: 'ALL', path: '/nowhere' }]
    .filter(({ path }) => path !== '/*')
    .flatMap(({ method, path }) => (method === 'ALL' ? ['GET', 'POST'] : [method]).map((one) => [one, path] as const))
  return [...new Map(ways.map((way) => [way.join(' '), way])).values()]
}

/** The token of an invitation's link. */
async function invite({ server, team }: Prober): Promise<string> {
  const input = { organizationId: team.id, email: 'new@example.com', role: 'MEMBER' }
  const { inviteMember } = await server.graphql(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberSuccess { link } } }',
    { input },
    { as: team.admin.token },
  )
  return inviteMember.link.split('/').at(-1)
}
