import inject from 'light-my-request'
import type { Core } from '../../core.ts'
import type { Overloaded } from '../../database/errors.ts'
import { overloadOf } from '../../database/overload.ts'
import { TooManyAttempts } from '../../errors.ts'
import { withOneSpace } from '../../http/authorization.ts'
import { errorText, withLegalErrors } from './error-text.ts'
import { shownCodeOf } from './internals.ts'
import { type Configuration, type EngineContext, errors, type Provider } from './oidc.ts'
import { readParameters } from './parameters.ts'
import { paths } from './paths.ts'
import { assertStrongProofKey } from './proof-key.ts'

/** Where a request really comes from: what no header of its own can say. */
export interface Origin {
  readonly address: string
  readonly requestId: string
}

/** An error that could not be told to the app, and is to be shown as a page. */
export interface ShownError {
  readonly code: string
  readonly description: string | undefined
  readonly status: number
}

/** An authorization request that ends with an error at once, and whom that is to be told. */
export interface AuthorizationError extends Omit<ShownError, 'status'> {
  /** As the app calls itself, and has registered. */
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | undefined
  /** Whether the app wants to hear it without anybody seeing it (`prompt=none`). */
  readonly isSilent: boolean
}

/** What an assertion may say beyond what every assertion may. */
export interface AssertionLeeway {
  /** Names of this server that it may carry as `aud`, beside the issuer and the token endpoint. */
  readonly audiences?: readonly string[]
  /** How far away its `exp` may be, in milliseconds; else as the configuration says. */
  readonly lifetime?: number
}

/** What the engine is to ask about the request under way. */
export interface ProviderOptions {
  /** Answers with a page where an error cannot be told to the app. */
  readonly renderError: NonNullable<Configuration['renderError']>
  /** Where a device authorization request comes from. */
  readonly originOf: (ctx: EngineContext) => { readonly address: string; readonly userAgent: string | null }
  /** What an assertion in this request may say that others may not. */
  readonly leewayOf: (ctx: EngineContext) => AssertionLeeway
}

/** The OAuth engine as a function from request to response. */
export interface Engine {
  readonly provider: Provider
  /**
   * @param leeway what an assertion in this request may say that others may not.
   * @throws {Overloaded | TooManyAttempts}
   */
  fetch(request: Request, origin: Origin, leeway?: AssertionLeeway): Promise<Answer>
}

interface Answer {
  readonly response: Response
  /** What there is no app to tell. */
  readonly error: ShownError | undefined
  /** What the response tells an app. */
  readonly refused: AuthorizationError | undefined
}

/** By which header an engine's request finds its {@link Call}; set by us, and never taken from outside. */
const CALL = 'x-gatehouse-call'

/** What the engine says of a connection that is none: the answer goes out over another. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding']

interface Call {
  readonly origin: Origin
  readonly leeway: AssertionLeeway
  error?: ShownError
  refused?: AuthorizationError
  /** What the engine failed at, where the same may succeed later. */
  notNow?: Overloaded | TooManyAttempts | undefined
}

/** @param makeProvider puts the engine together with what is below it and beside it. */
export function makeEngine(core: Core, makeProvider: (core: Core, options: ProviderOptions) => Provider): Engine {
  const calls = new Map<string, Call>()
  const callOf = (ctx: EngineContext): Call | undefined => calls.get(String(ctx.req.headers[CALL]))
  const provider = makeProvider(core, {
    originOf: (ctx) => ({
      address: callOf(ctx)?.origin.address ?? '',
      userAgent: ctx.req.headers['user-agent']?.slice(0, 300) ?? null,
    }),
    leewayOf: (ctx) => callOf(ctx)?.leeway ?? {},
    renderError: (ctx, { error, error_description: description }, cause) => {
      const call = callOf(ctx)
      if (call) call.error = { code: shownCodeOf(cause, error), description: legal(description), status: ctx.status }
      ctx.type = 'text/plain'
      ctx.body = `${error}\n`
    },
  })
  provider.on('authorization.error', (ctx, { error, error_description }) => {
    const { client, params } = ctx.oidc
    const call = callOf(ctx)
    if (!call || !client) return
    call.refused = {
      code: error,
      description: legal(error_description),
      clientId: client.clientId,
      redirectUri: String(params?.redirect_uri ?? ''),
      state: params?.state as string | undefined,
      isSilent: String(params?.prompt ?? '')
        .split(' ')
        .includes('none'),
    }
  })
  // The engine would answer 500, or send the browser to the app with it.
  provider.on('server_error', (ctx, error: unknown) => {
    const call = callOf(ctx)
    if (call) call.notNow = error instanceof TooManyAttempts ? error : overloadOf(error)
  })
  const handle = provider.callback()
  const { host, protocol } = new URL(core.config.publicUrl)

  return {
    provider,
    async fetch(request, origin, leeway = {}) {
      const { pathname, search } = new URL(request.url)
      const authorization = request.headers.get('authorization')
      const hasBody = !['GET', 'HEAD'].includes(request.method)
      const isForPeople = pathname.startsWith(paths.authorization)
      let query: string
      let payload: string
      try {
        query = readParameters(pathname, search.slice(1))
        payload = hasBody ? readParameters(pathname, await request.text()) : ''
        await assertStrongProofKey(request.headers.get('dpop'))
      } catch (error) {
        if (error instanceof errors.InvalidRequest || error instanceof errors.InvalidDpopProof)
          return refuse(error, isForPeople)
        throw error
      }
      const call: Call = { origin, leeway }
      calls.set(origin.requestId, call)
      try {
        const answer = await inject(handle, {
          method: request.method as 'GET',
          url: query ? `${pathname}?${query}` : pathname,
          headers: {
            ...Object.fromEntries([...request.headers].filter(([name]) => name !== 'content-length')),
            ...(authorization !== null && { authorization: withOneSpace(authorization) }),
            // What a program says it accepts can be a default of its library that begins with text/html.
            ...(!isForPeople && { accept: 'application/json' }),
            // Every URL that the engine makes is one of PUBLIC_URL, whatever Host the request names.
            host,
            'x-forwarded-host': host,
            'x-forwarded-proto': protocol.slice(0, -1),
            [CALL]: origin.requestId,
          },
          payload,
        })
        if (call.notNow) throw call.notNow
        const headers = new Headers()
        for (const [name, value] of Object.entries(answer.headers)) {
          if (ofConnection.includes(name)) continue
          for (const one of [value ?? []].flat()) headers.append(name, String(one))
        }
        const isEmpty = [101, 204, 205, 304].includes(answer.statusCode)
        const body = withLegalErrors(answer.statusCode, headers, answer.rawPayload)
        const response = new Response(isEmpty ? null : body, {
          status: answer.statusCode,
          headers,
        })
        return { response, error: call.error, refused: call.error ? undefined : call.refused }
      } finally {
        calls.delete(origin.requestId)
      }
    },
  }
}

const legal = (description: string | undefined) => description && errorText(description)

function refuse(error: errors.OIDCProviderError, isForPeople: boolean): Answer {
  const { error: code, error_description: description, statusCode: status } = error
  const headers = { 'cache-control': 'no-store' }
  const response = Response.json({ error: code, error_description: description }, { status, headers })
  return { response, error: isForPeople ? { code, description, status } : undefined, refused: undefined }
}
