import inject from 'light-my-request'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Core } from '../core.ts'
import { routes } from './internals.ts'
import { makeProvider } from './provider.ts'
import type { AssertionLeeway } from './service-grants.ts'

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

/** The OAuth engine as a function from request to response. */
export interface Engine {
  readonly provider: Provider
  /** @param leeway what an assertion in this request may say that others may not. */
  fetch(
    request: Request,
    origin: Origin,
    leeway?: AssertionLeeway,
  ): Promise<{ readonly response: Response; readonly error: ShownError | undefined }>
}

/** By which header an engine's request finds its {@link Call}; set by us, and never taken from outside. */
const CALL = 'x-gatehouse-call'

interface Call {
  readonly origin: Origin
  readonly leeway: AssertionLeeway
  error?: ShownError
}

export function makeEngine(core: Core): Engine {
  const calls = new Map<string, Call>()
  const callOf = (ctx: KoaContextWithOIDC): Call | undefined => calls.get(String(ctx.req.headers[CALL]))
  const provider = makeProvider(core, {
    originOf: (ctx) => ({
      address: callOf(ctx)?.origin.address ?? '',
      userAgent: ctx.req.headers['user-agent']?.slice(0, 300) ?? null,
    }),
    leewayOf: (ctx) => callOf(ctx)?.leeway ?? {},
    renderError: (ctx, { error, error_description: description }) => {
      const call = callOf(ctx)
      if (call) call.error = { code: error, description, status: ctx.status }
      ctx.type = 'text/plain'
      ctx.body = `${error}\n`
    },
  })
  const handle = provider.callback()
  const { host, protocol } = new URL(core.config.publicUrl)

  return {
    provider,
    async fetch(request, origin, leeway = {}) {
      const { pathname, search } = new URL(request.url)
      const hasBody = !['GET', 'HEAD'].includes(request.method)
      const payload = hasBody ? Buffer.from(await request.arrayBuffer()) : Buffer.alloc(0)
      const isForPeople = pathname.startsWith(routes.authorization)
      if (hasNul(search) || hasNul(payload.toString('latin1'))) return refuseNul(isForPeople)
      const call: Call = { origin, leeway }
      calls.set(origin.requestId, call)
      try {
        const answer = await inject(handle, {
          method: request.method as 'GET',
          url: pathname + search,
          headers: {
            ...Object.fromEntries(request.headers),
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
        const headers = new Headers()
        for (const [name, value] of Object.entries(answer.headers)) {
          for (const one of [value ?? []].flat()) headers.append(name, String(one))
        }
        const isEmpty = [101, 204, 205, 304].includes(answer.statusCode)
        const response = new Response(isEmpty ? null : new Uint8Array(answer.rawPayload), {
          status: answer.statusCode,
          headers,
        })
        return { response, error: call.error }
      } finally {
        calls.delete(origin.requestId)
      }
    },
  }
}

/** Whether a query or a form has a NUL in it. No parameter may (RFC 6749 appendix A), and PostgreSQL stores none. */
const hasNul = (encoded: string): boolean => encoded.includes('%00') || encoded.includes('\0')

function refuseNul(isForPeople: boolean): { response: Response; error: ShownError | undefined } {
  const [code, description, status] = ['invalid_request', 'a parameter contains a NUL', 400] as const
  const response = Response.json({ error: code, error_description: description }, { status })
  return { response, error: isForPeople ? { code, description, status } : undefined }
}
