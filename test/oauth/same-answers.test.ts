import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { systemClock } from '../../src/core.ts'
import { makeEngine } from '../../src/oauth/engine.ts'
import { Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'
import { basic, resourceServers } from './check-server.ts'
import { Flows, type TestApp } from './flows.ts'

const world = useWorld({
  clock: systemClock,
  config: { ...readConfig({ NODE_ENV: 'test', PORT: '0' }), logLevel: 'silent', resourceServers },
})
const [documents] = resourceServers
let team: Team
let flows: Flows
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
})

interface Story {
  readonly web: TestApp
  readonly service: TestApp
  /** All that were ever issued. */
  readonly tokens: string[]
  refreshToken: string | undefined
  installationId: string
}

const as = (input: object, name: string) => world.does(team.admin, name, input).catch(() => undefined)
const all = ['openid', 'documents:read', 'documents:write']

/** What can happen. What is impossible at the time is refused, and changes nothing. */
const happenings: Record<string, (story: Story) => Promise<unknown>> = {
  disable: ({ web }) => as({ appId: web.id }, 'disableApp'),
  enable: ({ web }) => as({ appId: web.id }, 'enableApp'),
  'disable the service': ({ service }) => as({ appId: service.id }, 'disableApp'),
  'enable the service': ({ service }) => as({ appId: service.id }, 'enableApp'),
  narrow: ({ web }) => as({ appId: web.id, scopes: ['documents:read'] }, 'updateApp'),
  'narrow to something else': ({ web }) => as({ appId: web.id, scopes: ['calendar:read'] }, 'updateApp'),
  widen: ({ web }) => as({ appId: web.id, scopes: all }, 'updateApp'),
  'make it internal': ({ web }) => as({ appId: web.id, distribution: 'INTERNAL' }, 'updateApp'),
  'approve less': ({ web }) => as({ organizationId: team.id, appId: web.id, scopes: ['openid'] }, 'installApp'),
  'approve all': ({ web }) => as({ organizationId: team.id, appId: web.id }, 'installApp'),
  uninstall: (story) => as({ installationId: story.installationId }, 'uninstallApp'),
  'authorize less': ({ service }) =>
    as({ organizationId: team.id, appId: service.id, scopes: ['openid'] }, 'authorizeApp'),
  async refresh(story) {
    const tokens = story.refreshToken && (await flows.refresh(story.web, story.refreshToken).catch(() => undefined))
    if (!tokens) return
    story.refreshToken = tokens.refresh_token
    story.tokens.push(tokens.access_token, tokens.refresh_token ?? '')
  },
  async 'give one back'({ web, tokens }) {
    await oauth.revocationRequest(flows.as, web.client, web.auth, tokens[0] ?? '', flows.http)
  },
}

async function begin(): Promise<Story> {
  const web = await flows.app(team, 'WEB')
  const service = await flows.app(team, 'SERVICE')
  const installationId = await team.install(web.id)
  await team.authorize(service.id)
  const { access_token, refresh_token } = await flows.tokens(web, team.member, { organization: team.id })
  const response = await oauth.clientCredentialsGrantRequest(flows.as, service.client, service.auth, {}, flows.http)
  const own = await oauth.processClientCredentialsResponse(flows.as, service.client, response)
  return {
    web,
    service,
    installationId,
    tokens: [access_token, refresh_token ?? '', own.access_token],
    refreshToken: refresh_token,
  }
}

const request = (path: string, token: string) =>
  new Request(new URL(path, world.server.config.publicUrl), {
    method: 'POST',
    headers: {
      authorization: basic(documents?.id ?? '', documents?.secret ?? ''),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token }),
  })

test('the token check answers as the engine does, whatever has happened', async () => {
  const engine = makeEngine(world.server.core)
  const origin = { address: '127.0.0.1', requestId: 'a comparison' }
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 8 }), async (history) => {
      const story = await begin()
      for (const happening of ['nothing', ...history]) {
        await happenings[happening]?.(story)
        for (const token of story.tokens) {
          const { response } = await engine.fetch(request('/oauth/introspect', token), origin)
          const theirs = (await response.json()) as Record<string, unknown>
          const { headers } = request('/', token)
          const { body: ours } = await flows.post('/oauth/introspect', { token }, Object.fromEntries(headers))
          expect(ours).toEqual(theirs)
          const check = await world.server.fetch(
            `/oauth/check?audience=${encodeURIComponent(documents?.audience ?? '')}`,
            {
              headers: { authorization: `Bearer ${token}` },
            },
          )
          expect(check.status).toBe(theirs.active && theirs.token_type === 'Bearer' ? 200 : 401)
        }
      }
    }),
    {
      numRuns: 12,
      seed: 42,
      examples: [[['disable', 'refresh', 'enable', 'refresh', 'narrow', 'widen', 'uninstall']]],
    },
  )
}, 120_000)
