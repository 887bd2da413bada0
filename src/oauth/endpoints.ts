import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Core } from '../core.ts'
import { TooManyAttempts } from '../errors.ts'
import { addressOf } from '../http/address.ts'
import { toResponse } from '../http/answer.ts'
import { wantsPage } from '../http/answers.ts'
import type { Environment } from '../http/environment.ts'
import { formOf } from '../http/form.ts'
import { hashSource, policy } from '../http/security.ts'
import { cookieUid, leadsToApp } from './authorize/authorizations.ts'
import { errorPage } from './authorize/pages/error.ts'
import { findAnsweredHere } from './authorize/second-press.ts'
import { signedInBy } from './authorize/sessions.ts'
import { alreadyAnswered, leadsElsewhere, shown } from './authorize/shown-errors.ts'
import type { AuthorizationError, Engine } from './engine/engine.ts'
import { readClientId } from './engine/ids.ts'
import { errors } from './engine/oidc.ts'
import { paths } from './engine/paths.ts'
import { readPosted } from './engine/posted.ts'
import { JWT_BEARER } from './storage/clients.ts'
import { namedClient, slowDown, type TokenRefusals, tooOften } from './token/limits.ts'
import { issuerOf } from './token/service-grants.ts'

/** The endpoints that clients talk to: the engine, behind what it does not do itself. */
export function endpointRoutes(core: Core, engine: Engine, refusals: TokenRefusals): Hono<Environment> {
  const routes = new Hono<Environment>()

  // All keys, also those that no longer sign; the engine knows only the one that does.
  routes.get(paths.jwks, (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.json(core.keys.publicJwks)
  })

  routes.on(['GET', 'HEAD'], ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'], (c) =>
    pass(c),
  )
  routes.get(paths.authorization, (c) => inTurn(c, () => authorize(c)))
  // OpenID Connect Core section 3.1.2.1 wants POST as well. From another site it comes without our cookies,
  // which the browser brings along when it follows.
  routes.post(paths.authorization, (c) => authorizeByPost(c))
  routes.get(`${paths.authorization}/:uid`, (c) => inTurn(c, () => resume(c, c.req.param('uid'))))
  routes.on(['GET', 'POST'], paths.userinfo, (c) => pass(c))
  const posted = [
    paths.token,
    paths.revocation,
    paths.introspection,
    paths.pushed_authorization_request,
    paths.device_authorization,
  ]
  routes.on('POST', posted, (c) => counted(c))

  /** Goes on with a request that its user has answered, also again while the first answer can still be on its way. */
  async function resume(c: Context<Environment>, uid: string): Promise<Response> {
    const { provider } = engine
    const cookie = cookieUid(provider, 'resume', c.env.incoming, c.env.outgoing)
    const answered = await findAnsweredHere(core, uid, { cookieUid: cookie, formToken: undefined })
    if (answered && !answered.isRecent) return shown(core, c, alreadyAnswered)
    const parked = answered?.parked ?? (await provider.Interaction.find(uid))
    if (parked && !(await leadsToApp(provider, parked))) return shown(core, c, leadsElsewhere)
    return withoutForgetting(await pass(c))
  }

  async function pass(c: Context<Environment>, request?: Request): Promise<Response> {
    const { response, error } = await ask(c, request ?? (await bodied(c)))
    return error ? shown(core, c, error) : framed(response)
  }

  const ask = (c: Context<Environment>, request: Request) =>
    engine.fetch(request, { address: addressOf(c.env.incoming, core.config), requestId: c.get('requestId') })

  /** An authorization request, which anybody can make anybody's browser send. */
  async function authorize(c: Context<Environment>): Promise<Response> {
    if (await signedInBy(core, c.req.header('cookie'))) return pass(c)
    const { response, error, refused } = await ask(c, c.req.raw)
    if (error) return shown(core, c, error)
    return refused && !refused.isSilent ? notSentOn(c, refused, response) : framed(response)
  }

  /** Shows people that their network began too much, and when they can try again. */
  async function inTurn(c: Context<Environment>, work: () => Promise<Response>): Promise<Response> {
    const answer = await work().catch(tooMany)
    if (!(answer instanceof TooManyAttempts)) return answer
    const seconds = answer.retryAfterSeconds
    c.header('retry-after', String(seconds))
    return shown(core, c, { code: 'temporarily_unavailable', description: tooOften(seconds), status: 429 })
  }

  /** Sends the browser on with what it posted, exactly as it stands there: what is wrong with it is said then. */
  async function authorizeByPost(c: Context<Environment>): Promise<Response> {
    try {
      return c.redirect(`${paths.authorization}?${await readPosted(c, paths.authorization)}`, 303)
    } catch (error) {
      if (!(error instanceof errors.InvalidRequest)) throw error
      const { error: code, error_description: description, statusCode: status } = error
      return shown(core, c, { code, description, status })
    }
  }

  /**
   * The error of an app that would send people on who did nothing but follow a link. The app can be
   * anybody's, and registered to lead from this server to a trap (RFC 9700 section 4.11.2).
   */
  async function notSentOn(c: Context<Environment>, refused: AuthorizationError, response: Response) {
    const { code, description, clientId, redirectUri, state } = refused
    const appId = readClientId(clientId)
    const select = { name: true, organization: { select: { name: true } } } as const
    const app = appId && (await core.prisma.app.findUnique({ where: { id: appId }, select }))
    if (!app) return framed(response)
    if (!wantsPage(c)) return shown(core, c, { code, description, status: 400 })
    const href = response.headers.get('location')
    const fields = { error: code, error_description: description, state, iss: core.config.publicUrl }
    const way = href === null ? { action: redirectUri, fields } : { href }
    return errorPage(
      core,
      c,
      { code, description, leads: { app: app.name, publisher: app.organization.name, redirectUri, way } },
      400,
    )
  }

  /** A client that keeps guessing, or has too much stored, has to wait. */
  async function counted(c: Context<Environment>): Promise<Response> {
    const client = namedClient(c.req.header('authorization'), formOf(c))
    const answer = await refusals
      .attempt(c.env.incoming, client, async (refusedWith) => {
        const response = await pass(c, await (c.req.path === paths.token ? withClientId(c) : bodied(c)))
        if (response.status >= 400) refusedWith(await errorOf(response))
        return response
      })
      .catch(tooMany)
    if (answer instanceof TooManyAttempts) return toResponse(c, slowDown(answer.retryAfterSeconds))
    // Some clients read every answer as JSON, although this one need not have a body (RFC 7009 section 2.2).
    if (c.req.path === paths.revocation && answer.ok) return c.json({})
    // HTTP/1.0 caches know nothing else (RFC 6749 section 5.1).
    if (c.req.path === paths.token) answer.headers.set('pragma', 'no-cache')
    return answer
  }
  return routes
}

/** Hands a refusal by a limit on as a value. */
function tooMany(error: unknown): TooManyAttempts {
  if (error instanceof TooManyAttempts) return error
  throw error
}

const errorOf = async (response: Response): Promise<unknown> =>
  (
    (await response
      .clone()
      .json()
      .catch(() => ({}))) as { error?: unknown }
  ).error

/** A page of the engine gets a policy that lets it work. */
async function framed(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return response
  const page = await response.text()
  response.headers.set('content-security-policy', policyOf(page))
  return new Response(page, response)
}

/** An answer of the engine that lets the browser come back with the same authorization: people press twice. */
function withoutForgetting(response: Response): Response {
  const cookies = response.headers.getSetCookie()
  response.headers.delete('set-cookie')
  for (const cookie of cookies)
    if (!cookie.startsWith('gatehouse_resume')) response.headers.append('set-cookie', cookie)
  return response
}

/** The request with the body that was read from it. */
async function bodied({ req }: Context<Environment>, body?: string): Promise<Request> {
  const { url, method, headers } = req.raw
  return new Request(url, {
    method,
    headers,
    body: ['GET', 'HEAD'].includes(method) ? null : (body ?? (await req.text())),
  })
}

/** In the JWT bearer grant the client is who issued the assertion, and need not be named besides (RFC 7521 section 4.1). */
async function withClientId(c: Context<Environment>): Promise<Request> {
  const form = formOf(c)
  const assertion = form.get('assertion')
  const isAnonymous = !form.get('client_id') && !form.get('client_assertion') && !c.req.header('authorization')
  const issuer = form.get('grant_type') === JWT_BEARER && assertion && isAnonymous && issuerOf(assertion)
  if (!issuer) return bodied(c)
  return bodied(c, new URLSearchParams([...form, ['client_id', issuer]].filter(([, value]) => value !== '')).toString())
}

/**
 * The engine's one page posts the answer to the app by a script of its own (`response_mode=form_post`). The app may
 * send the browser on to anywhere, so the page has no `form-action`.
 */
function policyOf(page: string): string {
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? ''
  return policy(`script-src ${hashSource(createHash('sha256').update(script))}`)
}
