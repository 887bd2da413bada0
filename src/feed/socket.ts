import type { WebSocket } from 'ws'
import { Connection } from '../graphql/connection.ts'
import { closeCodes } from './close-codes.ts'

const reasons: Record<number, string> = {
  [closeCodes.stopping]: 'The server is stopping; resume by cursor',
  [closeCodes.credentialEnded]: 'The credential has ended',
  [closeCodes.slowReader]: 'Deliveries were not taken in time; resume by cursor',
}

/**
 * From one ping to the next, in milliseconds; a client that has not answered by then is gone. This is
 * longer than the server waits for a slow reader, so that a slow reader is told why it is cut off.
 */
const PING_INTERVAL = 30_000
/** While more than this many bytes wait to be taken, nothing further is read from the client. */
const HIGH_WATER = 256 * 1024
/** A client that leaves more bytes than this untaken is cut off; the close frame could only wait behind them. */
const MOST_UNTAKEN = 64 * 1024 * 1024

/** One client's WebSocket, in the shape that graphql-ws asks for and subscriptions close it by. */
export class Peer extends Connection {
  readonly #socket: WebSocket
  readonly #ping: NodeJS.Timeout
  #answered = true

  constructor(socket: WebSocket) {
    super()
    this.#socket = socket
    this.#ping = setInterval(() => this.#checkAlive(), PING_INTERVAL)
    socket.on('pong', () => {
      this.#answered = true
    })
    socket.on('close', () => {
      clearInterval(this.#ping)
      this.onClosed()
    })
    // The client broke the protocol: ws closes the socket with the code for it.
    socket.on('error', () => {})
  }

  get protocol(): string {
    return this.#socket.protocol
  }

  /** Resolves when the operating system has taken the message; also where the socket is closed, and it is dropped. */
  send(message: string): Promise<void> {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return Promise.resolve()
    if (socket.bufferedAmount > MOST_UNTAKEN) socket.terminate()
    return new Promise((resolve) => {
      // A failure to write closes the socket, which ends everything that would want to know.
      socket.send(message, () => {
        if (socket.isPaused && socket.bufferedAmount < HIGH_WATER) socket.resume()
        resolve()
      })
      this.#heedPressure()
    })
  }

  close(code: number, reason = reasons[code] ?? ''): void {
    // What the client still says, above all its close frame, has to be heard.
    this.#socket.resume()
    this.#socket.close(code, reason)
  }

  #heedPressure(): void {
    if (this.#socket.readyState === this.#socket.OPEN && this.#socket.bufferedAmount >= HIGH_WATER) this.#socket.pause()
  }

  #checkAlive(): void {
    if (this.#answered) this.#socket.ping()
    else this.#socket.terminate()
    this.#answered = false
  }
}
