import { type ExecutionResult, GraphQLError } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Overloaded } from '../database/errors.ts'
import { overloadOf } from '../database/overload.ts'
import { DomainError } from '../errors.ts'
import type { Context } from './context.ts'
import { toGraphQLError } from './errors.ts'

type Reporter = Pick<Context, 'requestId' | 'core'>

/**
 * What a client may know of an error. Domain errors and what GraphQL itself complains about (syntax,
 * validation, variables) keep their message, with a stable code; a database that is busy or away is told as
 * OVERLOADED; anything else is a defect, of which the client learns only the request's id, and the log the
 * rest.
 */
export function maskError(error: unknown, { requestId, core }: Reporter): GraphQLError {
  const root = rootOf(error)
  const { path, nodes } = error instanceof GraphQLError ? error : {}
  if (root instanceof DomainError) {
    const { message, extensions } = toGraphQLError(root)
    return new GraphQLError(message, { path, nodes, extensions })
  }
  // Yoga asks once more about what was masked when it was executed.
  if (root instanceof GraphQLError && root === error && root.extensions.code !== undefined) return root
  if (root instanceof GraphQLError) {
    const extensions = { code: 'BAD_USER_INPUT', ...root.extensions }
    return new GraphQLError(root.message, { path, nodes, source: root.source, positions: root.positions, extensions })
  }
  const overload = overloadOf(root)
  if (overload) {
    core.log.warn({ requestId, path, err: overload.cause ?? overload }, 'overloaded')
    return busy(overload, { path, nodes } as GraphQLError)
  }
  core.log.error({ requestId, path, err: root }, 'internal error')
  return new GraphQLError(`Internal error, request ${requestId}`, { path, nodes, extensions: { code: 'INTERNAL' } })
}

/** What was really thrown: GraphQL wraps it to note where it happened. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error
}

/** What can be tried again: over HTTP 503, unless {@link keepStatus} says otherwise. Only HTTP is to see that part. */
function busy({ message, code, retryAfterSeconds }: Overloaded, place: Pick<GraphQLError, 'path' | 'nodes'>) {
  const http = { status: 503, headers: { 'Retry-After': String(retryAfterSeconds) } }
  const extensions = Object.defineProperty({ code, retryAfterSeconds }, 'http', { value: http })
  return new GraphQLError(message, { ...place, extensions })
}

/** An answer that holds data is no failure over HTTP: a client that heard 503 would throw away what was done. */
function keepStatus({ extensions }: GraphQLError): void {
  if (extensions.http?.status === 503) delete extensions.http.status
}

const hasData = ({ data }: ExecutionResult): boolean =>
  data != null && Object.values(data).some((value) => value !== null)

/** Masks the errors of everything that is executed, over whatever transport. */
export function maskErrors(): Plugin<Context> {
  const mask = (result: ExecutionResult, context: Context): ExecutionResult => {
    if (!result.errors) return result
    const errors = result.errors.map((error) => maskError(error, context))
    if (hasData(result)) errors.forEach(keepStatus)
    return { ...result, errors }
  }
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
