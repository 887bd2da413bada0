import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Model, models } from '../../src/database/reads/models.ts'
import { buildScene } from '../query-counts/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// Reads of our own answer what Prisma answers. Prisma's own methods are those that the delegates inherit.

type Delegate = Readonly<Record<string, (args: object) => Promise<unknown>>>
type Row = Readonly<Record<string, unknown>>

const read = ['User', 'Organization', 'Membership', 'App', 'Installation', 'InstallRequest', 'InstallCase', 'Grant']
const modelOf = (name: string) => models.get(name) as Model

let server: TestServer
const sent: string[] = []
const rows = new Map<string, readonly Row[]>()

const ours = (model: string): Delegate =>
  Reflect.get(server.prisma, `${model[0]?.toLowerCase()}${model.slice(1)}`) as Delegate
const prismas = (model: string): Delegate => Object.getPrototypeOf(ours(model)) as Delegate

beforeAll(async () => {
  server = await startTestServer({ onQuery: (sql) => sent.push(sql) })
  await buildScene(server)
  for (const model of read) rows.set(model, (await prismas(model).findMany?.({ take: 8 })) as Row[])
})
afterAll(() => server[Symbol.asyncDispose]())

/** Conditions that Prisma knows too, with values that rows have. */
function wheres(model: string, depth: number): fc.Arbitrary<object> {
  const { columns, relations } = modelOf(model)
  const scalars = [...columns.values()].filter(({ isList, type }) => !isList && type !== 'Json')
  const anything = { id: { gt: '00000000-0000-0000-0000-000000000000' } }
  const ofColumn = fc.constantFrom(...scalars).chain(({ name, isEnum }) => {
    const found = [...new Set(rows.get(model)?.map((row) => row[name]) ?? [])].filter((value) => value !== null)
    if (found.length === 0) return fc.constant(anything)
    const value = fc.constantFrom(...found)
    const operators = isEnum ? ['equals'] : ['equals', 'lt', 'lte', 'gt', 'gte']
    return fc.oneof(
      value.map((value) => ({ [name]: value })),
      fc.tuple(fc.constantFrom(...operators), value).map(([operator, value]) => ({ [name]: { [operator]: value } })),
      fc.uniqueArray(value, { maxLength: 4 }).map((list) => ({ [name]: { in: list } })),
    )
  })
  const nullable = scalars.filter(({ isNullable }) => isNullable)
  const ofNull = nullable.length
    ? fc.constantFrom(...nullable).chain(({ name }) => fc.constantFrom({ [name]: null }, { [name]: { not: null } }))
    : fc.constant(anything)
  if (depth === 0) return fc.oneof(ofColumn, ofNull)
  const parts = fc.array(wheres(model, depth - 1), { minLength: 1, maxLength: 2 })
  const known = [...relations.values()].filter((relation) => read.includes(relation.model))
  const ofRelation = fc
    .constantFrom(...known)
    .chain(({ name, model, isList }) =>
      fc
        .tuple(fc.constantFrom('some', 'none'), wheres(model, depth - 1))
        .map(([operator, where]) => ({ [name]: isList ? { [operator]: where } : where })),
    )
  return fc.oneof(
    ofColumn,
    ofNull,
    ofRelation,
    parts.map((AND) => ({ AND })),
    parts.map((OR) => ({ OR })),
  )
}

const pages = fc.record(
  { take: fc.integer({ min: -5, max: 5 }).filter((take) => take !== 0), skip: fc.integer({ min: 0, max: 3 }) },
  { requiredKeys: [] },
)

/** What is read of the rows: columns, and what relations lead to. */
function selects(model: string, depth: number): fc.Arbitrary<object> {
  const { columns, relations } = modelOf(model)
  const scalars = fc
    .uniqueArray(fc.constantFrom(...columns.keys()), { minLength: 1 })
    .map((names) => Object.fromEntries(names.map((name) => [name, true])))
  if (depth === 0) return scalars
  const known = [...relations.values()].filter((relation) => read.includes(relation.model))
  const related = fc
    .uniqueArray(fc.constantFrom(...known), { maxLength: 2 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(
          chosen.map(({ name, model, isList }) => [
            name,
            isList ? lists(model, depth - 1) : selects(model, depth - 1).map((select) => ({ select })),
          ]),
        ),
      ),
    )
  const many = known.filter(({ isList }) => isList)
  const counts = many.length
    ? fc.constantFrom(...many).chain(({ name, model }) =>
        fc
          .oneof(
            fc.constant(true),
            wheres(model, 0).map((where) => ({ where })),
          )
          .map((counted) => ({ _count: { select: { [name]: counted } } })),
      )
    : fc.constant({})
  return fc
    .tuple(scalars, related, fc.oneof(counts, fc.constant({})))
    .map(([columns, relations, counts]) => ({ ...columns, ...relations, ...counts }))
}

const lists = (model: string, depth: number): fc.Arbitrary<object> =>
  fc
    .tuple(selects(model, depth), wheres(model, Math.min(depth, 1)), pages, fc.constantFrom('asc', 'desc'))
    .map(([select, where, page, id]) => ({ select, where, orderBy: { id }, ...page }))

describe('a read of our own', () => {
  const rounds = { numRuns: 60 }

  test.each(read)('of %s finds what Prisma finds, in one statement', async (model) => {
    await fc.assert(
      fc.asyncProperty(lists(model, 2), async (args) => {
        const expected = await prismas(model).findMany?.(args)
        sent.length = 0
        expect(await ours(model).findMany?.(args)).toEqual(expected)
        expect(sent).toEqual([expect.not.stringContaining('"public"')])
      }),
      rounds,
    )
  })

  test.each(read)('of the first %s, and of how many there are, is the same as by Prisma', async (model) => {
    await fc.assert(
      fc.asyncProperty(selects(model, 1), wheres(model, 1), async (select, where) => {
        const first = { select, where, orderBy: { id: 'desc' } }
        expect(await ours(model).findFirst?.(first)).toEqual(await prismas(model).findFirst?.(first))
        expect(await ours(model).count?.({ where })).toBe(await prismas(model).count?.({ where }))
      }),
      rounds,
    )
  })

  test.each([
    {},
    { id: undefined },
    { AND: [] },
    { AND: {} },
    { AND: [{}] },
    { OR: [] },
    { OR: [{}] },
    { OR: [{ id: undefined }] },
    { OR: [{ AND: [] }] },
    { OR: [{ AND: [{}, {}] }] },
    { OR: [{ AND: [{}, {}] }, { name: 'App 1' }] },
    { OR: [{ name: {} }] },
    { OR: [{ name: { equals: undefined } }] },
    { OR: [{ OR: [] }, { name: 'App 1' }] },
    { AND: [{ OR: [{}] }] },
    { AND: [{ OR: [] }, {}] },
    { installations: { some: { OR: [{}] } } },
    { organization: {} },
    { OR: [{ organization: {} }] },
    { OR: [{}, { name: 'App 1' }] },
    { OR: undefined, name: 'App 1' },
    { NOT: [] },
    { NOT: { name: 'App 1' } },
    { id: { in: [] } },
    { installations: { some: {} } },
    { installations: { none: {} } },
    { installations: { every: { state: 'PENDING' } } },
  ] as const)('means what Prisma means by %j', async (where) => {
    const args = { where, select: { name: true }, orderBy: { id: 'asc' } }
    expect(await ours('App').findMany?.(args)).toEqual(await prismas('App').findMany?.(args))
  })

  test('leaves to Prisma what it does not cover', async () => {
    const insensitive = { where: { name: { contains: 'APP 1', mode: 'insensitive' } }, orderBy: { id: 'asc' } }
    sent.length = 0
    const found = await ours('App').findMany?.(insensitive)
    expect(found).toEqual(await prismas('App').findMany?.(insensitive))
    expect(found).not.toEqual([])
    expect(sent.every((sql) => sql.includes('"public"."App"'))).toBe(true)
  })

  test('refuses what Prisma refuses, in its words', async () => {
    await expect(ours('App').findMany?.({ where: { nonsense: 1 } })).rejects.toThrow('Unknown argument `nonsense`')
  })
})
