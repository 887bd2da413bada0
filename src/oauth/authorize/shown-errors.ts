import type { Context } from 'hono'
import type { Core } from '../../core.ts'
import { wantsPage } from '../../http/answers.ts'
import type { Environment } from '../../http/environment.ts'
import type { ShownError } from '../engine/engine.ts'
import { errorPage } from './pages/error.ts'

/** An error of the engine that cannot be told to the app: a page for people, JSON for programs. */
export function shown(
  core: Core,
  c: Context<Environment>,
  { code, description, status }: ShownError,
): Response | Promise<Response> {
  const answerStatus = (status >= 400 && status < 600 ? status : 400) as 400
  if (wantsPage(c)) return errorPage(core, c, { code, description }, answerStatus)
  return c.json({ error: code, error_description: description }, answerStatus)
}

/** An authorization that nobody knows, any more or here. */
export const expired: ShownError = {
  code: 'session_not_found',
  description: 'authorization request has expired',
  status: 400,
}

/** Somebody decided about it, and the app was told. */
export const alreadyAnswered: ShownError = {
  code: 'already_answered',
  description: 'authorization request was answered already',
  status: 400,
}

/** The redirect URI of a request was removed while that was parked: what is there by now is told nothing. */
export const leadsElsewhere: ShownError = {
  code: 'invalid_redirect_uri',
  description: 'redirect_uri is no longer registered for the client',
  status: 400,
}
