import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { inviteMember } from '../../src/organizations/invitations.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team, uuidOf } from '../support/team.ts'
import { CALLBACK, type FlowBrowser, Flows, insecure, type TestApp } from './flows.ts'

/** Something that only its holder may have, and the answers that may hand it out or show it to that holder. */
interface Secret {
  readonly kind: string
  readonly value: string
  readonly shownBy: RegExp
}

const lines: string[] = []
const answers: { readonly request: string; readonly text: string }[] = []
const secrets: Secret[] = []
let server: TestServer
let team: Team
let flows: Flows

/** Every answer that the server gives, with its headers. */
function overhear(): void {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await fetch(input, init)
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const headers = JSON.stringify([...response.headers])
    answers.push({ request: `${init?.method ?? 'GET'} ${pathname}`, text: headers + (await response.clone().text()) })
    return response
  })
}

function keep(kind: string, value: string | undefined, shownBy: RegExp): string {
  if (!value || value.length < 8) throw new Error(`there is no ${kind}`)
  secrets.push({ kind, value, shownBy })
  return value
}

beforeAll(async () => {
  overhear()
  server = await startTestServer({ onLog: (line) => lines.push(line), env: { LOG_LEVEL: 'trace' } })
  team = await Team.create(server)
  flows = await Flows.discover(server)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await server[Symbol.asyncDispose]()
})

const PAGES = /^(GET|POST) \/(sign-in|invitations\/.*|oauth\/(device|interaction\/.*|authorize.*))?$/
const NOWHERE = /^$/
const TOKEN = /^POST \/oauth\/token$/

test('the run: every flow from beginning to end, and what admins look at', async () => {
  await signIns()
  const web = await flows.app(team, 'WEB')
  const native = await flows.app(team, 'PUBLIC')
  keep('client secret', web.secret, NOWHERE)
  for (const app of [web, native]) await team.install(app.id)
  const browser = await browserOf()
  await codeFlow(web, browser)
  await codeFlow(native, browser)
  await parkedRequests(web, browser)
  await deviceFlow(browser)
  await service()
  await refusals(web)
  await invitation()
  await admins(web)
})

async function signIns(): Promise<void> {
  for (const person of [team.superAdmin, team.admin, team.member]) {
    keep('password', person.password, NOWHERE)
    keep('sign-in JWT', person.token, /^POST \/graphql$/)
  }
}

async function browserOf(): Promise<FlowBrowser> {
  const browser = await flows.browser(team.member)
  keep('session cookie', browser.cookies.get('gatehouse_session'), /^POST \/sign-in$/)
  keep('form token', browser.cookies.get('gatehouse_form'), PAGES)
  return browser
}

function keepTokens(tokens: { access_token: string; refresh_token?: string; id_token?: string }): void {
  keep('access token', tokens.access_token, TOKEN)
  if (tokens.refresh_token) keep('refresh token', tokens.refresh_token, TOKEN)
  if (tokens.id_token) keep('ID token', tokens.id_token, TOKEN)
}

async function codeFlow(app: TestApp, browser: FlowBrowser): Promise<void> {
  const begun = await flows.request(app, { organization_id: team.id, nonce: `nonce-${crypto.randomUUID()}` })
  const at = await browser.follow(begun.path)
  keep('interaction uid', at.path.split('/').at(-1), PAGES)
  const { callback } = await browser.act(at, 'grant')
  keep('code', callback?.searchParams.get('code') ?? '', /^GET \/oauth\/authorize/)
  keep('code verifier', begun.verifier, NOWHERE)
  const tokens = await flows.post('/oauth/token', {
    grant_type: 'authorization_code',
    code: callback?.searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: begun.verifier,
    client_id: app.id,
    ...(app.secret && { client_secret: app.secret }),
  })
  keepTokens(tokens.body)
  await flows.userinfo(tokens.body.access_token)
  keepTokens(await flows.refresh(app, tokens.body.refresh_token))
  // A later request by the same user, who is known to the app already, and one that waits with it.
  const hint = { id_token_hint: tokens.body.id_token, organization_id: team.id, prompt: 'consent' }
  await browser.follow((await flows.request(app, hint)).path)
}

async function parkedRequests(app: TestApp, browser: FlowBrowser): Promise<void> {
  const query = Object.fromEntries(
    new URLSearchParams((await flows.request(app, { prompt: 'consent' })).path.split('?')[1]),
  )
  const auth = { client_id: app.id, client_secret: app.secret ?? '' }
  const { body } = await flows.post('/oauth/par', { ...query, ...auth })
  keep('PAR request_uri', body.request_uri.split(':').at(-1), /^POST \/oauth\/par$/)
  const begun = await browser.follow(
    `/oauth/authorize?${new URLSearchParams({ client_id: app.id, request_uri: body.request_uri, prompt: 'consent' })}`,
  )
  keep('interaction uid', begun.path.split('/').at(-1), PAGES)
}

async function deviceFlow(browser: FlowBrowser): Promise<void> {
  const app = await flows.app(team, 'DEVICE')
  const confirmed = async () => {
    const { body } = await flows.post('/oauth/device_authorization', { client_id: app.id, organization_id: team.id })
    keep('device code', body.device_code, /^POST \/oauth\/device_authorization$/)
    for (const code of [body.user_code, body.user_code.replace('-', '')]) {
      keep(
        'user code',
        code,
        /^POST \/oauth\/device_authorization$|^(GET|POST) \/(oauth\/device|oauth\/interaction\/.*|sign-in)$/,
      )
    }
    const at = await browser.follow(`/oauth/device?user_code=${body.user_code}`)
    const next = await browser.act(at, 'confirm', { user_code: body.user_code })
    keep('interaction uid', next.path.split('/').at(-1), PAGES)
    return { at: next, body }
  }
  // One that waits for an admin, and one that ends well.
  const waiting = await confirmed()
  await browser.act(waiting.at, 'ask', { reason: 'I need it.' })
  await team.install(app.id)
  const { at, body } = await confirmed()
  await browser.act(at, 'grant')
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  const tokens = await flows.post('/oauth/token', {
    grant_type: grant,
    device_code: body.device_code,
    client_id: app.id,
  })
  keepTokens(tokens.body)
}

async function service(): Promise<void> {
  const app = await flows.app(team, 'SERVICE', { scopes: ['documents:read', 'gatehouse:read'] })
  await team.authorize(app.id)
  const sent: string[] = []
  const response = await oauth.clientCredentialsGrantRequest(
    flows.as,
    app.client,
    app.auth,
    {},
    {
      ...insecure,
      [oauth.customFetch]: (url, init) => {
        sent.push(new URLSearchParams(String(init.body)).get('client_assertion') ?? '')
        return fetch(url, init)
      },
    },
  )
  keep('assertion', sent[0], NOWHERE)
  const tokens = await oauth.processClientCredentialsResponse(flows.as, app.client, response)
  keepTokens(tokens)
  await server.request('{ viewer { user { name } } }', {}, tokens.access_token)
}

/** Everything that is good or once was, where it is not taken. */
async function refusals(app: TestApp): Promise<void> {
  const auth = { client_id: app.id, client_secret: app.secret ?? '' }
  for (const { value } of [...secrets]) {
    const code = { grant_type: 'authorization_code', code: value, redirect_uri: CALLBACK }
    await flows.post('/oauth/token', { ...code, ...auth })
    await flows.post('/oauth/token', { ...code, client_id: app.id, client_secret: value })
    await flows.post('/oauth/token', { grant_type: 'refresh_token', refresh_token: value, client_id: value })
    await flows.post('/oauth/introspect', { token: value, ...auth })
    await server.fetch('/oauth/userinfo', { headers: { authorization: `Bearer ${value}` } })
    await server.fetch(`/oauth/check?scope=openid`, { headers: { authorization: `Bearer ${value}` } })
    await server.fetch(`/oauth/interaction/${value}`)
    await server.fetch(`/oauth/authorize/${value}`)
    await server.fetch(`/invitations/${value}`)
    await server.request('{ viewer { user { name } } }', {}, value)
  }
}

async function invitation(): Promise<void> {
  const viewer = await viewerOf(server.core, team.admin.id)
  const organizationId = uuidOf(team.id)
  const { value } = await inviteMember(server.core, viewer, {
    organizationId,
    email: 'new@example.com',
    role: 'MEMBER',
  })
  keep('invitation', value.token, /^GET \/invitations\/|^GET \/oauth\//)
  await server.fetch(`/invitations/${value.token}`, { headers: { accept: 'text/html' } })
}

async function admins({ id }: TestApp): Promise<void> {
  const as = { as: team.admin.token }
  const { createAppSecret } = await server.graphql(
    `mutation ($input: CreateAppSecretInput!) { createAppSecret(input: $input) {
      ... on CreateAppSecretSuccess { secret appSecret { id hint } } } }`,
    { input: { appId: id } },
    as,
  )
  keep('client secret', createAppSecret.secret, /^POST \/graphql$/)
  expect(answers.filter(({ text }) => text.includes(createAppSecret.secret))).toHaveLength(1)
  const page = '(first: 25) { edges { node'
  const organization = await server.graphql(
    `query ($id: ID!) { organization(id: $id) {
      apps${page} { id name secrets${page} { id hint } } } } } }
      grants${page} { id liveTokens app { name } user { name } } } }
      events(first: 100) { edges { node { __typename id type appName grantId changes { field before after } } } }
      installRequests${page} { id reason } } }
      invitations${page} { id email } } }
    } }`,
    { id: team.id },
    as,
  )
  expect(JSON.stringify(organization)).toContain('GRANT_CREATED')
  for (const { value } of secrets.filter(({ kind }) => kind === 'access token')) {
    const { organization: found } = await server.graphql(
      'query ($id: ID!, $token: String!) { organization(id: $id) { explainToken(token: $token) { __typename } } }',
      { id: team.id, token: value },
      as,
    )
    expect(found.explainToken).toBeTruthy()
  }
}

test('what the database holds are hashes: no row of any table has a token or a secret in it', async () => {
  const tables = await server.prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
  const rows: string[] = []
  for (const { name } of tables) {
    for (const { row } of await server.prisma.$queryRawUnsafe<{ row: string }[]>(
      `SELECT t::text AS row FROM "${name}" AS t`,
    )) {
      rows.push(`${name} ${row}`)
    }
  }
  expect(rows.length).toBeGreaterThan(50)
  const found = secrets.flatMap(({ kind, value }) =>
    rows.filter((row) => row.includes(value)).map((row) => [kind, row]),
  )
  expect(found).toEqual([])
})

test('no secret reaches the log, at any level', () => {
  expect(lines.length).toBeGreaterThan(100)
  const found = secrets.flatMap(({ kind, value }) =>
    lines.filter((line) => line.includes(value)).map((line) => [kind, line]),
  )
  expect(found).toEqual([])
  expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})

test('no answer has a secret in it but those that hand it out, or show it to the caller who brought it', () => {
  expect(new Set(secrets.map(({ kind }) => kind)).size).toBe(16)
  const found = secrets.flatMap(({ kind, value, shownBy }) =>
    answers
      .filter(({ request, text }) => text.includes(value) && !shownBy.test(request))
      // The link of a page names the secret, and the page sends the link back to the browser that came by it.
      .filter(({ request }) => !request.includes(value))
      .map(({ request }) => [kind, request]),
  )
  expect(found).toEqual([])
})
