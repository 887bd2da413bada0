import { parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tabs } from '../../src/graphiql/graphiql-tabs.ts'
import { schema } from '../../src/server/schema.ts'
import { Browser } from '../sign-in/browser.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const examples = {
  organizationId: 'org_1',
  appId: 'app_1',
  installRequestId: 'req_1',
  installationId: 'ins_1',
  invitationId: 'inv_1',
  membershipId: 'mem_1',
}

describe('GraphiQL', () => {
  test.each(tabs.map((tab) => ({ ...tab, name: /(query|mutation|subscription) \w+/.exec(tab.query)?.[0] })))(
    'opens with $name, which the schema knows',
    ({ query, variables }) => {
      const document = parse(query)
      expect(validate(schema, document)).toEqual([])
      const given = Object.keys(variables(examples))
      const wanted = document.definitions.flatMap((definition) =>
        definition.kind === 'OperationDefinition'
          ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
          : [],
      )
      expect(new Set(given)).toEqual(new Set(wanted))
    },
  )

  test('asks a signed-out user to sign in, and comes back', async () => {
    const { response } = await new Browser(server).open('/graphql')
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/sign-in?return_to=/graphql')
  })

  test('needs nothing from elsewhere, and runs no script but its own', async () => {
    const user = await server.createUser()
    const browser = new Browser(server)
    await browser.signIn(user)
    const { response, page } = await browser.open('/graphql')
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/script-src 'sha256-[^']+';/)
    expect(policy).toContain("connect-src 'self'")
    expect(page).not.toMatch(/<(script|link)[^>]*(src|href)="https?:/)
    const { organizations } = (
      await server.graphql(
        '{ viewer { organizations { edges { node { organization { id } } } } } }',
        {},
        { as: { cookie: browser.cookie } },
      )
    ).viewer
    expect(page).toContain(organizations.edges[0].node.organization.id)
  })

  test('offers a member the organization that they can ask in, and not their personal one', async () => {
    const team = await Team.create(server)
    const hidden = [await team.request(await team.app(), { by: team.admin }), await team.install(await team.app())]
    const browser = new Browser(server)
    await browser.signIn(team.member)
    const { page } = await browser.open('/graphql')
    expect(page).toContain(team.id)
    // And nothing there that only admins see.
    for (const id of hidden) expect(page).not.toContain(id)
  })

  test('leaves queries of programs alone', async () => {
    const response = await server.fetch('/graphql?query={viewer{feedCursor}}', {
      headers: { accept: 'application/json' },
    })
    expect(await response.json()).toEqual({ data: { viewer: null } })
  })
})
