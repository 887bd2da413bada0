import type { Context } from 'hono'
import type { Environment } from '../../http/environment.ts'

/** A refusal in the form of Coze's token endpoint. The code is one of RFC 6749 or RFC 8628, or Coze's own. */
export class TokenRefusal extends Error {
  readonly code: string
  readonly status: 400 | 405 | 429 | 500 | 503

  constructor(code: string, description: string, status: TokenRefusal['status'] = 400) {
    super(description)
    this.code = code
    this.status = status
  }
}

/** The codes of Coze's other answers, with the status that each is sent with. */
const statuses = { 4000: 400, 4013: 429, 4100: 401, 4101: 403, 4200: 404, 5000: 500, 5030: 503 } as const

/** A refusal in the form of Coze's API: 4000 bad request, 4013 too many, 4100 authentication, 4101 permission, 4200 not found, 5000 our fault, 5030 busy. */
export class ApiRefusal extends Error {
  readonly code: keyof typeof statuses

  constructor(code: keyof typeof statuses, message: string) {
    super(message)
    this.code = code
  }
}

/** What an app is told while its publisher keeps it from working. */
export const deactivated = (appId: string): string => `app ${appId} is currently deactivated by the owner`

/** The JavaScript SDK reads `error`, the others `error_code` and `error_message`; a `code` would be taken for another kind of answer. */
export function refuseToken(c: Context<Environment>, { code, message, status }: TokenRefusal): Response {
  return c.json({ error: code, error_description: message, error_code: code, error_message: message }, status)
}

export function refuseApi(c: Context<Environment>, { code, message: msg }: ApiRefusal): Response {
  if (code === 4100) c.header('www-authenticate', 'Bearer error="invalid_token"')
  return c.json({ code, msg, detail: { logid: c.get('requestId') } }, statuses[code])
}

export const answerApi = (c: Context<Environment>, data: object): Response =>
  c.json({ code: 0, msg: '', data, detail: { logid: c.get('requestId') } })
