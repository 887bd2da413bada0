import type { Context } from 'hono'
import type { Config } from '../config/config.ts'
import { RequestRefused } from './answers.ts'

/** Whether a body with this Content-Type is a form, urlencoded. */
export const isForm = (contentType: string | null | undefined): boolean =>
  /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? '')

/** The parameters of a posted form; none where the body is anything else. */
export const formOf = (c: Context): URLSearchParams => c.get('form') ?? new URLSearchParams()

/** The fields of a posted form, as browsers send ours: of several with one name the last. */
export const fieldsOf = (c: Context): Readonly<Record<string, string>> => Object.fromEntries(formOf(c))

/** @throws {RequestRefused} for too many parameters, and for text that is not UTF-8 once it is decoded. */
export function parseForm(encoded: string, limits: Config['limits']): URLSearchParams {
  assertFewParameters(encoded, limits)
  if (!isUtf8(encoded)) throw new RequestRefused(400, 'BODY_NOT_UTF8', 'The form has text that is not UTF-8.')
  return new URLSearchParams(encoded)
}

/** Counted before anything is parsed, and empty ones too: parsing costs most for each parameter. */
export function assertFewParameters(encoded: string, { parameters: most }: Config['limits']): void {
  let count = 1
  for (let at = encoded.indexOf('&'); at !== -1; at = encoded.indexOf('&', at + 1)) {
    count += 1
    if (count <= most) continue
    throw new RequestRefused(400, 'TOO_MANY_PARAMETERS', `A request may have at most ${most} parameters.`)
  }
}

/** Whether everything that is percent-encoded is UTF-8. A `%` that encodes nothing stands for itself. */
export function isUtf8(encoded: string): boolean {
  try {
    for (const [bytes] of encoded.matchAll(/(?:%[0-9a-f]{2})+/gi)) decodeURIComponent(bytes)
    return true
  } catch {
    return false
  }
}
