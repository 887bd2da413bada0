import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { readRequest } from '../http/body.ts'
import type { Environment, HttpContext } from '../http/environment.ts'
import { isCrossSite } from '../http/same-site.ts'
import { securityHeaders } from '../http/security.ts'
import { type Flow, OAuthClient, type Registration } from './relying-party-client.ts'
import { answerLogbook, type Connection, type Notice } from './relying-party-page.ts'

/** Cookies are shared by all ports of a host: this name is none of Gatehouse's. */
const COOKIE = 'harbor_logbook'

/** Browsers that are remembered at once; the oldest is forgotten first. */
const MAX_SESSIONS = 200

/** Times that one browser may be under way, in several tabs. */
const MAX_FLOWS = 5

interface Session {
  /** By `state`. Somebody may wait a day for an administrator, so they stay until they are used. */
  readonly flows: Map<string, Flow>
  connection?: Connection | undefined
  notice?: Notice | undefined
}

export interface RelyingPartyOptions {
  /** Of Gatehouse: its PUBLIC_URL is the issuer. */
  readonly config: Config
  readonly log: Logger
  readonly name: string
  /** Its own origin. */
  readonly origin: string
  readonly registration: Registration
}

/**
 * A small web app that people connect with Gatehouse, as a real one would be: it knows Gatehouse by its
 * OAuth endpoints alone. Who is connected is remembered in memory.
 */
export function relyingParty({ config, log, name, origin, registration }: RelyingPartyOptions): RequestListener {
  const client = new OAuthClient(config.publicUrl, registration)
  const sessions = new Map<string, Session>()
  const own = { ...config, publicUrl: origin }
  const app = new Hono<Environment>()
  app.use(securityHeaders(own), readRequest(own))
  app.use(async (c, next) => {
    // Under another name of this machine the browser would not bring the cookie back from Gatehouse.
    if (new URL(c.req.url).host !== new URL(origin).host) return c.redirect(origin)
    if (c.req.method !== 'GET' && isCrossSite(own, c.req.header())) return c.body(null, 403)
    return next()
  })

  app.get('/', (c) => answerLogbook(c, name, find(c) ?? {}))

  app.get('/connect', async (c) => {
    const session = find(c) ?? open(c)
    try {
      const { url, flow } = await client.begin()
      session.flows.set(flow.state, flow)
      forgetOldest(session.flows, MAX_FLOWS)
      return c.redirect(url.href)
    } catch (error) {
      return conclude(c, session, noticeOf(error))
    }
  })

  app.get('/callback', async (c) => {
    const answer = new URL(c.req.url).searchParams
    const state = answer.get('state') ?? ''
    const flow = find(c)?.flows.get(state)
    if (!flow) return answerLogbook(c, name, { ...find(c), notice: { is: 'stale' } }, 400)
    find(c)?.flows.delete(state)
    try {
      const connection = await client.finish(answer, flow)
      // The session gets a new id: somebody who knew the old one does not know the connected one.
      const { flows } = close(c) ?? { flows: new Map() }
      return conclude(c, Object.assign(open(c), { flows }), undefined, connection)
    } catch (error) {
      return conclude(c, find(c) ?? open(c), noticeOf(error))
    }
  })

  app.post('/check', (c) =>
    whenConnected(c, async ({ tokens }) => ({ is: 'checked', check: await client.check(tokens) })),
  )
  app.post('/refresh', (c) =>
    whenConnected(c, async (connection, session) => {
      const { refresh } = connection.tokens
      if (refresh === undefined) return undefined
      session.connection = { ...connection, tokens: await client.refresh({ ...connection.tokens, refresh }) }
      return { is: 'refreshed' }
    }),
  )
  app.post('/disconnect', (c) =>
    whenConnected(c, async ({ tokens }, session) => {
      session.connection = undefined
      return client.revoke(tokens).then(
        (): Notice => ({ is: 'disconnected' }),
        (): Notice => ({ is: 'notRevoked' }),
      )
    }),
  )
  app.notFound((c) => answerLogbook(c, name, { notice: { is: 'notFound' } }, 404))
  app.onError((error, c) => {
    log.error({ err: error }, 'the app of the demo world failed')
    return answerLogbook(c, name, { notice: { is: 'unreachable' } }, 500)
  })

  const find = (c: HttpContext): Session | undefined => sessions.get(getCookie(c, COOKIE) ?? '')

  function open(c: HttpContext): Session {
    const id = randomBytes(32).toString('base64url')
    const session: Session = { flows: new Map() }
    sessions.set(id, session)
    forgetOldest(sessions, MAX_SESSIONS)
    setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Lax', path: '/' })
    return session
  }

  function close(c: HttpContext): Session | undefined {
    const session = find(c)
    sessions.delete(getCookie(c, COOKIE) ?? '')
    deleteCookie(c, COOKIE, { path: '/' })
    return session
  }

  async function whenConnected(
    c: HttpContext,
    work: (connection: Connection, session: Session) => Promise<Notice | undefined>,
  ): Promise<Response> {
    const session = find(c)
    if (!session?.connection) return c.redirect('/', 303)
    const notice = await work(session.connection, session).catch(noticeOf)
    return conclude(c, session, notice)
  }

  /** Back to the page, which says what came of it. */
  function conclude(c: HttpContext, session: Session, notice: Notice | undefined, connection = session.connection) {
    Object.assign(session, { notice, connection })
    return c.redirect('/', 303)
  }

  function noticeOf(error: unknown): Notice {
    if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
      return { is: 'refused', error: error.error, description: error.error_description }
    }
    if (error instanceof WWWAuthenticateChallengeError) {
      const { error: code = '', error_description: description } = error.cause[0]?.parameters ?? {}
      return { is: 'refused', error: code, description }
    }
    // Not the error itself: what it was made of may hold a token.
    const { name: kind, message } = error as Error
    log.warn({ kind, message }, 'the app of the demo world was not answered as it should be')
    return { is: 'unreachable' }
  }

  return getRequestListener(app.fetch) as RequestListener
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}
