import { GraphQLError, type GraphQLSchema } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Core } from '../core.ts'
import { type Context, makeContext } from '../graphql/context.ts'
import { limitAnswers } from '../graphql/cost.ts'
import { takeDocuments } from '../graphql/documents.ts'
import { limitDocuments } from '../graphql/limits.ts'
import { maskError, maskErrors } from '../graphql/mask.ts'
import { limitMutations } from '../graphql/mutations-at-once.ts'
import { answerByPlans } from '../graphql/planned/run.ts'
import type { RequestContext, Yoga } from '../graphql/request-context.ts'
import { takeRequests } from '../graphql/requests.ts'
import { currentRequestId } from '../http/environment.ts'

/**
 * The GraphQL endpoint: the request's GraphQL in, the answer out. Who is asking, cross-site rules,
 * CORS, body size and GraphiQL are the HTTP layer's.
 */
export function makeYoga(
  core: Core,
  schema: GraphQLSchema,
  plugins: Plugin<object, RequestContext, Context>[] = [],
): Yoga {
  return createYoga<RequestContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    context: ({ viewer, credential, requestId, address, userAgent, answer, clearCookie, lastEventId }) =>
      makeContext({ core, viewer, credential, requestId, address, userAgent, answer, clearCookie, lastEventId }),
    batching: { limit: core.config.limits.batchedOperations },
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/graphql/health',
    logging: false,
    // What is executed is masked by the plugin, over any transport; this is for what goes wrong around it.
    maskedErrors: {
      maskError: (error) => asBadRequest(error) ?? maskError(error, { core, requestId: currentRequestId() }),
    },
    // The HTTP layer has read the body, within its limits.
    maxRequestBodySize: false,
    // Ours keeps documents that were accepted, and no others.
    parserAndValidationCache: false,
    plugins: [
      takeRequests(core.config) as Plugin<object, RequestContext, Context>,
      takeDocuments(core) as unknown as Plugin<object, RequestContext, Context>,
      limitDocuments(core.config),
      answerByPlans() as Plugin<object, RequestContext, Context>,
      limitAnswers(core.config) as Plugin<object, RequestContext, Context>,
      limitMutations() as Plugin<object, RequestContext, Context>,
      maskErrors() as Plugin<object, RequestContext, Context>,
      ...plugins,
    ],
    // Hono's own, so that its server need not copy; and Node's stream, because one that Node has to
    // wrap throws outside of any call when the client of an SSE answer goes away.
    fetchAPI: { Response, ReadableStream },
  })
}

/** What is not even a GraphQL request is 400 for every client, not only for those that know the newer media type. */
function asBadRequest(error: unknown): GraphQLError | undefined {
  const malformed = error instanceof GraphQLError && error.extensions.code === 'BAD_REQUEST'
  // Yoga parses `variables` and `extensions` of a query string without further ado.
  if (!malformed && !(error instanceof SyntaxError)) return undefined
  if (!malformed) return badRequest('The parameters of the query string are not JSON.')
  const { http } = error.extensions as { http?: { status?: number; headers?: Record<string, string> } }
  // RFC 9110 section 15.5.6: only here does it help to hear which methods there are.
  if (http?.status === 405) {
    return new GraphQLError(error.message, { extensions: { code: 'METHOD_NOT_ALLOWED', http } })
  }
  return badRequest(error.message, http?.status)
}

const badRequest = (message: string, status = 400): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } })
