import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { CloseCode, handleProtocols, type Message, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Core } from '../core.ts'
import type { Yoga } from '../graphql/request-context.ts'
import { closeCodes } from './close-codes.ts'
import { Operations, ProtocolViolation } from './operations.ts'
import { type Extra, protocolOptions } from './protocol.ts'
import { Peer } from './socket.ts'

export interface WebSocketOptions {
  readonly core: Core
  readonly server: Server
  /** Its `getEnveloped` parses, validates and executes, so that the rules are those of HTTP. */
  readonly yoga: Yoga
  /** Whether a page of another site opens this connection on somebody's behalf; it gets 403. */
  readonly isCrossSite?: (request: IncomingMessage) => boolean
  /** The client's address, which limits on attempts are counted by. */
  readonly addressOf?: (request: IncomingMessage) => string
}

const PATH = '/graphql'
/** How long clients have, in milliseconds, to close their side when the server stops. */
const CLOSING_TIME = 1000

/**
 * GraphQL over WebSocket (graphql-transport-ws) on the server's /graphql: queries, mutations and
 * subscriptions. The credential comes with the handshake's headers or as `authorization` in the
 * payload of connection_init. Disposing sends everybody away with 1012.
 */
export function serveWebSocket({ core, server, yoga, ...options }: WebSocketOptions): AsyncDisposable {
  const { isCrossSite = () => false, addressOf = (request) => request.socket.remoteAddress ?? '' } = options
  const protocol = makeServer(protocolOptions(core, yoga))
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: core.config.limits.bodyBytes,
    perMessageDeflate: false,
    handleProtocols,
  })

  const open = (socket: WebSocket, request: IncomingMessage) => {
    const peer = new Peer(socket)
    // graphql-ws takes a message that was parsed already, but does not say so in its types.
    let handle: (message: Message) => Promise<void> = async () => {}
    const operations = new Operations((message) => handle(message))
    const extra: Extra = {
      peer,
      operations,
      headers: request.headers,
      address: addressOf(request),
      following: new Set(),
    }
    const onMessage = (listener: (data: string) => Promise<void>) => {
      handle = listener as unknown as typeof handle
    }
    const { protocol: subprotocol } = peer
    const send = (data: string) => peer.send(data)
    const close = (code: number, reason: string) => peer.close(code, reason)
    const closed = protocol.opened({ protocol: subprotocol, send, close, onMessage }, extra)
    socket.on('message', (data) => {
      operations.receive(isUtf8(data as Buffer) ? String(data) : '').catch((error: unknown) => {
        if (error instanceof ProtocolViolation) return peer.close(error.code, error.message)
        core.log.error({ err: error }, 'a WebSocket message could not be handled')
        peer.close(CloseCode.InternalServerError, 'Internal error')
      })
    })
    socket.once('close', (code, reason) => void closed(code, String(reason)))
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== PATH) return refuse(socket, '404 Not Found')
    if ((request.headersDistinct.host?.length ?? 0) > 1) return refuse(socket, '400 Bad Request')
    if (isCrossSite(request)) return refuse(socket, '403 Forbidden')
    sockets.handleUpgrade(request, socket, head, open)
  }
  server.on('upgrade', upgrade)

  return {
    async [Symbol.asyncDispose]() {
      server.off('upgrade', upgrade)
      // Without a listener Node would take an upgrade for a plain request.
      server.on('upgrade', (_request, socket) => refuse(socket, '503 Service Unavailable'))
      const clients = [...sockets.clients]
      const closed = clients.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of clients) {
        socket.resume()
        socket.close(closeCodes.stopping, 'The server is stopping; resume by cursor')
      }
      await Promise.race([Promise.all(closed), setTimeout(CLOSING_TIME, undefined, { ref: false })])
      for (const socket of clients) socket.terminate()
      await Promise.all(closed)
    },
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
