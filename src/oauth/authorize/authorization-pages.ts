import { Hono } from 'hono'
import type { Viewer } from '../../access/viewer.ts'
import type { Core } from '../../core.ts'
import {
  AlreadyDecided,
  AlreadyInstalled,
  AppDisabled,
  DomainError,
  Forbidden,
  InstallDenied,
  InvalidInput,
  NotFound,
} from '../../errors.ts'
import { formCookie, sessionCookie } from '../../http/cookies.ts'
import type { Environment, HttpContext } from '../../http/environment.ts'
import { fieldsOf } from '../../http/form.ts'
import { FORM_TOKEN, isOwnForm } from '../../http/form-token.ts'
import { installApp } from '../../install-requests/decisions.ts'
import { requestInstall, withdrawInstallRequest } from '../../install-requests/service.ts'
import { union } from '../../scopes.ts'
import { browserViewer } from '../../sign-in/pages.ts'
import { endBrowserSession } from '../../sign-in/sessions.ts'
import type { Engine } from '../engine/engine.ts'
import { readOrganizationId } from '../engine/ids.ts'
import {
  type Authorization,
  cookieUid,
  engage,
  findAuthorization,
  greet,
  holdOn,
  leadsToApp,
  needsFreshSignIn,
  remember,
  type Said,
} from './authorizations.ts'
import { cardOf, maySeeCard } from './card.ts'
import { deviceOrigin, endOfDevice } from './devices.ts'
import { isAnsweredSilently } from './existing-grants.ts'
import { type FlowState, nextStep } from './next-step.ts'
import { grant, noteWaiting, type Outcome, refuse, signedInAs } from './outcomes.ts'
import { authorizationPage, notForYouPage } from './pages/authorization.ts'
import { devicePage } from './pages/device.ts'
import type { Action, AuthorizationView, Unavailable } from './pages/steps.ts'
import { type Answered, findAnsweredHere } from './second-press.ts'
import { type SignedIn, signedInBy } from './sessions.ts'
import { alreadyAnswered, expired, leadsElsewhere, shown } from './shown-errors.ts'

const pathOf = (uid: string): string => `/oauth/interaction/${uid}`

/** The page of a parked authorization request: organization, approval and consent, one after the other. */
export function authorizationPages(core: Core, engine: Engine): Hono<Environment> {
  const routes = new Hono<Environment>()
  routes.get('/oauth/interaction/:uid', (c) => withAuthorization(core, engine, c, (here) => enter(core, c, here)))
  routes.post('/oauth/interaction/:uid', (c) => withAuthorization(core, engine, c, (at) => act(core, c, at)))
  return routes
}

interface Here {
  readonly authorization: Authorization
  readonly viewer: Viewer
  readonly signedIn: SignedIn
}

/** Finds the request, and sends a user who is not signed in, or not recently enough, to sign in first. */
async function withAuthorization(
  core: Core,
  { provider }: Engine,
  c: HttpContext,
  answer: (here: Here) => Promise<Response>,
): Promise<Response> {
  const uid = c.req.param('uid') ?? ''
  const cookie = c.req.header('cookie')
  const browser = {
    cookieUid: cookieUid(provider, 'interaction', c.env.incoming, c.env.outgoing),
    formToken: formCookie.read(core.config, cookie),
  }
  const authorization = await findAuthorization(core, provider, uid, browser)
  if (!authorization) {
    const answered = await findAnsweredHere(core, uid, browser)
    if (!answered || !isPressedAgain(core, c, answered)) return overPage(core, c, answered)
    return c.redirect(answered.returnTo, 303)
  }
  if (!(await leadsToApp(provider, authorization.interaction))) return shown(core, c, leadsElsewhere)
  const signedIn = await signedInBy(core, cookie)
  const viewer = signedIn && (await browserViewer(core, c))
  const isFresh = signedIn && !(await needsFreshSignIn(core, authorization, signedIn.since))
  if (!viewer || !isFresh) {
    return c.redirect(`/sign-in?${new URLSearchParams({ return_to: pathOf(uid), ...(viewer && { again: '1' }) })}`, 303)
  }
  return answer({ authorization, viewer, signedIn })
}

/** Whether what was decided is decided again, while its answer can still be on its way. */
function isPressedAgain(core: Core, c: HttpContext, { action, isRecent, deviceHash }: Answered): boolean {
  if (!isRecent || deviceHash) return false
  // Nothing was asked: it is the sign-in form that was sent twice.
  if (c.req.method !== 'POST') return action === null
  const form = fieldsOf(c)
  return form.action === action && isOwnForm(core.config, c, form[FORM_TOKEN])
}

/** In place of the page of an authorization that is over. */
async function overPage(core: Core, c: HttpContext, answered: Answered | undefined): Promise<Response> {
  if (answered?.deviceHash) return devicePage(core, c, await endOfDevice(core, answered.deviceHash))
  return shown(core, c, answered ? alreadyAnswered : expired)
}

/**
 * A user who only had to sign in may have granted all of it before, and is then asked nothing more. Else the
 * request stays as it is until the user decides: the sign-in page leads here, and users go back to that page.
 */
async function enter(core: Core, c: HttpContext, here: Here): Promise<Response> {
  const { authorization, signedIn } = here
  await greet(core, authorization, signedIn.userId)
  const isDone = await isAnsweredSilently(core, authorization, signedIn.userId)
  if (isDone) return finish(core, c, await signedInAs(authorization, signedIn))
  await holdOn(authorization)
  return showStep(core, c, here)
}

async function showStep(
  core: Core,
  c: HttpContext,
  { authorization, viewer }: Here,
  problem?: AuthorizationView['problem'],
  reason?: string,
): Promise<Response> {
  const { app, uid, interaction, deviceHash } = authorization
  const about = {
    path: pathOf(uid),
    viewer: { name: viewer.name, email: viewer.email },
    returnsTo: placeOf(interaction.params.redirect_uri),
  }
  if (!maySeeCard(app, viewer)) return notForYouPage(core, c, about)
  const { step: next } = await nextStep(core, viewer, authorization)
  const step = next.at === 'ask' ? { ...next, reason } : next
  const { said } = authorization
  if (step.at === 'consent') {
    const shown = step.scopes.map(({ name }) => name)
    const isNews = said.shownTo !== viewer.userId || JSON.stringify(said.shown) !== JSON.stringify(shown)
    if (isNews) await remember(authorization, { ...said, shown, shownTo: viewer.userId })
  }
  const view: AuthorizationView = {
    ...about,
    app: await cardOf(core, app, viewer),
    step,
    device: deviceHash ? await deviceOrigin(core, deviceHash, interaction.params) : null,
    problem,
  }
  return authorizationPage(core, c, view, problem ? (problem === 'stale' ? 403 : 422) : 200)
}

/** How people are told where an app is answered: the host, or the scheme of an app on the device. */
function placeOf(redirectUri: unknown): string | null {
  if (typeof redirectUri !== 'string' || !URL.canParse(redirectUri)) return null
  const { protocol, host } = new URL(redirectUri)
  return /^https?:$/.test(protocol) ? host : protocol
}

async function act(core: Core, c: HttpContext, here: Here): Promise<Response> {
  const form = fieldsOf(c)
  if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return showStep(core, c, here, 'stale')
  await engage(core, here.authorization, here.viewer.userId)
  try {
    const outcome = await perform(core, c, here, form)
    if (outcome === 'changed') return showStep(core, c, here, 'changed')
    return outcome ? finish(core, c, outcome) : c.redirect(pathOf(here.authorization.uid), 303)
  } catch (error) {
    if (error instanceof InvalidInput && error.issues.some(({ path }) => path.includes('reason'))) {
      const reason = form.reason ?? ''
      const legible = reason.replaceAll(/[^\P{Cc}\n\r\t]/gu, '')
      return showStep(core, c, here, legible === reason ? 'reason-too-long' : 'reason-illegible', legible)
    }
    // Meanwhile somebody decided something: the page shows how things stand now.
    const overtaken = [AlreadyDecided, AlreadyInstalled, AppDisabled, Forbidden, InstallDenied, InvalidInput, NotFound]
    if (error instanceof DomainError && overtaken.some((type) => error instanceof type)) {
      return showStep(core, c, here, 'changed')
    }
    throw error
  }
}

/**
 * @returns where it ends, `changed` where the form was about something else than what is to be decided
 * now, or undefined where the page goes on.
 */
async function perform(core: Core, c: HttpContext, here: Here, form: Form): Promise<Outcome | 'changed' | undefined> {
  const { authorization, viewer } = here
  const { said, app } = authorization
  const standing = await nextStep(core, viewer, authorization)
  const { organizationId } = standing
  // Without JavaScript, choosing another organization and pressing the button for this one look alike.
  const action = isAboutAnother(form, standing) ? 'choose' : (form.action as Action)
  if (isAboutOtherScopes(form, standing)) return 'changed'
  switch (action) {
    case 'choose':
      await startOver(core, authorization, { organizationId: readOrganizationId(form.organization_id) ?? '' })
      return undefined
    case 'other':
      await startOver(core, authorization)
      return undefined
    case 'go-on':
      await remember(authorization, { ...said, goesOn: true })
      return undefined
    case 'ask':
      if (organizationId) await ask(core, here, organizationId, standing, form.reason)
      return undefined
    case 'install':
      if (organizationId) {
        const scopes = union(standing.place?.approved ?? [], standing.open)
        await installApp(core, viewer, { appId: app.id, organizationId, scopes })
      }
      return undefined
    case 'withdraw':
      if (standing.place?.pending) await withdrawInstallRequest(core, viewer, standing.place.pending.id)
      await noteWaiting(core, authorization, null)
      return undefined
    case 'grant':
      if (standing.step.at !== 'consent' || !organizationId) return undefined
      if (said.shownTo !== viewer.userId) return 'changed'
      return grant(core, viewer, authorization, {
        organizationId,
        agreed: said.shown ?? [],
        signedIn: here.signedIn,
      })
    case 'refuse':
      return refuse(core, authorization, refusalOf(standing))
    case 'switch': {
      const secret = sessionCookie.read(core.config, c.req.header('cookie'))
      if (secret) await endBrowserSession(core, secret)
      await startOver(core, authorization)
      c.header('set-cookie', sessionCookie.clear(core.config), { append: true })
      return undefined
    }
    default:
      return undefined
  }
}

type Form = Readonly<Record<string, string>>

/** Whether a form names another organization than the one that its page would be about now. */
const isAboutAnother = ({ organization_id: id }: Form, { step }: FlowState): boolean =>
  id !== undefined && 'organization' in step && id !== step.organization.id

/** Whether a form decides about other scopes than its page would show now. */
const isAboutOtherScopes = ({ organization_id: id, scope }: Form, { step }: FlowState): boolean =>
  scope !== undefined &&
  'scopes' in step &&
  (id === undefined || id === step.organization.id) &&
  scope !== step.scopes.map(({ name }) => name).join(' ')

/** Forgets what the user said before, and what they waited for. */
async function startOver(core: Core, authorization: Authorization, said: Said = {}): Promise<void> {
  await remember(authorization, said)
  await noteWaiting(core, authorization, null)
}

async function ask(
  core: Core,
  { authorization, viewer }: Here,
  organizationId: string,
  { open }: FlowState,
  reason = '',
) {
  const { app } = authorization
  // A browser sends each line break as two characters and counts it as one.
  const text = reason.trim() === '' ? null : reason.replaceAll('\r\n', '\n')
  await requestInstall(core, viewer, { appId: app.id, organizationId, scopes: open, reason: text })
  await noteWaiting(core, authorization, { userId: viewer.userId, organizationId })
}

type AuthorizationRefusal = Parameters<typeof refuse>[2]

const refusals: Readonly<Partial<Record<Unavailable, AuthorizationRefusal>>> = {
  'other-account': {
    error: 'login_required',
    error_description: 'another user than that of the id_token_hint is signed in',
  },
  'nothing-left': { error: 'invalid_scope', error_description: 'the app may no longer ask for any of it' },
}

/**
 * What the app is told of why it got nothing (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6).
 * An admin's reason is for the people of the organization, who read it on the page; the app is another party.
 */
function refusalOf({ step }: FlowState): AuthorizationRefusal {
  const known = step.at === 'unavailable' ? refusals[step.why] : undefined
  const description = step.at === 'denied' ? 'an admin of the organization denied it' : 'the user refused'
  return known ?? { error: 'access_denied', error_description: description }
}

function finish(core: Core, c: HttpContext, outcome: Outcome): Response | Promise<Response> {
  if (outcome === 'decided') return shown(core, c, alreadyAnswered)
  return 'returnTo' in outcome ? c.redirect(outcome.returnTo, 303) : devicePage(core, c, outcome.device)
}
