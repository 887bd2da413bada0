import { type Config, isLoopback } from '../../config/config.ts'
import type { AssertionLeeway } from '../engine/engine.ts'

/** Where the SDKs get their tokens. */
export const TOKEN = '/api/permission/oauth2/token'

const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * What the SDKs' JWTs may say: Python and Go name the audience by host and port, Java by the host alone,
 * in JavaScript the caller says; in Go and Java the JWT lives as long as the token that it asks for.
 *
 * It must be this server in any case: a JWT that was made for another one is no good here.
 */
export function leewayOfSdks({ publicUrl, durations }: Config): AssertionLeeway {
  const { protocol, hostname, port } = new URL(publicUrl)
  const names = isLoopback(hostname) ? loopback : [hostname]
  const audiences = names.flatMap((name) => {
    const host = port ? `${name}:${port}` : name
    const origin = `${protocol}//${host}`
    const withPort = `${name}:${port || (protocol === 'https:' ? 443 : 80)}`
    return [name, host, withPort, origin, `${origin}/`, `${origin}${TOKEN}`]
  })
  return { audiences, lifetime: Math.max(durations.assertion, durations.serviceAccessTokenLongest) }
}
