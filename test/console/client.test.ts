import { readFile } from 'node:fs/promises'
import { buildSchema, type GraphQLInterfaceType } from 'graphql'
import { expect, test } from 'vitest'
import { makeClient } from '../../client-demo/api/client.ts'
import { possibleTypes } from '../../client-demo/api/possible-types.ts'
import { makeRefetcher } from '../../client-demo/api/refetch.ts'
import { Approve, SettledRequests } from '../../client-demo/requests/documents.ts'

/** The console's client, of a server that always answers this. */
const clientOf = (answer: object, onSignedOut = () => {}) =>
  makeClient({
    url: 'http://gatehouse.invalid/graphql',
    refetcher: makeRefetcher(),
    onSignedOut,
    onSomebodyElse: () => {},
    fetch: async () => Response.json(answer),
  })

const input = { installRequestId: 'req_1' }

test('every typed error of the schema says its code, its message and its details', async () => {
  const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'))
  const errors = schema.getPossibleTypes(schema.getType('Error') as GraphQLInterfaceType)
  expect(possibleTypes.Error.toSorted()).toEqual(errors.map(({ name }) => name).toSorted())

  const error = {
    __typename: 'AlreadyDecidedError',
    code: 'ALREADY_DECIDED',
    message: 'Adam was faster.',
    decidedBy: 'Adam',
    status: 'DENIED',
    decidedAt: null,
  }
  const client = clientOf({ data: { approveInstallRequest: error } })
  const { data } = await client.mutation(Approve, { input, language: 'EN' }).toPromise()
  expect(data?.approveInstallRequest).toEqual(error)
})

test('a typed error that only a newer server knows says at least that it is none of the known', async () => {
  const error = { __typename: 'MoonPhaseError', code: 'MOON_PHASE', message: 'Not before the next new moon.' }
  const client = clientOf({ data: { approveInstallRequest: error } })
  const { data } = await client.mutation(Approve, { input, language: 'EN' }).toPromise()
  expect(data?.approveInstallRequest).toMatchObject({ __typename: 'MoonPhaseError' })
})

test('an enum value that only a newer server knows comes through as it is', async () => {
  const node = {
    __typename: 'InstallRequest',
    id: 'req_1',
    status: 'ESCALATED',
    reason: null,
    createdAt: '2026-11-22T00:00:00Z',
    scopes: [{ __typename: 'Scope', name: 'openid', description: 'Know who you are', sensitive: false }],
    approvedScopes: [],
    decidedAt: null,
    decisionReason: null,
    decidedBy: null,
    installation: null,
    requester: { __typename: 'User', id: 'usr_1', name: 'Mei', email: null },
    app: {
      __typename: 'App',
      id: 'app_1',
      name: 'Tide Tables',
      description: '',
      logoUrl: null,
      homepageUrl: null,
      publisherName: 'Meridian',
      type: 'HOLOGRAM',
    },
  }
  const client = clientOf({ data: { nodes: [node, null] } })
  const { data } = await client.query(SettledRequests, { ids: ['req_1', 'req_2'], language: 'EN' }).toPromise()
  expect(data?.nodes).toMatchObject([{ status: 'ESCALATED' }, null])
})

test('an answer that is for somebody else is not let through', async () => {
  const answers = ['usr_1', 'usr_1', 'usr_2'].map((id) => ({ data: { nodes: [], whose: { user: { id } } } }))
  let elsewhere = () => {}
  const somebodyElse = new Promise<void>((resolve) => {
    elsewhere = resolve
  })
  const asked: string[] = []
  const client = makeClient({
    url: 'http://gatehouse.invalid/graphql',
    refetcher: makeRefetcher(),
    onSignedOut: () => {},
    onSomebodyElse: elsewhere,
    fetch: async (_url, init) => {
      asked.push(JSON.parse(String(init?.body)).query)
      return Response.json(answers.shift())
    },
  })
  const read = (ids: string[]) => client.query(SettledRequests, { ids, language: 'EN' as const }).toPromise()
  expect((await read([])).data).toEqual({ nodes: [] })
  expect((await read(['req_1'])).data).toEqual({ nodes: [] })
  expect(asked[0]).toContain('whose: viewer')
  const third = read(['req_2'])
  await somebodyElse
  expect(await Promise.race([third, 'nothing'])).toBe('nothing')
})

test('an operation that needs a session where there is none leads to sign in', async () => {
  const signedOut = new Promise<void>((resolve) => {
    const errors = [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }]
    void clientOf({ errors }, resolve).mutation(Approve, { input, language: 'EN' }).toPromise()
  })
  await signedOut
})
