import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Core } from '../../core.ts'
import { addressOf } from '../../http/address.ts'
import type { Environment } from '../../http/environment.ts'
import type { Engine } from '../engine.ts'
import type { Refusals } from '../limits.ts'
import { ApiRefusal, refuseApi, refuseToken, TokenRefusal } from './answers.ts'
import { authorizations, me } from './api.ts'
import { TOKEN } from './assertions.ts'
import { authorize } from './authorize.ts'
import { deviceCode } from './device.ts'
import { token } from './token.ts'

const BASE = '/api/permission/oauth2'
const ME = '/v1/users/me'
const AUTHORIZATIONS = '/v1/oauth-apps/:appid/authorizations'

/** What a device hears that does nothing wrong: it does not count. */
const expected = ['authorization_pending', 'slow_down']

/**
 * The paths of Coze's OAuth interface, for its SDKs with Gatehouse as base URL: a translation of requests
 * and answers, and the engine in between. `{id}` is an organization's plain id.
 */
export function cozeRoutes(core: Core, engine: Engine, refusals: Refusals): Hono<Environment> {
  const routes = new Hono<Environment>()
  const tokenPaths = [TOKEN, `${BASE}/account/:id/token`, `${BASE}/enterprise_id/:id/token`]
  const devicePaths = [`${BASE}/device/code`, `${BASE}/workspace_id/:id/device/code`]

  // No cookie counts here, so pages of any site may ask.
  const exposeHeaders = ['X-Tt-Logid', 'X-Request-Id', 'Retry-After']
  for (const path of [...tokenPaths, ...devicePaths, ME]) {
    routes.use(path, cors({ origin: '*', allowMethods: ['GET', 'POST'], exposeHeaders, maxAge: 86_400 }))
  }

  routes.on('GET', [`${BASE}/authorize`, `${BASE}/workspace_id/:id/authorize`], authorize(core))
  routes.on('POST', tokenPaths, (c) => answer(c, () => counted(c, () => token(core, engine, c))))
  routes.on('POST', devicePaths, (c) => answer(c, () => counted(c, () => deviceCode(core, engine, c))))
  for (const path of [...tokenPaths, ...devicePaths]) {
    routes.all(path, (c) => {
      c.header('allow', 'POST, OPTIONS')
      return refuseToken(c, new TokenRefusal('invalid_request', 'Send this with POST.', 405))
    })
  }
  routes.get(ME, (c) => answer(c, () => me(core, c)))
  routes.get(AUTHORIZATIONS, (c) => answer(c, () => counted(c, () => authorizations(core, engine, c))))

  async function answer(c: Context<Environment>, work: () => Promise<Response>): Promise<Response> {
    c.header('cache-control', 'no-store')
    // By this name the SDKs tell their users which request it was.
    c.header('x-tt-logid', c.get('requestId'))
    const isApi = c.req.path.startsWith('/v1/')
    try {
      return await work()
    } catch (error) {
      if (error instanceof ApiRefusal) return refuseApi(c, error)
      if (!(error instanceof TokenRefusal)) throw error
      if (!isApi) return refuseToken(c, error)
      return refuseApi(c, new ApiRefusal(error.status === 429 ? 4013 : 4100, error.message))
    }
  }

  /** An address that keeps being refused has to wait. */
  async function counted(c: Context<Environment>, work: () => Promise<Response>): Promise<Response> {
    const address = addressOf(c.env.incoming, core.config)
    const seconds = await refusals.blockedFor(address)
    if (seconds !== undefined) {
      c.header('retry-after', String(seconds))
      const description = `Too many refused requests from your address. Try again in ${seconds} seconds.`
      throw new TokenRefusal('slow_down', description, 429)
    }
    try {
      return await work()
    } catch (error) {
      const isRefusal = error instanceof ApiRefusal || error instanceof TokenRefusal
      if (isRefusal && !expected.includes(String(error.code))) await refusals.count(address)
      throw error
    }
  }
  return routes
}
