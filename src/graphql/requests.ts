import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Config } from '../config/config.ts'
import { assertBounded } from './bounds.ts'
import type { RequestContext } from './request-context.ts'

/** What one GraphQL request consists of (GraphQL over HTTP section 4, and `subscribe` of graphql-transport-ws). */
export interface Parameters {
  readonly query?: unknown
  readonly operationName?: unknown
  readonly variables?: unknown
  readonly extensions?: unknown
}

/**
 * The parameters of a request as everything after this takes them, over every transport: within the bounds,
 * with an empty `operationName` taken as none.
 *
 * @throws {InvalidInput} for a list or a text that is too long.
 * @throws {GraphQLError} PERSISTED_QUERY_NOT_SUPPORTED for the hash of a query without the query.
 */
export function checkParameters<P extends Parameters>(parameters: P, { limits }: Config): P {
  assertBounded(parameters, limits)
  if (!parameters.query && isPersisted(parameters.extensions)) throw persistedQueryNotSupported()
  return parameters.operationName === '' ? { ...parameters, operationName: undefined } : parameters
}

const isPersisted = (extensions: unknown): boolean =>
  typeof extensions === 'object' && extensions !== null && Boolean(Reflect.get(extensions, 'persistedQuery'))

/**
 * By this message and code, Apollo's clients and others that send the hash of a query first know to send the
 * query itself, from then on without asking. They want to be answered with 200.
 */
const persistedQueryNotSupported = () =>
  new GraphQLError('PersistedQueryNotSupported', {
    extensions: {
      code: 'PERSISTED_QUERY_NOT_SUPPORTED',
      http: { status: 200, headers: { 'cache-control': 'private, no-cache, must-revalidate' } },
    },
  })

/**
 * Takes HTTP requests as the HTTP layer read them, and refuses before it begins what could not be answered:
 * a subscription to a client that takes no event stream.
 */
export function takeRequests(config: Config): Plugin<object, RequestContext> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      const { body } = serverContext as RequestContext
      if (body !== undefined) setRequestParser(() => body)
    },
    onParams({ params, setParams }) {
      // Yoga says what is wrong with anything else.
      if (typeof params === 'object' && params !== null) setParams(checkParameters(params, config))
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { request, isBatched } = args.contextValue as { readonly request?: Request; readonly isBatched?: boolean }
      if (request && !isBatched && !request.headers.get('accept')?.includes('text/event-stream')) {
        // The refusal itself comes in JSON.
        request.headers.set('accept', 'application/json')
        setResultAndStopExecution({ errors: [subscriptionNotAcceptable()] })
      }
    },
  }
}

const subscriptionNotAcceptable = () =>
  new GraphQLError(
    'Subscriptions are sent as server-sent events (Accept: text/event-stream), or over WebSocket with the subprotocol graphql-transport-ws, as the library graphql-ws speaks it; not as multipart/mixed, nor as one answer in JSON.',
    { extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406 } } },
  )
