import { once } from 'node:events'
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { Exchanges } from './exchanges.ts'

/** How often a stopping server looks for connections that have become idle, in milliseconds. */
const IDLE_CHECK = 50
/** By how much a connection that never had a request outlives an idle one, in milliseconds. */
const FIRST_REQUEST = 5000
/** How often Node looks for requests that took too long to arrive, in milliseconds. */
const ARRIVAL_CHECK = 10_000

/** The open port. Disposing it finishes the requests that are under way, and may be done twice. */
export interface Listening extends AsyncDisposable {
  readonly server: HttpServer
  readonly port: number
  /** From now on this answers; until then everything is answered with 503. */
  serve(listener: RequestListener): void
  /** New connections are refused; those that exist go on until they are idle. */
  stopAccepting(): void
}

/** @throws {ConfigError} where the port cannot be had. */
export async function listen({ host, port, durations, limits }: Config): Promise<Listening> {
  let handle: RequestListener = (_request, response) => {
    response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end('starting\n')
  }
  const exchanges = new Exchanges({ durations, limits })
  let closed: Promise<unknown> | undefined
  const server = createServer(timeouts(durations), (request, response) => {
    if (closed) response.setHeader('connection', 'close')
    if (exchanges.begin(request, response)) return handle(request, response)
    response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1', connection: 'close' })
    response.end(`At most ${limits.pipelinedRequests} requests of a connection are answered at a time.\n`)
  })
  server.maxConnections = limits.connections
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    exchanges[Symbol.dispose]()
    throw new ConfigError(explain(cause as NodeJS.ErrnoException, host, port), { cause })
  }

  const stopAccepting = (): void => {
    if (closed) return
    closed = once(server, 'close')
    exchanges.closeAfterAnswers()
    server.close()
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK)
    // Shortly before the process would be ended by force, connections that are still busy are cut off.
    const last = setTimeout(() => server.closeAllConnections(), durations.shutdown * 0.8)
    server.once('close', () => {
      clearInterval(idle)
      clearTimeout(last)
      exchanges[Symbol.dispose]()
    })
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    serve: (listener) => {
      handle = listener
    },
    stopAccepting,
    async [Symbol.asyncDispose]() {
      stopAccepting()
      await closed
    },
  }
}

/**
 * Node counts the time for the headers from the connection on. A proxy may open one ahead of its
 * requests, so that time is not shorter than that of an idle connection.
 */
function timeouts({ idleConnection, request }: Config['durations']) {
  return {
    keepAliveTimeout: idleConnection,
    headersTimeout: Math.min(idleConnection + FIRST_REQUEST, request),
    requestTimeout: request,
    connectionsCheckingInterval: Math.min(ARRIVAL_CHECK, Math.ceil(request / 4)),
  }
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `PORT ${port} is in use by another process`
  if (code === 'EACCES') return `PORT ${port} may not be used by this user`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is not an address of this machine`
  return `PORT ${port} on ${host} cannot be used: ${message}`
}
