import type { IncomingHttpHeaders } from 'node:http'
import { type DocumentNode, type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql'
import { CloseCode, type Context as Connected, type ServerOptions, type SubscribePayload } from 'graphql-ws'
import { loadCaller } from '../access/load-viewers.ts'
import type { Credential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { overloadOf } from '../database/overload.ts'
import { InsufficientScope, IssuerUnavailable, Unauthenticated } from '../errors.ts'
import { AnswerBudget } from '../graphql/answer-budget.ts'
import { maskError } from '../graphql/mask.ts'
import type { Yoga } from '../graphql/request-context.ts'
import { checkParameters } from '../graphql/requests.ts'
import { newId } from '../ids.ts'
import { authenticate } from '../sign-in/authenticate.ts'
import { closeCodeOf, closeCodes, endingFor } from './close-codes.ts'
import type { Operations } from './operations.ts'
import { FeedRefusal } from './refusal.ts'
import type { Peer } from './socket.ts'

/** What is known of a connection. */
export interface Extra {
  readonly peer: Peer
  readonly operations: Operations
  readonly headers: IncomingHttpHeaders
  readonly address: string
  /** The message ids of the subscriptions that are under way. */
  readonly following: Set<string>
  credential?: Credential | null
}

type Client = Connected<Record<string, unknown>, Extra>
type Enveloped = ReturnType<Yoga['getEnveloped']>
type Operation = ExecutionArgs & { readonly enveloped: Enveloped; readonly requestId: string }

/** In milliseconds, from the connection to its connection_init. */
const INTRODUCTION = 10_000
/** Operations of one connection that may be under way at a time, subscriptions among them. */
const OPERATIONS = 100
/** In milliseconds: how long a connection whose credential ended waits until each subscription was told. */
const FAREWELL = 1000

/** How graphql-ws authenticates, executes and ends things here. */
export function protocolOptions(core: Core, yoga: Yoga): ServerOptions<Record<string, unknown>, Extra> {
  return {
    connectionInitWaitTimeout: INTRODUCTION,
    async onConnect({ connectionParams, extra }) {
      try {
        extra.credential = await connect(core, extra.headers, connectionParams)
      } catch (error) {
        const cannotTell = error instanceof IssuerUnavailable ? error : overloadOf(error)
        if (cannotTell) extra.peer.close(closeCodes.tryAgainLater, cannotTell.code)
        else if (error instanceof InsufficientScope) extra.peer.close(CloseCode.Forbidden, error.code)
        // At most 123 bytes fit.
        else if (error instanceof Unauthenticated) {
          extra.peer.close(closeCodes.credentialEnded, error.message.slice(0, 120))
        } else throw error
        return false
      }
      return undefined
    },
    onSubscribe: (client, _id, payload) => prepare(core, yoga, client as Client, payload),
    execute: (args) => (args as Operation).enveloped.execute(args),
    async subscribe(args) {
      const { enveloped, requestId } = args as Operation
      try {
        const result = await enveloped.subscribe(args)
        return Symbol.asyncIterator in result ? result : new FeedRefusal(result.errors ?? [])
      } catch (error) {
        return new FeedRefusal([maskError(error, { core, requestId })])
      }
    },
    onOperation({ extra }, id, _payload, _args, result) {
      if (Symbol.asyncIterator in result) extra.following.add(id)
    },
    onComplete: ({ extra }, id) => void extra.following.delete(id),
    onError({ extra }, id, _payload, errors) {
      extra.following.delete(id)
      const told = errors.flatMap((error): readonly unknown[] => {
        const { originalError = error } = error
        return originalError instanceof FeedRefusal ? originalError.errors : [originalError]
      })
      const masked = told.map((error) =>
        error instanceof GraphQLError ? error : maskError(error, { core, requestId: newId() }),
      )
      for (const error of masked) sendAway(extra, closeCodeOf(error))
      return masked
    },
  }
}

/** @throws {Unauthenticated | InsufficientScope | IssuerUnavailable} for a credential that is not good; none at all is. */
async function connect(
  core: Core,
  headers: IncomingHttpHeaders,
  params: Record<string, unknown> | undefined,
): Promise<Credential | null> {
  const given = params?.authorization ?? params?.Authorization
  if (given !== undefined && typeof given !== 'string') throw new Unauthenticated('`authorization` must be a string.')
  const credential = await authenticate(core, {
    authorization: given ?? headers.authorization,
    cookie: headers.cookie,
  })
  if (credential && !(await loadCaller(core, credential))) throw new Unauthenticated('This session has ended.')
  return credential
}

/** Each operation is for the viewer as they are when it comes in, not as they were when they connected. */
async function prepare(
  core: Core,
  yoga: Yoga,
  { extra }: Client,
  payload: SubscribePayload,
): Promise<readonly GraphQLError[] | Operation> {
  if (extra.operations.size > OPERATIONS) return [tooManyOperations()]
  const { credential = null, peer: connection, address, headers } = extra
  const requestId = newId()
  try {
    const { query, operationName, variables } = checkParameters(payload, core.config)
    const params = { query, operationName: operationName ?? undefined, variables: variables ?? undefined }
    const viewer = credential && (await loadCaller(core, credential))
    if (credential && !viewer) return [endingFor(new Unauthenticated()) as GraphQLError]
    const answer = new AnswerBudget(core.config.limits)
    const request = { answer, viewer, requestId, address, userAgent: headers['user-agent'], credential, connection }
    const enveloped = yoga.getEnveloped({ ...request, params } as never)
    const { schema } = enveloped
    const document = parse(enveloped, params.query)
    const errors = enveloped.validate(schema, document) as readonly GraphQLError[]
    if (errors.length > 0) return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'))
    if (!getOperationAST(document, params.operationName)) return [noOperation()]
    return {
      schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await enveloped.contextFactory(),
      enveloped,
      requestId,
    }
  } catch (error) {
    return [maskError(error, { core, requestId })]
  }
}

function parse(enveloped: Enveloped, query: string): DocumentNode {
  try {
    return enveloped.parse(query) as DocumentNode
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    // Yoga keeps the error for when the same text comes again, over HTTP too, and says no code then.
    error.extensions.code ??= 'GRAPHQL_PARSE_FAILED'
    throw withCode(error, 'GRAPHQL_PARSE_FAILED')
  }
}

/** The code that the same error has over HTTP, where none says more; what Yoga notes for HTTP alone is left out. */
function withCode(error: GraphQLError, code: string): GraphQLError {
  const { http: _, ...extensions } = error.extensions
  return new GraphQLError(error.message, { ...error, extensions: { code, ...extensions } })
}

const noOperation = () =>
  new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  })

/** Called before the error that carries the code is sent. */
function sendAway({ peer, following }: Extra, code: number | undefined): void {
  if (code === undefined) return
  if (code !== closeCodes.credentialEnded) {
    // A client takes an error for the end of its subscription, but the close for a reason to resume it.
    peer.close(code)
  } else if (following.size === 0) {
    // Everything that stands on the credential ends with it; the last one to be told closes the line.
    setImmediate(() => peer.close(code))
  } else {
    setTimeout(() => peer.close(code), FAREWELL).unref()
  }
}

const tooManyOperations = () =>
  new GraphQLError(`A connection may have at most ${OPERATIONS} operations under way.`, {
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  })
