import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { newestFirst, type PageArgs } from './paging.ts'
import { COST_OF_COUNT } from './weights.ts'

/** The part of a Prisma query that says which page of a list, newest first by id, is meant. */
interface PageQuery {
  readonly cursor?: unknown
  readonly skip?: number
  readonly take?: number
  readonly where?: unknown
}

/**
 * The query with the page found by comparing ids instead of by Prisma's `cursor`: that would look up
 * the cursor's row, and where it is deleted by now, the rest of the list would seem to be empty.
 */
export function byKeyset<Query extends PageQuery>({ cursor, skip, ...query }: Query): Omit<Query, 'cursor' | 'skip'> {
  if (!cursor) return query
  const { id } = cursor as { readonly id: string }
  const comparison = (query.take ?? 0) < 0 ? { gt: id } : { lt: id }
  return { ...query, where: { AND: [query.where ?? {}, { id: comparison }] } }
}

type Select = (args: PageArgs, ...rest: unknown[]) => { select: Record<string, PageQuery | undefined> }

/**
 * Lets the connections of the Prisma plugin page by {@link byKeyset}, refuses what cannot be paged by
 * before the plugin trips over it, and describes their `totalCount`. A connection with cursors of
 * another kind says so by the extension `ownCursors`.
 */
class KeysetPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.name === 'totalCount') {
      const description = 'How many items the list has on all pages; counted only where it is asked for.'
      const extensions = { ...field.extensions, complexity: COST_OF_COUNT }
      return { ...field, extensions, description: field.description ?? description }
    }
    const { pothosPrismaSelect, pothosPrismaRelationField } = field.extensions ?? {}
    if (!pothosPrismaSelect || !pothosPrismaRelationField || !('first' in field.args)) return field

    const { name } = pothosPrismaRelationField as { name: string }
    const select: Select = (args, ...rest) => {
      newestFirst(args)
      const selection = (pothosPrismaSelect as Select)(args, ...rest)
      const page = selection.select[name]
      return page ? { ...selection, select: { ...selection.select, [name]: byKeyset(page) } } : selection
    }
    return { ...field, extensions: { ...field.extensions, pothosPrismaSelect: select } }
  }

  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context']>,
    { args, extensions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context']> {
    if (!('first' in args) || extensions?.ownCursors) return resolve
    return (parent, args, context, info) => {
      newestFirst(args)
      return resolve(parent, args, context, info)
    }
  }
}

const name = 'keyset'
SchemaBuilder.registerPlugin(name, KeysetPlugin)
export default name

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      keyset: KeysetPlugin<Types>
    }
  }
}
