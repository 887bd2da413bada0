import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { endingOf } from '../../client-demo/api/live/ending.ts'
import { type Delivery, type LiveEvent, OrganizationEvents } from '../../client-demo/api/live/event.ts'
import { type FollowOptions, follow, type Sink, type StreamStatus } from '../../client-demo/api/live/follow.ts'
import { makeLine } from '../../client-demo/api/live/line.ts'
import { backoff, Pauses } from '../../client-demo/api/live/pause.ts'
import { Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()

/** Somebody who follows an organization as the console does, over the server's WebSocket. */
async function following(team: Team, options: Partial<FollowOptions> = {}, now?: () => number) {
  const { organization } = await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { feedCursor } }', {
    id: team.id,
  })
  const line = makeLine({
    url: () => `${world.server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${team.admin.token}` },
    now,
  })
  const stopping = new AbortController()
  const events: LiveEvent[] = []
  const statuses: StreamStatus[] = []
  let look = () => {}
  const isOver = follow({
    open: line.on(OrganizationEvents, { organizationId: team.id }),
    after: organization.feedCursor,
    onEvent: (event) => {
      events.push(event)
      look()
    },
    onStatus: (status) => {
      statuses.push(status)
      look()
    },
    startOver: () => Promise.reject(new Error('not expected')),
    onNoRight: () => {},
    stillSignedIn: async () => true,
    pauses: new Pauses(),
    signal: stopping.signal,
    ...options,
  })
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        look = resolve
      })
    }
  }
  return {
    statuses,
    isOver,
    until,
    distrust: line.distrust,
    names: () => events.map(({ appName }) => appName),
    sequences: () => events.map(({ sequence }) => sequence),
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await isOver
      line.close()
    },
  }
}

test('what happens while the server is away arrives afterwards, each event once and in order', async () => {
  const team = await Team.create(world.server)
  await using follower = await following(team)
  await follower.until(() => follower.statuses.includes('live'))
  await team.app({ name: 'Before' })
  await follower.until(() => follower.names().length === 1)

  await world.server.restart()
  await team.app({ name: 'During' })
  await follower.until(() => follower.names().length === 2)
  await team.app({ name: 'After' })
  await follower.until(() => follower.names().length === 3)

  expect(follower.names()).toEqual(['Before', 'During', 'After'])
  const [first = 0] = follower.sequences()
  expect(follower.sequences()).toEqual([first, first + 1, first + 2])
  expect(follower.statuses).toEqual(['connecting', 'live', 'reconnecting', 'live'])
})

test('a cursor that is of no use makes it read everything anew and go on from there', async () => {
  const team = await Team.create(world.server)
  const feedCursor = async () =>
    (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { feedCursor } }', { id: team.id }))
      .organization.feedCursor
  let asked = 0
  const startOver = () => {
    asked++
    return feedCursor()
  }
  await using follower = await following(team, { after: 'nonsense', startOver })
  await follower.until(() => follower.statuses.filter((status) => status === 'live').length === 2)
  await team.app({ name: 'Later' })
  await follower.until(() => follower.names().length === 1)
  expect(asked).toBe(1)
  expect(follower.names()).toEqual(['Later'])
})

test('a right that is lost and comes back is followed again', async () => {
  const team = await Team.create(world.server)
  const membershipId = await team.membershipOf(team.admin)
  const become = (role: string) => world.does(team.superAdmin, 'updateMemberRole', { membershipId, role })
  let isLost = false
  const startOver = async () =>
    (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { feedCursor } }', { id: team.id }))
      .organization.feedCursor
  const onNoRight = () => {
    isLost = true
    void become('ADMIN')
  }
  await using follower = await following(team, { onNoRight, startOver })
  await follower.until(() => follower.statuses.includes('live'))
  await become('MEMBER')
  await follower.until(() => follower.statuses.filter((status) => status === 'live').length === 2)
  expect(isLost).toBe(true)
  expect(follower.statuses).toEqual(['connecting', 'live', 'reconnecting', 'live'])
  await team.app({ name: 'Regained' })
  await follower.until(() => follower.names().includes('Regained'))
})

test('a line that was silent for long is given up, whatever clock stood still meanwhile', async () => {
  const team = await Team.create(world.server)
  let now = Date.UTC(2026, 10, 23)
  await using follower = await following(team, {}, () => now)
  await follower.until(() => follower.statuses.includes('live'))
  follower.distrust()
  now += 3_600_000
  follower.distrust()
  await follower.until(() => follower.statuses.length === 4)
  expect(follower.statuses).toEqual(['connecting', 'live', 'reconnecting', 'live'])
})

test('it ends where the session does', async () => {
  const other = await Team.create(world.server)
  await using second = await following(other, { stillSignedIn: async () => false })
  await second.until(() => second.statuses.includes('live'))
  await world.does(other.admin, 'signOut', {})
  expect(await second.isOver).toBe('signed-out')
})

// Without a server ------------------------------------------------------------------------------------

const event = (sequence: number) => ({ sequence, type: 'APP_CREATED' }) as unknown as LiveEvent
const delivery = (sequence: number): Delivery => ({ cursor: `c${sequence}`, event: event(sequence) })

/** Follows a server that is played by the test. */
function played(options: Partial<FollowOptions> = {}) {
  const stopping = new AbortController()
  const seen: number[] = []
  const opened: string[] = []
  let sink: Sink | undefined
  let tell = () => {}
  const isOver = follow({
    open: (after, given) => {
      opened.push(after)
      sink = given
      tell()
      return () => {}
    },
    after: 'c0',
    onEvent: ({ sequence }) => seen.push(sequence),
    onStatus: () => {},
    startOver: async () => 'fresh',
    onNoRight: () => {},
    stillSignedIn: async () => true,
    pauses: { rest: async () => {}, cutShort: () => {} } as unknown as Pauses,
    signal: stopping.signal,
    ...options,
  })
  return {
    seen,
    opened,
    isOver,
    sink: () => sink as Sink,
    opening: (count: number) =>
      new Promise<void>((resolve) => {
        tell = () => opened.length >= count && resolve()
        tell()
      }),
    [Symbol.dispose]: () => stopping.abort(),
  }
}

test('an event that comes a second time is dropped', () => {
  using player = played()
  for (const sequence of [1, 2, 2, 1, 3]) player.sink().next(delivery(sequence))
  expect(player.seen).toEqual([1, 2, 3])
})

test('a gap in the numbers means that something was missed: everything is read anew', async () => {
  using player = played()
  player.sink().next(delivery(1))
  player.sink().next(delivery(3))
  await player.opening(2)
  expect(player.opened).toEqual(['c0', 'fresh'])
  expect(player.seen).toEqual([1])
})

test('it comes back with the cursor of the last delivery, also of one without an event', async () => {
  using player = played()
  player.sink().next(delivery(1))
  player.sink().next({ cursor: 'checkpoint', event: null })
  player.sink().ended({ code: 1012 })
  await player.opening(2)
  expect(player.opened).toEqual(['c0', 'checkpoint'])
})

test('it goes on after the session ended where somebody has signed in again', async () => {
  using player = played()
  player.sink().ended({ code: 4403 })
  await player.opening(2)
  expect(player.opened).toEqual(['c0', 'c0'])
})

test('it does not go on where the session has ended while nobody was connected', async () => {
  const { isOver, ...player } = played({ stillSignedIn: async () => false })
  player.sink().ended({ code: 1006 })
  expect(await isOver).toBe('signed-out')
  expect(player.opened).toEqual(['c0'])
})

test('it reads anew again and again until that works', async () => {
  let attempts = 0
  using player = played({
    startOver: async () => {
      if (++attempts < 3) throw new Error('no network')
      return 'fresh'
    },
  })
  player.sink().ended([{ extensions: { code: 'CURSOR_TOO_OLD' } }])
  await player.opening(2)
  expect(player.opened).toEqual(['c0', 'fresh'])
})

test('without a right it says that it is not live, until it has that again or is stopped', async () => {
  const statuses: StreamStatus[] = []
  let attempts = 0
  let asked = 0
  using player = played({
    onStatus: (status) => statuses.push(status),
    onNoRight: () => asked++,
    startOver: async () => {
      if (++attempts < 3) throw new Error('not yours')
      return 'regained'
    },
  })
  player.sink().opened()
  player.sink().ended([{ extensions: { code: 'FORBIDDEN' } }])
  await player.opening(2)
  expect(player.opened).toEqual(['c0', 'regained'])
  expect(statuses).toEqual(['connecting', 'live', 'reconnecting'])
  expect(asked).toBe(1)
})

test.each([
  ['signed-out', [{ extensions: { code: 'UNAUTHENTICATED', closeCode: 4403 } }]],
  ['signed-out', { code: 4403, reason: '' }],
  ['no-right', [{ extensions: { code: 'FORBIDDEN' } }]],
  ['no-right', [{ extensions: { code: 'NOT_FOUND' } }]],
  ['start-over', [{ extensions: { code: 'CURSOR_FROM_THE_FUTURE' } }]],
  ['resume', [{ extensions: { code: 'INTERNAL' } }]],
  ['resume', [{}]],
  ['resume', { code: 1012 }],
  ['resume', { code: 4500 }],
  ['resume', { code: 4999 }],
  ['resume', new Error('no network')],
  ['resume', null],
])('%s after %j', (ending, reason) => {
  expect(endingOf(reason)).toBe(ending)
})

test('the wait between attempts grows to seconds and no further', () => {
  expect(backoff(0, () => 0)).toBe(125)
  expect(backoff(0, () => 1)).toBe(250)
  expect(backoff(3, () => 1)).toBe(2000)
  expect(backoff(1000, () => 1)).toBe(10_000)
})
