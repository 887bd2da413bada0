import { readFile } from 'node:fs/promises'
import {
  type GraphQLNamedType,
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  printSchema,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { schema } from '../../src/server/schema.ts'

// SPEC.md section 7.

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

/** Everything of the type that has a name, by that name. */
function partsOf(type: GraphQLNamedType): { name: string; description: string | null | undefined }[] {
  const part = (name: string, { description }: { description?: string | null }) => ({ name, description })
  const parts = [part(type.name, type)]
  if (isEnumType(type)) parts.push(...type.getValues().map((value) => part(`${type.name}.${value.name}`, value)))
  if (isInputObjectType(type)) {
    parts.push(...Object.values(type.getFields()).map((field) => part(`${type.name}.${field.name}`, field)))
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push(part(`${type.name}.${field.name}`, field))
      parts.push(...field.args.map((arg) => part(`${type.name}.${field.name}(${arg.name})`, arg)))
    }
  }
  return parts
}

test('every type, field, argument, input field and enum value has a description that is a sentence', () => {
  const parts = types.flatMap(partsOf)
  expect(parts.length).toBeGreaterThan(500)
  const without = parts.filter(({ description }) => !/[.?!:)]$/.test(description?.trim() ?? ''))
  expect(without.map(({ name }) => name)).toEqual([])
})

describe.each(mutations)('the mutation $name', ({ name, description, args, type }) => {
  const Name = name[0]?.toUpperCase() + name.slice(1)

  test('says who may call it', () => {
    expect(description).toMatch(/ Who may: [^.]+\.$/)
  })

  test('takes one input object', () => {
    expect(args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual([`input: ${Name}Input!`])
  })

  test('answers with its one success or a typed error', () => {
    const result = isNonNullType(type) ? type.ofType : type
    if (!isUnionType(result)) throw new Error(`${result} is no union`)
    expect(result.name).toBe(`${Name}Result`)
    const isError = (member: (typeof members)[number]) => member.getInterfaces().some((one) => one.name === 'Error')
    const members = result.getTypes()
    expect(members.filter((member) => !isError(member)).map(String)).toEqual([`${Name}Success`])
    expect(members.map(String)).toContain('InvalidInputError')
  })
})

/** All that graphql-core 3.2 knows: those of the specification of October 2021, section 3.13. */
const locations = [
  ...['QUERY', 'MUTATION', 'SUBSCRIPTION', 'FIELD', 'FRAGMENT_DEFINITION', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
  ...['VARIABLE_DEFINITION', 'SCHEMA', 'SCALAR', 'OBJECT', 'FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INTERFACE'],
  ...['UNION', 'ENUM', 'ENUM_VALUE', 'INPUT_OBJECT', 'INPUT_FIELD_DEFINITION'],
]

test('its introspection can be read by clients that know no newer locations of directives', () => {
  const { __schema } = introspectionFromSchema(schema)
  const named = __schema.directives.flatMap(({ name, locations }) => locations.map((location) => ({ name, location })))
  expect(named.filter(({ location }) => !locations.includes(location))).toEqual([])
  expect(named).toContainEqual({ name: 'deprecated', location: 'ENUM_VALUE' })
})

test('every scalar of its own says where it is specified', () => {
  const scalars = types.filter(isScalarType).filter((type) => !isSpecifiedScalarType(type))
  expect(scalars.map(({ name }) => name).sort()).toEqual(['DateTime', 'JSON', 'SafeInt'])
  expect(scalars.filter(({ specifiedByURL }) => !specifiedByURL?.startsWith('http')).map(String)).toEqual([])
})

test('every type that implements Error can be the answer of a mutation, and has a stable code', () => {
  const possible = schema.getPossibleTypes(schema.getType('Error') as never).map(({ name }) => name)
  const answered = types.flatMap((type) => (isUnionType(type) ? type.getTypes().map(({ name }) => name) : []))
  expect(possible.filter((name) => !answered.includes(name))).toEqual([])
})

test('what may only be compared is exposed nowhere', () => {
  const names = types.flatMap((type) =>
    'getFields' in type && !isInputObjectType(type) && type.name !== 'Mutation' ? Object.keys(type.getFields()) : [],
  )
  expect(names.filter((name) => /hash|sealed|password|privateJwk/i.test(name))).toEqual([])
  const secrets = types.flatMap(partsOf).filter(({ name }) => /\.secret$/.test(name))
  expect(secrets.map(({ name }) => name)).toEqual(['CreateAppSecretSuccess.secret'])
})

test('every list of objects is a connection, unless it is short by its nature', () => {
  const short = [
    'scopes',
    'approvedScopes',
    'scopesNotApproved',
    'changes',
    'issues',
    'edges',
    'nodes',
    'buckets',
    'apps',
    'identities',
  ]
  const lists = types.flatMap((type) => {
    if (!isObjectType(type)) return []
    const fields = Object.values(type.getFields()).filter((field) => String(field.type).startsWith('['))
    return fields.filter((field) => !/^\[(String|ID|Int)!\]/.test(String(field.type))).map((field) => field.name)
  })
  expect(lists.filter((name) => !short.includes(name))).toEqual([])
})

test('schema.graphql is what the code prints', async () => {
  const file = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
  expect(file).toBe(`${printSchema(schema)}\n`)
})
