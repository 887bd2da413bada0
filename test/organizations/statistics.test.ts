import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventType } from '../../src/database/generated/client/enums.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { type Actor, change } from '../../src/history/change.ts'
import { publicId } from '../../src/ids.ts'
import type { Data } from '../support/server.ts'
import { addToken, type Person, signedIn, Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const statements: string[] = []
const world = useWorld({ onQuery: (sql) => void statements.push(sql) })

type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'
const QUERY = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: StatisticsBucket!) {
  organization(id: $id) { statistics(from: $from, to: $to, bucket: $bucket) { SELECTION } } }`
const COUNTS = 'buckets { start end requests approvals denials withdrawals events }'

const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }

/** The user signs in anew: the clock may have moved on since. */
async function ask(
  team: Team,
  {
    from,
    to,
    bucket = 'DAY' as Bucket,
    select = COUNTS,
  }: { from: unknown; to: unknown; bucket?: Bucket; select?: string },
  as: Person = team.admin,
) {
  const token = await world.server.signIn(as)
  const document = QUERY.replace('SELECTION', select)
  return world.server.request(document, { id: team.id, from, to, bucket }, token)
}

async function statistics(...args: Parameters<typeof ask>): Promise<Data> {
  const { data, errors } = await ask(...args)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.organization.statistics
}

/** The path, code and message of what is wrong with the arguments. */
async function refusal(team: Team, args: Parameters<typeof ask>[1]): Promise<string[]> {
  const { errors } = await ask(team, args)
  expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  const [issue] = (errors?.[0]?.extensions.issues ?? []) as { path: string[]; code: string; message: string }[]
  return [issue?.path.join('.') ?? '', issue?.code ?? '', issue?.message ?? '']
}

/** Moves the clock on to the next time of this kind, for tests that look at edges. */
function moveTo(isThere: (time: Date) => boolean): Date {
  const { clock } = world
  clock.advance(hour - (clock.now().getTime() % hour))
  while (!isThere(clock.now())) clock.advance(hour)
  return clock.now()
}
const midnight = (time: Date) => time.getUTCHours() === 0
const monday = (time: Date) => midnight(time) && time.getUTCDay() === 1

/** Lets something happen in the team's history, at the time of the clock. */
const happen = (team: Team, ...types: EventType[]) =>
  change(world.server.core, system, async ({ record }) => {
    for (const type of types) record({ type, streams: [uuidOf(team.id)] })
  })

describe('statistics', () => {
  test('count requests and what became of them', async () => {
    const start = moveTo(midnight)
    const team = await Team.create(world.server)
    const others = await Promise.all([team.join('MEMBER'), team.join('MEMBER')])
    const app = await team.app()
    for (const by of others) await team.request(app, { by })
    world.clock.advance(day)
    await team.install(app)
    await team.denial(await team.app())
    const id = await team.request(await team.app())
    const member = { ...team.member, token: await world.server.signIn(team.member) }
    await world.does(member, 'withdrawInstallRequest', { installRequestId: id })

    const { buckets } = await statistics(team, { from: start, to: world.clock.now() })
    const [first, second] = buckets
    expect(first).toMatchObject({ requests: 2, approvals: 0, denials: 0, withdrawals: 0 })
    expect(buckets).toHaveLength(1)
    expect(second).toBeUndefined()
    const later = await statistics(team, { from: start, to: new Date(world.clock.now().getTime() + 1) })
    expect(later.buckets[1]).toMatchObject({ requests: 2, approvals: 2, denials: 1, withdrawals: 1 })
  })

  test('say exactly what the history says, whatever happened when', async () => {
    const incident = fc.record({
      // In minutes, so that there are some in the same hour and some weeks apart.
      after: fc.oneof(fc.nat(90), fc.nat(60 * 24 * 20)),
      types: fc.array(fc.constantFrom(...Object.values(EventType)), { minLength: 1, maxLength: 6 }),
    })
    const history = fc.array(incident, { maxLength: 25 })
    const window = fc.record({
      bucket: fc.constantFrom<Bucket>('HOUR', 'DAY', 'WEEK', 'MONTH'),
      skipped: fc.double({ min: 0, max: 0.9, noNaN: true }),
      share: fc.double({ min: 0.01, max: 1.2, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(history, window, async (incidents, { bucket, skipped, share }) => {
        const began = world.clock.now().getTime()
        const team = await Team.create(world.server)
        for (const { after, types } of incidents) {
          world.clock.advance(after * minute)
          await happen(team, ...types)
        }
        const length = Math.max(world.clock.now().getTime() - began, hour)
        const from = new Date(began + skipped * length)
        const asked = Math.min(share * length, bucket === 'HOUR' ? 900 * hour : Infinity)
        const to = new Date(from.getTime() + Math.max(asked, 1))

        const select = `buckets { start end requests events shown: events(types: [APP_CREATED, GRANT_REVOKED, APP_CREATED]) }`
        const { buckets } = await statistics(team, { from, to, bucket, select })

        const events = await world.server.prisma.event.findMany({ where: { streamId: uuidOf(team.id) } })
        const count = (start: string, end: string, types?: string[]) =>
          events.filter(
            ({ at, type }) => at >= new Date(start) && at < new Date(end) && (!types || types.includes(type)),
          ).length
        for (const { start, end, ...counts } of buckets) {
          expect(counts).toEqual({
            requests: count(start, end, ['INSTALL_REQUESTED']),
            events: count(start, end),
            shown: count(start, end, ['APP_CREATED', 'GRANT_REVOKED']),
          })
        }
        expect(Date.parse(buckets[0].start)).toBeLessThanOrEqual(from.getTime())
        expect(Date.parse(buckets[0].end)).toBeGreaterThan(from.getTime())
        expect(Date.parse(buckets.at(-1).start)).toBeLessThan(to.getTime())
        expect(Date.parse(buckets.at(-1).end)).toBeGreaterThanOrEqual(to.getTime())
        for (const [n, { end }] of buckets.entries()) if (buckets[n + 1]) expect(buckets[n + 1].start).toBe(end)
      }),
      { numRuns: 20 },
    )
  })

  test('lose nothing when much happens at once', async () => {
    const start = moveTo(midnight)
    const team = await Team.create(world.server)
    await Promise.all(Array.from({ length: 20 }, () => happen(team, 'APP_UPDATED', 'APP_UPDATED', 'APP_DISABLED')))
    const select = 'buckets { updated: events(types: [APP_UPDATED]) disabled: events(types: [APP_DISABLED]) }'
    const to = new Date(start.getTime() + 1)
    expect(await statistics(team, { from: start, to, select })).toEqual({ buckets: [{ updated: 40, disabled: 20 }] })
  })

  test('do not count what did not come to pass', async () => {
    const start = moveTo(midnight)
    const team = await Team.create(world.server)
    const failed = change(world.server.core, system, async ({ tx, record }) => {
      record({ type: 'APP_DELETED', streams: [uuidOf(team.id)] })
      // Fails at the commit, after the events were written.
      await tx.membership.deleteMany({ where: { organizationId: uuidOf(team.id) } })
    })
    await expect(failed).rejects.toThrow()
    const select = 'buckets { events(types: [APP_DELETED]) }'
    const to = new Date(start.getTime() + 1)
    expect(await statistics(team, { from: start, to, select })).toEqual({ buckets: [{ events: 0 }] })
  })

  test('are those of one organization only', async () => {
    const start = moveTo(midnight)
    const [team, other] = [await Team.create(world.server), await Team.create(world.server)]
    await happen(other, 'TOKEN_REUSE_DETECTED')
    const viewer = await viewerOf(world.server.core, team.member.id)
    await change(world.server.core, system, async ({ record }) => {
      record({ type: 'TOKEN_REUSE_DETECTED', streams: [viewer.userId, viewer.personalOrganizationId] })
    })
    const args = {
      from: start,
      to: new Date(start.getTime() + hour),
      select: 'buckets { events(types: [TOKEN_REUSE_DETECTED]) }',
    }
    expect(await statistics(team, args)).toEqual({ buckets: [{ events: 0 }] })
    expect(await statistics(other, args)).toEqual({ buckets: [{ events: 1 }] })
  })

  test('stay when the history is pruned', async () => {
    const start = moveTo(midnight)
    const team = await Team.create(world.server)
    await happen(team, 'APP_UPDATED')
    const args = { from: start, to: new Date(start.getTime() + hour) }
    const before = await statistics(team, args)
    await world.server.prisma.event.deleteMany({ where: { streamId: uuidOf(team.id) } })
    expect(await statistics(team, args)).toEqual(before)
  })
})

describe('a bucket', () => {
  test('has what happened from its start until before its end', async () => {
    const start = moveTo(midnight)
    const team = await Team.create(world.server)
    await happen(team, 'APP_ENABLED')
    world.clock.advance(day - 1)
    await happen(team, 'APP_ENABLED')
    world.clock.advance(1)
    await happen(team, 'APP_ENABLED')
    const args = {
      from: start,
      to: new Date(start.getTime() + 2 * day),
      select: 'buckets { events(types: [APP_ENABLED]) }',
    }
    expect(await statistics(team, args)).toEqual({ buckets: [{ events: 2 }, { events: 1 }] })
    const { buckets } = await statistics(team, { ...args, bucket: 'HOUR' })
    const counts = buckets.map(({ events }: { events: number }) => events)
    expect([counts[0], counts[22], counts[23], counts[24], counts[25]]).toEqual([1, 0, 1, 1, 0])
  })

  test('is there with zeros where nothing happened', async () => {
    const team = await Team.create(world.server)
    const { buckets } = await statistics(team, { from: '2001-02-03T00:00:00Z', to: '2001-02-06T00:00:00Z' })
    const nothing = { requests: 0, approvals: 0, denials: 0, withdrawals: 0, events: 0 }
    expect(buckets).toEqual(
      ['03', '04', '05'].map((date, n) => ({
        start: `2001-02-${date}T00:00:00.000Z`,
        end: `2001-02-0${n + 4}T00:00:00.000Z`,
        ...nothing,
      })),
    )
  })

  test.each<[Bucket, string, string, string[]]>([
    [
      'HOUR',
      '2026-03-29T00:59:59.999Z',
      '2026-03-29T02:00:00.001Z',
      ['2026-03-29T00', '2026-03-29T01', '2026-03-29T02'],
    ],
    ['DAY', '2024-02-28T23:00:00Z', '2024-03-01T00:00:00Z', ['2024-02-28T00', '2024-02-29T00']],
    ['DAY', '2026-01-01T00:00:00+05:30', '2026-01-01T00:00:00-05:30', ['2025-12-31T00', '2026-01-01T00']],
    ['WEEK', '2026-01-01T00:00:00Z', '2026-01-05T00:00:00.001Z', ['2025-12-29T00', '2026-01-05T00']],
    ['WEEK', '2026-01-04T23:59:59Z', '2026-01-05T00:00:00Z', ['2025-12-29T00']],
    ['MONTH', '2023-12-31T23:59:59Z', '2024-03-01T00:00:00Z', ['2023-12-01T00', '2024-01-01T00', '2024-02-01T00']],
  ])('of a %s from %s to %s is whole, by UTC', async (bucket, from, to, starts) => {
    const team = await Team.create(world.server)
    const { buckets } = await statistics(team, { from, to, bucket, select: 'buckets { start }' })
    expect(buckets).toEqual(starts.map((start) => ({ start: `${start}:00:00.000Z` })))
  })

  test('of a week holds Monday to Sunday', async () => {
    const start = moveTo(monday)
    const team = await Team.create(world.server)
    world.clock.advance(7 * day - 1)
    await happen(team, 'APP_ENABLED')
    world.clock.advance(1)
    await happen(team, 'APP_ENABLED', 'APP_ENABLED')
    const to = new Date(start.getTime() + 14 * day)
    const select = 'buckets { events(types: [APP_ENABLED]) }'
    expect(await statistics(team, { from: start, to, bucket: 'WEEK', select })).toEqual({
      buckets: [{ events: 1 }, { events: 2 }],
    })
  })
})

describe('the time that is asked about', () => {
  test('must not be empty or run backwards', async () => {
    const team = await Team.create(world.server)
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']
    const refused = ['to', 'TOO_EARLY', 'must be later than `from`']
    expect(await refusal(team, { from: early, to: early })).toEqual(refused)
    expect(await refusal(team, { from: late, to: early })).toEqual(refused)
  })

  test('makes at most 1,000 buckets', async () => {
    const team = await Team.create(world.server)
    const from = '2026-01-01T00:00:00.000Z'
    const to = new Date(Date.parse(from) + 1000 * hour)
    expect((await statistics(team, { from, to, bucket: 'HOUR' })).buckets).toHaveLength(1000)
    const refused = ['bucket', 'TOO_MANY', expect.stringContaining('more than 1000 buckets')]
    expect(await refusal(team, { from, to: new Date(to.getTime() + 1), bucket: 'HOUR' })).toEqual(refused)
  })

  test('may be as far away as a date can be', async () => {
    const team = await Team.create(world.server)
    for (const [from, to] of [
      ['0000-01-01T00:00:00Z', '0000-03-01T00:00:00Z'],
      ['9999-12-01T00:00:00Z', '9999-12-31T23:59:59Z'],
    ] as const) {
      const { buckets } = await statistics(team, { from, to, bucket: 'MONTH' })
      expect(buckets[0]).toMatchObject({ start: from.replace('Z', '.000Z'), events: 0 })
    }
    expect(await refusal(team, { from: '0000-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z', bucket: 'MONTH' })).toEqual([
      'bucket',
      'TOO_MANY',
      expect.any(String),
    ])
  })

  test('is a time', async () => {
    const team = await Team.create(world.server)
    for (const from of ['yesterday', '2026-02-30T00:00:00Z', '', null, 1e20]) {
      const { errors } = await ask(team, { from, to: world.clock.now() })
      expect([from, errors?.[0]?.extensions.code]).toEqual([from, 'BAD_USER_INPUT'])
    }
  })
})

describe('statistics of apps', () => {
  const select = 'apps { app { clientId } grants liveTokens lastUsedAt }'
  const apps = async (team: Team, selection = select) => {
    const now = world.clock.now()
    return (await statistics(team, { from: new Date(now.getTime() - 1), to: now, select: selection })).apps
  }

  test('tell live tokens, grants and last use, by app, those with the most tokens first', async () => {
    const team = await Team.create(world.server)
    const colleague = await team.join('MEMBER')
    const [busy, quiet, service, unused] = [
      await team.app(),
      await team.app(),
      await team.app({ type: 'SERVICE' }),
      await team.app(),
    ]
    for (const app of [busy, quiet, unused]) await team.install(app)
    await team.grant(quiet)
    const earlier = world.clock.now()
    world.clock.advance(hour)
    await team.grant(busy)
    const grant = await team.grant(busy, { by: colleague })
    await addToken(world.server, grant, { lifetime: minute })
    await team.authorize(service)

    const used = (app: string, grants: number, liveTokens: number, lastUsedAt: Date | null) => ({
      app: { clientId: app },
      grants,
      liveTokens,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })
    const rest = [used(quiet, 1, 2, earlier), used(service, 1, 0, null)]
    expect(await apps(team)).toEqual([used(busy, 2, 5, world.clock.now()), ...rest])
    const now = world.clock.now()
    world.clock.advance(minute)
    expect(await apps(team)).toEqual([used(busy, 2, 4, now), ...rest])
    expect(await apps(team, 'apps(first: 1) { app { clientId } }')).toEqual([{ app: { clientId: busy } }])
  })

  test('show what is granted here, and no app that is gone', async () => {
    const [team, publisher] = [await Team.create(world.server), await Team.create(world.server)]
    const app = await publisher.app()
    await team.install(app)
    await team.grant(app)
    await publisher.install(app)
    for (const by of [publisher.member, publisher.admin]) await publisher.grant(app, { by })
    expect(await apps(team)).toMatchObject([{ grants: 1, liveTokens: 2 }])
    expect(await apps(publisher)).toMatchObject([{ grants: 2, liveTokens: 4 }])
    const admin = { ...publisher.admin, token: await world.server.signIn(publisher.admin) }
    const { name } = await world.server.prisma.app.findUniqueOrThrow({ where: { id: uuidOf(app) } })
    await world.does(admin, 'deleteApp', { appId: app, confirmation: name })
    expect(await apps(team)).toEqual([])
    expect(await apps(publisher)).toEqual([])
  })

  test('agree with the list of grants', async () => {
    const team = await Team.create(world.server)
    const app = await team.app()
    await team.install(app)
    const grant = await team.grant(app)
    await team.grant(app, { by: team.admin })
    // Also the one of which no token was ever obtained.
    await world.server.prisma.grant.update({ where: { id: uuidOf(grant) }, data: { tokenObtainedAt: null } })
    const token = await world.server.signIn(team.admin)
    const listed = await world.server.graphql(
      'query ($id: ID!) { organization(id: $id) { grants { totalCount edges { node { liveTokens } } } } }',
      { id: team.id },
      { as: token },
    )
    expect(listed.organization.grants).toMatchObject({ totalCount: 2, edges: [{}, {}] })
    expect(await apps(team)).toMatchObject([{ grants: 2, liveTokens: 4 }])
  })

  test('come in pages of 1 to 100', async () => {
    const team = await Team.create(world.server)
    const now = world.clock.now()
    for (const first of [0, 101, -1]) {
      const args = { from: new Date(now.getTime() - 1), to: now, select: `apps(first: ${first}) { grants }` }
      expect(await refusal(team, args)).toEqual(['first', 'OUT_OF_RANGE', 'must be from 1 to 100'])
    }
    expect(await apps(team, 'apps(first: 100) { grants }')).toEqual([])
  })

  test('take as many statements for one app as for many', async () => {
    const select = 'buckets { events } apps { app { name } liveTokens }'
    const count = async (team: Team): Promise<number> => {
      const token = await world.server.signIn(team.admin)
      const now = world.clock.now()
      const variables = { id: team.id, from: new Date(now.getTime() - 1), to: now, bucket: 'HOUR' }
      const before = statements.length
      await world.server.graphql(QUERY.replace('SELECTION', select), variables, { as: token })
      return statements.length - before
    }
    const [one, many] = [await Team.create(world.server), await Team.create(world.server)]
    for (const [team, size] of [
      [one, 1],
      [many, 7],
    ] as const) {
      for (let n = 0; n < size; n++) {
        const app = await team.app()
        await team.install(app)
        await team.grant(app)
      }
    }
    const expected = await count(one)
    expect(await count(many)).toBe(expected)
    expect(expected).toBeLessThanOrEqual(5)
  })
})

describe('who may see statistics', () => {
  const now = () => ({ from: new Date(world.clock.now().getTime() - 1), to: world.clock.now() })

  test('are admins and super admins', async () => {
    const team = await Team.create(world.server)
    for (const person of [team.admin, team.superAdmin]) {
      expect((await statistics(team, now(), person)).buckets).toHaveLength(1)
    }
    const { data, errors } = await ask(team, now(), team.member)
    expect([data.organization.statistics, errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN'])
    expect((await ask(team, now(), await signedIn(world.server))).data).toEqual({ organization: null })
  })

  test('is everybody, of their personal organization', async () => {
    const person = await signedIn(world.server)
    const { personalOrganizationId } = await viewerOf(world.server.core, person.id)
    const document = QUERY.replace('SELECTION', 'buckets { events }')
    const id = publicId('Organization', personalOrganizationId)
    const variables = { id, from: now().from, to: new Date(world.clock.now().getTime() + 1), bucket: 'HOUR' }
    expect(await world.query(person, document, variables)).toMatchObject({
      organization: { statistics: { buckets: [{ events: expect.any(Number) }] } },
    })
  })
})
