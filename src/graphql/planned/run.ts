import { isThenable } from '@pothos/core'
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLOutputType,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { overloadOf } from '../../database/overload.ts'
import { charactersOf } from '../answer-plugin.ts'
import { type AuthScopes, authScopes } from '../auth-scopes.ts'
import type { Context } from '../context.ts'
import { type FieldPlan, NotPlanned, type ObjectPlan, planOf } from './plan.ts'
import { selectOf } from './select.ts'

/**
 * Answers queries by their plans: the rows of everything in one read, then each field by the resolver
 * that it declares, without the layers around it. Where that fails for any reason, also because something
 * is refused, the executor answers instead, so that errors come about in one way.
 */
export const answerByPlans = (): Plugin<object, object, Context> => ({
  onExecute({ executeFn, setExecuteFn }) {
    setExecuteFn(async (args: ExecutionArgs) => (await answer(args)) ?? executeFn(args))
  },
})

/** Null where the executor is to answer. */
export async function answer(args: ExecutionArgs): Promise<ExecutionResult | null> {
  const { schema, document, operationName, variableValues } = args
  const operation = getOperationAST(document, operationName)
  const plan = operation && planOf(schema, document, operation)
  if (!plan) return null
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {})
  if (!coerced) return null
  const run = new Run(args, operation, coerced)
  try {
    return { data: await run.answer(plan) }
  } catch (error) {
    // To ask a database once more that is busy would help nobody.
    if (overloadOf(error)) return { data: null, errors: [new GraphQLError('', { originalError: error as Error })] }
    run.takeBack()
    return null
  }
}

type Value = Record<string, unknown>

class Run {
  readonly context: Context
  readonly #args = new Map<FieldPlan, object>()
  readonly #infos = new Map<FieldPlan, never>()
  readonly #shared: object
  readonly #variables: Value
  readonly #held: ReturnType<typeof authScopes>
  /** In characters: what was counted of the answer. */
  #characters = 0
  #isOver = false
  /** What is waited for. */
  #pending: Promise<void>[] = []

  constructor({ schema, document, contextValue, rootValue }: ExecutionArgs, operation: object, variables: Value) {
    this.context = contextValue as Context
    this.#variables = variables
    this.#held = authScopes(this.context)
    const fragments = Object.fromEntries(
      document.definitions.flatMap((one) => (one.kind === 'FragmentDefinition' ? [[one.name.value, one]] : [])),
    )
    this.#shared = { schema, fragments, rootValue, operation, variableValues: variables }
  }

  async answer(plan: ObjectPlan): Promise<Value> {
    const data = this.#object(plan, {})
    while (this.#pending.length > 0) await Promise.all(this.#pending.splice(0))
    return data
  }

  /** Nothing of the answer is given, and what is still waited for adds nothing. */
  takeBack(): void {
    this.#isOver = true
    this.context.answer.takeBack(this.#characters)
  }

  #count(characters: number): void {
    if (this.#isOver) throw new NotPlanned()
    this.#characters += characters
    this.context.answer.count(characters)
  }

  argsOf(plan: FieldPlan): object {
    if (plan.args) return plan.args
    const known = this.#args.get(plan)
    if (known) return known
    const [node] = plan.nodes
    if (!node) throw new NotPlanned()
    const args = getArgumentValues(plan.field, node, this.#variables)
    this.#args.set(plan, args)
    return args
  }

  #object(plan: ObjectPlan, parent: unknown): Value {
    const value: Value = {}
    this.#count(plan.characters)
    for (const field of plan.fields) {
      const found = this.#resolve(field, parent)
      // A promise keeps the place of its field among the others.
      value[field.key] = isThenable(found) ? null : this.#complete(field, found)
      if (isThenable(found)) this.#await(field, found, value)
    }
    return value
  }

  #await(field: FieldPlan, found: PromiseLike<unknown>, value: Value): void {
    const settled = Promise.resolve(found).then((later) => {
      value[field.key] = this.#complete(field, later)
    })
    // What fails once the executor answers is of no interest, and must not end the process.
    settled.catch(() => {})
    this.#pending.push(settled)
  }

  #resolve(field: FieldPlan, parent: unknown): unknown {
    const args = this.argsOf(field)
    const info = this.#infoOf(field)
    if (field.authScopes && !this.#isAllowed(field, parent, args)) {
      if (!field.unauthorizedResolver) throw new NotPlanned()
      return field.unauthorizedResolver(parent as never, args, this.context, info)
    }
    if (!field.resolveWithQuery) return field.resolve(parent as never, args, this.context, info)
    const query = { select: selectOf(field.object, this) }
    return field.resolveWithQuery(query, parent as never, args, this.context, info)
  }

  #isAllowed({ authScopes: declared }: FieldPlan, parent: unknown, args: object): boolean {
    const scopes: unknown = typeof declared === 'function' ? declared(parent, args, this.context) : declared
    if (typeof scopes === 'boolean') return scopes
    if (typeof scopes !== 'object' || scopes === null || isThenable(scopes)) throw new NotPlanned()
    return Object.entries(scopes as Partial<AuthScopes>).some(([name, asked]) => {
      const scope = this.#held[name as keyof AuthScopes]
      if (typeof scope === 'function') return scope(asked as AuthScopes['may'])
      if (typeof scope !== 'boolean' || asked !== true) throw new NotPlanned()
      return scope
    })
  }

  #infoOf(plan: FieldPlan): never {
    const known = this.#infos.get(plan)
    if (known) return known
    const { key, nodes: fieldNodes, field, parentType } = plan
    const info = {
      ...this.#shared,
      fieldName: field.name,
      fieldNodes,
      returnType: field.type,
      parentType,
      path: { prev: undefined, key, typename: parentType.name },
    } as never
    this.#infos.set(plan, info)
    return info
  }

  #complete(plan: FieldPlan, value: unknown): unknown {
    return this.#as(plan, plan.field.type, value)
  }

  #as(plan: FieldPlan, type: GraphQLOutputType, value: unknown): unknown {
    if (isNonNullType(type)) {
      if (value == null) throw new NotPlanned()
      return this.#as(plan, type.ofType, value)
    }
    if (value == null) return null
    if (value instanceof Error || isThenable(value)) throw new NotPlanned()
    if (isListType(type)) {
      if (!Array.isArray(value)) throw new NotPlanned()
      return value.map((item) => this.#as(plan, type.ofType, item))
    }
    if (plan.object) return this.#object(plan.object, value)
    if (!isLeafType(type)) throw new NotPlanned()
    this.#count(charactersOf(value))
    return type.serialize(value)
  }
}
