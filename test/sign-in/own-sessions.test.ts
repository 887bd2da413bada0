import { createClient } from 'graphql-ws'
import { beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { durations } from '../../src/config/defaults.ts'
import { newId, publicId } from '../../src/ids.ts'
import { createUser } from '../../src/organizations/users.ts'
import { issueToken } from '../../src/sign-in/session-tokens.ts'
import { startTokenSession } from '../../src/sign-in/sessions.ts'
import type { Data, Identity } from '../support/server.ts'
import { type Person, signedIn } from '../support/team.ts'
import { useWorld } from '../support/world.ts'
import { Browser } from './browser.ts'

const minute = 60_000
const hour = 60 * minute

const SESSIONS = `query ($first: Int, $after: String) { viewer { sessions(first: $first, after: $after) {
  totalCount
  pageInfo { endCursor hasNextPage }
  edges { node { id kind isCurrent createdAt lastUsedAt expiresAt userAgent address } }
} } }`
const WHO = '{ viewer { user { email } } }'

const world = useWorld({ config: { durations: { ...durations, rightsCheck: 20 } } })
beforeEach(() => world.server.prisma.rateLimit.deleteMany())

async function sessionsOf(as: Identity, page: object = {}): Promise<Data> {
  const { viewer } = await world.server.graphql(SESSIONS, page, { as })
  return viewer && { ...viewer.sessions, nodes: viewer.sessions.edges.map(({ node }: Data) => node) }
}

const isSignedIn = async (as: Identity) => (await world.server.request(WHO, {}, as)).data?.viewer != null

async function browserOf(person: Person, headers: Record<string, string> = {}): Promise<Browser> {
  const browser = new Browser(world.server, headers)
  await browser.signIn(person)
  return browser
}

const asBrowser = ({ cookie }: Browser): Identity => ({ cookie })
const inTime = (milliseconds: number) => new Date(world.clock.now().getTime() + milliseconds).toISOString()

/** Somebody who signs in with another service. */
async function stranger(): Promise<Person> {
  const { core } = world.server
  const identity = { issuer: 'https://login.example', subject: newId() }
  const user = await createUser(core, { name: 'Elsewhere', identity })
  const token = await issueToken(core, user.id, await startTokenSession(core, user.id))
  return { id: user.id, name: user.name, email: '', password: '', token }
}

describe('the sessions of the viewer', () => {
  test('are listed newest first, with where and how each was opened', async () => {
    const ada = await signedIn(world.server)
    world.clock.advance(minute)
    const browser = await browserOf(ada, { 'user-agent': 'Mozilla/5.0 (Test)' })
    const { totalCount, nodes } = await sessionsOf(asBrowser(browser))
    expect(totalCount).toBe(2)
    expect(nodes).toEqual([
      {
        id: expect.stringMatching(/^ses_[0-9a-f]{32}$/),
        kind: 'BROWSER',
        isCurrent: true,
        createdAt: inTime(0),
        lastUsedAt: inTime(0),
        expiresAt: inTime(7 * 24 * hour),
        userAgent: 'Mozilla/5.0 (Test)',
        address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      },
      {
        id: expect.stringMatching(/^ses_/),
        kind: 'TOKEN',
        isCurrent: false,
        createdAt: inTime(-minute),
        lastUsedAt: inTime(-minute),
        expiresAt: inTime(14 * minute),
        userAgent: 'node',
        address: expect.any(String),
      },
    ])
    const seenByToken = (await sessionsOf(ada.token)).nodes
    expect(seenByToken.map(({ isCurrent }: Data) => isCurrent)).toEqual([false, true])
  })

  test('come in pages', async () => {
    const ada = await signedIn(world.server)
    for (let n = 0; n < 4; n++) await world.server.signIn(ada)
    const all = (await sessionsOf(ada.token)).nodes
    const first = await sessionsOf(ada.token, { first: 2 })
    const second = await sessionsOf(ada.token, { first: 3, after: first.pageInfo.endCursor })
    expect([...first.nodes, ...second.nodes]).toEqual(all)
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
    const { errors } = await world.server.request(SESSIONS, { first: 101 }, ada.token)
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  })

  test('are only those that have not ended', async () => {
    const ada = await signedIn(world.server)
    const [left, used] = [await browserOf(ada), await browserOf(ada)]
    world.clock.advance(6 * hour)
    // The token's session is over by now.
    expect((await sessionsOf(asBrowser(used))).totalCount).toBe(2)
    world.clock.advance(6 * hour)
    const { totalCount, nodes } = await sessionsOf(asBrowser(used))
    expect([totalCount, nodes.length]).toEqual([1, 1])
    expect(nodes[0]).toMatchObject({ isCurrent: true, lastUsedAt: inTime(0) })
    expect(await isSignedIn(asBrowser(left))).toBe(false)
    for (let n = 0; n < 13; n++) {
      world.clock.advance(12 * hour - 1)
      await sessionsOf(asBrowser(used))
    }
    world.clock.advance(13)
    const token = await world.server.signIn(ada)
    expect((await sessionsOf(token)).nodes).toMatchObject([{ kind: 'TOKEN', isCurrent: true }])
  })

  test('are nobody else’s to see', async () => {
    const [ada, bob] = [await signedIn(world.server), await signedIn(world.server)]
    const [{ id }] = (await sessionsOf(ada.token)).nodes
    expect((await sessionsOf(bob.token)).nodes.map(({ id }: Data) => id)).not.toContain(id)
    const NODE = 'query ($id: ID!) { node(id: $id) { id ... on Session { kind } } }'
    expect(await world.query(ada, NODE, { id })).toEqual({ node: { id, kind: 'TOKEN' } })
    expect(await world.query(bob, NODE, { id })).toEqual({ node: null })
    world.clock.advance(15 * minute)
    const later = { ...ada, token: await world.server.signIn(ada) }
    expect(await world.query(later, NODE, { id })).toEqual({ node: null })
  })

  test('tell nothing that could be signed in with', async () => {
    const document = '{ __type(name: "Session") { fields { name } } }'
    const { __type } = await world.query(await signedIn(world.server), document)
    expect(__type.fields.map(({ name }: Data) => name).sort()).toEqual([
      'address',
      'createdAt',
      'expiresAt',
      'id',
      'isCurrent',
      'kind',
      'lastUsedAt',
      'userAgent',
    ])
  })

  test('remember of a long user agent the beginning', async () => {
    const ada = await signedIn(world.server)
    const browser = await browserOf(ada, { 'user-agent': 'x'.repeat(1000) })
    expect((await sessionsOf(asBrowser(browser))).nodes[0].userAgent).toBe('x'.repeat(300))
  })
})

describe('endSession', () => {
  test('ends the token of a session, and no other', async () => {
    const ada = await signedIn(world.server)
    const other = await world.server.signIn(ada)
    const sessionId = (await sessionsOf(other)).nodes.find(({ isCurrent }: Data) => isCurrent).id
    expect(await world.does(ada, 'endSession', { sessionId }, 'sessionId')).toEqual({ sessionId })
    expect((await world.server.request(WHO, {}, other)).status).toBe(401)
    expect(await isSignedIn(ada.token)).toBe(true)
    expect(await world.refused(ada, 'endSession', { sessionId })).toEqual({ code: 'NOT_FOUND' })
  })

  test('ends the cookie of a browser', async () => {
    const ada = await signedIn(world.server)
    const browser = await browserOf(ada)
    const [{ id: sessionId }] = (await sessionsOf(asBrowser(browser))).nodes
    await world.does(ada, 'endSession', { sessionId })
    expect(await isSignedIn(asBrowser(browser))).toBe(false)
  })

  test('ends the subscriptions of a session with 4403', async () => {
    const ada = await signedIn(world.server)
    const other = await world.server.signIn(ada)
    const closed = Promise.withResolvers<number>()
    const connected = Promise.withResolvers<void>()
    const client = createClient({
      url: `${world.server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${other}` },
      retryAttempts: 0,
      on: {
        connected: () => connected.resolve(),
        closed: (event) => closed.resolve((event as { code: number }).code),
      },
    })
    const ended = Promise.withResolvers<unknown>()
    client.subscribe(
      { query: 'subscription { viewerEvents { event { type } } }' },
      { next: () => {}, error: ended.resolve, complete: () => ended.resolve('complete') },
    )
    await connected.promise
    const { nodes } = await sessionsOf(other)
    await world.does(ada, 'endSession', { sessionId: nodes.find(({ isCurrent }: Data) => isCurrent).id })
    expect(await ended.promise).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await closed.promise).toBe(4403)
  })

  test('of the one in use makes the browser forget its cookie', async () => {
    const ada = await signedIn(world.server)
    const browser = await browserOf(ada)
    const [{ id }] = (await sessionsOf(asBrowser(browser))).nodes
    const document = `mutation { endSession(input: { sessionId: "${id}" }) { __typename } }`
    const { data, headers } = await world.server.request(document, {}, asBrowser(browser))
    expect(data).toEqual({ endSession: { __typename: 'EndSessionSuccess' } })
    expect(headers.get('set-cookie')).toMatch(/^gatehouse_session=;.*Max-Age=0/)
  })

  test('does not know the sessions of others, nor those that never were', async () => {
    const [ada, bob] = [await signedIn(world.server), await signedIn(world.server)]
    const [{ id: sessionId }] = (await sessionsOf(ada.token)).nodes
    expect(await world.refused(bob, 'endSession', { sessionId })).toEqual({ code: 'NOT_FOUND' })
    expect(await world.refused(bob, 'endSession', { sessionId: publicId('Session', newId()) })).toEqual({
      code: 'NOT_FOUND',
    })
    expect(await isSignedIn(ada.token)).toBe(true)
    const issues = await world.issues(bob, 'endSession', { sessionId: publicId('User', bob.id) })
    expect(issues).toEqual(['sessionId: WRONG_ID'])
  })

  test('is for users who are signed in', async () => {
    for (const call of [
      'endSession(input: { sessionId: "ses_1" })',
      'endOtherSessions(input: {})',
      'changePassword(input: { currentPassword: "a", newPassword: "b" })',
    ]) {
      const data = await world.server.graphql(`mutation { result: ${call} { ... on Error { code } } }`)
      expect(data).toEqual({ result: { code: 'UNAUTHENTICATED' } })
    }
  })
})

describe('endOtherSessions', () => {
  test('ends all sessions of the viewer but the one in use', async () => {
    const [ada, bob] = [await signedIn(world.server), await signedIn(world.server)]
    const [other, browser] = [await world.server.signIn(ada), await browserOf(ada)]
    expect(await world.does(ada, 'endOtherSessions', {}, 'endedSessions')).toEqual({ endedSessions: 2 })
    expect(await Promise.all([ada.token, other, asBrowser(browser), bob.token].map(isSignedIn))).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(await world.does(ada, 'endOtherSessions', {}, 'endedSessions')).toEqual({ endedSessions: 0 })
  })

  test('ends only those of a kind where it is told to', async () => {
    const ada = await signedIn(world.server)
    const [other, browser] = [await world.server.signIn(ada), await browserOf(ada)]
    expect(await world.does(ada, 'endOtherSessions', { kind: 'BROWSER' }, 'endedSessions')).toEqual({
      endedSessions: 1,
    })
    expect(await Promise.all([other, asBrowser(browser)].map(isSignedIn))).toEqual([true, false])
    expect(await world.does(ada, 'endOtherSessions', { kind: 'TOKEN' }, 'endedSessions')).toEqual({ endedSessions: 1 })
    expect(await Promise.all([ada.token, other].map(isSignedIn))).toEqual([true, false])
  })
})

describe('changePassword', () => {
  const change = (person: Person, newPassword: string, currentPassword = person.password) => ({
    currentPassword,
    newPassword,
  })

  test('makes the new password the one that signs in, and ends the other sessions', async () => {
    const ada = await signedIn(world.server)
    const [other, browser] = [await world.server.signIn(ada), await browserOf(ada)]
    const input = change(ada, 'correct horse battery')
    expect(await world.does(ada, 'changePassword', input, 'endedSessions')).toEqual({ endedSessions: 2 })
    expect(await Promise.all([ada.token, other, asBrowser(browser)].map(isSignedIn))).toEqual([true, false, false])
    await expect(world.server.signIn(ada)).rejects.toThrow('INVALID_CREDENTIALS')
    expect(await world.server.signIn({ ...ada, password: input.newPassword })).toEqual(expect.any(String))
  })

  test('takes the current password', async () => {
    const ada = await signedIn(world.server)
    const input = change(ada, 'correct horse battery', 'not it')
    expect(await world.refused(ada, 'changePassword', input)).toEqual({ code: 'INVALID_CREDENTIALS' })
    expect(await world.server.signIn(ada)).toEqual(expect.any(String))
  })

  test('names what is wrong with the new one', async () => {
    const ada = await signedIn(world.server)
    const issues = (newPassword: string, current?: string) =>
      world.issues(ada, 'changePassword', change(ada, newPassword, current))
    expect(await issues('too short')).toEqual(['newPassword: TOO_SHORT 10'])
    expect(await issues('x'.repeat(201))).toEqual(['newPassword: TOO_LONG 200'])
    expect(await issues(ada.password)).toEqual(['newPassword: UNCHANGED'])
    expect(await issues('short', '')).toEqual(['currentPassword: REQUIRED', 'newPassword: TOO_SHORT 10'])
  })

  test('is limited like sign-ins, and with them', async () => {
    const ada = await signedIn(world.server)
    const wrong = change(ada, 'correct horse battery', 'not it')
    const attempts = await Promise.all(Array.from({ length: 15 }, () => world.refused(ada, 'changePassword', wrong)))
    expect(attempts.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(10)
    expect(attempts.filter(({ code }) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(5)
    const right = change(ada, 'correct horse battery')
    expect(await world.refused(ada, 'changePassword', right)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
    await expect(world.server.signIn(ada)).rejects.toThrow('TOO_MANY_ATTEMPTS')
  })

  test('is not for accounts that sign in elsewhere', async () => {
    const input = { currentPassword: 'whatever', newPassword: 'correct horse battery' }
    expect(await world.refused(await stranger(), 'changePassword', input)).toEqual({ code: 'NO_LOCAL_PASSWORD' })
  })

  test('made twice at once is made once', async () => {
    const ada = await signedIn(world.server)
    const tokens = [ada.token, await world.server.signIn(ada)]
    const wanted = ['the first password', 'the second password']
    const document = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`
    const answers = await Promise.all(
      tokens.map((token, n) => world.server.request(document, { input: change(ada, wanted[n] ?? '') }, token)),
    )
    const won = answers.map(({ data }) => data?.changePassword?.__typename === 'ChangePasswordSuccess')
    expect(won.filter(Boolean)).toHaveLength(1)
    const winner = won.indexOf(true)
    expect(await Promise.all(tokens.map(isSignedIn))).toEqual(won)
    expect(await world.server.signIn({ ...ada, password: wanted[winner] ?? '' })).toEqual(expect.any(String))
  })

  test('leaves nobody signed in who signed in with the old one meanwhile', async () => {
    const ada = await signedIn(world.server)
    const [, ...tokens] = await Promise.all([
      world.does(ada, 'changePassword', change(ada, 'correct horse battery')),
      ...Array.from({ length: 8 }, () => world.server.signIn(ada).catch(() => undefined)),
    ])
    for (const token of tokens) if (token) expect(await isSignedIn(token)).toBe(false)
    expect((await sessionsOf(ada.token)).nodes).toMatchObject([{ isCurrent: true }])
  })

  test('keeps out a sign-in that was about to begin a session with the old one', async () => {
    const ada = await signedIn(world.server)
    const { core, prisma } = world.server
    const { hash } = await prisma.passwordCredential.findUniqueOrThrow({ where: { userId: ada.id } })
    await world.does(ada, 'changePassword', change(ada, 'correct horse battery'))
    await expect(startTokenSession(core, ada.id, { passwordHash: hash })).rejects.toThrow()
  })
})
