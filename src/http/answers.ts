import type { Context } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Environment } from './environment.ts'
import { COZE_REQUEST_ID, isCoze, refusalBody } from './refusal-bodies.ts'

/** Refuses a program in the form that clients of the path know. */
export function refuse(c: Context<Environment>, status: ContentfulStatusCode, code: string, message: string): Response {
  const requestId = c.get('requestId')
  if (isCoze(c.req.path)) c.header(COZE_REQUEST_ID, requestId)
  return c.json(refusalBody(c.req.path, { status, code, message }, requestId), status)
}

/** A request that is refused before anything looks at what it asks for. `refused.ts` answers it. */
export class RequestRefused extends Error {
  readonly status: 400 | 405 | 406 | 413 | 415
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: RequestRefused['status'],
    code: string,
    message: string,
    headers: RequestRefused['headers'] = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** Whether a person with a browser asks, rather than a program: those accept HTML by name. */
export const wantsPage = (c: Context): boolean =>
  parseAccept(c.req.header('accept') ?? '').some(({ type, q }) => type.toLowerCase() === 'text/html' && q > 0)

/** Paths that programs ask, whatever they say that they accept: some libraries say text/html of themselves. */
const isForPrograms =
  /^\/(oauth\/(token|introspect|check|revoke|par|userinfo|device_authorization)|graphql|api\/permission\/oauth2\/(.*\/)?(token|device\/code)|v1)(\/|$)/

/** Whether a person with a browser asks, at a path that is not for programs alone. */
export const wantsPageHere = (c: Context): boolean => wantsPage(c) && !isForPrograms.test(c.req.path)
