import type { IncomingMessage } from 'node:http'
import type { Config } from '../config/config.ts'
import { sessionCookie } from './cookies.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']

/** The headers by which a browser tells where a request comes from (Fetch Metadata, RFC 6454 section 7). */
export interface OriginHeaders {
  readonly origin?: string | undefined
  readonly 'sec-fetch-site'?: string | undefined
}

/**
 * Whether a page of another site made this request. A request with a cookie is refused then, because the
 * browser adds the cookie to requests of any page.
 *
 * A browser names the origin wherever that matters; a client that says nothing is none.
 */
export function isCrossSite(config: Config, headers: OriginHeaders): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (origin !== undefined) return !ownOrigins(config).includes(origin)
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/**
 * Whether a page of another site opens this WebSocket with the session cookie.
 *
 * A page cannot leave the cookie out, so a front end on another port of the same host cannot but send
 * it. There it is taken off instead: the page brings a Bearer token, or is signed out.
 */
export function isCrossSiteUpgrade(config: Config, { headers }: IncomingMessage): boolean {
  const { authorization, cookie, origin = '' } = headers
  if (authorization !== undefined || sessionCookie.read(config, cookie) === undefined) return false
  if (!isCrossSite(config, headers as OriginHeaders)) return false
  const hosts = ownOrigins(config).map((own) => new URL(own).hostname)
  if (!URL.canParse(origin) || !hosts.includes(new URL(origin).hostname)) return true
  delete headers.cookie
  return false
}

/** PUBLIC_URL; where that is a loopback host, by each name that loopback has. */
function ownOrigins({ publicUrl }: Config): string[] {
  const { protocol, hostname, port } = new URL(publicUrl)
  if (!loopback.includes(hostname)) return [publicUrl]
  return loopback.map((host) => new URL(`${protocol}//${host}:${port}`).origin)
}
