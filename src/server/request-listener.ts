import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from '../config/config.ts'
import type { Environment } from '../http/environment.ts'
import type { FirstListener } from './check-listener.ts'

/**
 * Hands Node's requests to `first`, and to the app those that it leaves. HTTP/1.0 needs no Host (RFC 9112 section 3.2), and health checks send
 * none; nothing here depends on it, because all links are made from PUBLIC_URL.
 */
export function requestListener(
  app: Hono<Environment>,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  first: FirstListener,
): RequestListener {
  const listener = getRequestListener(app.fetch, { hostname: new URL(publicUrl).host, errorHandler: badRequest })
  return (request, response) => {
    // About the server as a whole (RFC 9110 section 9.3.7): it has no path that the app could look at.
    if (request.method === 'OPTIONS' && request.url === '*') {
      response.writeHead(204, { allow: 'GET, HEAD, POST, OPTIONS' }).end()
      return
    }
    // Of two, whatever stands in front may have gone by the other one (RFC 9112 section 3.2).
    if (hostsOf(request) > 1) {
      response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(malformed)
      return
    }
    if (!first(request, response)) void listener(request, response)
  }
}

/** `headersDistinct` would take all headers apart for each request. */
const hostsOf = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length

/** What the app throws it answers by itself; here arrives only what cannot be made a request of. */
const badRequest = (): Response =>
  new Response(malformed, { status: 400, headers: { 'content-type': 'application/json' } })

const message = 'The Host header or the address of this request is malformed.'
const malformed = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] })
