import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { schema } from '../../src/server/schema.ts'
import { isConnection } from '../query-counts/documents.ts'
import type { Scene } from '../query-counts/scene.ts'

/** A number from 0 to below the bound. */
type Random = (below: number) => number

/** At most so many fields of an object, and of objects in one another. */
const WIDTH = 6
const DEPTH = 9
const LONGEST_PAGE = 24

/** A query that goes through the schema at random: valid, and as deep and wide as chance has it. */
export function randomQuery(random: Random, scene: Scene): string {
  const ids = Object.values(scene.publicIds).flat()
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T

  const literal = (name: string, type: string): string | undefined => {
    const fixed: Record<string, () => string> = {
      organizationId: () => JSON.stringify(scene.team.id),
      clientId: () => JSON.stringify(pick(scene.publicIds.App ?? [])),
      id: () => JSON.stringify(type === 'ID!' ? pick(ids) : ''),
      ids: () => JSON.stringify(Array.from({ length: 1 + random(LONGEST_PAGE) }, () => pick(ids))),
      from: () => '"2026-01-01T00:00:00Z"',
      to: () => '"2026-01-20T00:00:00Z"',
      token: () => '"nobody\'s"',
      scopes: () => '["openid"]',
    }
    return fixed[name]?.()
  }

  function argumentsOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
    const given = args.flatMap((arg) => {
      const named = getNamedType(arg.type)
      if (!isNonNullType(arg.type)) return []
      if (isEnumType(named)) return [`${arg.name}: ${pick(named.getValues()).name}`]
      const value = name === 'organization' ? JSON.stringify(scene.team.id) : literal(arg.name, String(arg.type))
      if (value === undefined) throw new Error(`nothing here says what ${name} takes as ${arg.name}`)
      return [`${arg.name}: ${value}`]
    })
    if (isConnection(getNamedType(type))) given.push(`${pick(['first', 'last'])}: ${1 + random(LONGEST_PAGE)}`)
    return given.length > 0 ? `(${given.join(', ')})` : ''
  }

  function select(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields())
    const isPage = isConnection(type) || 'node' in type.getFields()
    // Of a page its items too, or the way ends there.
    const wanted = isPage ? fields : Array.from({ length: 1 + random(WIDTH) }, () => pick(fields))
    const selected = [...new Set(wanted)].flatMap((field) => {
      const target = getNamedType(field.type)
      if (isLeafType(target)) return [`${field.name}${argumentsOf(field)}`]
      if (depth === 0) return []
      return [`${field.name}${argumentsOf(field)} { ${ofAny(target, depth - 1)} }`]
    })
    return selected.join(' ') || '__typename'
  }

  function ofAny(type: unknown, depth: number): string {
    if (isObjectType(type)) return select(type, depth)
    if (!isAbstractType(type as never)) return '__typename'
    const kind = pick(schema.getPossibleTypes(type as never))
    return `__typename ... on ${kind.name} { ${select(kind, depth)} }`
  }
  return `{ ${select(schema.getQueryType() as GraphQLObjectType, DEPTH)} }`
}

/** How many objects an answer has. */
export function objectsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + objectsIn(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, item) => sum + objectsIn(item), 1)
}
