import { Hono } from 'hono'
import { html } from 'hono/html'
import { loadViewer } from '../access/load-viewers.ts'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { InvalidCredentials, InvalidInput, TooManyAttempts } from '../errors.ts'
import { addressOf } from '../http/address.ts'
import { sessionCookie } from '../http/cookies.ts'
import type { Environment, HttpContext } from '../http/environment.ts'
import { fieldsOf } from '../http/form.ts'
import { FORM_TOKEN, formToken, isOwnForm } from '../http/form-token.ts'
import { languageOf } from '../http/language.ts'
import { answerPage } from '../http/page.ts'
import { safePath } from '../http/return-to.ts'
import { isOnTheWayToAnApp } from '../http/security.ts'
import { browserCredential } from './authenticate.ts'
import { connections, externalSignIns } from './external/choices.ts'
import { checkPassword } from './service.ts'
import { endBrowserSession, startBrowserSession } from './sessions.ts'
import { texts } from './texts.ts'

/** The pages on which people sign in and out: plain forms that need no JavaScript. */
export function viewerPages(core: Core): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get('/', async (c) => startPage(core, c, await browserViewer(core, c)))
  routes.get('/sign-in', async (c) => {
    const returnTo = safePath(c.req.query('return_to'))
    // An app wants to be sure that the signed-in user is still there.
    const again = c.req.query('again') !== undefined
    const isDone = !again && (await browserViewer(core, c))
    return isDone ? c.redirect(returnTo) : signInPage(core, c, { returnTo, again })
  })
  routes.post('/sign-in', (c) => signIn(core, c))
  routes.post('/sign-out', (c) => signOut(core, c))
  return routes
}

/** Who the browser is signed in as, by its cookie alone. */
export async function browserViewer(core: Core, c: HttpContext): Promise<Viewer | null> {
  const credential = await browserCredential(core, c.req.header('cookie'))
  return credential && loadViewer(core, credential)
}

/**
 * Signs the browser in, under a new session id; the session that it had ends.
 *
 * @param passwordHash what a password was checked against, where it was one.
 * @throws {InvalidCredentials} where the password was changed after it was checked.
 */
export async function openSession(core: Core, c: HttpContext, userId: string, passwordHash?: string): Promise<void> {
  const origin = { address: addressOf(c.env.incoming, core.config), userAgent: c.req.header('user-agent') }
  const secret = await startBrowserSession(core, userId, { ...origin, passwordHash })
  const previous = sessionCookie.read(core.config, c.req.header('cookie'))
  if (previous) await endBrowserSession(core, previous)
  c.header('set-cookie', sessionCookie.set(core.config, secret, core.config.durations.sessionLifetime / 1000), {
    append: true,
  })
}

async function signIn(core: Core, c: HttpContext): Promise<Response> {
  const form = fieldsOf(c)
  const field = (name: string): string => form[name] ?? ''
  const email = field('email')
  const page = { returnTo: safePath(field('return_to')), again: field('again') !== '', email }
  const says = texts[languageOf(c)]
  if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return signInPage(core, c, { ...page, error: says.stale }, 403)
  try {
    const credentials = { email, password: field('password') }
    const address = addressOf(c.env.incoming, core.config)
    const { userId, passwordHash } = await checkPassword(core, credentials, address)
    await openSession(core, c, userId, passwordHash)
    return c.redirect(page.returnTo, 303)
  } catch (error) {
    if (error instanceof InvalidInput) return signInPage(core, c, { ...page, error: says.blank }, 422)
    if (error instanceof InvalidCredentials) return signInPage(core, c, { ...page, error: says.wrong }, 422)
    if (!(error instanceof TooManyAttempts)) throw error
    c.header('retry-after', String(error.retryAfterSeconds))
    return signInPage(core, c, { ...page, error: says.tooMany(Math.ceil(error.retryAfterSeconds / 60)) }, 429)
  }
}

async function signOut(core: Core, c: HttpContext): Promise<Response> {
  const form = fieldsOf(c)
  if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return startPage(core, c, await browserViewer(core, c), true)
  const secret = sessionCookie.read(core.config, c.req.header('cookie'))
  if (secret) await endBrowserSession(core, secret)
  c.header('set-cookie', sessionCookie.clear(core.config), { append: true })
  return c.redirect('/', 303)
}

interface SignInPage {
  readonly returnTo: string
  /** Whether it is for somebody who is signed in, too. */
  readonly again: boolean
  readonly email?: string
  readonly error?: string
}

function signInPage(
  core: Core,
  c: HttpContext,
  { returnTo, again, email, error }: SignInPage,
  status: 200 | 403 | 422 | 429 = 200,
) {
  const language = languageOf(c)
  const says = texts[language]
  const body = html`<h1>${says.signIn}</h1>
<p class="quiet">${says.signInTo}</p>
${error ? html`<p class="error" role="alert" id="error">${error}</p>` : ''}
<form method="post" action="/sign-in">
<input type="hidden" name="${FORM_TOKEN}" value="${formToken(core.config, c)}">
<input type="hidden" name="return_to" value="${returnTo}">
${again ? html`<input type="hidden" name="again" value="1">` : ''}
<label for="email">${says.email}</label>
<input id="email" name="email" type="email" autocomplete="username" maxlength="320" required value="${email ?? ''}"${error ? html` aria-describedby="error"` : ''}${email ? '' : html` autofocus`}>
<label for="password">${says.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${error ? html` aria-describedby="error"` : ''}${email ? html` autofocus` : ''}>
<button type="submit">${says.signIn}</button>
</form>
${externalSignIns(core, c, returnTo, again)}`
  const title = error ? `${says.error}: ${says.signIn}` : says.signIn
  return answerPage(c, { language, title, body, leadsToApp: isOnTheWayToAnApp(returnTo) }, status)
}

async function startPage(core: Core, c: HttpContext, viewer: Viewer | null, stale = false) {
  const language = languageOf(c)
  const says = texts[language]
  const body = html`<h1>${says.about}</h1>
${stale ? html`<p class="error" role="alert">${says.stale}</p>` : ''}
<p class="quiet">${viewer ? says.signedInAs(viewer.email ?? viewer.name) : says.signedOut}</p>
${
  viewer
    ? html`<a class="button" href="/console/">${says.openConsole}</a>
<a class="button second" href="/graphql">${says.openGraphiQL}</a>
${await connections(core, c, viewer)}
<form method="post" action="/sign-out">
<input type="hidden" name="${FORM_TOKEN}" value="${formToken(core.config, c)}">
<button class="second" type="submit">${says.signOut}</button>
</form>`
    : html`<a class="button" href="/sign-in">${says.signIn}</a>`
}`
  return answerPage(c, { language, title: says.about, body }, stale ? 403 : 200)
}
