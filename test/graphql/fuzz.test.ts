import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomNumbers } from '../races/support.ts'
import { Prober } from './prober.ts'
import { slots } from './slots.ts'

// Documents that were right before something happened to them.

const TRIES = 400

let prober: Prober

beforeAll(async () => {
  prober = await Prober.start()
})

afterAll(() => prober[Symbol.asyncDispose]())

const documents = [...new Set(slots.filter(({ kind }) => kind !== 'subscription').map(({ document }) => document))]
const tokens = (document: string): string[] => document.match(/\s+|\.{3}|[$@!:(){}[\]|]|[\w]+|"[^"]*"|./gs) ?? []
const strays = [
  '{',
  '}',
  '(',
  ')',
  '...',
  '$',
  '@skip(if: true)',
  '@include(if: $value)',
  '@defer',
  '@stream',
  '__typename',
  '__schema',
  'null',
  '-0',
  '1e999',
  '"""',
  '\u0000',
  '\ud800',
  '#',
  'on',
  'fragment',
  'subscription',
]

/** One to four accidents: something is lost, doubled, swapped with something else, or strays in. */
function damage(document: string, random: (below: number) => number): string {
  const parts = tokens(document)
  for (let accidents = 1 + random(4); accidents > 0; accidents--) {
    const at = random(parts.length)
    const other = random(parts.length)
    const kind = random(4)
    if (kind === 0) parts.splice(at, 1)
    else if (kind === 1) parts.splice(at, 0, parts[other] as string)
    else if (kind === 2) [parts[at], parts[other]] = [parts[other] as string, parts[at] as string]
    else parts.splice(at, 0, strays[random(strays.length)] as string)
  }
  return parts.join('')
}

test(`${TRIES} damaged documents are answered, and none with INTERNAL`, async () => {
  const random = randomNumbers(7)
  const values = ['x', 7, null, [], {}, prober.team.id, await prober.team.app()]
  const failed: unknown[] = []
  const seen = new Map<string, number>()
  for (let index = 0; index < TRIES; index++) {
    const document = damage(documents[random(documents.length)] as string, random)
    const value = values[random(values.length)]
    const { status, code } = await prober.query(document, { value, parent: prober.team.id })
    if (![200, 400].includes(status) || !/^[A-Z_]+$|^ok$/.test(code) || code === 'INTERNAL')
      failed.push({ document, value, status, code })
    seen.set(code, (seen.get(code) ?? 0) + 1)
  }
  expect(failed).toEqual([])
  expect(prober.defects).toEqual([])
  // Some were damaged beyond parsing, some were not: else this tries nothing.
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']),
  )
})

test('bodies that are no operation are refused in words', async () => {
  const { token } = prober.team.superAdmin
  const bodies = [
    '',
    '{',
    'null',
    '7',
    '"x"',
    '[]',
    '[null]',
    '{}',
    '{"query":7}',
    '{"query":null}',
    '{"query":"{viewer{user{name}}}","variables":7}',
    '{"query":"{__typename}","operationName":7}',
    '\ufeff{}',
    '{"query":"{__typename}","extensions":[]}',
    `{"query":"{__typename}","variables":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ]
  for (const body of bodies) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await prober.server.fetch('/graphql', { method: 'POST', headers, body })
    expect({ body: body.slice(0, 50), status: response.status }).toEqual({
      body: body.slice(0, 50),
      status: expect.toSatisfy((status: number) => status < 500),
    })
  }
  expect(prober.defects).toEqual([])
})
