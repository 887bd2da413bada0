/** The bodies by which clients are told that they are refused: each path has a shape of its own. */

/** The numbers of Coze's API: 4000 bad request, 4013 too many, 4100 authentication, 4101 permission, 4200 not found, 5000 our fault, 5030 busy. */
export type CozeCode = 4000 | 4013 | 4100 | 4101 | 4200 | 5000 | 5030

/** By this name the SDKs of Coze tell their users which request it was. */
export const COZE_REQUEST_ID = 'x-tt-logid'

/** RFC 6749 section 5.2. */
export const oauthRefusal = (error: string, message: string) => ({ error, error_description: message })

/** The JavaScript SDK reads `error`, the others `error_code` and `error_message`; a `code` would be taken for another kind of answer. */
export const cozeTokenRefusal = (error: string, message: string) => ({
  ...oauthRefusal(error, message),
  error_code: error,
  error_message: message,
})

/** @param logid the request's id. */
export const cozeApiRefusal = (code: CozeCode, msg: string, logid: string) => ({ code, msg, detail: { logid } })

/** GraphQL's errors, which all that is nobody else's has, too. */
const ownRefusal = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] })

interface Refusal {
  readonly status: number
  /** One of ours, such as `BODY_TOO_LARGE`. */
  readonly code: string
  readonly message: string
}

export const isCoze = (path: string): boolean => /^\/(api\/permission\/oauth2|v1)\//.test(path)

const oauthCodes: Readonly<Record<number, string>> = { 500: 'server_error', 503: 'temporarily_unavailable' }
const cozeTokenCodes: Readonly<Record<number, string>> = { ...oauthCodes, 500: 'internal_error' }
const cozeCodes: Readonly<Record<number, CozeCode>> = { 404: 4200, 500: 5000, 503: 5030 }

/** The body that refuses a request for a path, where nothing that knows the path better did. */
export function refusalBody(path: string, { status, code, message }: Refusal, requestId: string): object {
  if (path.startsWith('/v1/')) return cozeApiRefusal(cozeCodes[status] ?? 4000, message, requestId)
  if (isCoze(path)) return cozeTokenRefusal(cozeTokenCodes[status] ?? 'invalid_request', message)
  if (path.startsWith('/oauth/')) return oauthRefusal(oauthCodes[status] ?? 'invalid_request', message)
  return ownRefusal(code, message)
}
