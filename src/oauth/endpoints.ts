import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Core } from '../core.ts'
import { addressOf } from '../http/address.ts'
import { wantsPage } from '../http/answers.ts'
import type { Environment } from '../http/environment.ts'
import { readForm } from '../http/form-token.ts'
import { hashSource, policy } from '../http/security.ts'
import { JWT_BEARER } from './clients.ts'
import type { Engine } from './engine.ts'
import { routes as paths } from './internals.ts'
import type { Refusals } from './limits.ts'
import { errorPage } from './pages/error.ts'
import { issuerOf } from './service-grants.ts'

/** Refusals that a well-behaved client meets, too: they do not count. */
const expected = ['authorization_pending', 'slow_down', 'use_dpop_nonce']

/** The endpoints that clients talk to: the engine, behind what it does not do itself. */
export function endpointRoutes(core: Core, engine: Engine, refusals: Refusals): Hono<Environment> {
  const routes = new Hono<Environment>()

  // All keys, also those that no longer sign; the engine knows only the one that does.
  routes.get(paths.jwks, (c) => {
    c.header('access-control-allow-origin', '*')
    c.header('cache-control', 'public, max-age=3600')
    return c.json(core.keys.publicJwks)
  })

  routes.on(
    ['GET', 'HEAD', 'OPTIONS'],
    ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
    (c) => pass(c),
  )
  routes.get(paths.authorization, (c) => pass(c))
  // OpenID Connect Core section 3.1.2.1 wants POST as well. From another site it comes without our cookies,
  // which the browser brings along when it follows.
  routes.post(paths.authorization, async (c) =>
    c.redirect(`${paths.authorization}?${new URLSearchParams(await readForm(c))}`, 303),
  )
  routes.get(`${paths.authorization}/:uid`, (c) => pass(c))
  routes.on(['GET', 'POST', 'OPTIONS'], paths.userinfo, (c) => pass(c))
  routes.on(['POST', 'OPTIONS'], [paths.revocation, paths.introspection, paths.pushed_authorization_request], (c) =>
    counted(c),
  )
  routes.on(['POST', 'OPTIONS'], [paths.token, paths.device_authorization], (c) => counted(c))
  for (const path of [
    paths.token,
    paths.device_authorization,
    paths.revocation,
    paths.introspection,
    paths.pushed_authorization_request,
  ]) {
    routes.all(path, (c) => {
      c.header('allow', 'POST, OPTIONS')
      return c.json({ error: 'invalid_request', error_description: 'Send this with POST.' }, 405)
    })
  }

  async function pass(c: Context<Environment>, request = c.req.raw): Promise<Response> {
    const origin = { address: addressOf(c.env.incoming, core.config), requestId: c.get('requestId') }
    const { response, error } = await engine.fetch(request, origin)
    if (error) return shown(core, c, error)
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      const page = await response.text()
      response.headers.set('content-security-policy', policyOf(page))
      return new Response(page, response)
    }
    return response
  }

  /** An address that keeps being refused has to wait. */
  async function counted(c: Context<Environment>): Promise<Response> {
    const address = addressOf(c.env.incoming, core.config)
    const seconds = await refusals.blockedFor(address)
    if (seconds !== undefined) {
      c.header('retry-after', String(seconds))
      const description = `Too many refused requests from your address. Try again in ${seconds} seconds.`
      return c.json({ error: 'slow_down', error_description: description }, 429)
    }
    const request = await unread(c)
    const response = await pass(c, c.req.path === paths.token ? await withClientId(request) : request)
    if (response.status >= 400) {
      const { error } = (await response
        .clone()
        .json()
        .catch(() => ({}))) as { error?: string }
      if (!expected.includes(String(error))) await refusals.count(address)
    }
    return response
  }
  return routes
}

/** An error of the engine that cannot be told to the app: a page for people, JSON for programs. */
export function shown(
  core: Core,
  c: Context<Environment>,
  { code, description, status }: { code: string; description?: string | undefined; status: number },
): Response | Promise<Response> {
  const answerStatus = (status >= 400 && status < 600 ? status : 400) as 400
  if (wantsPage(c)) return errorPage(core, c, { code, description }, answerStatus)
  return c.json({ error: code, error_description: description }, answerStatus)
}

/** The request with its body, also where a handler before this one has read that. */
async function unread({ req }: Context<Environment>): Promise<Request> {
  const { url, method, headers } = req.raw
  return method === 'POST' ? new Request(url, { method, headers, body: await req.arrayBuffer() }) : req.raw
}

/** In the JWT bearer grant the client is who issued the assertion, and need not be named besides (RFC 7521 section 4.1). */
async function withClientId(request: Request): Promise<Request> {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? '')
  if (!isForm || request.method !== 'POST') return request
  const body = await request.text()
  const form = new URLSearchParams(body)
  const assertion = form.get('assertion')
  const isAnonymous = !form.has('client_id') && !form.has('client_assertion') && !request.headers.has('authorization')
  if (form.get('grant_type') === JWT_BEARER && assertion && isAnonymous) {
    const issuer = issuerOf(assertion)
    if (issuer) form.set('client_id', issuer)
    return new Request(request.url, { method: 'POST', headers: withoutLength(request.headers), body: form.toString() })
  }
  return new Request(request.url, { method: 'POST', headers: request.headers, body })
}

function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  return copy
}

/** The engine's one page posts the answer to the app by a script of its own (`response_mode=form_post`). */
function policyOf(page: string): string {
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? ''
  return policy(`script-src ${hashSource(createHash('sha256').update(script))}`, 'form-action https: http:')
}
