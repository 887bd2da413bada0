import type { Context } from 'hono'
import type { Environment } from '../../http/environment.ts'
import { type CozeCode, cozeApiRefusal, cozeTokenRefusal } from '../../http/refusal-bodies.ts'

/** A refusal in the form of Coze's token endpoint. The code is one of RFC 6749 or RFC 8628, or Coze's own. */
export class TokenRefusal extends Error {
  readonly code: string
  readonly status: 400 | 429 | 500 | 503

  constructor(code: string, description: string, status: TokenRefusal['status'] = 400) {
    super(description)
    this.code = code
    this.status = status
  }
}

/** The codes of Coze's other answers, with the status that each is sent with. */
const statuses = { 4000: 400, 4013: 429, 4100: 401, 4101: 403, 4200: 404, 5000: 500, 5030: 503 } as const

/** A refusal in the form of Coze's API. */
export class ApiRefusal extends Error {
  readonly code: CozeCode

  constructor(code: CozeCode, message: string) {
    super(message)
    this.code = code
  }
}

/** What an app is told while its publisher keeps it from working. */
export const deactivated = (appId: string): string => `app ${appId} is currently deactivated by the owner`

export const refuseToken = (c: Context<Environment>, { code, message, status }: TokenRefusal): Response =>
  c.json(cozeTokenRefusal(code, message), status)

export function refuseApi(c: Context<Environment>, { code, message }: ApiRefusal): Response {
  if (code === 4100) c.header('www-authenticate', 'Bearer error="invalid_token"')
  return c.json(cozeApiRefusal(code, message, c.get('requestId')), statuses[code])
}

export const answerApi = (c: Context<Environment>, data: object): Response =>
  c.json({ code: 0, msg: '', data, detail: { logid: c.get('requestId') } })
