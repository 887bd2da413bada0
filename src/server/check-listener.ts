import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Core } from '../core.ts'
import { overloadOf } from '../database/overload.ts'
import { maskError } from '../graphql/mask.ts'
import { type Answer, jsonAnswer } from '../http/answer.ts'
import { RequestRefused } from '../http/answers.ts'
import { readBody } from '../http/body.ts'
import { crossOriginHeaders } from '../http/cors.ts'
import { overloadAnswer } from '../http/overload.ts'
import { refusedAnswer } from '../http/refused.ts'
import { securityHeadersOf } from '../http/security.ts'
import { newId } from '../ids.ts'
import { type Claim, readClaim } from '../oauth/check/callers.ts'
import { forwardCheck } from '../oauth/check/forward.ts'
import { introspect } from '../oauth/check/introspect.ts'
import { namedClient, type TokenRefusals } from '../oauth/token/limits.ts'
import type { Metrics } from './metrics.ts'
import { notesOf } from './observe.ts'

const CHECK = '/oauth/check'
const INTROSPECT = '/oauth/introspect'

/** Answers a request, unless it is to be left to the next listener: then it says false. */
export type FirstListener = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Answers token checks straight from Node's server: the web framework behind it takes longer than the check itself.
 * It takes `/oauth/check`, and introspection by callers whose header says that they are no app. What else there is at
 * these paths, and every unusual spelling of them, is left to the framework, which asks the same functions.
 */
export function checkListener(core: Core, metrics: Metrics, refusals: TokenRefusals): FirstListener {
  const note = notesOf(core, metrics)
  const security = securityHeadersOf(core.config, CHECK)
  const headersAt = { [CHECK]: security, [INTROSPECT]: { ...crossOriginHeaders, ...security } }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: typeof CHECK | typeof INTROSPECT,
    work: () => Promise<Answer>,
  ): Promise<void> {
    const started = performance.now()
    const requestId = newId()
    const { status, headers, body = '' } = await work().catch((error) => failed(error, requestId, request))
    const length = String(Buffer.byteLength(body))
    response.writeHead(status, {
      ...headersAt[path],
      ...headers,
      'x-request-id': requestId,
      'content-length': length,
    })
    response.end(body)
    note({ requestId, method: request.method ?? '', path, status, started })
  }

  function failed(error: unknown, requestId: string, request: IncomingMessage): Answer {
    if (error instanceof RequestRefused) return refusedAnswer(error)
    if (request.destroyed && !request.complete) return { status: 408, headers: {} }
    const overload = overloadOf(error)
    if (overload) {
      core.log.warn({ requestId, err: overload.cause ?? overload }, 'overloaded')
      return overloadAnswer(overload)
    }
    const { message, extensions } = maskError(error, { core, requestId })
    return jsonAnswer(500, { errors: [{ message, extensions: { code: extensions.code } }] })
  }

  async function askedBy(request: IncomingMessage, authorization: string, claim: Claim): Promise<Answer> {
    const { form: parameters = new URLSearchParams() } = await readBody(request, core.config.limits)
    const client = namedClient(authorization, parameters)
    const answer = await introspect(core, refusals, { incoming: request, client, claim: () => claim, parameters })
    if (!answer) throw new Error('a caller whose header says that they are no app was taken for one')
    return answer
  }

  return (request, response) => {
    const { url = '', headers } = request
    if (!isOrdinary(headers.host)) return false
    if (url.startsWith(CHECK) && (url.length === CHECK.length || url[CHECK.length] === '?')) {
      void serve(request, response, CHECK, () => forwardCheck(core, url, authorizationOf(request)))
      return true
    }
    if (url !== INTROSPECT || request.method !== 'POST') return false
    const authorization = authorizationOf(request)
    const claim = authorization === undefined ? undefined : claimOf(core, authorization)
    if (authorization === undefined || (claim?.kind !== 'server' && claim?.kind !== 'bearer')) return false
    void serve(request, response, INTROSPECT, () => askedBy(request, authorization, claim))
    return true
  }
}

/** Whether it is a name or an IPv4 address; HTTP/1.0 needs none. */
const isOrdinary = (host = ''): boolean => /^[a-z0-9.-]*(:\d{1,5})?$/i.test(host)

/** Undefined where the header is malformed. */
function claimOf(core: Core, authorization: string): Claim | undefined {
  try {
    return readClaim(core, authorization)
  } catch {
    return undefined
  }
}

/** The Authorization header; several are joined (RFC 9110 section 5.3), where Node would drop all but the first. */
function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const { authorization } = headers
  if (authorization === undefined) return undefined
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isAuthorization(rawHeaders[index - 1]))
  return values.length === 1 ? authorization : values.join(', ')
}

const NAME = 'authorization'
const isAuthorization = (name = ''): boolean => name.length === NAME.length && name.toLowerCase() === NAME
