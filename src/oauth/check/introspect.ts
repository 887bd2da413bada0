import type { Context, MiddlewareHandler } from 'hono'
import type { Core } from '../../core.ts'
import { TooManyAttempts } from '../../errors.ts'
import type { Environment } from '../../http/environment.ts'
import { formOf, isForm } from '../../http/form.ts'
import { findToken } from '../../tokens/check.ts'
import { namedClient, slowDown, type TokenRefusals } from '../token/limits.ts'
import { authenticateCaller, type Form, type Introspector } from './callers.ts'
import { type Introspection, inactive, introspection } from './introspection.ts'
import { answerRefusal, CheckRefusal } from './refusal.ts'

/**
 * Introspection (RFC 7662) for resource servers and for service apps with an access token. Callers
 * that authenticate in another way are left to the handler after this one.
 */
export const introspect =
  (core: Core, refusals: TokenRefusals): MiddlewareHandler<Environment> =>
  async (c, next) => {
    const client = namedClient(c)
    try {
      const response = await refusals.attempt(c, client, (refusedWith) => introspected(core, c, refusedWith))
      // Outside of the attempt: the handler after this one makes its own.
      return response ?? (await next())
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error
      return slowDown(c, error.retryAfterSeconds)
    }
  }

/** @returns null where the caller authenticates in another way. */
async function introspected(
  core: Core,
  c: Context<Environment>,
  refusedWith: (error: unknown) => void,
): Promise<Response | null> {
  try {
    const readForm = () => singleParameters(c)
    const caller = await authenticateCaller(core, c.req.header('authorization'), readForm)
    if (!caller) return null
    c.header('cache-control', 'no-store')
    const token = readForm().get('token')
    if (token === undefined) throw new CheckRefusal('invalid_request', 'The parameter token is missing.')
    return c.json(await answer(core, caller, token))
  } catch (error) {
    if (!(error instanceof CheckRefusal)) throw error
    refusedWith(error.code)
    c.header('cache-control', 'no-store')
    return answerRefusal(c, error, core.config.publicUrl)
  }
}

async function answer(core: Core, caller: Introspector, token: string): Promise<Introspection> {
  const standing = await findToken(core, token)
  const found = introspection(core, standing)
  // A refresh token is for its app alone: a server that accepts active tokens would take it for an access token.
  if (standing?.kind !== 'ACCESS' || !found.active) return inactive
  const concerned =
    'server' in caller ? found.aud.includes(caller.server.audience) : standing.organization.id === caller.organizationId
  if (!concerned) return inactive
  // A server asks because somebody used the token.
  core.lastUse.note(standing)
  return found
}

/** @throws {CheckRefusal} for a body of another kind, and one in which a parameter stands twice (RFC 6749 section 3.1). */
function singleParameters(c: Context<Environment>): Form {
  if (!isForm(c.req.header('content-type'))) {
    throw new CheckRefusal('invalid_request', 'The body must be application/x-www-form-urlencoded.')
  }
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of formOf(c)) {
    if (seen.has(name)) throw new CheckRefusal('invalid_request', 'A parameter stands in the body twice.')
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}
