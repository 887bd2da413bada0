import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { emailAddress } from '../email.ts'
import { AlreadyMember, EmailTaken, InvalidInput, InvitationInvalid } from '../errors.ts'
import type { Environment, HttpContext } from '../http/environment.ts'
import { fieldsOf } from '../http/form.ts'
import { FORM_TOKEN, formToken, isOwnForm } from '../http/form-token.ts'
import { languageOf } from '../http/language.ts'
import { answerPage } from '../http/page.ts'
import { publicId } from '../ids.ts'
import { line, newPassword, parse } from '../input.ts'
import { acceptInvitation, acceptInvitationAsNewUser, findInvitation } from '../organizations/invitations.ts'
import { texts } from './invitation-texts.ts'
import { browserViewer, openSession } from './pages.ts'
import { hashPassword } from './passwords.ts'

/** The page behind the link of an invitation: to accept it, with the account one has or with a new one. */
export function invitationPages(core: Core): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get('/invitations/:token', (c) => invitationPage(core, c))
  routes.post('/invitations/:token', (c) => accept(core, c))
  return routes
}

const tokenOf = (c: HttpContext): string => c.req.param('token') ?? ''

async function accept(core: Core, c: HttpContext): Promise<Response> {
  const form = fieldsOf(c)
  const field = (name: string): string => form[name] ?? ''
  const says = texts[languageOf(c)]
  if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return invitationPage(core, c, { error: says.stale }, 403)
  try {
    const viewer = await browserViewer(core, c)
    const organizationId = viewer
      ? (await acceptInvitation(core, viewer, { token: tokenOf(c) })).value.organizationId
      : await signUp(core, c, { name: field('name'), password: field('password') })
    return c.redirect(`/console/${publicId('Organization', organizationId)}`, 303)
  } catch (error) {
    if (error instanceof InvitationInvalid) return invalidPage(c)
    const name = field('name')
    if (error instanceof EmailTaken) return invitationPage(core, c, { name, error: says.emailTaken }, 422)
    if (error instanceof AlreadyMember) return invitationPage(core, c, { error: says.alreadyMember }, 422)
    if (!(error instanceof InvalidInput)) throw error
    const isName = error.issues.some(({ path }) => path[0] === 'name')
    return invitationPage(core, c, { name, error: isName ? says.badName : says.badPassword }, 422)
  }
}

/**
 * Makes the account with the invited address, and signs the browser in to it.
 *
 * @returns the id of the organization.
 */
async function signUp(core: Core, c: HttpContext, input: { name: string; password: string }): Promise<string> {
  // Before the costly hash: who has no invitation is not worth one.
  const { organizationId } = await findInvitation(core, tokenOf(c))
  const name = parse(line(100), input.name, 'name')
  const passwordHash = await hashPassword(core.config, parse(newPassword, input.password, 'password'))
  const user = await acceptInvitationAsNewUser(core, tokenOf(c), { name, passwordHash })
  await openSession(core, c, user.id)
  return organizationId
}

interface Fill {
  readonly name?: string
  readonly error?: string
}

async function invitationPage(
  core: Core,
  c: HttpContext,
  fill: Fill = {},
  status: 200 | 403 | 422 = 200,
): Promise<Response> {
  const invitation = await findInvitation(core, tokenOf(c)).catch((error) => {
    if (error instanceof InvitationInvalid) return undefined
    throw error
  })
  if (!invitation) return invalidPage(c)
  const viewer = await browserViewer(core, c)
  const language = languageOf(c)
  const says = texts[language]
  const title = says.join(invitation.organization.name)
  const body = html`<h1>${title}</h1>
<p class="quiet">${says.invites(invitation.invitedBy?.name ?? null, invitation.role, invitation.email)}</p>
${fill.error ? html`<p class="error" role="alert" id="error">${fill.error}</p>` : ''}
${viewer ? acceptForm(core, c, viewer, invitation.email) : signUpForm(core, c, invitation.email, fill)}`
  return answerPage(c, { language, title: fill.error ? `${says.error}: ${title}` : title, body }, status)
}

function acceptForm(core: Core, c: HttpContext, viewer: Viewer, email: string) {
  const says = texts[languageOf(c)]
  const token = html`<input type="hidden" name="${FORM_TOKEN}" value="${formToken(core.config, c)}">`
  if (viewer.email !== null && emailAddress(viewer.email) !== email) {
    return html`<p>${says.otherAccount(viewer.email, email)}</p>
<form method="post" action="/sign-out">${token}<button type="submit">${says.signOut}</button></form>`
  }
  return html`<p>${says.signedInAs(viewer.email ?? viewer.name)}</p>
<form method="post" action="/invitations/${tokenOf(c)}">${token}<button type="submit">${says.accept}</button></form>`
}

function signUpForm(core: Core, c: HttpContext, email: string, { name, error }: Fill) {
  const says = texts[languageOf(c)]
  const described = error ? html` aria-describedby="error"` : ''
  return html`<form method="post" action="/invitations/${tokenOf(c)}">
<input type="hidden" name="${FORM_TOKEN}" value="${formToken(core.config, c)}">
<input type="hidden" name="email" autocomplete="username" value="${email}">
<label for="name">${says.name}</label>
<input id="name" name="name" autocomplete="name" maxlength="100" required value="${name ?? ''}"${described}>
<label for="password">${says.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="10" maxlength="200" required aria-describedby="rule${error ? ' error' : ''}">
<p class="quiet" id="rule">${says.passwordRule}</p>
<button type="submit">${says.createAccount}</button>
</form>
<p><a href="/sign-in?return_to=${encodeURIComponent(`/invitations/${tokenOf(c)}`)}">${says.haveAccount}</a></p>`
}

function invalidPage(c: HttpContext): Response | Promise<Response> {
  const language = languageOf(c)
  const says = texts[language]
  const body = html`<h1>${says.invalid}</h1><p class="quiet">${says.invalidMore}</p><p><a href="/">${says.home}</a></p>`
  return answerPage(c, { language, title: says.invalid, body }, 404)
}
