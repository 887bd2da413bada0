import { type ExecutionResult, GraphQLError } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { DomainError } from '../errors.ts'
import type { Context } from './context.ts'
import { toGraphQLError } from './errors.ts'

type Reporter = Pick<Context, 'requestId' | 'core'>

/**
 * What a client may know of an error. Domain errors and what GraphQL itself complains about (syntax,
 * validation, variables) keep their message, with a stable code; anything else is a defect, of which
 * the client learns only the request's id, and the log the rest.
 */
export function maskError(error: unknown, { requestId, core }: Reporter): GraphQLError {
  const root = rootOf(error)
  const { path, nodes } = error instanceof GraphQLError ? error : {}
  if (root instanceof DomainError) {
    const { message, extensions } = toGraphQLError(root)
    return new GraphQLError(message, { path, nodes, extensions })
  }
  if (root instanceof GraphQLError) {
    const extensions = { code: 'BAD_USER_INPUT', ...root.extensions }
    return new GraphQLError(root.message, { path, nodes, source: root.source, positions: root.positions, extensions })
  }
  core.log.error({ requestId, path, err: root }, 'internal error')
  return new GraphQLError(`Internal error, request ${requestId}`, { path, nodes, extensions: { code: 'INTERNAL' } })
}

/** What was really thrown: GraphQL wraps it to note where it happened. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error
}

/** Masks the errors of everything that is executed, over whatever transport. */
export function maskErrors(): Plugin<Context> {
  const mask = (result: ExecutionResult, context: Context): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map((error) => maskError(error, context)) } : result
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (!isAsyncIterable(result)) setResult(mask(result, args.contextValue))
      },
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (!isAsyncIterable(result)) setResult(mask(result as ExecutionResult, args.contextValue))
        return { onNext: (next) => next.setResult(mask(next.result as ExecutionResult, args.contextValue)) }
      },
    }),
  }
}
