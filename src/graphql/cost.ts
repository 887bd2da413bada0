import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Config } from '../config/config.ts'
import type { Context } from './context.ts'
import { introspectionsIn } from './limits.ts'
import { maskError } from './mask.ts'

/** What asking for the schema costs, which the builder does not count. */
const INTROSPECTION = 5_000

/**
 * Refuses operations that are deeper or cost more than they may, before anything of them runs, and
 * those whose answer becomes too large, while they run. Operations of a batch share what they may cost.
 */
export const limitAnswers = ({ limits }: Pick<Config, 'limits'>): Plugin<object, object, Context> => ({
  onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
    const refusal = refusalOf(args, limits)
    if (refusal) return setResultAndStopExecution({ errors: [refusal] })
    setExecuteFn((given: ExecutionArgs) =>
      (given.contextValue as Context).answer.bound(executeFn(given) as ExecutionResult),
    )
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const refusal = refusalOf(args, limits)
    if (refusal) setResultAndStopExecution({ errors: [refusal] })
  },
})

/** An argument that is wrong leaves the cost unknown, so then too nothing runs. */
function refusalOf(args: ExecutionArgs, limits: Config['limits']): GraphQLError | undefined {
  try {
    return tooCostly(args, limits)
  } catch (error) {
    return maskError(error, args.contextValue as Context)
  }
}

function tooCostly(args: ExecutionArgs, { queryDepth, queryComplexity }: Config['limits']): GraphQLError | undefined {
  const { schema, document, operationName, variableValues, contextValue } = args
  const operation = getOperationAST(document, operationName)
  if (!operation) return undefined
  // The executor refuses a wrong variable by itself, and runs nothing.
  if ('errors' in getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {})) return undefined
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  const asked: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }
  const counted = complexityFromQuery(asked, {
    schema,
    ctx: contextValue as Context,
    variables: { ...variableValues },
  })
  const { depth } = counted
  const complexity = counted.complexity + INTROSPECTION * introspectionsIn(asked)
  if (depth > queryDepth) return tooComplex(`its depth is ${depth} of at most ${queryDepth}`)
  if ((contextValue as Context).answer.charge(complexity)) return undefined
  const together = 'All operations of a request count together.'
  return tooComplex(`its complexity is ${complexity} of at most ${queryComplexity}`, together)
}

const tooComplex = (what: string, more = ''): GraphQLError =>
  new GraphQLError(`This query is too large: ${what}. Ask for smaller pages or fewer nested lists. ${more}`.trim(), {
    extensions: { code: 'QUERY_TOO_COMPLEX' },
  })
