import type { IncomingMessage } from 'node:http'

/** Where a request comes from: the address of the socket, in its IPv4 form where it has one. */
export const addressOf = ({ socket }: IncomingMessage): string =>
  (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
