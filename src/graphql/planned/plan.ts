import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
  type ValueNode,
} from 'graphql'
import { publicId, type TypeName } from '../../ids.ts'
import { PUNCTUATION } from '../answer-plugin.ts'
import type { Context } from '../context.ts'

/** The ordinary way is to answer this. */
export class NotPlanned extends Error {}

export type Resolver = (parent: never, args: object, context: Context, info: never) => unknown

/** The fields that an operation asks of an object of one type, in their order. */
export interface ObjectPlan {
  readonly type: GraphQLObjectType
  readonly fields: readonly FieldPlan[]
  /** How many characters the names take. */
  readonly characters: number
  /** What its rows are always read with; undefined where it has no rows. */
  readonly select: Readonly<Record<string, unknown>> | undefined
}

export interface FieldPlan {
  readonly key: string
  readonly nodes: readonly FieldNode[]
  readonly field: GraphQLField<unknown, unknown>
  readonly parentType: GraphQLObjectType
  /** The resolver as it is declared, without what Pothos puts around it. */
  readonly resolve: Resolver
  /** The resolver that is handed what to read of its rows. */
  readonly resolveWithQuery: ((query: object, ...args: Parameters<Resolver>) => unknown) | undefined
  /** Undefined where they depend on variables. */
  readonly args: object | undefined
  readonly authScopes: unknown
  readonly unauthorizedResolver: Resolver | undefined
  /** What the field reads of the row of its parent: a selection, or how to make one. */
  readonly select: unknown
  /** The object, or the objects of the list, that it leads to. */
  readonly object: ObjectPlan | undefined
  /** Of a connection, the objects that it lists; undefined where none is asked for. */
  readonly node: ObjectPlan | undefined
  readonly names: ReadonlySet<string>
}

const plans = new WeakMap<DocumentNode, Map<OperationDefinitionNode, ObjectPlan | null>>()

/** The plan of a query, made once for each document; null where only the executor knows how to answer it. */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ObjectPlan | null {
  const known = plans.get(document) ?? new Map<OperationDefinitionNode, ObjectPlan | null>()
  plans.set(document, known)
  const plan = known.get(operation) ?? (known.has(operation) ? null : makePlan(schema, document, operation))
  known.set(operation, plan)
  return plan
}

function makePlan(schema: GraphQLSchema, { definitions }: DocumentNode, operation: OperationDefinitionNode) {
  const type = schema.getQueryType()
  if (operation.operation !== 'query' || operation.directives?.length || !type) return null
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  )
  try {
    return new Planner(fragments).object(type, [operation.selectionSet])
  } catch (error) {
    if (error instanceof NotPlanned) return null
    throw error
  }
}

class Planner {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments
  }

  object(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): ObjectPlan {
    const { pothosOptions, pothosPrismaModel, pothosPrismaSelect } = type.extensions as Extensions
    if (pothosOptions?.authScopes || pothosOptions?.grantScopes) throw new NotPlanned()
    if (pothosPrismaModel && !pothosPrismaSelect) throw new NotPlanned()
    const nodes = new Map<string, FieldNode[]>()
    const spread = new Set<FragmentDefinitionNode>()
    for (const selection of selections) this.#collect(type, selection, nodes, spread)
    const fields = [...nodes].map(([key, nodes]) => this.#field(type, key, nodes))
    const characters = fields.reduce((sum, { key }) => sum + key.length + PUNCTUATION, 0)
    return { type, fields, characters, select: pothosPrismaSelect as ObjectPlan['select'] }
  }

  /** @param spread the fragments that were collected from: once more they add nothing. */
  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    into: Map<string, FieldNode[]>,
    spread: Set<FragmentDefinitionNode>,
  ): void {
    for (const selection of selections) {
      if (selection.directives?.length) throw new NotPlanned()
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const nodes = into.get(key)
        if (nodes) nodes.push(selection)
        else into.set(key, [selection])
        continue
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)
      if (!fragment) throw new NotPlanned()
      if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
        if (spread.has(fragment)) continue
        spread.add(fragment)
      }
      const condition = fragment.typeCondition?.name.value ?? type.name
      const applies = condition === type.name || type.getInterfaces().some(({ name }) => name === condition)
      if (applies) this.#collect(type, fragment.selectionSet, into, spread)
    }
  }

  #field(
    parentType: GraphQLObjectType,
    key: string,
    nodes: readonly [FieldNode, ...FieldNode[]] | FieldNode[],
  ): FieldPlan {
    const [node] = nodes as [FieldNode]
    const name = node.name.value
    const field = parentType.getFields()[name]
    if (name === '__typename') return typename(parentType, key, nodes)
    if (!field) throw new NotPlanned()
    const { pothosConfig, pothosOptions, ...extensions } = field.extensions as unknown as FieldExtensions
    if (!pothosConfig || pothosConfig.argMappers?.length || pothosOptions?.errors || pothosOptions?.grantScopes)
      throw new NotPlanned()
    const isConnection = pothosConfig.args && 'first' in pothosConfig.args
    // Those ask Pothos to work out their query.
    if (isConnection && !extensions.pothosPrismaRelationField && !extensions.ownCursors) throw new NotPlanned()
    const target = targetOf(field.type)
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const object = isObjectType(target) ? this.object(target, sets) : undefined
    if (!object && !isLeafType(target)) throw new NotPlanned()
    return {
      key,
      nodes,
      field,
      parentType,
      resolve: isNodeId(parentType, name) ? nodeId(parentType) : ((pothosConfig.resolve as Resolver) ?? property(name)),
      resolveWithQuery: extensions.resolveWithQuery,
      args: dependsOnVariables(nodes) ? undefined : getArgumentValues(field, node),
      authScopes: pothosOptions?.authScopes,
      unauthorizedResolver: pothosOptions?.unauthorizedResolver,
      select: extensions.pothosPrismaSelect,
      object,
      node: isConnection ? nodeOf(object) : undefined,
      names: new Set(object?.fields.map(({ field }) => field.name)),
    }
  }
}

interface Options {
  readonly authScopes?: unknown
  readonly grantScopes?: unknown
  readonly errors?: unknown
  readonly unauthorizedResolver?: Resolver
}

interface Extensions {
  readonly pothosOptions?: Options
  readonly pothosPrismaModel?: string
  readonly pothosPrismaSelect?: unknown
}

interface FieldExtensions extends Extensions {
  readonly pothosConfig?: PothosOutputFieldConfig<SchemaTypes>
  readonly pothosPrismaRelationField?: object
  readonly ownCursors?: boolean
  readonly resolveWithQuery?: FieldPlan['resolveWithQuery']
}

/** The type of a value, or of the items of a list of values. @throws {NotPlanned} for a list of lists. */
function targetOf(type: GraphQLOutputType): GraphQLOutputType {
  const nullable = isNonNullType(type) ? type.ofType : type
  if (!isListType(nullable)) return nullable
  const item = isNonNullType(nullable.ofType) ? nullable.ofType.ofType : nullable.ofType
  if (isListType(item)) throw new NotPlanned()
  return item
}

const property =
  (name: string): Resolver =>
  (parent) =>
    parent[name]

const typename = (type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan => ({
  key,
  nodes,
  field: TypeNameMetaFieldDef,
  parentType: type,
  resolve: () => type.name,
  resolveWithQuery: undefined,
  args: {},
  authScopes: undefined,
  unauthorizedResolver: undefined,
  select: undefined,
  object: undefined,
  node: undefined,
  names: new Set(),
})

/** The relay plugin answers an id by a promise, which a list of hundreds need not wait for. */
const isNodeId = (type: GraphQLObjectType, name: string): boolean =>
  name === 'id' && type.getInterfaces().some((one) => one.name === 'Node')

const nodeId =
  (type: GraphQLObjectType): Resolver =>
  ({ id }: { readonly id: string }) =>
    publicId(type.name as TypeName, id)

const dependsOnVariables = (nodes: readonly FieldNode[]): boolean =>
  nodes.some(({ arguments: given = [] }) => given.some(({ value }) => hasVariable(value)))

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true
  if (value.kind === Kind.LIST) return value.values.some(hasVariable)
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value))
}

function nodeOf(connection: ObjectPlan | undefined): ObjectPlan | undefined {
  const edges = connection?.fields.filter(({ field }) => field.name === 'edges') ?? []
  const nodes = edges.flatMap(({ object }) => object?.fields.filter(({ field }) => field.name === 'node') ?? [])
  if (nodes.length > 1 || connection?.fields.some(({ field }) => field.name === 'nodes')) throw new NotPlanned()
  return nodes[0]?.object
}
