import type { Context } from 'hono'
import { readAuthorization } from '../../http/authorization.ts'
import type { Environment } from '../../http/environment.ts'
import { TokenRefusal } from './answers.ts'

/** The fields of a body; those that nothing reads are ignored. */
export type Body = Readonly<Record<string, unknown>>

/** @throws {TokenRefusal} where the body is no JSON object. */
export async function readBody(c: Context<Environment>): Promise<Body> {
  const text = await c.req.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TokenRefusal('invalid_request', 'The body must be a JSON object.')
  }
  return body as Body
}

/**
 * A field of the body; undefined where it is missing, null or empty.
 *
 * @throws {TokenRefusal} where it is no text.
 */
export function readText(body: Body, field: string): string | undefined {
  const value = body[field] ?? ''
  if (typeof value !== 'string') throw new TokenRefusal('invalid_request', `The field ${field} must be a string.`)
  return value || undefined
}

/**
 * What follows `Bearer`; undefined where nothing does: coze-go and coze-js send an empty one where they
 * have no secret.
 *
 * @throws {TokenRefusal} for another scheme, or more than one word.
 */
export function readBearer(c: Context<Environment>): string | undefined {
  const { scheme, credentials } = readAuthorization(c.req.header('authorization'))
  if (scheme === '') return undefined
  if (scheme !== 'bearer' || credentials.includes(' ')) {
    throw new TokenRefusal('invalid_client', 'The Authorization header must be Bearer and one secret, token or JWT.')
  }
  return credentials || undefined
}
