import { type Context, Hono } from 'hono'
import { contextStorage } from 'hono/context-storage'
import { html } from 'hono/html'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Core } from '../core.ts'
import { overloadOf } from '../database/overload.ts'
import { maskError } from '../graphql/mask.ts'
import type { Yoga } from '../graphql/request-context.ts'
import { toResponse } from '../http/answer.ts'
import { RequestRefused, refuse, wantsPageHere } from '../http/answers.ts'
import { readRequest } from '../http/body.ts'
import { crossOrigin } from '../http/cors.ts'
import type { Environment } from '../http/environment.ts'
import { languageOf } from '../http/language.ts'
import { answerOverload } from '../http/overload.ts'
import { answerPage } from '../http/page.ts'
import { answerRefused } from '../http/refused.ts'
import { securityHeaders } from '../http/security.ts'
import { forwardCheck } from '../oauth/check/forward.ts'
import { oauthRoutes } from '../oauth/routes.ts'
import type { TokenRefusals } from '../oauth/token/limits.ts'
import { externalPages } from '../sign-in/external-pages.ts'
import { invitationPages } from '../sign-in/invitation-pages.ts'
import { viewerPages } from '../sign-in/pages.ts'
import { texts } from '../sign-in/texts.ts'
import { consoleRoutes } from './console.ts'
import { graphqlRoutes } from './graphql.ts'
import { healthRoutes } from './health.ts'
import type { Metrics } from './metrics.ts'
import { observe } from './observe.ts'
import { securityTxt } from './security-txt.ts'

/** RFC 9110 section 15.5.6. */
function refuseMethod(c: Context<Environment>, methods: readonly string[]): Response | Promise<Response> {
  // Paths that pages of other sites may use answer those pages' preflights, too.
  const hasPreflight = c.res.headers.has('access-control-allow-origin') && !methods.includes('OPTIONS')
  const allowed = [...methods, ...(hasPreflight ? ['OPTIONS'] : [])].join(', ')
  c.header('allow', allowed)
  return answerRefused(c, new RequestRefused(405, 'METHOD_NOT_ALLOWED', `Send this with one of ${allowed}.`))
}

/** Everything that is answered over HTTP. */
export function makeApp(core: Core, yoga: Yoga, metrics: Metrics, refusals: TokenRefusals): Hono<Environment> {
  const app = new Hono<Environment>()
  app.use(contextStorage(), observe(core, metrics), crossOrigin, securityHeaders(core.config))
  // Before the body and the query are read: a proxy passes on those of a request that is not for this server.
  app.all('/oauth/check', async (c) =>
    toResponse(c, await forwardCheck(core, c.req.url, c.req.header('authorization'))),
  )
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }), readRequest(core.config))
  app.route('/', healthRoutes(core, metrics))
  app.route('/', securityTxt(core))
  app.route('/', viewerPages(core))
  app.route('/', externalPages(core))
  app.route('/', invitationPages(core))
  app.route('/', oauthRoutes(core, refusals))
  app.route('/', graphqlRoutes(core, yoga))
  app.route('/', consoleRoutes(core.config))

  app.notFound((c) => {
    if (!wantsPageHere(c)) return refuse(c, 404, 'NOT_FOUND', 'There is nothing at this address.')
    const language = languageOf(c)
    const says = texts[language]
    const body = html`<h1>${says.notFound}</h1><p class="quiet">${says.notFoundMore}</p><p><a href="/">${says.home}</a></p>`
    return answerPage(c, { language, title: says.notFound, body }, 404)
  })
  app.onError((error, c) => {
    if (error instanceof RequestRefused) return answerRefused(c, error)
    const { incoming } = c.env
    if (incoming.destroyed && !incoming.complete) {
      // Its connection is gone, so nobody reads this: it is no failure of ours, and stands in no error log.
      return refuse(c, 408, 'REQUEST_INCOMPLETE', 'The request did not arrive whole.')
    }
    const overload = overloadOf(error)
    if (overload) return answerOverload(core, c, overload)
    const { message, extensions } = maskError(error, { core, requestId: c.get('requestId') })
    return refuse(c, 500, String(extensions.code), message)
  })
  return app
}
