/** What an Authorization header says (RFC 9110 section 11.4). */
export interface Authorization {
  /** In lower case: schemes are compared without regard to case. Empty where the header is missing. */
  readonly scheme: string
  /** What stands behind the scheme and one space or more. */
  readonly credentials: string
}

export function readAuthorization(header = ''): Authorization {
  const text = header.trim()
  const end = text.indexOf(' ')
  if (end === -1) return { scheme: text.toLowerCase(), credentials: '' }
  return { scheme: text.slice(0, end).toLowerCase(), credentials: text.slice(end).replace(/^ +/, '') }
}

/**
 * The token of a Bearer header (RFC 6750 section 2.1); undefined where the header is missing or of
 * another scheme, and null where it says Bearer and then not exactly one token.
 */
export function bearerToken(header: string | undefined): string | null | undefined {
  const { scheme, credentials } = readAuthorization(header)
  if (scheme !== 'bearer') return undefined
  return isToken68(credentials) ? credentials : null
}

/** The characters in which Bearer tokens and the credentials of Basic are written (RFC 9110 section 11.2). */
export const isToken68 = (text: string): boolean => /^[A-Za-z0-9._~+/-]+=*$/.test(text)

/** The same header with one space behind its scheme, for readers that take no more. */
export function withOneSpace(header: string): string {
  const { scheme, credentials } = readAuthorization(header)
  return credentials === '' ? header.trim() : `${header.trim().slice(0, scheme.length)} ${credentials}`
}
