import { type Answer, jsonAnswer } from '../../http/answer.ts'
import { bearerToken } from '../../http/authorization.ts'

/** The error codes of RFC 6749 section 5.2 and RFC 6750 section 3.1 that checking tokens knows. */
export type RefusalCode = 'invalid_request' | 'invalid_client' | 'invalid_token' | 'insufficient_scope'

const statuses = { invalid_request: 400, invalid_client: 401, invalid_token: 401, insufficient_scope: 403 } as const

/** A request that is refused, in the RFCs' own words. The description goes into a header: plain ASCII without quotes. */
export class CheckRefusal extends Error {
  readonly code: RefusalCode
  /** The scopes that it takes, where those are what is missing. */
  readonly scope: string | undefined

  constructor(code: RefusalCode, description: string, scope?: string) {
    super(description)
    this.code = code
    this.scope = scope
  }
}

/** What is said about tokens is said to nobody else. */
export const unstored = { 'cache-control': 'no-store' } as const

/** The refusal as JSON (RFC 6749 section 5.2), with the challenge that its status asks for. */
export function refusalAnswer({ code, message, scope }: CheckRefusal, realm: string): Answer {
  const challenge =
    code === 'invalid_client'
      ? `Basic realm="${realm}"`
      : bearerChallenge(realm, { error: code, error_description: message, ...(scope !== undefined && { scope }) })
  return jsonAnswer(
    statuses[code],
    { error: code, error_description: message },
    { ...unstored, ...(code !== 'invalid_request' && { 'www-authenticate': challenge }) },
  )
}

/** A challenge as of RFC 6750 section 3. */
export const bearerChallenge = (realm: string, attributes: Readonly<Record<string, string>> = {}): string =>
  `Bearer ${Object.entries({ realm, ...attributes })
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`

/**
 * The token of an Authorization header; undefined where the header is missing or of another scheme.
 *
 * @throws {CheckRefusal} where it says Bearer and then not just one token.
 */
export function readBearer(authorization: string | undefined): string | undefined {
  const token = bearerToken(authorization)
  if (token === null) throw new CheckRefusal('invalid_token', 'The Authorization header must be Bearer and one token.')
  return token
}
