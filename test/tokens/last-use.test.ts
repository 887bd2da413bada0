import { beforeAll, expect, test } from 'vitest'
import { hashToken } from '../../src/tokens/standing.ts'
import type { TestApp } from '../oauth/flows.ts'
import { signAssertion } from '../oauth/obedience.ts'
import { useScene } from '../oauth/refusals/scene.ts'
import { uuidOf } from '../support/team.ts'

const scene = useScene()
let web: TestApp
let service: TestApp
beforeAll(async () => {
  web = await scene.flows.app(scene.team, 'WEB')
  await scene.team.install(web.id)
  service = await scene.flows.app(scene.team, 'SERVICE')
  await scene.team.authorize(service.id)
})

const basic = () => ({ authorization: `Basic ${btoa(`${web.id}:${web.secret}`)}` })

/** Whether this counts as a use of anything in the table that is the app's. */
async function uses(table: 'Token' | 'Grant' | 'AppSecret' | 'AppKey', work: () => Promise<unknown>): Promise<boolean> {
  const { core, prisma } = scene.server
  await core.lastUse.flush()
  await prisma.$executeRawUnsafe(`UPDATE "${table}" SET "lastUsedAt" = NULL`)
  await work()
  await core.lastUse.flush()
  const rows = await prisma.$queryRawUnsafe<unknown[]>(`SELECT 1 FROM "${table}" WHERE "lastUsedAt" IS NOT NULL`)
  return rows.length > 0
}

test.each(['token', 'introspect', 'revoke', 'par'])('at /oauth/%s a secret is used where it is right', async (path) => {
  const post = (headers: Record<string, string>) => () =>
    scene.flows.post(`/oauth/${path}`, { ...scene.parameters(web), token: 'x', grant_type: 'refresh_token' }, headers)
  expect(await uses('AppSecret', post({ authorization: `Basic ${btoa(`${web.id}:wrong`)}` }))).toBe(false)
  expect(await uses('AppSecret', post(basic()))).toBe(true)
})

test.each(['token', 'introspect', 'revoke'])(
  'at /oauth/%s a key is used where its signature is right',
  async (path) => {
    const post = (app: TestApp) => async () =>
      scene.flows.post(`/oauth/${path}`, {
        token: 'x',
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(scene.flows, app),
      })
    const other = await scene.flows.app(scene.team, 'SERVICE')
    const wrong = { ...service, privateKey: other.privateKey } as TestApp
    expect(await uses('AppKey', post(wrong))).toBe(false)
    expect(await uses('AppKey', post(service))).toBe(true)
  },
)

test('a token and its grant are used at userinfo, and where its own app asks about it', async () => {
  const tokens = await scene.flows.tokens(web, scene.team.member, { organization: scene.team.id })
  const other = await scene.flows.app(scene.team, 'WEB')
  const userinfo = (token: string) => () => scene.flows.userinfo(token)
  const introspect =
    (token = '', headers = basic()) =>
    () =>
      scene.flows.post('/oauth/introspect', { token }, headers)
  for (const table of ['Token', 'Grant'] as const) {
    expect(await uses(table, userinfo(tokens.access_token))).toBe(true)
    expect(await uses(table, introspect(tokens.access_token))).toBe(true)
    expect(await uses(table, introspect(tokens.refresh_token))).toBe(false)
    const strange = { authorization: `Basic ${btoa(`${other.id}:${other.secret}`)}` }
    expect(await uses(table, introspect(tokens.access_token, strange))).toBe(false)
  }
  await scene.server.prisma.app.update({ where: { id: uuidOf(web.id) }, data: { status: 'DISABLED' } })
  expect(await uses('Token', userinfo(tokens.access_token))).toBe(false)
  expect(await scene.server.prisma.token.count({ where: { hash: hashToken(tokens.access_token) } })).toBe(1)
})
