import type { GraphQLEnumType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../src/server/schema.ts'
import { Prober, type Reply } from './prober.ts'
import { inForm, namedTypeOf, type Slot, slots } from './slots.ts'

// Whatever a client sends in any place, it is answered: typed, with codes, and never with INTERNAL.

let prober: Prober

beforeAll(async () => {
  prober = await Prober.start()
})

afterAll(() => prober[Symbol.asyncDispose]())

const hostileTexts: Record<string, string> = {
  'a NUL': 'a\0b',
  'only a NUL': '\0',
  'half a surrogate pair': 'a\ud800',
  'the other half first': '\udfff\ud83d',
  '10,000 characters': 'x'.repeat(10_000),
  'emoji and direction marks': '\u200f👩‍👩‍👧‍👦 é\u200b',
  'text that is turned around': 'a\u202eb\u2066',
  nothing: '',
  spaces: '  \n\t',
  SQL: `'; DROP TABLE "App"; --`,
  'wildcards and backslashes': '%_\\\\%',
  'a name of JavaScript': '__proto__',
}

const wrongDates = [
  '+275760-09-13T00:00:00.000Z',
  '0000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-06-30T23:59:60Z',
  '2026-01-01T00:00:00+99:99',
  '2026-01-01',
  'rubbish',
  '',
  8.64e15,
  8.64e15 + 1,
  -1,
  0,
  1e300,
]

const wrongIntegers = [2 ** 31, -(2 ** 31) - 1, 1e300, 1.5, '1', -1, 0]

const wrongTypes = [null, true, 7, 'x', { a: 1 }, [[]], [{}]]

/** The values that the slot is answered INTERNAL for, or by something that is no answer at all. */
async function failures(slot: Slot, values: Readonly<Record<string, unknown>>): Promise<string[]> {
  const failed: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const reply = await prober.send(slot, value)
    if (!isAnswer(reply)) failed.push(`${name}: ${reply.status} ${reply.code} ${prober.defects.splice(0).join(' ')}`)
  }
  return failed
}

const reasonCodes = (schema.getType('InputIssueCode') as GraphQLEnumType).getValues().map(({ name }) => name)

const isAnswer = ({ status, code, reasons }: Reply): boolean =>
  (status === 200 || status === 400) &&
  /^[A-Z_]+$|^ok$/.test(code) &&
  code !== 'INTERNAL' &&
  (code !== 'INVALID_INPUT' || reasons.length > 0) &&
  reasons.every((reason) => reasonCodes.includes(reason))

const named = (values: readonly unknown[]) => Object.fromEntries(values.map((value) => [JSON.stringify(value), value]))
const inFormOf = (slot: Slot, values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inForm(slot, value)]))
const ofType = (...types: string[]) => slots.filter((slot) => types.includes(namedTypeOf(slot)))

describe.each(ofType('String', 'ID'))('$name', (slot) => {
  test('is answered whatever text it holds', async () => {
    expect(await failures(slot, inFormOf(slot, hostileTexts))).toEqual([])
  })
})

describe.each(ofType('DateTime'))('$name', (slot) => {
  test('is answered whatever time it holds', async () => {
    expect(await failures(slot, inFormOf(slot, named(wrongDates)))).toEqual([])
  })
})

describe.each(ofType('Int', 'SafeInt'))('$name', (slot) => {
  test('is answered whatever number it holds', async () => {
    expect(await failures(slot, inFormOf(slot, named(wrongIntegers)))).toEqual([])
  })
})

test.each(slots)('$name is answered whatever kind of JSON it holds', async (slot) => {
  expect(await failures(slot, named(wrongTypes))).toEqual([])
})

test('an enum value that does not exist is refused wherever one is taken', async () => {
  const enums = slots.filter((slot) => !['String', 'ID', 'Int', 'Boolean', 'DateTime'].includes(namedTypeOf(slot)))
  expect(enums.length).toBeGreaterThan(5)
  for (const slot of enums) {
    const { code } = await prober.send(slot, inForm(slot, 'NO_SUCH_VALUE'))
    expect(`${slot.name}: ${code}`).toBe(`${slot.name}: BAD_USER_INPUT`)
  }
})

test('after all of this the server answers as before', async () => {
  const { team, server } = prober
  const { viewer } = await server.graphql('{ viewer { user { name } } }', {}, { as: team.superAdmin.token })
  expect(viewer.user.name).toBe(team.superAdmin.name)
  expect(await server.fetch('/readyz')).toMatchObject({ status: 200 })
  expect(prober.defects).toEqual([])
})
