import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { Context } from './context.ts'

/** What a field takes in an answer beside its name and its value: quotes, colon, comma, braces. */
export const PUNCTUATION = 6

/**
 * Counts what every field adds to its answer, before it is resolved and after. Where the answer has
 * become too large, no further field is resolved, so nothing more is read for it.
 */
class AnswerPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context']>,
    { type }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context']> {
    const { kind } = type.kind === 'List' ? type.type : type
    const isLeaf = kind === 'Scalar' || kind === 'Enum'
    const count: typeof resolve = (parent, args, context, info) => {
      const { answer } = context as Context
      answer.count(String(info.path.key).length + PUNCTUATION)
      const value = resolve(parent, args, context, info)
      if (!isLeaf) return value
      const counted = (found: unknown) => {
        answer.count(charactersOf(found))
        return found
      }
      return value instanceof Promise ? value.then(counted) : counted(value)
    }
    return (...given) => {
      try {
        return count(...given)
      } catch (error) {
        // Thrown, it would make the executor forget the items of the list that are under way: where one of
        // those failed too, nobody would catch it, and the process would end.
        return Promise.reject(error)
      }
    }
  }
}

/** At most as many characters as the value has in JSON. */
export function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 1
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charactersOf(item) + 1, 0)
  if (value instanceof Date) return 20
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + charactersOf(item), 0)
}

const name = 'answer'
SchemaBuilder.registerPlugin(name, AnswerPlugin)
export default name

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      answer: AnswerPlugin<Types>
    }
  }
}
