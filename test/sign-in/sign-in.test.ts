import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { StatementRecorder } from '../support/statements.ts'

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInSuccess { token expiresAt viewer { user { name email } organizations { edges { node { role } } } } }
    ... on Error { code message }
    ... on TooManyAttemptsError { retryAfterSeconds }
    ... on InvalidInputError { issues { path code } }
  }
}`
const SIGN_OUT = `mutation ($everywhere: Boolean) {
  signOut(input: { everywhere: $everywhere }) { ... on SignOutSuccess { endedSessions } ... on Error { code } }
}`
const WHO = '{ viewer { user { email } feedCursor } }'

let server: TestServer
const recorder = new StatementRecorder()
beforeAll(async () => {
  server = await startTestServer({ onQuery: recorder.onQuery })
})
afterAll(async () => {
  recorder[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => server.prisma.rateLimit.deleteMany())

const attempt = async (email: string, password: string) =>
  (await server.graphql(SIGN_IN, { input: { email, password } })).signIn

describe('signIn', () => {
  test('returns a token, its end and who is signed in', async () => {
    const user = await server.createUser({ name: 'Ada' })
    const answer = await attempt(user.email.toUpperCase(), user.password)
    expect(answer).toMatchObject({
      __typename: 'SignInSuccess',
      viewer: {
        user: { name: 'Ada', email: user.email },
        organizations: { edges: [{ node: { role: 'SUPER_ADMIN' } }] },
      },
    })
    const left = Date.parse(answer.expiresAt) - Date.now()
    expect(left).toBeGreaterThan(14 * 60_000)
    expect(left).toBeLessThanOrEqual(15 * 60_000)
    expect(await server.graphql(WHO, {}, { as: answer.token })).toMatchObject({
      viewer: { user: { email: user.email } },
    })
  })

  test('answers a wrong password and an unknown account the same', async () => {
    const user = await server.createUser()
    const wrong = await attempt(user.email, 'not it')
    expect(wrong).toMatchObject({ __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' })
    expect(await attempt('nobody@example.com', 'not it')).toEqual(wrong)
  })

  test('names every field that is wrong', async () => {
    expect(await attempt(' ', '')).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['email'], code: 'REQUIRED' },
        { path: ['password'], code: 'REQUIRED' },
      ],
    })
  })

  test('stores neither password nor token', async () => {
    const user = await server.createUser({ password: 'a very particular password' })
    const token = await server.signIn(user)
    const credential = await server.prisma.passwordCredential.findUniqueOrThrow({ where: { userId: user.id } })
    expect(credential.hash).toMatch(/^\$argon2id\$/)
    const sessions = await server.prisma.session.findMany({ where: { userId: user.id } })
    expect(JSON.stringify([credential, sessions])).not.toContain(token.split('.')[2])
    expect(JSON.stringify([credential, sessions])).not.toContain(user.password)
  })
})

describe('failed sign-ins', () => {
  test('are limited per account, counted per attempt also within one request', async () => {
    const user = await server.createUser()
    const aliases = Array.from(
      { length: 30 },
      (_, n) => `a${n}: signIn(input: { email: "${user.email}", password: "no" }) { __typename }`,
    )
    const data = await server.graphql(`mutation { ${aliases.join(' ')} }`)
    const names = Object.values(data as Record<string, { __typename: string }>).map(({ __typename }) => __typename)
    expect(names.filter((name) => name === 'InvalidCredentialsError')).toHaveLength(10)
    expect(names.filter((name) => name === 'TooManyAttemptsError')).toHaveLength(20)
    expect(await attempt(user.email, user.password)).toMatchObject({
      code: 'TOO_MANY_ATTEMPTS',
      retryAfterSeconds: expect.any(Number),
    })
  })

  test('are limited per account also when they come at once', async () => {
    const user = await server.createUser()
    const answers = await Promise.all(Array.from({ length: 25 }, () => attempt(user.email, 'no')))
    expect(answers.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(10)
  })

  test('are limited for accounts that do not exist, too', async () => {
    for (let n = 0; n < 10; n++) await attempt('ghost@example.com', 'no')
    expect(await attempt('ghost@example.com', 'no')).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
  })

  test('are limited per address', async () => {
    const user = await server.createUser()
    const results = await Promise.all(Array.from({ length: 60 }, (_, n) => attempt(`somebody${n}@example.com`, 'no')))
    expect(results.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(50)
    expect(await attempt(user.email, user.password)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
  })

  test('are forgotten after the window: there is no lasting lock-out', async () => {
    const user = await server.createUser()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      for (let n = 0; n < 20; n++) await attempt(user.email, 'no')
      const { retryAfterSeconds } = await attempt(user.email, user.password)
      vi.setSystemTime(Date.now() + retryAfterSeconds * 1000)
      expect(await attempt(user.email, user.password)).toMatchObject({ __typename: 'SignInSuccess' })
    } finally {
      vi.useRealTimers()
    }
  })

  test('do not include those that succeed', async () => {
    const user = await server.createUser()
    for (let n = 0; n < 15; n++)
      expect(await attempt(user.email, user.password)).toMatchObject({ __typename: 'SignInSuccess' })
  })
})

describe('signOut', () => {
  test('ends the token at once, and no other', async () => {
    const user = await server.createUser()
    const [token, other] = [await server.signIn(user), await server.signIn(user)]
    expect(await server.graphql(SIGN_OUT, {}, { as: token })).toEqual({ signOut: { endedSessions: 1 } })
    expect(await server.request(WHO, {}, token)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    expect((await server.request(WHO, {}, other)).status).toBe(200)
  })

  test('ends all sessions of the user where it is told to', async () => {
    const user = await server.createUser()
    const [token, other] = [await server.signIn(user), await server.signIn(user)]
    expect(await server.graphql(SIGN_OUT, { everywhere: true }, { as: token })).toEqual({
      signOut: { endedSessions: 2 },
    })
    expect((await server.request(WHO, {}, other)).status).toBe(401)
  })

  test('is for users who are signed in', async () => {
    expect(await server.graphql(SIGN_OUT)).toEqual({ signOut: { code: 'UNAUTHENTICATED' } })
  })
})

describe('viewer', () => {
  test('is null for callers who are signed out', async () => {
    expect(await server.graphql(WHO)).toEqual({ viewer: null })
  })

  test('is found after a restart and at another node, on the same keys', async () => {
    const user = await server.createUser()
    const token = await server.signIn(user)
    await using node = await server.startNode()
    const response = await fetch(`${node.url}/graphql?query={viewer{user{email}}}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await response.json()).toEqual({ data: { viewer: { user: { email: user.email } } } })
    await server.restart()
    expect(await server.graphql('{ viewer { user { email } } }', {}, { as: token })).toEqual({
      viewer: { user: { email: user.email } },
    })
  })

  test('takes one statement to be found', async () => {
    const user = await server.createUser()
    const token = await server.signIn(user)
    const query = '{ viewer { feedCursor } }'
    const { value, sent } = await recorder.during((headers) => server.request(query, {}, token, headers))
    expect(value.data.viewer.feedCursor).toEqual(expect.any(String))
    expect(sent).toHaveLength(1)
  })
})

describe('a user', () => {
  const NODE = 'query ($id: ID!) { node(id: $id) { ... on User { name email } } }'
  const idOf = async (token: string) =>
    (await server.graphql('{ viewer { user { id } } }', {}, { as: token })).viewer.user.id

  test('does not exist for strangers', async () => {
    const [ada, bob] = await Promise.all([server.createUser(), server.createUser()])
    const [adaToken, bobToken] = [await server.signIn(ada), await server.signIn(bob)]
    expect(await server.graphql(NODE, { id: await idOf(adaToken) }, { as: bobToken })).toEqual({ node: null })
    expect(await server.graphql(NODE, { id: await idOf(adaToken) }, { as: adaToken })).toEqual({
      node: { name: ada.name, email: ada.email },
    })
  })
})
