import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createAppSecret } from '../../src/apps/secrets.ts'
import { limits } from '../../src/config/defaults.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { publicId } from '../../src/ids.ts'
import type { Server } from '../../src/server/server.ts'
import { hashToken } from '../../src/tokens/standing.ts'
import { basic, resourceServers } from '../oauth/check/check-server.ts'
import { CALLBACK, Flows, type Tokens } from '../oauth/flows.ts'
import { type Held, JWT_BEARER, Scene, ServiceScene, signAssertion } from '../oauth/obedience.ts'
import type { TestServer } from '../support/server.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { atOnce, expectConsistentWorld, mutate, onPostgres, rounds, startRaceServer } from './support.ts'

onPostgres('what may be used once, and what ends it, at the same moment', () => {
  let server: TestServer
  let node: Server
  let publisher: Team
  let team: Team
  let flows: Flows
  /** Warnings and errors: no transaction was in the way of another, and nothing failed inside. */
  const log: string[] = []

  beforeAll(async () => {
    server = await startRaceServer({
      env: { LOG_LEVEL: 'warn' },
      onLog: (line) => log.push(line),
      config: {
        resourceServers,
        limits: { ...limits, appsPerOrganization: 10_000, refusedTokenRequestsPerAddress: 10_000 },
      },
    })
    node = await server.startNode()
    ;[publisher, team] = [await Team.create(server), await Team.create(server)]
    flows = await Flows.discover(server)
  })
  afterAll(async () => {
    await node[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  afterEach(async () => {
    expect(log.splice(0)).toEqual([])
    await expectConsistentWorld(server)
  })

  interface Answer {
    readonly status: number
    readonly body: Tokens & { readonly error?: string }
  }

  const scene = () => Scene.create(flows, node, publisher, team)

  /** A token request, to the one node or the other. */
  async function request(
    form: Record<string, string>,
    { of, at = 0, secret = of?.web.secret }: { of?: Scene; at?: number; secret?: string | undefined } = {},
  ): Promise<Answer> {
    const response = await fetch(new URL('/oauth/token', [server, node][at % 2]?.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(of && { authorization: basic(of.web.id, secret ?? '') }),
      },
      body: new URLSearchParams(form).toString(),
    })
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }

  const redeem = (of: Scene, { code: { callback, verifier } }: Held, at = 0, secret?: string) => {
    const code = callback.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }
    return request(form, { of, at, secret })
  }
  const refresh = (of: Scene, { refresh }: Pick<Held, 'refresh'>, at = 0) =>
    request({ grant_type: 'refresh_token', refresh_token: refresh }, { of, at })
  const poll = ({ device }: Scene, { deviceCode }: Held, at = 0) =>
    request(
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: deviceCode,
        client_id: device.id,
      },
      { at },
    )

  const works = async (accessToken: string) =>
    (await server.fetch('/oauth/check', { headers: { authorization: `Bearer ${accessToken}` } })).status === 200

  const eight = (start: (at: number) => Promise<Answer>) => rounds(8).map((at) => () => start(at))

  const reuses = async () => (await team.history()).filter((type) => type === 'TOKEN_REUSE_DETECTED').length

  /** How many tokens there are in the family of this one. */
  async function familyOf(token: string): Promise<{ kind: string; isLive: boolean }[]> {
    const where = { family: { tokens: { some: { hash: hashToken(token) } } } }
    const rows = await server.prisma.token.findMany({ where, orderBy: [{ kind: 'asc' }, { createdAt: 'asc' }] })
    return rows.map(({ kind, rotatedAt }) => ({ kind, isLive: rotatedAt === null }))
  }

  test.for([
    ['code', redeem],
    ['device code', poll],
  ] as const)('of 8 redemptions of one %s exactly one wins, and the family ends', async ([, present]) => {
    for (const round of rounds(3)) {
      const at = await scene()
      const [grants, before] = [await at.grants(), await reuses()]
      const answers = await atOnce(round, ...eight((node) => present(at, at.first, node)))
      const [winner, ...others] = answers.filter(({ status }) => status === 200)
      expect(others).toEqual([])
      expect(answers.filter(({ body }) => body.error === 'invalid_grant').length).toBe(7)
      expect(await reuses()).toBe(before + 1)
      expect(await familyOf(winner?.body.access_token ?? '')).toEqual([])
      expect(await works(winner?.body.access_token ?? '')).toBe(false)
      expect(await at.grants()).toEqual(grants)
      // The other family of the same grant goes on.
      expect((await present(at, at.second)).status).toBe(200)
    }
  })

  test('of 8 refreshes with one token exactly one pair comes, and one repetition is answered with the same', async () => {
    for (const round of rounds(3)) {
      const at = await scene()
      const before = await reuses()
      const answers = await atOnce(round, ...eight((node) => refresh(at, at.first, node)))
      const won = answers.filter(({ status }) => status === 200).map(({ body }) => body)
      expect(won.length).toBe(2)
      expect(new Set(won.map(({ access_token }) => access_token)).size).toBe(1)
      expect(new Set(won.map(({ refresh_token }) => refresh_token)).size).toBe(1)
      expect(answers.filter(({ body }) => body.error === 'invalid_grant').length).toBe(6)
      const { access_token: access, refresh_token: next = '' } = won[0] as Tokens
      expect(await familyOf(access)).toEqual([
        { kind: 'ACCESS', isLive: true },
        { kind: 'ACCESS', isLive: true },
        { kind: 'REFRESH', isLive: false },
        { kind: 'REFRESH', isLive: true },
      ])
      expect([await works(access), (await refresh(at, { refresh: next })).status]).toEqual([true, 200])
      expect(await reuses()).toBe(before)
    }
  })

  test('of 8 uses of one assertion exactly one wins', async () => {
    for (const round of rounds(3)) {
      const at = await ServiceScene.create(flows, node, publisher, team)
      const bearer = { grant_type: JWT_BEARER, assertion: at.assertion }
      const bearers = await atOnce(round, ...eight((node) => request(bearer, { at: node })))
      expect(bearers.map(({ body }) => body.error ?? 'a token').sort()).toEqual([
        'a token',
        ...Array(7).fill('invalid_grant'),
      ])
      const credentials = {
        grant_type: 'client_credentials',
        client_id: at.app.id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(flows, at.app),
      }
      const clients = await atOnce(round, ...eight((node) => request(credentials, { at: node })))
      expect(clients.map(({ body }) => body.error ?? 'a token').sort()).toEqual([
        'a token',
        ...Array(7).fill('invalid_client'),
      ])
    }
  })

  /** The changes that end or suspend all tokens and codes, and the answers that an app may get at that moment. */
  const endings: Record<string, { refusals: string[]; of: (at: Scene) => Promise<(() => Promise<unknown>)[]> }> = {
    revokeGrant: {
      refusals: ['invalid_grant'],
      of: async (at) => (await at.grants()).map((grantId) => () => does(at.user, 'revokeGrant', { grantId })),
    },
    uninstallApp: {
      refusals: ['invalid_grant', 'invalid_scope'],
      of: async (at) =>
        (await at.installations()).map((installationId) => () => does(team.admin, 'uninstallApp', { installationId })),
    },
    deleteApp: {
      refusals: ['invalid_grant', 'invalid_client', 'temporarily_unavailable'],
      of: async (at) => {
        const apps = await server.prisma.app.findMany({
          where: { id: { in: [at.web, at.device].map(({ id }) => uuidOf(id)) } },
        })
        return apps.map(
          ({ id, name: confirmation }) =>
            () =>
              does(publisher.admin, 'deleteApp', { appId: publicId('App', id), confirmation }),
        )
      },
    },
    disableApp: {
      refusals: ['unauthorized_client'],
      of: async (at) =>
        [at.web, at.device].map(
          ({ id: appId }) =>
            () =>
              does(publisher.admin, 'disableApp', { appId }),
        ),
    },
    removeMember: {
      refusals: ['invalid_grant', 'invalid_scope'],
      of: async (at) => {
        const membershipId = await team.membershipOf(at.user)
        return [() => does(team.admin, 'removeMember', { membershipId })]
      },
    },
  }
  const does = async (by: Person, name: string, input: object) =>
    expect((await mutate(server, by, name, input, '__typename')).code).toBe('ok')

  test.for(Object.keys(endings))(
    'after the answer of %s no token works, whatever was redeemed at that moment',
    async (name) => {
      const { refusals, of } = endings[name] as (typeof endings)[string]
      for (const round of rounds(4)) {
        const at = await scene()
        const mutations = await of(at)
        const presented: Answer[] = []
        const present = [redeem, refresh, poll].flatMap((start, index) =>
          [at.first, at.second].map((held) => async () => void presented.push(await start(at, held, index))),
        )
        await atOnce(round * 2, ...present.slice(0, 3), ...mutations, ...present.slice(3))
        for (const { status, body } of presented) {
          if (status !== 200) expect(refusals).toContain(body.error)
        }
        const all = [...presented.map(({ body }) => body.access_token), at.first.access, at.second.access]
        for (const token of all.filter(Boolean)) expect(await works(token)).toBe(false)
        for (const { status, body } of presented) {
          if (status !== 200) continue
          const next = body.refresh_token ?? ''
          expect((await refresh(at, { refresh: next })).status).not.toBe(200)
        }
      }
    },
  )

  test('after the answer of revokeAppSecret with revokeTokens nothing works that was obtained with the secret', async () => {
    for (const round of rounds(4)) {
      const at = await scene()
      const secretId = await at.secret()
      const presented: Answer[] = []
      const present = [redeem, refresh].flatMap((start, index) =>
        [at.first, at.second].map((held) => async () => void presented.push(await start(at, held, index))),
      )
      await atOnce(round, ...present, () => does(publisher.admin, 'revokeAppSecret', { secretId, revokeTokens: true }))
      for (const { status, body } of presented) {
        if (status === 200) expect(await works(body.access_token)).toBe(false)
        else expect(['invalid_grant', 'invalid_client']).toContain(body.error)
      }
    }
  })

  test('a secret that is revoked while a code is being redeemed with it leaves no token behind', async () => {
    const at = await scene()
    // One that nothing was obtained with yet, so that no family tells of it.
    const viewer = await viewerOf(server.core, publisher.admin.id)
    const { secret, secretId } = (await createAppSecret(server.core, viewer, uuidOf(at.web.id))).value
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: held, resolve: isHeld } = Promise.withResolvers<void>()
    const grantIds = (await at.grants()).map(uuidOf)
    const holding = server.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "Grant" WHERE "id" = ANY(${grantIds}::uuid[]) FOR UPDATE`
      isHeld()
      await released
    })
    await held
    const redeeming = redeem(at, at.first, 0, secret)
    await waiting(1)
    let isRevoked = false
    const revoking = does(publisher.admin, 'revokeAppSecret', {
      secretId: publicId('AppSecret', secretId),
      revokeTokens: true,
    }).then(() => {
      isRevoked = true
    })
    await waiting(2, () => isRevoked)
    release()
    await Promise.all([holding, revoking])
    const { status, body } = await redeeming
    if (status === 200) expect(await works(body.access_token)).toBe(false)
    else expect(body.error).toBe('invalid_client')
  })

  /** Until so many transactions wait for a lock. */
  async function waiting(count: number, orElse = () => false): Promise<void> {
    for (let found = 0; found < count && !orElse(); ) {
      const [row] = await server.prisma.$queryRaw<[{ count: number }]>`
        SELECT count(DISTINCT pid)::int AS count FROM pg_locks
        WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`
      found = row.count
    }
  }

  test('tokens that are given back while their grant is revoked are buried once', async () => {
    for (const round of rounds(6)) {
      const at = await scene()
      const headers = { authorization: basic(at.web.id, at.web.secret ?? '') }
      const giveBack = (token: string) => () => flows.post('/oauth/revoke', { token }, headers)
      const grants = await at.grants()
      const answers = await atOnce(
        round,
        giveBack(at.first.access),
        giveBack(at.second.access),
        ...grants.map((grantId) => async () => {
          await does(at.user, 'revokeGrant', { grantId })
          return { status: 200 }
        }),
        giveBack(at.first.refresh),
        giveBack(at.second.refresh),
      )
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      expect(await works(at.first.access)).toBe(false)
    }
  })

  test('a consent at the moment of uninstalling leaves no grant and no code', async () => {
    for (const round of rounds(5)) {
      const app = await flows.app(publisher, 'PUBLIC')
      const installationId = await team.install(app.id)
      const browser = await flows.browser(team.member)
      const begun = await flows.request(app, { organization_id: team.id })
      const page = await browser.follow(begun.path)
      const [at] = await atOnce<unknown>(
        round,
        () => browser.act(page, 'grant'),
        () => does(team.admin, 'uninstallApp', { installationId }),
      )
      const { status, callback } = at as Awaited<ReturnType<typeof browser.act>>
      expect(status).toBeLessThan(500)
      expect(await server.prisma.grant.count({ where: { appId: uuidOf(app.id) } })).toBe(0)
      if (!callback?.searchParams.has('code')) continue
      await expect(flows.redeem(app, { ...begun, callback })).rejects.toMatchObject({ error: 'invalid_grant' })
    }
  })

  test('of two people who let one device in at the same moment one grants it something, and the other nothing', async () => {
    const browsers = await Promise.all([team.admin, team.member].map((person) => flows.browser(person)))
    for (const round of rounds(6)) {
      const app = await flows.app(publisher, 'DEVICE')
      await team.install(app.id)
      const form = { client_id: app.id, organization_id: team.id }
      const { body } = await flows.post('/oauth/device_authorization', form)
      const pages = await Promise.all(
        browsers.map(async (browser) => {
          const confirm = await browser.follow(`/oauth/device?user_code=${body.user_code}`)
          return browser.act(confirm, 'confirm', { user_code: body.user_code })
        }),
      )
      const ends = await atOnce(
        round,
        ...pages.map((page, index) => () => (browsers[index] as (typeof browsers)[0]).act(page, 'grant')),
      )
      expect(ends.map(({ status }) => status)).toEqual([200, 200])
      expect(ends.filter(({ page }) => page.includes('has ended'))).toHaveLength(1)
      expect(await server.prisma.family.count({ where: { grant: { appId: uuidOf(app.id) } } })).toBe(1)
      expect(await server.prisma.grant.count({ where: { appId: uuidOf(app.id) } })).toBe(1)
    }
  })

  test('one agreement that several windows of a browser come back with gives each of them a code of its own', async () => {
    for (const round of rounds(6)) {
      const app = await flows.app(publisher, 'PUBLIC')
      await team.install(app.id)
      const browser = await flows.browser(team.member)
      const begun = await flows.request(app, { organization_id: team.id })
      const at = await browser.follow(begun.path)
      const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
      const body = new URLSearchParams({ form_token: token, action: 'grant' })
      const { response } = await browser.open(at.path, { method: 'POST', body })
      const resume = response.headers.get('location') ?? ''
      const headers = { cookie: browser.cookie, accept: 'text/html' }
      const answers = await atOnce(round, ...rounds(4).map(() => () => server.fetch(resume, { headers })))
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
      const callbacks = answers.map(({ headers }) => new URL(headers.get('location') ?? ''))
      expect(new Set(callbacks.map(({ searchParams }) => searchParams.get('code'))).size).toBe(4)
      for (const callback of callbacks) await flows.redeem(app, { ...begun, callback })
    }
  })
})
