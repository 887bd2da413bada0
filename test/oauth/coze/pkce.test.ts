import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Team } from '../../support/team.ts'
import { CALLBACK, type TestApp } from '../flows.ts'
import { Coze, TOKEN } from './coze.ts'

let server: TestServer
let team: Team
let coze: Coze
let app: TestApp
beforeAll(async () => {
  server = await startTestServer()
  team = await Team.create(server)
  coze = await Coze.on(server)
  app = await coze.installed(team, 'PUBLIC')
})
afterAll(() => server[Symbol.asyncDispose]())

const redemption = (code: string, verifier?: string) => ({
  grant_type: 'authorization_code',
  client_id: app.id,
  redirect_uri: CALLBACK,
  code,
  ...(verifier !== undefined && { code_verifier: verifier }),
})
const redeem = (code: string, verifier?: string) => coze.post(TOKEN, redemption(code, verifier))
const redeemStrictly = (code: string, verifier: string) => coze.flows.post('/oauth/token', redemption(code, verifier))
const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')
const challengeOf = (url: string) => new URL(url, coze.baseURL).searchParams.get('code_challenge') ?? ''

test('a code that was begun on the standard path fits nothing on a Coze path: neither its challenge nor its verifier', async () => {
  const begun = await coze.flows.request(app, { organization_id: team.id })
  const { code } = await coze.code(`${coze.baseURL}${begun.path}`, team.member)
  for (const trick of [challengeOf(begun.path), begun.verifier, s256(challengeOf(begun.path)), undefined, '']) {
    expect(await redeem(code, trick)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  }
  expect(await redeemStrictly(code, begun.verifier)).toMatchObject({ status: 200 })
})

test('an attacker who sees an S256 challenge on a Coze path can redeem the code nowhere', async () => {
  const { url, codeVerifier } = await coze.pkceUrl(app, { workspaceId: team.id })
  const { code } = await coze.code(url, team.member)
  const seen = challengeOf(url)
  const sent = challengeOf(
    (await server.fetch(new URL(url).pathname + new URL(url).search)).headers.get('location') ?? '',
  )
  for (const trick of [seen, sent, s256(seen)]) {
    expect(await redeem(code, trick)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await redeemStrictly(code, trick)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  }
  expect(await redeemStrictly(code, codeVerifier)).toMatchObject({ status: 400 })
  expect(await redeem(code, codeVerifier)).toMatchObject({ status: 200 })
})

test('a plain verifier is good on a Coze path alone', async () => {
  const { url, verifier } = coze.shortPkce(app, 'plain')
  const { code } = await coze.code(url, team.member, { organization: team.id })
  expect(await redeem(code, s256(verifier))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await redeemStrictly(code, verifier)).toMatchObject({ status: 400 })
  expect(await redeem(code, verifier)).toMatchObject({ status: 200 })
})

test('the standard path goes on refusing plain and short challenges', async () => {
  const refusals = [
    { code_challenge: 'a'.repeat(16), code_challenge_method: 'S256' },
    { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' },
  ]
  for (const parameters of refusals) {
    const { path } = await coze.flows.request(app, parameters)
    const { callback } = await (await coze.flows.browser(team.member)).follow(path)
    expect(callback?.searchParams.get('error')).toBe('invalid_request')
  }
})

test.each([
  ['no challenge', {}],
  ['an empty one', { code_challenge: '' }],
  ['a guessable one', { code_challenge: 'short' }],
  ['an endless one', { code_challenge: 'a'.repeat(129) }],
  ['another method', { code_challenge: 'a'.repeat(43), code_challenge_method: 'S512' }],
  ['S256 of another form', { code_challenge: 'a'.repeat(16), code_challenge_method: 'S256' }],
])('a PUBLIC app with %s is told so at its redirect URI', async (_, parameters) => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: app.id,
    redirect_uri: CALLBACK,
    state: 'mine',
    ...(parameters as Record<string, string>),
  })
  const browser = await coze.flows.browser(team.member)
  const { callback } = await browser.follow(`/api/permission/oauth2/authorize?${query}`)
  expect(Object.fromEntries(callback?.searchParams ?? [])).toMatchObject({ error: 'invalid_request', state: 'mine' })
})
