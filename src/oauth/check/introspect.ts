import type { IncomingMessage } from 'node:http'
import type { Core } from '../../core.ts'
import { TooManyAttempts } from '../../errors.ts'
import { type Answer, jsonAnswer } from '../../http/answer.ts'
import { isForm } from '../../http/form.ts'
import { findToken } from '../../tokens/check.ts'
import { slowDown, type TokenRefusals } from '../token/limits.ts'
import { authenticateCaller, type Claim, type Form, type Introspector } from './callers.ts'
import { type Introspection, inactive, introspection } from './introspection.ts'
import { CheckRefusal, refusalAnswer, unstored } from './refusal.ts'

/** A request for introspection, whose body is there. */
export interface Question {
  readonly incoming: IncomingMessage
  /** Which client it says that it is from, for the limits. */
  readonly client: string
  /** @throws {CheckRefusal} where the header that says so is malformed. */
  readonly claim: () => Claim
  /** The parameters of its form; none where the body is anything else. */
  readonly parameters: URLSearchParams
}

/**
 * Introspection (RFC 7662) for resource servers and for service apps with an access token.
 *
 * @returns null where the caller authenticates in another way.
 */
export async function introspect(core: Core, refusals: TokenRefusals, question: Question): Promise<Answer | null> {
  const { incoming, client } = question
  try {
    return await refusals.attempt(incoming, client, (refusedWith) => introspected(core, question, refusedWith))
  } catch (error) {
    if (!(error instanceof TooManyAttempts)) throw error
    return slowDown(error.retryAfterSeconds)
  }
}

async function introspected(
  core: Core,
  { incoming, claim, parameters }: Question,
  refusedWith: (error: unknown) => void,
): Promise<Answer | null> {
  try {
    let form: Form | undefined
    const readForm = () => (form ??= singleParameters(incoming.headers['content-type'], parameters))
    const caller = await authenticateCaller(core, claim(), readForm)
    if (!caller) return null
    const token = readForm().get('token')
    if (token === undefined) throw new CheckRefusal('invalid_request', 'The parameter token is missing.')
    return jsonAnswer(200, await answer(core, caller, token), unstored)
  } catch (error) {
    if (!(error instanceof CheckRefusal)) throw error
    refusedWith(error.code)
    return refusalAnswer(error, core.config.publicUrl)
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
function singleParameters(contentType: string | undefined, parameters: URLSearchParams): Form {
  if (!isForm(contentType)) {
    throw new CheckRefusal('invalid_request', 'The body must be application/x-www-form-urlencoded.')
  }
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of parameters) {
    if (seen.has(name)) throw new CheckRefusal('invalid_request', 'A parameter stands in the body twice.')
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}
