import { afterAll, expect, test } from 'vitest'
import { durations } from '../../src/config/defaults.ts'
import { allClosed, RawConnection } from '../support/raw.ts'
import { useWorld } from '../support/world.ts'

// Clients that stop in the middle: of what they send, and of what they are sent. Those that follow
// events and do not take them stand in test/feed, answers of any size in exchanges.test.ts.

const SHORT = 1000
const logged: string[] = []
const world = useWorld({
  onLog: (line) => logged.push(line),
  config: { durations: { ...durations, idleConnection: SHORT, request: SHORT, answer: SHORT } },
})

afterAll(() => {
  expect(logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})

const lines = (...all: string[]) => all.join('\r\n')
const post = (path: string, type: string, body: string) =>
  lines(`POST ${path} HTTP/1.1`, 'Host: a', `Content-Type: ${type}`, `Content-Length: ${body.length}`, '', body)
const get = (path: string) => lines(`GET ${path} HTTP/1.1`, 'Host: a', '', '')

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const operation = JSON.stringify({ query: '{ __schema { types { name description fields { name description } } } }' })
const batch = `[${Array.from({ length: 10 }, () => operation).join(',')}]`

const halves: Readonly<Record<string, string>> = {
  'a request line': 'GET /rea',
  'a header': lines('GET /readyz HTTP/1.1', 'Host: a', 'X-Half'),
  'an operation': post('/graphql', json, operation).slice(0, -20),
  'a batch': post('/graphql', json, batch).slice(0, -20),
  'a chunk': lines(
    'POST /graphql HTTP/1.1',
    'Host: a',
    `Content-Type: ${json}`,
    'Transfer-Encoding: chunked',
    '',
    'ff',
    '{',
  ),
  'a token request': post('/oauth/token', form, 'grant_type=client_credentials&x=y').slice(0, -5),
  'an introspection': post('/oauth/introspect', form, 'token=abcdefghijkl').slice(0, -5),
  'a revocation': post('/oauth/revoke', form, 'token=abcdefghijkl').slice(0, -5),
  'a sign-in': post('/sign-in', form, 'email=a@example.com&password=x').slice(0, -5),
  'a body for a page that takes none': post('/console/', form, 'abc').slice(0, -1),
}

const answers: Readonly<Record<string, string>> = {
  'a query': post('/graphql', json, operation),
  'a batch': post('/graphql', json, batch),
  'a page': get('/sign-in'),
  'a page of the console': get('/console/'),
  'the keys': get('/oauth/jwks'),
  'the metadata': get('/.well-known/openid-configuration'),
  'a check': get('/oauth/check'),
  metrics: get('/metrics'),
}

test('a client that sends half of something is sent away', async () => {
  const received = await Promise.all(
    Object.entries(halves).map(async ([what, half]) => {
      using connection = await RawConnection.open(world.server)
      connection.write(half)
      return [what, (await connection.untilClosed()).slice(0, 12)]
    }),
  )
  for (const [what, answer] of received)
    expect([what, answer]).toEqual([what, expect.stringMatching(/^$|HTTP\/1.1 [234]/)])
  await allClosed(world.server)
})

test('a client that sends a body byte by byte is sent away', async () => {
  using connection = await RawConnection.open(world.server)
  connection.write(halves['an operation'] as string)
  const drip = setInterval(() => connection.write(' '), SHORT / 10)
  await connection.untilClosed()
  clearInterval(drip)
  await allClosed(world.server)
})

test('a client that reads one byte and stops does not keep its connection', async () => {
  const connections = await Promise.all(
    Object.values(answers).map(async (request) => {
      const connection = await RawConnection.open(world.server)
      connection.write(request)
      await connection.readOneByte()
      return connection
    }),
  )
  await allClosed(world.server)
  for (const connection of connections) connection[Symbol.dispose]()
})
