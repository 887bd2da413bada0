import { beforeAll, expect, test } from 'vitest'
import { hashSecret } from '../../src/apps/secrets.ts'
import { limits } from '../../src/config/defaults.ts'
import { addToken, fateOf, Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({ config: { limits: { ...limits, secretsPerApp: 3 } } })
let team: Team
let client: Team

beforeAll(async () => {
  team = await Team.create(world.server)
  client = await Team.create(world.server)
})

const create = (appId: string) =>
  world.does(team.admin, 'createAppSecret', { appId }, 'secret appSecret { id hint } cursor')

const secretsOf = async (appId: string) => {
  const document = `query ($id: ID!) { node(id: $id) { ... on App { secrets { totalCount edges { node {
    id hint createdAt createdBy { name } lastUsedAt revokedAt } } } } } }`
  return (await world.query(team.admin, document, { id: appId })).node.secrets
}

test('a secret is shown once, at creation; only a hash is stored, and lists show when it was made and by whom', async () => {
  const appId = await team.app({ name: 'Mail' })
  const told = await world.listen()
  const { secret, appSecret } = await create(appId)
  expect(secret).toMatch(/^ghs_[\w-]{43}$/)
  expect(appSecret.hint).toBe(secret.slice(-4))
  expect(await secretsOf(appId)).toEqual({
    totalCount: 1,
    edges: [
      {
        node: {
          ...appSecret,
          createdAt: world.clock.now().toISOString(),
          createdBy: { name: team.admin.name },
          lastUsedAt: null,
          revokedAt: null,
        },
      },
    ],
  })
  expect(await told()).toEqual({
    [team.id]: [
      {
        type: 'APP_SECRET_CREATED',
        actor: `USER ${team.admin.name}`,
        app: 'Mail',
        changes: { secret: [null, `…${appSecret.hint}`] },
      },
    ],
  })
  const rows = await world.server.prisma.appSecret.findMany({ include: { hash: true } })
  expect(rows.find(({ id }) => id === uuidOf(appSecret.id))?.hash?.hash).toBe(hashSecret(secret))
  expect(JSON.stringify([rows, await world.server.prisma.event.findMany()], stringifyBigint)).not.toContain(secret)
})

const stringifyBigint = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)

test('several may be live, and revoking one ends it alone', async () => {
  const appId = await team.app({ name: 'Mail' })
  const [one, two] = [await create(appId), await create(appId)]
  const told = await world.listen()
  const input = { secretId: one.appSecret.id }
  const { appSecret } = await world.does(team.admin, 'revokeAppSecret', input, 'appSecret { id revokedAt }')
  expect(appSecret).toEqual({ id: one.appSecret.id, revokedAt: world.clock.now().toISOString() })
  const { edges } = await secretsOf(appId)
  expect(
    edges.map(({ node }: { node: { id: string; revokedAt: string | null } }) => [node.id, !node.revokedAt]),
  ).toEqual([
    [two.appSecret.id, true],
    [one.appSecret.id, false],
  ])
  expect(await told()).toEqual({
    [team.id]: [
      {
        type: 'APP_SECRET_REVOKED',
        actor: `USER ${team.admin.name}`,
        app: 'Mail',
        changes: { secret: [`…${one.appSecret.hint}`, null], revokeTokens: [null, false] },
      },
    ],
  })
  expect(await world.server.prisma.appSecretHash.count({ where: { secretId: uuidOf(one.appSecret.id) } })).toBe(0)
})

test('revoking a revoked secret changes nothing and writes no event', async () => {
  const appId = await team.app()
  const secretId = await team.secret(appId)
  await world.does(team.admin, 'revokeAppSecret', { secretId })
  const before = await secretsOf(appId)
  const told = await world.listen()
  world.clock.advance(1000)
  await world.does(team.admin, 'revokeAppSecret', { secretId })
  await world.does(team.admin, 'revokeAppSecret', { secretId, revokeTokens: true })
  expect(await secretsOf(appId)).toEqual(before)
  expect(await told()).toEqual({})
})

test('an app has at most so many live secrets; revoked ones do not count', async () => {
  const appId = await team.app()
  const [{ appSecret }] = [await create(appId), await create(appId), await create(appId)]
  expect(await world.refused(team.admin, 'createAppSecret', { appId })).toEqual({
    code: 'QUOTA_REACHED',
    quota: 'secretsPerApp',
    limit: 3,
  })
  await world.does(team.admin, 'revokeAppSecret', { secretId: appSecret.id })
  await create(appId)
})

test.each(['PUBLIC', 'DEVICE', 'SERVICE'] as const)('a %s app has no secrets', async (type) => {
  const appId = await team.app({ type })
  expect(await world.refused(team.admin, 'createAppSecret', { appId })).toEqual({ code: 'WRONG_APP_TYPE' })
})

/** An app with two secrets, and tokens of another organization that began with or were refreshed by either. */
async function appWithTokens() {
  const appId = await team.app()
  const [secret, rotated] = [await team.secret(appId), await team.secret(appId)]
  await client.install(appId)
  const grantId = await client.grant(appId)
  const token = (credentials: object) => addToken(world.server, grantId, credentials)
  return {
    secret,
    tokens: [
      await token({ beganWithSecret: secret, refreshedWithSecret: secret }),
      await token({ beganWithSecret: secret, refreshedWithSecret: rotated }),
      await token({ beganWithSecret: rotated, refreshedWithSecret: secret }),
      await token({ beganWithSecret: rotated, refreshedWithSecret: rotated }),
      await token({ beganWithSecret: rotated }),
      await token({}),
    ],
    expired: await token({ beganWithSecret: secret, lifetime: -1 }),
  }
}

test('tokens obtained with a secret live on unless revokeTokens says otherwise, which may be said later', async () => {
  const { secret, tokens, expired } = await appWithTokens()
  await world.does(team.admin, 'revokeAppSecret', { secretId: secret })
  expect(await fateOf(world.server, tokens)).toEqual(['live', 'live', 'live', 'live', 'live', 'live'])

  const told = await world.listen()
  await world.does(team.admin, 'revokeAppSecret', { secretId: secret, revokeTokens: true })
  const dead = `APP_SECRET_REVOKED ${team.id}`
  expect(await fateOf(world.server, tokens)).toEqual([dead, dead, dead, 'live', 'live', 'live'])
  expect(await fateOf(world.server, [expired])).toEqual(['gone'])
  const news = await told()
  expect(Object.keys(news)).toEqual([team.id])
  expect(news[team.id]?.map(({ changes }) => changes?.revokeTokens)).toEqual([[null, true]])
})

test('revokeTokens ends exactly the families that the secret began or last refreshed, at once', async () => {
  const { secret, tokens } = await appWithTokens()
  await world.does(team.admin, 'revokeAppSecret', { secretId: secret, revokeTokens: true })
  const dead = `APP_SECRET_REVOKED ${team.id}`
  expect(await fateOf(world.server, tokens)).toEqual([dead, dead, dead, 'live', 'live', 'live'])
})

test('secrets and their events are the publisher’s alone', async () => {
  const appId = await team.app()
  const secretId = await team.secret(appId)
  await client.install(appId)
  const told = await world.listen()
  await create(appId)
  expect(Object.keys(await told())).toEqual([team.id])
  const document =
    'query ($id: ID!, $secret: ID!) { app: node(id: $id) { ... on App { name secrets { totalCount } } } secret: node(id: $secret) { id } }'
  for (const person of [client.admin, team.member]) {
    const { app, secret } = await world.query(person, document, { id: appId, secret: secretId })
    expect([app.secrets, secret]).toEqual([null, null])
    // What they may not see does not exist for them.
    expect(await world.refused(person, 'revokeAppSecret', { secretId })).toEqual({ code: 'NOT_FOUND' })
  }
})
