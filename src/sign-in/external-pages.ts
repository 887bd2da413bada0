import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Core } from '../core.ts'
import { SignInTooOld } from '../errors.ts'
import { flowCookie } from '../http/cookies.ts'
import type { Environment, HttpContext } from '../http/environment.ts'
import { fieldsOf } from '../http/form.ts'
import { FORM_TOKEN, isOwnForm } from '../http/form-token.ts'
import { languageOf } from '../http/language.ts'
import { answerPage } from '../http/page.ts'
import { safePath } from '../http/return-to.ts'
import { isCrossSite } from '../http/same-site.ts'
import { begin, complete, FlowError, type Person, type Plan, type Problem, unseal } from './external/flow.ts'
import { connect, findOwner, provision } from './external/identities.ts'
import { type Issuer, issuersOf } from './external/issuer.ts'
import { texts } from './external/texts.ts'
import { assertFreshSignIn } from './own-sessions.ts'
import { browserViewer, openSession } from './pages.ts'

/**
 * Signing in at an external issuer: the way there, the way back, and connecting the identity to the
 * account that one is signed in to.
 */
export function externalPages(core: Core): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get('/sign-in/callback', (c) => comeBack(core, c))
  routes.get('/sign-in/:slug', (c, next) => {
    const issuer = issuerOf(core, c)
    return issuer ? goThere(core, c, issuer) : next()
  })
  routes.post('/sign-in/:slug', (c, next) => {
    const issuer = issuerOf(core, c)
    return issuer ? goAndConnect(core, c, issuer) : next()
  })
  return routes
}

const issuerOf = (core: Core, c: HttpContext): Issuer | undefined =>
  issuersOf(core).find(({ config }) => config.slug === c.req.param('slug'))

async function goThere(core: Core, c: HttpContext, issuer: Issuer): Promise<Response> {
  // A link of another site must not make a signed-in user somebody else.
  const again = c.req.query('again') !== undefined && !isCrossSite(core.config, c.req.header())
  const plan = { returnTo: safePath(c.req.query('return_to')), again, connects: null }
  if (!again && (await browserViewer(core, c))) return c.redirect(plan.returnTo)
  try {
    return c.redirect((await setOut(core, c, issuer, plan)).href)
  } catch (error) {
    return explain(core, c, error, issuer, plan)
  }
}

async function goAndConnect(core: Core, c: HttpContext, issuer: Issuer): Promise<Response> {
  const form = fieldsOf(c)
  const viewer = await browserViewer(core, c)
  const plan = { returnTo: '/', again: false, connects: viewer?.userId ?? null }
  try {
    if (!viewer || !isOwnForm(core.config, c, form[FORM_TOKEN])) throw new FlowError('changed')
    await assertFreshSignIn(core, viewer)
    const url = await setOut(core, c, issuer, plan)
    // Not a redirect: browsers hold that to the form-action of the page, all the way to the issuer's pages.
    c.header('refresh', `0; url=${url.href}`)
    const language = languageOf(c)
    const says = texts[language]
    const name = issuer.config.name
    const body = html`<h1>${says.connect(name)}</h1><a class="button" href="${url.href}">${says.onward(name)}</a>`
    return await answerPage(c, { language, title: says.connect(name), body })
  } catch (error) {
    const problem = error instanceof SignInTooOld ? new FlowError('stale', { cause: error }) : error
    return explain(core, c, problem, issuer, plan)
  }
}

async function setOut(core: Core, c: HttpContext, issuer: Issuer, plan: Plan): Promise<URL> {
  const { url, cookie } = await begin(core, issuer, plan)
  const maxAge = core.config.durations.externalSignIn / 1000
  c.header('set-cookie', flowCookie.set(core.config, cookie, maxAge), { append: true })
  return url
}

async function comeBack(core: Core, c: HttpContext): Promise<Response> {
  const cookie = flowCookie.read(core.config, c.req.header('cookie'))
  const flow = cookie && (await unseal(core, cookie))
  const issuer = flow && issuersOf(core).find(({ config }) => config.slug === flow.slug)
  // An answer to something else leaves the sign-in that is under way alone.
  if (!issuer || flow.state !== c.req.query('state')) return explain(core, c, new FlowError('expired'))
  c.header('set-cookie', flowCookie.clear(core.config), { append: true })
  try {
    const person = await complete(core, issuer, flow, new URL(c.req.url).search)
    if (flow.connects === null) await openSession(core, c, await accountOf(core, issuer, person))
    else await connectTo(core, c, issuer, flow.connects, person)
    return c.redirect(flow.returnTo, 303)
  } catch (error) {
    return explain(core, c, error, issuer, flow)
  }
}

/** @throws {FlowError} for somebody who has no account, and gets none. */
async function accountOf(core: Core, issuer: Issuer, { identity, name }: Person): Promise<string> {
  const owner = await findOwner(core, identity)
  if (owner) return owner
  if (!issuer.config.provision) throw new FlowError('unknown')
  return provision(core, identity, await name())
}

/** @throws {FlowError} where the browser is no longer theirs who began it, or the identity cannot be connected. */
async function connectTo(
  core: Core,
  c: HttpContext,
  issuer: Issuer,
  userId: string,
  { identity }: Person,
): Promise<void> {
  const viewer = await browserViewer(core, c)
  if (viewer?.userId !== userId) throw new FlowError('changed')
  const problem = await connect(core, userId, issuer, identity)
  if (problem) throw new FlowError(problem)
}

const statuses = {
  cancelled: 403,
  expired: 400,
  unavailable: 503,
  refused: 502,
  unknown: 403,
  taken: 409,
  another: 409,
  changed: 403,
  stale: 403,
} as const satisfies Record<Problem, number>

/** Says what went wrong, and the way back. Anything but a {@link FlowError} is a defect, and thrown on. */
async function explain(
  core: Core,
  c: HttpContext,
  error: unknown,
  issuer?: Issuer,
  plan?: Pick<Plan, 'returnTo' | 'connects'>,
): Promise<Response> {
  if (!(error instanceof FlowError)) throw error
  const { problem, cause } = error
  const why = (cause ?? error) as Error & { readonly code?: string; readonly error?: string }
  core.log.warn(
    {
      requestId: c.get('requestId'),
      issuer: issuer?.config.url.href,
      problem,
      code: why.code,
      // The issuer's own word for it (RFC 6749 sections 4.1.2.1 and 5.2).
      error: why.error?.slice(0, 100),
      message: why.message,
    },
    'a sign-in at an external issuer failed',
  )

  const language = languageOf(c)
  const says = texts[language]
  const query = plan && plan.returnTo !== '/' ? `?return_to=${encodeURIComponent(plan.returnTo)}` : ''
  const [title, href, label] = !plan?.connects
    ? [says.failed, `/sign-in${query}`, says.back]
    : problem === 'stale'
      ? [says.notConnected, '/sign-in?again=1', says.again]
      : [says.notConnected, '/', says.home]
  const body = html`<h1>${title}</h1>
<p class="error" role="alert">${says.problems[problem](issuer?.config.name ?? '')}</p>
<a class="button" href="${href}">${label}</a>`
  return answerPage(c, { language, title, body }, statuses[problem])
}
