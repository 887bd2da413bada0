/** Only there to resolve paths against: no such host exists (RFC 6761 section 6.4). */
const SOMEWHERE = 'http://gatehouse.invalid'

/**
 * Where to go after signing in: a path of this server, as it was asked for, or `/`. Read as a browser
 * reads it, so that `//host`, `/\host`, `/.//host` and the like lead nowhere else.
 */
export function safePath(asked: string | undefined): string {
  if (!asked?.startsWith('/') || !URL.canParse(asked, SOMEWHERE)) return '/'
  const { origin, pathname, search, hash } = new URL(asked, SOMEWHERE)
  const path = `${pathname}${search}${hash}`
  return origin === SOMEWHERE && !path.startsWith('//') ? path : '/'
}
