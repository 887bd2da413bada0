import { type Context, Hono } from 'hono'
import { loadCaller } from '../access/load-viewers.ts'
import type { Core } from '../core.ts'
import { InsufficientScope, IssuerUnavailable, Unauthenticated } from '../errors.ts'
import { StreamedAnswer } from '../feed/sse.ts'
import { renderGraphiQLPage } from '../graphiql/graphiql.ts'
import { findExamples } from '../graphiql/graphiql-examples.ts'
import { AnswerBudget } from '../graphql/answer-budget.ts'
import type { RequestContext, Yoga } from '../graphql/request-context.ts'
import { acceptable } from '../http/accept.ts'
import { addressOf } from '../http/address.ts'
import { RequestRefused, refuse, wantsPage } from '../http/answers.ts'
import { sessionCookie } from '../http/cookies.ts'
import type { Environment } from '../http/environment.ts'
import { isCrossSite } from '../http/same-site.ts'
import { authenticate, type CredentialHeaders } from '../sign-in/authenticate.ts'
import { browserViewer } from '../sign-in/pages.ts'

/** Types of body that a page of another site cannot send without asking first (Fetch section 2.2.2). */
const bodyTypes = /^application\/(json|graphql|graphql\+json)\s*(?:;|$)/i

/** `/graphql` over HTTP: GraphiQL for browsers, and for programs the checks that precede GraphQL. */
export function graphqlRoutes(core: Core, yoga: Yoga): Hono<Environment> {
  const { config } = core
  const routes = new Hono<Environment>()

  routes.get('/graphql', async (c, next) => {
    if (!wantsPage(c)) return next()
    const viewer = await browserViewer(core, c)
    if (!viewer) return c.redirect('/sign-in?return_to=/graphql')
    const { page, policy } = renderGraphiQLPage(await findExamples(core, viewer))
    return c.html(page, 200, { 'content-security-policy': policy, 'cache-control': 'no-store' })
  })

  routes.on(['GET', 'POST'], '/graphql', async (c) => {
    const { authorization, cookie } = c.req.header()
    if (
      authorization === undefined &&
      sessionCookie.read(config, cookie) !== undefined &&
      isCrossSite(config, c.req.header())
    ) {
      return refuse(
        c,
        403,
        'CROSS_SITE_REQUEST',
        'A page of another site may not use this session. Send a Bearer token.',
      )
    }
    const body = await readOperations(c)
    acceptOneOf(c, Array.isArray(body) ? inOnePiece : answerTypes)
    try {
      return await run(c, body, await identify(core, { authorization, cookie }))
    } catch (error) {
      if (error instanceof IssuerUnavailable) {
        c.header('retry-after', String(error.retryAfterSeconds))
        return refuse(c, 503, error.code, error.message)
      }
      if (error instanceof InsufficientScope) {
        c.header('www-authenticate', 'Bearer error="insufficient_scope", scope="gatehouse:read"')
        return refuse(c, 403, error.code, error.message)
      }
      if (!(error instanceof Unauthenticated)) throw error
      c.header('www-authenticate', 'Bearer error="invalid_token"')
      return refuse(c, 401, error.code, error.message)
    }
  })

  async function run(c: Context<Environment>, body: object | undefined, identity: Identity): Promise<Response> {
    let signedOut = false
    const { incoming, outgoing } = c.env
    const { raw } = c.req
    // Where a query may be sent by GET, its headers may be asked for by HEAD (RFC 9110 section 9.3.2).
    const request = raw.method === 'HEAD' ? new Request(raw.url, { headers: raw.headers }) : raw
    const response = await yoga.fetch(request, {
      ...identity,
      body,
      requestId: c.get('requestId'),
      address: addressOf(incoming, core.config),
      userAgent: c.req.header('user-agent'),
      lastEventId: c.req.header('last-event-id') || undefined,
      connection: new StreamedAnswer(outgoing),
      answer: new AnswerBudget(core.config.limits),
      clearCookie: () => {
        signedOut = true
      },
    })
    // A client that asks with HEAD learns what else there is.
    if (raw.method === 'HEAD') response.headers.set('allow', 'GET, HEAD, POST')
    if (signedOut) response.headers.append('set-cookie', sessionCookie.clear(config))
    return response
  }
  return routes
}

/**
 * The operation of a POST, or the list of them.
 *
 * @throws {RequestRefused}
 */
async function readOperations({ req }: Context<Environment>): Promise<object | undefined> {
  if (req.method !== 'POST') return undefined
  const [, type] = bodyTypes.exec(req.header('content-type') ?? '') ?? []
  if (!type) throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.')
  const text = await req.text()
  if (type.toLowerCase() === 'graphql') return { query: text }
  const body = parseJson(text)
  if (typeof body === 'object' && body !== null) return body
  throw new RequestRefused(400, 'BAD_REQUEST', 'The body must be an operation in JSON, or a list of operations.')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a query or a mutation can be answered in; a subscription only as an event stream. */
const inOnePiece = ['application/json', 'application/graphql-response+json']
const answerTypes = [...inOnePiece, 'text/event-stream', 'multipart/mixed']

/**
 * Leaves those types in the Accept header that can be sent, the best first, for Yoga to choose from.
 *
 * @throws {RequestRefused} where there is none: what could not be answered is not begun.
 */
function acceptOneOf({ req }: Context<Environment>, types: readonly string[]): void {
  const accepted = acceptable(req.header('accept'), types)
  if (accepted.length === 0) {
    const message = `Accept one of ${types.join(', ')}.`
    throw new RequestRefused(406, 'NOT_ACCEPTABLE', message)
  }
  req.raw.headers.set('accept', accepted.join(', '))
}

type Identity = Pick<RequestContext, 'viewer' | 'credential'>

/**
 * @throws {Unauthenticated | InsufficientScope | IssuerUnavailable} for a Bearer token that is not good;
 * a cookie that is not makes nobody.
 */
async function identify(core: Core, headers: CredentialHeaders): Promise<Identity> {
  const credential = await authenticate(core, headers)
  const viewer = credential && (await loadCaller(core, credential))
  if (viewer) return { viewer, credential }
  if (headers.authorization !== undefined)
    throw new Unauthenticated('This token, or the session that it is of, has ended. Sign in again.')
  return { viewer: null, credential: null }
}
