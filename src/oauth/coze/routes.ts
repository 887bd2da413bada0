import { type Context, Hono } from 'hono'
import type { Core } from '../../core.ts'
import { overloadOf } from '../../database/overload.ts'
import { TooManyAttempts } from '../../errors.ts'
import { maskError } from '../../graphql/mask.ts'
import type { Environment } from '../../http/environment.ts'
import { logOverload } from '../../http/overload.ts'
import { COZE_REQUEST_ID } from '../../http/refusal-bodies.ts'
import type { Engine } from '../engine/engine.ts'
import { type TokenRefusals, tooOften } from '../token/limits.ts'
import { issuerOf } from '../token/service-grants.ts'
import { ApiRefusal, refuseApi, refuseToken, TokenRefusal } from './answers.ts'
import { authorizations, me } from './api.ts'
import { TOKEN } from './assertions.ts'
import { authorize } from './authorize.ts'
import { deviceCode } from './device.ts'
import { token } from './token.ts'

const BASE = '/api/permission/oauth2'
const ME = '/v1/users/me'
const AUTHORIZATIONS = '/v1/oauth-apps/:appid/authorizations'

/**
 * The paths of Coze's OAuth interface, for its SDKs with Gatehouse as base URL: a translation of requests
 * and answers, and the engine in between. `{id}` is an organization's plain id.
 */
export function cozeRoutes(core: Core, engine: Engine, refusals: TokenRefusals): Hono<Environment> {
  const routes = new Hono<Environment>()
  const tokenPaths = [TOKEN, `${BASE}/account/:id/token`, `${BASE}/enterprise_id/:id/token`]
  const devicePaths = [`${BASE}/device/code`, `${BASE}/workspace_id/:id/device/code`]

  routes.on('GET', [`${BASE}/authorize`, `${BASE}/workspace_id/:id/authorize`], authorize(core))
  routes.on('POST', tokenPaths, (c) => answer(c, () => counted(c, () => token(core, engine, c))))
  routes.on('POST', devicePaths, (c) => answer(c, () => counted(c, () => deviceCode(core, engine, c))))
  routes.get(ME, (c) => answer(c, () => me(core, c)))
  routes.get(AUTHORIZATIONS, (c) => answer(c, () => counted(c, () => authorizations(core, engine, c))))

  async function answer(c: Context<Environment>, work: () => Promise<Response>): Promise<Response> {
    c.header('cache-control', 'no-store')
    c.header(COZE_REQUEST_ID, c.get('requestId'))
    const isApi = c.req.path.startsWith('/v1/')
    try {
      return await work()
    } catch (error) {
      if (error instanceof ApiRefusal) return refuseApi(c, error)
      const overload = overloadOf(error)
      if (overload) {
        logOverload(core, c, overload)
        return isApi
          ? refuseApi(c, new ApiRefusal(5030, overload.message))
          : refuseToken(c, new TokenRefusal('temporarily_unavailable', overload.message, 503))
      }
      const refusal = error instanceof TokenRefusal ? error : defect(core, c, error)
      if (!isApi) return refuseToken(c, refusal)
      return refuseApi(c, new ApiRefusal(apiCodes[refusal.status] ?? 4100, refusal.message))
    }
  }

  /** A client that keeps guessing, or has too much stored, has to wait. */
  async function counted(c: Context<Environment>, work: () => Promise<Response>): Promise<Response> {
    const client = await clientOf(c)
    return refusals
      .attempt(c.env.incoming, client, async (refusedWith) => {
        try {
          return await work()
        } catch (error) {
          if (error instanceof TokenRefusal) refusedWith(error.code)
          if (error instanceof ApiRefusal && error.code === 4100) refusedWith('invalid_client')
          throw error
        }
      })
      .catch(inWords(c))
  }
  return routes
}

/** The codes of what the paths of both kinds can be refused with. */
const apiCodes: Readonly<Record<number, ApiRefusal['code']>> = { 429: 4013, 500: 5000 }

/** What went wrong here: only the log is told what. */
function defect(core: Core, c: Context<Environment>, error: unknown): TokenRefusal {
  const { message } = maskError(error, { core, requestId: c.get('requestId') })
  return new TokenRefusal('internal_error', message, 500)
}

/** Throws a refusal by a limit on as these paths tell it. */
const inWords =
  (c: Context<Environment>) =>
  (error: unknown): never => {
    throw error instanceof TooManyAttempts ? slower(c, error.retryAfterSeconds) : error
  }

function slower(c: Context<Environment>, seconds: number): TokenRefusal {
  c.header('retry-after', String(seconds))
  return new TokenRefusal('slow_down', tooOften(seconds), 429)
}

/** Which client a request says that it is from. */
async function clientOf(c: Context<Environment>): Promise<string> {
  const inPath = c.req.param('appid')
  if (inPath !== undefined) return inPath
  let body: { client_id?: unknown } | null = null
  try {
    body = JSON.parse(await c.req.text())
  } catch {
    // What is no JSON names nobody.
  }
  const assertion = c.req.header('authorization')?.split(/ +/)[1] ?? ''
  const named: unknown = body?.client_id || issuerOf(assertion)
  return typeof named === 'string' ? named : ''
}
