import { Hono } from 'hono'
import { contextStorage } from 'hono/context-storage'
import { html } from 'hono/html'
import type { Core } from '../core.ts'
import { maskError } from '../graphql/mask.ts'
import type { Yoga } from '../graphql/yoga.ts'
import { oauthRoutes } from '../oauth/routes.ts'
import { invitationPages } from '../organizations/pages.ts'
import { externalPages } from '../viewer/external/pages.ts'
import { viewerPages } from '../viewer/pages.ts'
import { texts } from '../viewer/texts.ts'
import { refuse, wantsPage } from './answers.ts'
import { consoleRoutes } from './console.ts'
import type { Environment } from './environment.ts'
import { graphqlRoutes } from './graphql.ts'
import { healthRoutes } from './health.ts'
import { languageOf } from './language.ts'
import type { Metrics } from './metrics.ts'
import { observe } from './observe.ts'
import { answerPage } from './page.ts'
import { limitBody, securityHeaders } from './security.ts'
import { securityTxt } from './security-txt.ts'

/** Everything that is answered over HTTP. */
export function makeApp(core: Core, yoga: Yoga, metrics: Metrics): Hono<Environment> {
  const app = new Hono<Environment>()
  app.use(contextStorage(), observe(core, metrics), securityHeaders(core.config), limitBody(core.config))
  app.route('/', healthRoutes(core, metrics))
  app.route('/', securityTxt(core))
  app.route('/', viewerPages(core))
  app.route('/', externalPages(core))
  app.route('/', invitationPages(core))
  app.route('/', oauthRoutes(core))
  app.route('/', graphqlRoutes(core, yoga))
  app.route('/', consoleRoutes(core.config))

  app.notFound((c) => {
    if (!wantsPage(c)) return refuse(c, 404, 'NOT_FOUND', 'There is nothing at this address.')
    const language = languageOf(c)
    const says = texts[language]
    const body = html`<h1>${says.notFound}</h1><p class="quiet">${says.notFoundMore}</p><p><a href="/">${says.home}</a></p>`
    return answerPage(c, { language, title: says.notFound, body }, 404)
  })
  app.onError((error, c) => {
    const { incoming } = c.env
    if (incoming.destroyed && !incoming.complete) {
      // Its connection is gone, so nobody reads this: it is no failure of ours, and stands in no error log.
      return refuse(c, 408, 'REQUEST_INCOMPLETE', 'The request did not arrive whole.')
    }
    const { message, extensions } = maskError(error, { core, requestId: c.get('requestId') })
    return refuse(c, 500, String(extensions.code), message)
  })
  return app
}
