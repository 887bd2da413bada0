import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, prefixes, publicId, type TypeName } from '../../src/ids.ts'
import { Prober } from './prober.ts'
import { idTypes, inForm, namedTypeOf, type Slot, slots } from './slots.ts'

// What an id may be, wherever the schema takes one.

let prober: Prober

beforeAll(async () => {
  prober = await Prober.start()
})

afterAll(() => prober[Symbol.asyncDispose]())

const rubbish = ['rubbish', '', 'app_', 'org_0', 'QXBwOjE=', newId(), `org_${'g'.repeat(32)}`, `org_${'0'.repeat(33)}`]

/** What the slot takes ids of; undefined where any object will do. */
const typeOf = ({ name, field }: Slot): TypeName | undefined =>
  name === 'Query.organization.id' ? 'Organization' : idTypes[field]

const anotherType = (type: TypeName): TypeName => (type === 'App' ? 'Grant' : 'App')

/** Lists and objects that are looked for are empty or null; whatever is to be done cannot be. */
const whereUnknown = ({ kind, name }: Slot): string => {
  // Why an invitation is not valid is never said.
  if (name === 'Mutation.acceptInvitation.input.invitationId') return 'INVITATION_INVALID'
  if (kind !== 'query') return 'NOT_FOUND'
  return name.startsWith('Query.') ? 'null' : 'ok'
}

const idSlots = slots.filter((slot) => namedTypeOf(slot) === 'ID' || slot.field === 'clientId')

describe.each(idSlots.filter((slot) => typeOf(slot)))('$name', (slot) => {
  const type = typeOf(slot) as TypeName

  test('says where the id is that is none', async () => {
    for (const id of rubbish) {
      const { code, paths, reasons } = await prober.send(slot, inForm(slot, id))
      const expected = { id, code: 'INVALID_INPUT', paths: [slot.field], reasons: ['WRONG_ID'] }
      expect({ id, code, paths, reasons }).toEqual(expected)
    }
  })

  test('says where the id is that is of another type', async () => {
    const id = publicId(anotherType(type), newId())
    const { code, paths } = await prober.send(slot, inForm(slot, id))
    expect({ code, paths }).toEqual({ code: 'INVALID_INPUT', paths: [slot.field] })
  })

  test('answers an id that was never issued as one that may not be seen', async () => {
    const { code, data } = await prober.send(slot, inForm(slot, publicId(type, newId())))
    const isNull = code === 'ok' && Object.values(data)[0] === null
    expect(isNull ? 'null' : code).toBe(whereUnknown(slot))
  })
})

describe('the ids of any object', () => {
  const node = (id: string) => prober.query('query ($id: ID!) { node(id: $id) { id } }', { id })
  const nodes = (ids: string[]) => prober.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })

  test.each(rubbish)('are refused where they are none: %j', async (id) => {
    expect(await node(id)).toMatchObject({ code: 'INVALID_INPUT', paths: ['id'], reasons: ['WRONG_ID'] })
    expect(await nodes([prober.team.id, id, id])).toMatchObject({
      code: 'INVALID_INPUT',
      paths: ['ids.1', 'ids.2'],
      reasons: ['WRONG_ID', 'WRONG_ID'],
    })
  })

  test.each(Object.keys(prefixes) as TypeName[])(
    'lead to null where no %s of that id was ever issued',
    async (type) => {
      const id = publicId(type, newId())
      expect(await node(id)).toMatchObject({ code: 'ok', data: { node: null } })
      expect(await nodes([id, prober.team.id])).toMatchObject({
        code: 'ok',
        data: { nodes: [null, { id: prober.team.id }] },
      })
    },
  )

  test('are at most 100 at once', async () => {
    const ids = Array.from({ length: 101 }, () => publicId('App', newId()))
    expect(await nodes(ids)).toMatchObject({ code: 'INVALID_INPUT', paths: ['ids'], reasons: ['TOO_MANY'] })
    expect(await nodes(ids.slice(1))).toMatchObject({ code: 'ok' })
  })

  test('may name an object twice', async () => {
    const { id } = prober.team
    expect(await nodes([id, id])).toMatchObject({ data: { nodes: [{ id }, { id }] } })
  })
})

test('every place that takes an id is tried here', () => {
  const elsewhere = idSlots.filter((slot) => !typeOf(slot)).map(({ name }) => name)
  expect(elsewhere).toEqual(['Query.node.id', 'Query.nodes.ids'])
})
