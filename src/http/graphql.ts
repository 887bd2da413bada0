import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Core } from '../core.ts'
import { InsufficientScope, IssuerUnavailable, Unauthenticated } from '../errors.ts'
import { StreamedAnswer } from '../feed/sse.ts'
import { renderGraphiQLPage } from '../graphql/graphiql.ts'
import { findExamples } from '../graphql/graphiql-examples.ts'
import type { RequestContext, Yoga } from '../graphql/yoga.ts'
import { authenticate, type CredentialHeaders } from '../viewer/authenticate.ts'
import { sessionCookie } from '../viewer/cookies.ts'
import { loadCaller } from '../viewer/load-viewers.ts'
import { browserViewer } from '../viewer/pages.ts'
import { addressOf } from './address.ts'
import { refuse, wantsPage } from './answers.ts'
import type { Environment } from './environment.ts'
import { isCrossSite } from './same-site.ts'

/** Types of body that a page of another site cannot send without asking first (Fetch section 2.2.2). */
const bodyTypes = /^application\/(json|graphql|graphql\+json)\s*(;|$)/i

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

  // Open to front ends everywhere, without cookies: those bring a Bearer token.
  routes.use(
    '/graphql',
    cors({ origin: '*', exposeHeaders: ['X-Request-Id', 'WWW-Authenticate', 'Retry-After'], maxAge: 86_400 }),
  )

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
    if (c.req.method === 'POST' && !bodyTypes.test(c.req.header('content-type') ?? '')) {
      return refuse(c, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.')
    }
    try {
      return await run(c, await identify(core, { authorization, cookie }))
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

  routes.all('/graphql', (c) => {
    c.header('allow', 'GET, POST, OPTIONS')
    return refuse(c, 405, 'METHOD_NOT_ALLOWED', 'Send the operation with POST, or a query with GET.')
  })

  async function run(c: Context<Environment>, identity: Identity): Promise<Response> {
    let signedOut = false
    const { incoming, outgoing } = c.env
    const response = await yoga.fetch(c.req.raw, {
      ...identity,
      requestId: c.get('requestId'),
      address: addressOf(incoming, core.config),
      userAgent: c.req.header('user-agent'),
      lastEventId: c.req.header('last-event-id') || undefined,
      connection: new StreamedAnswer(outgoing),
      clearCookie: () => {
        signedOut = true
      },
    })
    // Without it nginx gathers the events of a subscription until a buffer is full.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      response.headers.set('x-accel-buffering', 'no')
    }
    if (signedOut) response.headers.append('set-cookie', sessionCookie.clear(config))
    return response
  }
  return routes
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
