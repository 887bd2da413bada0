/**
 * The characters that `error`, `error_description` and the values of a challenge may have: plain ASCII
 * without quotes and backslashes (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3). Some clients throw
 * on others instead of showing the error.
 */
const illegal = /[^\x20\x21\x23-\x5b\x5d-\x7e]/gu
const replacements: Readonly<Record<string, string>> = { '"': "'", '\\': '/', '\t': ' ', '\n': ' ', '\r': ' ' }

/** The text with something legal for each character that is not: it may echo what a client sent. */
export const errorText = (text: string): string => text.replaceAll(illegal, (found) => replacements[found] ?? '?')

/** What the OAuth engine answers, in each of the ways in which it tells an error, with legal texts alone. */
export function withLegalErrors(status: number, headers: Headers, body: Buffer): string | Uint8Array<ArrayBuffer> {
  const challenge = headers.get('www-authenticate')
  if (challenge !== null) headers.set('www-authenticate', legalChallenge(challenge))
  const location = headers.get('location')
  if (location !== null) headers.set('location', legalLocation(location))
  // Another text can have another length.
  headers.delete('content-length')
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('application/json') && status >= 400 && body.length > 0) return legalJson(body)
  if (type.startsWith('text/html')) return legalPage(String(body))
  return new Uint8Array(body)
}

const legalChallenge = (challenge: string): string =>
  challenge.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, value: string) => `"${errorText(value.replaceAll(/\\(.)/g, '$1'))}"`)

const legalLocation = (location: string): string =>
  location.replaceAll(/([?&#]error(?:_description)?=)([^&#]*)/g, (_, name: string, value: string) => {
    const text = new URLSearchParams(`text=${value}`).get('text') ?? ''
    return name + encodeURIComponent(errorText(text))
  })

function legalJson(body: Buffer): string {
  const answer = JSON.parse(String(body)) as Record<string, unknown>
  for (const name of ['error', 'error_description', 'scope']) {
    const text = answer[name]
    if (typeof text === 'string') answer[name] = errorText(text)
  }
  return JSON.stringify(answer)
}

/** The form that posts an error to an app (`response_mode=form_post`): its values are escaped for HTML. */
const legalPage = (page: string): string =>
  page.replaceAll(
    /(<input type="hidden" name="error(?:_description)?" value=")([^"]*)/g,
    (_, input: string, value: string) => input + errorText(value.replaceAll('&quot;', '&#39;')),
  )
