import { Hono } from 'hono'
import type { Core } from '../../core.ts'
import { sessionCookie } from '../../http/cookies.ts'
import type { Environment, HttpContext } from '../../http/environment.ts'
import { fieldsOf } from '../../http/form.ts'
import { FORM_TOKEN, isOwnForm } from '../../http/form-token.ts'
import { browserViewer } from '../../sign-in/pages.ts'
import { endBrowserSession } from '../../sign-in/sessions.ts'
import { accountId } from '../engine/ids.ts'
import { errors } from '../engine/oidc.ts'
import { readParameters } from '../engine/parameters.ts'
import { paths } from '../engine/paths.ts'
import { readPosted } from '../engine/posted.ts'
import { readLogout } from './logout.ts'
import { type LogoutProblem, logoutPage } from './pages/logout.ts'
import { shown } from './shown-errors.ts'

/**
 * The page on which an app has its user sign out here (OpenID Connect RP-Initiated Logout 1.0). Apps come with GET or POST;
 * only the page's own form, with its token, signs anybody out.
 */
export function logoutPages(core: Core): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get(paths.end_session, (c) => understood(core, c, () => ask(core, c)))
  routes.post(paths.end_session, (c) =>
    understood(core, c, async () => {
      const form = fieldsOf(c)
      if (FORM_TOKEN in form) return decide(core, c, form)
      // From another site it comes without our cookies, which the browser brings along when it follows.
      return c.redirect(`${paths.end_session}?${await readPosted(c, paths.end_session)}`, 303)
    }),
  )
  return routes
}

/** Says what is wrong with a request that cannot be read at all. */
async function understood(core: Core, c: HttpContext, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof errors.InvalidRequest)) throw error
    const { error: code, error_description: description, statusCode: status } = error
    return shown(core, c, { code, description, status })
  }
}

const queryOf = (c: HttpContext): string => new URL(c.req.url).search.slice(1)

/** @throws {errors.InvalidRequest} */
const logoutOf = (core: Core, c: HttpContext) =>
  readLogout(core, new URLSearchParams(readParameters(paths.end_session, queryOf(c))))

async function ask(core: Core, c: HttpContext, problem?: LogoutProblem): Promise<Response> {
  const { app, target, isMeant } = await logoutOf(core, c)
  const viewer = await browserViewer(core, c)
  return logoutPage(core, c, {
    path: `${paths.end_session}?${queryOf(c)}`,
    app,
    target,
    viewer: viewer && {
      id: accountId(viewer.userId),
      name: viewer.name,
      email: viewer.email,
      isMeant: isMeant(viewer),
    },
    problem,
  })
}

async function decide(core: Core, c: HttpContext, form: Readonly<Record<string, string>>): Promise<Response> {
  if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return ask(core, c, 'stale')
  const { target } = await logoutOf(core, c)
  const viewer = await browserViewer(core, c)
  // Somebody else signed in since the page was shown: it did not ask them.
  if (viewer && form.user !== accountId(viewer.userId)) return ask(core, c, 'changed')
  const secret = sessionCookie.read(core.config, c.req.header('cookie'))
  if (secret) await endBrowserSession(core, secret)
  c.header('set-cookie', sessionCookie.clear(core.config), { append: true })
  return c.redirect(target ?? paths.end_session, 303)
}
