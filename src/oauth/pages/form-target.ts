/**
 * The source of a Content-Security-Policy that lets a form lead to this redirect URI; what
 * `AuthorizationView.formTarget` is to be.
 */
export function formTargetOf(redirectUri: string): string {
  const { protocol, hostname, origin } = new URL(redirectUri)
  if (protocol === 'https:') return origin
  // No source can name an IPv6 address (CSP Level 3 section 2.3.1), so only the scheme is left.
  if (protocol !== 'http:' || hostname.startsWith('[')) return protocol
  // RFC 8252 section 7.3: on loopback, the port is whatever the app got.
  return `http://${hostname}:*`
}
